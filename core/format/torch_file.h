// SPDX-License-Identifier: Apache-2.0
// The files of torch.save() since PyTorch 1.6 (pytorch_model.bin): a zip archive of a pickle, which says what the tensors are,
// and of their storages, uncompressed. Nothing in the file is executed (see pickle.h). Pure parser over bytes; fuzzed; any thread.
#pragma once

#include "core/format/stored_tensor.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace regard {

/// Unlike the tensors of other files, several may lie over the same bytes (tied weights), and their numbers may be spread out
/// (a transposed view): tensor.begin is then the first number and tensor.end behind the furthest one.
struct TorchTensor {
  StoredTensor tensor{};
  std::vector<std::size_t> strides{};  ///< numbers, as many as axes; empty: row-major, side by side
};

/// Sorted by name. Numbers that are spread out take no more bytes together than the file has, so that they may be gathered.
/// Throws Error: torch_format, torch_global, torch_legacy, zip_format, file_truncated, tensor_range, tensor_duplicate.
[[nodiscard]] std::vector<TorchTensor> parse_torch_file(std::span<const std::byte> file, const std::string& name);

/// The numbers of a tensor that is spread out, row by row. `bytes` are tensor.begin … tensor.end of the file.
[[nodiscard]] std::vector<std::byte> gathered(const TorchTensor& tensor, std::span<const std::byte> bytes);

}  // namespace regard
