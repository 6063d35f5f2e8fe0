// SPDX-License-Identifier: Apache-2.0
// Heads × measures as a table: which badges, in which order.
#include "app/viewmodel/head_table.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

constexpr std::size_t kPrevious = 0, kSelf = 2, kSeparator = 4;  // of named_measures()

/// Two layers of two heads; previous_token 0.9 0.2 0.5 –, self 0.1 0.7 0.6 0.6; relations of head 3 alone.
HeadReport report() {
  HeadReport made{"text", 2, 2, 1, 0, 9};
  made.measures.assign(named_measures().size(), std::vector<Measure>(4));
  made.measures[kPrevious] = {{0.9F, 0.1F, 80}, {0.2F, 0.1F, 80}, {0.5F, 0.1F, 80}, {}};
  made.measures[kSelf] = {{0.1F, 0.1F, 80}, {0.7F, 0.1F, 80}, {0.6F, 0.1F, 80}, {0.6F, 0.1F, 80}};
  const auto relation = [](std::string name, float right) {
    RelationReport one{std::move(name), 100, {1, 0.2F}, std::vector<RelationScore>(4)};
    one.heads[3] = {right, {{right - 0.1F, right}}, right, right, 100};
    return one;
  };
  made.relations = {relation("attr_noun", 0.8F), relation("case_noun", 0.5F), relation("governor", 0.9F),
                    relation("nsubj:up", 1.0F)};
  return made;
}

std::vector<std::string> names(const std::vector<RoleBadge>& badges) {
  std::vector<std::string> list;
  for (const RoleBadge& badge : badges)
    list.push_back(badge.name);
  return list;
}

TEST(HeadTable, GivesSeveralBadgesOrNoneTheLargestFirst) {
  const HeadTable table = make_head_table(report(), nullptr, {0.3F, 5.0F});
  EXPECT_EQ(names(table.badges[0]), std::vector<std::string>{"previous_token"});
  EXPECT_EQ(names(table.badges[1]), std::vector<std::string>{"self"});
  EXPECT_EQ(names(table.badges[2]), (std::vector<std::string>{"self", "previous_token"}));
  EXPECT_EQ(names(table.badges[3]), (std::vector<std::string>{"governor", "attr_noun", "self"}))
      << "the best two relations that heads are named after, no label of the tree";
  EXPECT_TRUE(make_head_table(report(), nullptr, {0.95F, 5.0F}).badges[0].empty());
  EXPECT_TRUE(make_head_table(report(), nullptr, {0.3F, 10.0F}).badges[0].empty()) << "nine times the baseline";
}

TEST(HeadTable, PutsWhatTheModelCardSaysOfAHeadFirstAndSinksLast) {
  HeadReport made = report();
  made.measures[kSeparator].assign(4, {0.95F, 0.1F, 80});
  EXPECT_EQ(names(make_head_table(made, nullptr, {0.3F, 5.0F}).badges[3]),
            (std::vector<std::string>{"governor", "attr_noun", "self", "separator"}));
  const std::vector<HeadRole> roles{{.head = {1, 1}, .relation = "case_noun"},
                                    {.head = {0, 1}, .relation = "induction"}};
  const HeadTable table = make_head_table(made, nullptr, {0.3F, 5.0F}, {}, roles);
  EXPECT_EQ(names(table.badges[3]), (std::vector<std::string>{"case_noun", "governor", "self", "separator"}))
      << "its own relation is among the two that are shown, though two others are stronger";
  EXPECT_EQ(names(table.badges[1]), (std::vector<std::string>{"self", "separator"})) << "a role must be earned";
}

TEST(HeadTable, SortsHeadsByTheirFirstBadge) {
  HeadReport made = report();
  EXPECT_EQ(heads_by_badge(make_head_table(made, nullptr, {0.65F, 5.0F})), (std::vector<std::size_t>{0, 3, 1, 2}))
      << "0.9 of both, 0.7, then the one without a badge";
  made.measures[kSeparator][2] = {0.99F, 0.1F, 80};
  const HeadTable sinks = make_head_table(made, nullptr, {0.8F, 5.0F});
  EXPECT_EQ(heads_by_badge(sinks), (std::vector<std::size_t>{0, 3, 2, 1})) << "a sink is no role";
  EXPECT_EQ(heads_by_badge(make_head_table(report(), nullptr, {1.0F, 50.0F})), (std::vector<std::size_t>{0, 1, 2, 3}));
}

TEST(HeadTable, GivesNoBadgeForAFewRows) {
  HeadReport few = report();
  for (Measure& cell : few.measures[kPrevious])
    if (cell.defined()) cell.rows = least_badge_rows - 1;
  for (RelationReport& relation : few.relations)
    relation.rows = least_badge_rows - 1;
  const HeadTable table = make_head_table(few, nullptr, {0.3F, 5.0F});
  EXPECT_TRUE(table.badges[0].empty());
  EXPECT_EQ(names(table.badges[3]), std::vector<std::string>{"self"}) << "what rests on many rows stays";
  EXPECT_FLOAT_EQ(column_named(table, "previous_token")->cells[0].value, 0.9F) << "the number is shown all the same";
}

TEST(HeadTable, SortsByAColumnAndLeavesWhatIsNotDefinedForTheEnd) {
  const HeadTable table = make_head_table(report(), nullptr, {});
  EXPECT_EQ(sorted_heads(table, "previous_token", false), (std::vector<std::size_t>{0, 2, 1, 3}));
  EXPECT_EQ(sorted_heads(table, "previous_token", true), (std::vector<std::size_t>{1, 2, 0, 3}));
  EXPECT_EQ(sorted_heads(table, "self", false), (std::vector<std::size_t>{1, 2, 3, 0})) << "equal ones stay in order";
  EXPECT_EQ(sorted_heads(table, "no such", false), (std::vector<std::size_t>{0, 1, 2, 3}));
  const HeadColumn& previous = *column_named(table, "previous_token");
  EXPECT_EQ(rank_of(previous, 0), 0U);
  EXPECT_EQ(rank_of(previous, 1), 2U);
  EXPECT_EQ(rank_of(previous, 3), std::nullopt);
  EXPECT_FLOAT_EQ(previous.largest, 0.9F);
  EXPECT_FALSE(column_named(table, "next_token")->defined);
}

TEST(HeadTable, HasTheProbesColumnWhereThereIsAProbe) {
  InductionProbe probe{.seeds = 1, .rows = 20};
  probe.scores.resize(4);
  probe.scores[1].add({0.8F, 0.02F, 20});
  probe.neighbours = {0.0, 4.0, 0.0, 0.0};
  const HeadTable table = make_head_table(report(), &probe, {});
  const HeadColumn* column = column_named(table, "repeated_tokens");
  ASSERT_NE(column, nullptr);
  EXPECT_FALSE(column->on_corpus) << "no sentences stand behind it";
  EXPECT_FLOAT_EQ(column->cells[1].value, 0.8F);
  EXPECT_FLOAT_EQ(column->contrast[1], 4.0F) << "16 / 4";
  EXPECT_EQ(names(table.badges[1]), (std::vector<std::string>{"repeated_tokens", "self"}));
  const InductionProbe none{};
  EXPECT_EQ(column_named(make_head_table(report(), &none, {}), "repeated_tokens"), nullptr);
}

}  // namespace
}  // namespace regard
