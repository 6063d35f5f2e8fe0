// SPDX-License-Identifier: Apache-2.0
// The safetensors file format: 8 bytes of header length, a JSON header, the data of the tensors.
// Pure parsers over bytes, every number checked before it is used; fuzzed; any thread.
// Source: https://github.com/huggingface/safetensors, section "Format".
#pragma once

#include "core/format/stored_tensor.h"

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// The largest header the format allows.
inline constexpr std::size_t kSafetensorsHeaderLimit = 100'000'000;  // bytes

/// All tensors of a file, sorted by name, from its whole bytes (`name` names it in errors). Throws Error:
/// file_truncated, safetensors_header, tensor_duplicate, tensor_overlap, tensor_range, tensor_size, json_syntax.
[[nodiscard]] std::vector<StoredTensor> parse_safetensors(std::span<const std::byte> file, const std::string& name);

/// model.safetensors.index.json: tensor name → name of the file beside the index that holds it. File names with a folder
/// in them are refused. Throws Error: json_*, safetensors_shard.
[[nodiscard]] std::map<std::string, std::string, std::less<>> parse_safetensors_index(std::string_view json,
                                                                                      const std::string& name);

}  // namespace regard
