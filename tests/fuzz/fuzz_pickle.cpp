// SPDX-License-Identifier: Apache-2.0
// Any bytes as the pickle of a state dict: tensors with as many strides as axes, or a regard::Error, nothing else.
#include "core/base/error.h"
#include "core/format/pickle.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
  try {
    for (const regard::PickledTensor& tensor : regard::parse_state_dict(bytes, "fuzz"))
      if (tensor.shape.size() != tensor.strides.size() || tensor.name.size() > size) std::abort();
  } catch (const regard::Error&) {}
  return 0;
}
