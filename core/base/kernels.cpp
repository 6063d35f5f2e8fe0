// SPDX-License-Identifier: Apache-2.0
#include "core/base/kernels.h"

#include "core/base/kernels/levels.h"

#include <array>
#include <cstdlib>

namespace regard {
namespace {

#if defined(__x86_64__)
bool has_avx2() {  // every processor with AVX2 has F16C, for which clang 14 cannot ask by name
  return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0 &&
         __builtin_cpu_supports("bmi2") != 0;
}
bool has_avx512() {
  return has_avx2() && __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
         __builtin_cpu_supports("avx512cd") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
         __builtin_cpu_supports("avx512vl") != 0;
}
#else
bool has_avx2() {
  return false;
}
bool has_avx512() {
  return false;
}
#endif

struct Usable {
  std::array<const Kernels*, 3> levels{};
  std::size_t count = 0;
  void add(const Kernels* level) {
    if (level != nullptr) levels[count++] = level;
  }
};

Usable find_usable() {
  Usable usable;
  if (has_avx512()) usable.add(kAvx512Kernels);
  if (has_avx2()) usable.add(kAvx2Kernels);
  usable.add(kPortableKernels);
  return usable;
}

const Kernels& choose() {
  const std::span<const Kernels* const> usable = usable_kernels();
  const char* asked = std::getenv("REGARD_KERNELS");  // NOLINT: nothing here changes the environment
  if (asked != nullptr)
    for (const Kernels* level : usable)
      if (level->name == asked) return *level;
  return *usable.front();
}

}  // namespace

std::span<const Kernels* const> usable_kernels() {
  static const Usable usable = find_usable();
  return {usable.levels.data(), usable.count};
}

const Kernels& kernels() {
  static const Kernels& chosen = choose();
  return chosen;
}

}  // namespace regard
