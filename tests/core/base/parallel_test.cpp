// SPDX-License-Identifier: Apache-2.0
#include "core/base/parallel.h"

#include <gtest/gtest.h>
#include <atomic>
#include <cstdlib>
#include <stdexcept>
#include <thread>
#include <vector>

namespace regard {
namespace {

TEST(ParallelFor, visits_every_step_once_whatever_the_grain) {
  for (const std::size_t count : {0U, 1U, 7U, 100U, 1001U}) {
    for (const std::size_t grain : {0U, 1U, 3U, 1000U}) {
      std::vector<std::atomic<int>> visits(count);
      parallel_for(count, grain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t step = begin; step < end; ++step)
          ++visits[step];
      });
      for (std::size_t step = 0; step < count; ++step)
        EXPECT_EQ(visits[step], 1) << step << " of " << count;
    }
  }
}

TEST(ParallelFor, keeps_a_short_range_in_one_piece) {
  int pieces = 0;
  parallel_for(99, 50, [&](std::size_t begin, std::size_t end) {
    ++pieces;
    EXPECT_EQ(begin, 0U);
    EXPECT_EQ(end, 99U);
  });
  EXPECT_EQ(pieces, 1);
}

TEST(ParallelFor, hands_on_an_exception_of_a_piece) {
  const auto broken = [](std::size_t, std::size_t) { throw std::runtime_error("stop"); };
  EXPECT_THROW(parallel_for(1000, 1, broken), std::runtime_error);
}

TEST(ParallelFor, may_be_called_from_several_threads_and_from_inside) {
  ::setenv("OMP_NUM_THREADS", "4", 1);  // for a process that has not started its helpers yet: alone under ctest
  std::atomic<std::size_t> steps = 0;
  const auto count_steps = [&] {
    for (int round = 0; round < 200; ++round) {
      parallel_for(64, 1, [&](std::size_t begin, std::size_t end) {
        parallel_for(end - begin, 1, [&](std::size_t first, std::size_t last) { steps += last - first; });
      });
    }
  };
  {
    const std::jthread other(count_steps);
    count_steps();
  }
  EXPECT_EQ(steps, 2U * 200 * 64);
}

}  // namespace
}  // namespace regard
