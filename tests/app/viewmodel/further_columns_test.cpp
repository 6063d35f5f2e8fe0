// SPDX-License-Identifier: Apache-2.0
// Measures that were not taken on the report's text, as columns of the table of heads.
#include "app/viewmodel/head_table.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

HeadReport two_heads() {
  HeadReport report{.corpus = "text", .layers = 1, .heads = 2};
  report.measures.assign(named_measures().size(), std::vector<Measure>(2));
  return report;
}

TEST(FurtherColumns, NameTheirTextAndCanEarnABadge) {
  const std::vector<HeadsMeasure> further{{"copying", "ru.conllu", {{7.0F, 0.0F, 256}, {-1.0F, 0.0F, 256}}},
                                          {"coreference", "coreference.ru.txt", {{0.1F, 0.1F, 48}, {0.9F, 0.1F, 48}}}};
  const HeadTable table = make_head_table(two_heads(), nullptr, {}, further);
  const HeadColumn* coreference = column_named(table, "coreference");
  ASSERT_NE(coreference, nullptr);
  EXPECT_EQ(coreference->text, "coreference.ru.txt");
  EXPECT_FALSE(coreference->on_corpus) << "no sentence of the report's text is behind it";
  EXPECT_EQ(coreference->kind, HeadColumnKind::share);
  EXPECT_FLOAT_EQ(coreference->largest, 0.9F);
  EXPECT_EQ(sorted_heads(table, "coreference", false), (std::vector<std::size_t>{1, 0}));
  ASSERT_EQ(table.badges[1].size(), 1U);
  EXPECT_EQ(table.badges[1][0].name, "coreference");
  EXPECT_TRUE(table.badges[0].empty()) << "logits are no share, however large";
  EXPECT_EQ(column_named(table, "copying")->kind, HeadColumnKind::plain);
}

TEST(FurtherColumns, OfAnotherModelAreLeftOut) {
  const std::vector<HeadsMeasure> further{{"coreference", "coreference.ru.txt", std::vector<Measure>(3)}};
  EXPECT_EQ(column_named(make_head_table(two_heads(), nullptr, {}, further), "coreference"), nullptr);
}

}  // namespace
}  // namespace regard
