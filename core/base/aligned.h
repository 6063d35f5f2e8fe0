// SPDX-License-Identifier: Apache-2.0
// Numbers that begin at a cache line, so that no vector register is filled from two.
#pragma once

#include <cstddef>
#include <new>
#include <utility>
#include <vector>

namespace regard {

/// What is not given a value is not written either: resize() leaves new numbers undefined.
template <typename T>
struct CacheLineAllocator {
  using value_type = T;
  static constexpr std::align_val_t kLine{64};

  CacheLineAllocator() = default;
  template <typename Other>
  CacheLineAllocator(const CacheLineAllocator<Other>&) {}  // NOLINT: allocators convert

  [[nodiscard]] T* allocate(std::size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), kLine)); }
  void deallocate(T* numbers, std::size_t) { ::operator delete(numbers, kLine); }
  template <typename Other, typename... Values>
  void construct(Other* place, Values&&... values) {
    if constexpr (sizeof...(Values) == 0)
      ::new (static_cast<void*>(place)) Other;
    else
      ::new (static_cast<void*>(place)) Other(std::forward<Values>(values)...);
  }
  friend bool operator==(const CacheLineAllocator&, const CacheLineAllocator&) { return true; }
};

using AlignedFloats = std::vector<float, CacheLineAllocator<float>>;

}  // namespace regard
