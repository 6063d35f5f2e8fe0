// SPDX-License-Identifier: Apache-2.0
// The pickle inside a file of torch.save(): a dictionary of tensors. Python's pickle is a program; this reader knows only the
// instructions and the few names such a dictionary needs (ordered dictionaries, tensors, storages), builds plain values from
// them and calls nothing. Everything else is an error that names what was asked for. Memory stays proportional to the bytes;
// cycles and deep nesting cost nothing, since only the outermost dictionary is walked. Pure; fuzzed; any thread.
// Source: https://docs.python.org/3/library/pickletools.html
#pragma once

#include "core/format/stored_tensor.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// A tensor as the pickle describes it: a window into a storage that lies elsewhere. Not checked against that storage.
struct PickledTensor {
  std::string name{};
  std::string_view storage{};  ///< borrowed from the pickle
  StoredType type = StoredType::f32;
  std::size_t storage_numbers = 0;
  std::size_t offset = 0;  ///< numbers
  std::vector<std::size_t> shape{};
  std::vector<std::size_t> strides{};  ///< numbers; as many as axes
};

/// The tensors of the outermost dictionary, in its order; values of other kinds are passed over. `file` names it in errors.
/// Throws Error torch_format, torch_global, file_truncated.
[[nodiscard]] std::vector<PickledTensor> parse_state_dict(std::span<const std::byte> pickle, const std::string& file);

}  // namespace regard
