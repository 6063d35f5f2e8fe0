// SPDX-License-Identifier: Apache-2.0
#include "core/base/free_memory.h"

#include <cstdlib>  // defines __GLIBC__

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace regard {

void keep_free_memory() {
#ifdef __GLIBC__
  constexpr int kLargestOfHeap = 32 << 20;  // more is mapped by itself; malloc takes no larger number
  constexpr int kArenas = 2;
  mallopt(M_ARENA_MAX, kArenas);
  mallopt(M_MMAP_THRESHOLD, kLargestOfHeap);
  mallopt(M_TRIM_THRESHOLD, static_cast<int>(kept_free_memory));
#endif
}

void give_back_free_memory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace regard
