// SPDX-License-Identifier: Apache-2.0
#include "core/base/free_memory.h"
#include "tests/core/base/littered_heap.h"

#include <gtest/gtest.h>
#include <thread>

namespace regard {
namespace {

using testing::LitteredHeap;

TEST(FreeMemory, WhatLiesBetweenSmallThingsInUseIsGivenBack) {
  if (testing::has_another_malloc) GTEST_SKIP() << "another malloc";
  LitteredHeap heap;
  std::thread([&] { heap.litter(); }).join();
  ASSERT_TRUE(heap.is_kept()) << "malloc gives back by itself: there is nothing to be done";
  give_back_free_memory();
  EXPECT_TRUE(heap.is_gone());
}

}  // namespace
}  // namespace regard
