// SPDX-License-Identifier: Apache-2.0
#include "core/train/tasks.h"
#include "core/train/names.h"
#include "tests/core/base/expect_error.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace regard::train {
namespace {

Batch drawn(const Task& task, std::size_t tokens, std::size_t sequences = 50, std::uint64_t seed = 1) {
  Random random(seed);
  Batch batch;
  draw(prepare(task, tokens), sequences, random, batch);
  return batch;
}

/// Sequence `index` and the token after it: what is read, then the last thing asked.
std::vector<std::int32_t> said(const Batch& batch, std::size_t index) {
  const auto first = batch.ids.begin() + static_cast<std::ptrdiff_t>(index * batch.tokens);
  std::vector<std::int32_t> ids(first, first + static_cast<std::ptrdiff_t>(batch.tokens));
  ids.push_back(batch.targets[(index + 1) * batch.tokens - 1]);
  return ids;
}

/// The shortest period of the sequence from its beginning on.
std::size_t period_of(const std::vector<std::int32_t>& ids) {
  for (std::size_t period = 1;; ++period)
    if (std::equal(ids.begin() + static_cast<std::ptrdiff_t>(period), ids.end(), ids.begin())) return period;
}

TEST(Repeat, SaysASequenceAgainToTheEndWithAPeriodOfItsOwn) {
  const Batch batch = drawn({}, 64);
  std::set<std::size_t> periods;
  for (std::size_t index = 0; index < 50; ++index) {
    const std::vector<std::int32_t> ids = said(batch, index);
    const std::size_t period = period_of(ids);
    EXPECT_GE(period, 8U);
    EXPECT_LE(period, 24U);
    periods.insert(period);
    for (std::size_t place = 0; place < 64; ++place) {
      EXPECT_EQ(batch.targets[index * 64 + place], ids[place + 1]);
      EXPECT_EQ(batch.expects[index * 64 + place], place >= period ? Expect::rule : Expect::chance) << place;
    }
  }
  EXPECT_GT(periods.size(), 10U);
}

TEST(Repeat, AFixedPeriodTellsTheFirstRepeatedSymbolToo) {
  const Batch batch = drawn({.least_period = 9, .most_period = 9}, 32);
  for (std::size_t place = 0; place < 32; ++place)
    EXPECT_EQ(batch.expects[place], place >= 8 ? Expect::rule : Expect::chance) << place;
  EXPECT_EQ(period_of(said(batch, 0)), 9U);
}

TEST(Sort, AnswersAreTheNumbersBeforeTheArrowInOrder) {
  const Batch batch = drawn({.kind = TaskKind::sort}, 44);
  const std::int32_t arrow = 32, stop = 33;
  const std::vector<std::int32_t> ids = said(batch, 3);
  std::vector<std::int32_t> numbers(ids.begin(), ids.begin() + 10);
  EXPECT_EQ(ids[10], arrow);
  std::sort(numbers.begin(), numbers.end());
  EXPECT_TRUE(std::equal(numbers.begin(), numbers.end(), ids.begin() + 11));
  EXPECT_EQ(ids[21], stop);
  const Expect* const expects = batch.expects.data() + 3 * 44;
  EXPECT_EQ(expects[8], Expect::chance);
  EXPECT_EQ(expects[9], Expect::symbol);
  EXPECT_EQ(expects[10], Expect::rule);
  EXPECT_EQ(expects[19], Expect::rule);
  EXPECT_EQ(expects[20], Expect::symbol);
}

TEST(Add, SumsAreRightModuloTheNumberOfSymbols) {
  const Batch batch = drawn({.kind = TaskKind::add, .symbols = 7}, 39);
  std::size_t carried = 0;
  for (std::size_t index = 0; index < 50; ++index) {
    const std::vector<std::int32_t> ids = said(batch, index);
    for (std::size_t first = 0; first < 40; first += 5) {
      EXPECT_EQ(ids[first + 4], (ids[first] + ids[first + 2]) % 7);
      EXPECT_EQ(ids[first + 1], 7);
      EXPECT_EQ(ids[first + 3], 8);
      EXPECT_EQ(batch.expects[index * 39 + first + 3], Expect::rule);
      carried += ids[first] + ids[first + 2] >= 7 ? 1 : 0;
    }
  }
  EXPECT_GT(carried, 50U);
}

TEST(Previous, AsksForTheTokenBefore) {
  const Batch batch = drawn({.kind = TaskKind::previous}, 16);
  EXPECT_EQ(batch.targets[16], kNotAsked);
  for (std::size_t place = 17; place < 32; ++place)
    EXPECT_EQ(batch.targets[place], batch.ids[place - 1]);
}

TEST(Brackets, AsksWhatWouldCloseTheInnermostOpenOne) {
  const PreparedTask task = prepare({.kind = TaskKind::brackets}, 60);
  ASSERT_EQ(task.pieces.size(), 9U);
  EXPECT_EQ(task.pieces[0], "(");
  EXPECT_EQ(task.pieces[8], "∅");
  const Batch batch = drawn(task.task, 60);
  for (std::size_t index = 0; index < 50; ++index) {
    std::vector<std::int32_t> open;
    for (std::size_t place = index * 60; place < (index + 1) * 60; ++place) {
      const std::int32_t id = batch.ids[place];
      if (id % 2 == 0) {
        open.push_back(id);
      } else {
        ASSERT_FALSE(open.empty());
        EXPECT_EQ(open.back() + 1, id);
        open.pop_back();
      }
      EXPECT_EQ(batch.targets[place], open.empty() ? 8 : open.back() + 1);
    }
  }
}

TEST(Text, KnowsWhereTheTextLeavesNoChoice) {
  const Task task{.kind = TaskKind::text, .text = "абвг абвд абвг"};
  const PreparedTask ready = prepare(task, 8);
  EXPECT_EQ(ready.ids.size(), 14U);
  EXPECT_EQ(ready.pieces, (std::vector<std::string>{" ", "а", "б", "в", "г", "д"}));
  EXPECT_EQ(ready.expects[3], Expect::chance);  // абв: г or д
  EXPECT_EQ(ready.expects[4], Expect::rule);    // бвг: a space
  EXPECT_EQ(ready.expects[2], Expect::chance);  // too little stands before it
  const Batch batch = drawn(task, 8, 20);
  for (std::size_t index = 0; index < 20; ++index) {
    const std::vector<std::int32_t> ids = said(batch, index);
    EXPECT_NE(std::search(ready.ids.begin(), ready.ids.end(), ids.begin(), ids.end()), ready.ids.end());
  }
}

TEST(Tasks, SayTheSameForTheSameSeedAndGoOn) {
  for (const auto& [name, kind] : Names<TaskKind>::all) {
    Task task{.kind = kind};
    if (kind == TaskKind::text) task.text = std::string(50, 'a') + "bcdefghijklmnopqrstuvwxyz" + std::string(50, 'z');
    EXPECT_EQ(drawn(task, 32, 8, 4).ids, drawn(task, 32, 8, 4).ids) << name;
    EXPECT_NE(drawn(task, 32, 8, 4).ids, drawn(task, 32, 8, 5).ids) << name;
    const auto vocabulary = static_cast<std::int32_t>(prepare(task, 32).pieces.size());
    const Batch batch = drawn(task, 32, 8);
    for (const std::int32_t id : batch.ids)
      EXPECT_TRUE(id >= 0 && id < vocabulary) << name;
    for (const std::int32_t target : batch.targets)
      EXPECT_TRUE(target >= kNotAsked && target < vocabulary) << name;
  }
}

TEST(Tasks, RefuseWhatDoesNotFit) {
  using testing::error_of;
  EXPECT_EQ(error_of([] { (void)prepare({.least_period = 8, .most_period = 24}, 24); }).code(), "training_value");
  EXPECT_EQ(error_of([] { (void)prepare({.least_period = 9, .most_period = 8}, 24); }).code(), "training_value");
  EXPECT_EQ(error_of([] { (void)prepare({.symbols = 1}, 64); }).code(), "training_value");
  EXPECT_EQ(error_of([] { (void)prepare({.kind = TaskKind::brackets, .symbols = 7}, 64); }).code(), "training_value");
  EXPECT_EQ(error_of([] { (void)prepare({.kind = TaskKind::text, .text = "short"}, 64); }).code(),
            "training_text_short");
  EXPECT_EQ(error_of([] { (void)prepare({.kind = TaskKind::text, .text = "ab\xFF"}, 4); }).code(),
            "training_text_utf8");
  EXPECT_EQ(error_of([] { (void)prepare({.kind = TaskKind::text, .text = std::string(99, 'a')}, 4); }).code(),
            "training_text_characters");
}

}  // namespace
}  // namespace regard::train
