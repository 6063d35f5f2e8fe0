// SPDX-License-Identifier: Apache-2.0
// Any bytes as a zip archive and as a file of torch.save(): entries and tensors that lie in the file, or a regard::Error.
#include "core/base/error.h"
#include "core/format/torch_file.h"
#include "core/format/zip.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kLimit = 1 << 20;  // bytes, so that a bomb does not slow the search down
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
  try {
    std::size_t total = 0;
    for (const regard::ZipEntry& entry : regard::parse_zip(bytes, "fuzz")) {
      if (entry.begin > entry.end || entry.end > size) std::abort();  // bytes that are not there
      total += entry.end - entry.begin;
      try {
        if (regard::unpack(bytes, entry, "fuzz", kLimit).size() != entry.size) std::abort();
      } catch (const regard::Error&) {}
    }
    if (total > size) std::abort();  // they cannot all be apart
  } catch (const regard::Error&) {}
  try {
    std::size_t spread = 0;
    for (const regard::TorchTensor& tensor : regard::parse_torch_file(bytes, "fuzz")) {
      if (tensor.tensor.begin > tensor.tensor.end || tensor.tensor.end > size) std::abort();
      if (tensor.strides.empty()) continue;
      const auto rows =
          regard::gathered(tensor, bytes.subspan(tensor.tensor.begin, tensor.tensor.end - tensor.tensor.begin));
      spread += rows.size();
    }
    if (spread > size) std::abort();  // more than they said
  } catch (const regard::Error&) {}
  return 0;
}
