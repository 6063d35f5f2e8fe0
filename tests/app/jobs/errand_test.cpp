// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/errand.h"

#include <gtest/gtest.h>

#include <atomic>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>

namespace regard {
namespace {

template <class Work>
Brought<std::string> outcome_of(Work work) {
  Errand<std::string> errand;
  std::atomic<int> woken = 0;
  errand.begin(work, [&] { ++woken; });
  std::optional<Brought<std::string>> outcome;
  while (!outcome) {
    EXPECT_TRUE(errand.under_way());
    outcome = errand.take();
    std::this_thread::yield();
  }
  EXPECT_EQ(woken, 1);
  EXPECT_FALSE(errand.under_way());
  EXPECT_FALSE(errand.take()) << "it answers once";
  return *outcome;
}

std::string code_of(const Brought<std::string>& outcome) {
  EXPECT_FALSE(outcome.value);
  return outcome.problem ? outcome.problem->code() : "no problem";
}

TEST(Errand, answers_with_what_the_work_returns) {
  const Brought<std::string> outcome = outcome_of([] { return std::string("done"); });
  EXPECT_EQ(outcome.value, "done");
  EXPECT_FALSE(outcome.problem);
}

TEST(Errand, makes_an_error_of_whatever_the_work_throws) {
  EXPECT_EQ(code_of(outcome_of([]() -> std::string { throw Error("file_missing", {.file = "a.csv"}); })),
            "file_missing");
  EXPECT_EQ(code_of(outcome_of([]() -> std::string { throw std::bad_alloc(); })), "out_of_memory");
  EXPECT_EQ(code_of(outcome_of([]() -> std::string { throw std::length_error("too long"); })), "unexpected");
  EXPECT_EQ(code_of(outcome_of([]() -> std::string { throw 7; })), "unexpected");
}

TEST(Errand, is_waited_for_when_it_goes_out_of_scope) {
  std::atomic<bool> ended = false;
  {
    Errand<int> errand;
    errand.begin(
        [&] {
          std::this_thread::sleep_for(std::chrono::milliseconds(20));
          ended = true;
          return 1;
        },
        [] {});
  }
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace regard
