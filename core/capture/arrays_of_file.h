// SPDX-License-Identifier: Apache-2.0
// The named arrays of a file: npz, npy, safetensors, or what torch.save() made of a dictionary of tensors. Any thread.
#pragma once

#include "core/capture/array.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace regard {

class MappedFile;

struct ArraysOfFile {
  std::vector<CapturedArray> arrays{};                      ///< sorted by name
  std::map<std::string, std::vector<std::string>> texts{};  ///< arrays of texts, in the order of the file
  std::shared_ptr<const MappedFile> file{};                 ///< that the arrays are views of
  std::vector<std::shared_ptr<const void>> storage{};       ///< and what had to be unpacked
};

/// May unpack to so many bytes together; what is stored as it is, is not unpacked.
inline constexpr std::size_t kUnpackedCapture = std::size_t{2} << 30;

/// Nothing is read but headers, and what is packed. `packed_limit`: see above. Throws Error: what parse_zip(), view_npy(),
/// parse_safetensors(), parse_torch_file() throw; file_too_large; capture_kind for a file of another kind.
[[nodiscard]] ArraysOfFile open_arrays(const std::filesystem::path& path, std::size_t packed_limit = kUnpackedCapture);

/// From the bytes of such a file, which `name` names in errors. Pure; fuzzed.
[[nodiscard]] ArraysOfFile parse_arrays(std::span<const std::byte> file, const std::string& name,
                                        std::size_t packed_limit = kUnpackedCapture);

}  // namespace regard
