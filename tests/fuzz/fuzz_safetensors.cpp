// SPDX-License-Identifier: Apache-2.0
// Any bytes as a safetensors file and as an index of shards: a sound list of tensors or a regard::Error, nothing else.
#include "core/base/error.h"
#include "core/format/safetensors.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    std::size_t total = 0;
    auto tensors = regard::parse_safetensors({reinterpret_cast<const std::byte*>(data), size}, "fuzz");
    for (const auto& tensor : tensors) {
      if (tensor.begin > tensor.end || tensor.end > size) std::abort();  // bytes that are not there
      if (tensor.begin < 10) std::abort();                               // bytes of the header
      total += tensor.end - tensor.begin;
    }
    if (total > size) std::abort();  // they cannot all be apart
  } catch (const regard::Error&) {}
  try {
    const auto shards = regard::parse_safetensors_index({reinterpret_cast<const char*>(data), size}, "fuzz");
    for (const auto& [tensor, file] : shards)
      if (file.find('/') != std::string::npos) std::abort();
  } catch (const regard::Error&) {}
  return 0;
}
