// SPDX-License-Identifier: Apache-2.0
// Any bytes as an .npz and as an .npy: arrays whose bytes fill their shapes or a regard::Error, nothing else.
#include "core/base/error.h"
#include "core/format/npz.h"

#include <cstdint>
#include <cstdlib>

namespace {

void check(const regard::NpyArray& array) {
  std::size_t numbers = 1;
  for (const std::size_t axis : array.shape)
    numbers *= axis;
  if (numbers != array.size() || array.as_f32().size() != numbers) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kLimit = 1 << 20;  // bytes, so that a bomb does not slow the search down
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
  try {
    for (const auto& [name, array] : regard::parse_npz(bytes, "fuzz", kLimit))
      check(array);
  } catch (const regard::Error&) {}
  try {
    check(regard::parse_npy(bytes, "fuzz"));
  } catch (const regard::Error&) {}
  return 0;
}
