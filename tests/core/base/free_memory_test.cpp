// SPDX-License-Identifier: Apache-2.0
#include "core/base/free_memory.h"
#include "tests/core/base/littered_heap.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <latch>
#include <string_view>
#include <thread>
#include <vector>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace regard {
namespace {

using testing::LitteredHeap;

/// How many parts the heap has by now, as malloc itself tells; 0 where it is not GNU's.
std::size_t parts_of_heap() {
  std::size_t parts = 0;
#ifdef __GLIBC__
  char* told = nullptr;
  std::size_t length = 0;
  std::FILE* stream = open_memstream(&told, &length);
  malloc_info(0, stream);
  std::fclose(stream);
  constexpr std::string_view kPart = "<heap nr=";
  const std::string_view text(told, length);
  for (std::size_t at = text.find(kPart); at != text.npos; at = text.find(kPart, at + 1))
    ++parts;
  std::free(told);
#endif
  return parts;
}

TEST(FreeMemory, WhatLiesBetweenSmallThingsInUseIsGivenBack) {
  if (testing::has_another_malloc) GTEST_SKIP() << "another malloc";
  LitteredHeap heap;
  std::thread([&] { heap.litter(); }).join();
  ASSERT_TRUE(heap.is_kept()) << "malloc gives back by itself: there is nothing to be done";
  give_back_free_memory();
  EXPECT_TRUE(heap.is_gone());
}

TEST(FreeMemory, ThreadsShareTwoPartsOfTheHeap) {
  if (testing::has_another_malloc) GTEST_SKIP() << "another malloc";
  const std::size_t before = parts_of_heap();  // one, where this test has a process to itself
  ASSERT_GT(before, 0U);
  keep_free_memory();
  constexpr std::ptrdiff_t kThreads = 6;
  std::latch all_have_some(kThreads);
  std::vector<std::jthread> threads;
  for (std::ptrdiff_t thread = 0; thread < kThreads; ++thread)
    threads.emplace_back([&] {
      const std::vector<std::byte> some(1000);
      all_have_some.arrive_and_wait();
    });
  threads.clear();
  EXPECT_LE(parts_of_heap(), std::max<std::size_t>(before, 2));
}

}  // namespace
}  // namespace regard
