// SPDX-License-Identifier: Apache-2.0
// What scores are the sum of: DeBERTa's three parts against PyTorch (tests/reference/later_encoders.py), and against the scores.
#include "core/trace/score_parts.h"

#include "tests/core/base/needed.h"
#include "tests/core/engine/reference.h"

#include <gtest/gtest.h>

#include <map>

namespace regard {
namespace {

using PartKind = ScorePartKind;

/// All layers and heads of one kind of part, as the reference has them.
std::map<PartKind, std::vector<float>> all_parts(const Trace& trace) {
  std::map<PartKind, std::vector<float>> found;
  const Range all{0, trace.tokens()};
  for (std::size_t layer = 0; layer < trace.layers.size(); ++layer)
    for (std::size_t head = 0; head < trace.model->config.heads(layer); ++head)
      for (const ScorePart& part : score_parts(trace, {layer, head}, all, all))
        found[part.kind].insert(found[part.kind].end(), part.scores.values.begin(), part.scores.values.end());
  return found;
}

class DisentangledParts : public testing::ReferenceTest {};

TEST_P(DisentangledParts, AgreeWithPyTorch) {
  const testing::Reference reference = testing::open_reference(GetParam());
  testing::Differences worst;
  for (const testing::ReferenceRun& one : reference.runs) {
    const auto trace = run(reference.model, one.request);
    for (const auto& [kind, ours] : all_parts(*trace)) {
      const char* name = kind == PartKind::content               ? "part_content"
                         : kind == PartKind::content_to_position ? "part_content_to_position"
                                                                 : "part_position_to_content";
      const double difference = testing::worst_difference(ours, reference.array(one, name));
      EXPECT_LE(difference, testing::kReferenceTolerance) << name << " of " << one.name;
      testing::gather(worst, {{name, difference}});
    }
  }
  testing::tell(GetParam(), worst);
}

TEST_P(DisentangledParts, AddUpToTheScoresInAnyTile) {
  const testing::Reference reference = testing::open_reference(GetParam());
  const auto trace = run(reference.model, reference.runs[2].request);
  const std::size_t tokens = trace->tokens();
  for (const auto& [queries, keys] :
       {std::pair<Range, Range>{{0, tokens}, {0, tokens}}, {{3, 4}, {1, tokens}}, {{5, 20}, {tokens - 1, tokens}}}) {
    const Matrix whole = scores(*trace, {1, 2}, queries, keys);
    Matrix sum(queries.size(), keys.size());
    for (const ScorePart& part : score_parts(*trace, {1, 2}, queries, keys))
      for (std::size_t cell = 0; cell < sum.values.size(); ++cell)
        sum.values[cell] += part.scores.values[cell];
    EXPECT_LE(testing::worst_difference(sum.values, whole.values), 1e-5);
  }
}

TEST_P(DisentangledParts, AreTheSameToTheLastBitInEveryTile) {
  const testing::Reference reference = testing::open_reference(GetParam());
  const auto trace = run(reference.model, reference.runs[2].request);
  const Matrix whole = scores(*trace, {1, 0});
  for (std::size_t query = 0; query < trace->tokens(); query += 7)
    for (std::size_t key = 0; key < trace->tokens(); key += 5)
      EXPECT_EQ(scores(*trace, {1, 0}, {query, query + 1}, {key, key + 1})(0, 0), whole(query, key));
}

INSTANTIATE_TEST_SUITE_P(Models, DisentangledParts,
                         ::testing::Values("deberta-v3-f32", "deberta-v2-own-projections-f16", "deberta-v2-short-f32",
                                           "deberta-v2-to-content-bf16", "deberta-v1-f32", "deberta-v1-short-bf16"),
                         testing::name_of);

TEST(PartsOfScores, are_content_and_position_where_distance_has_a_number) {
  REGARD_NEEDS(testing::reference_folder() / "stamp.txt");
  const testing::RecordedRun recorded = testing::recorded_run("mpnet-f32", 2);
  const Trace& trace = *recorded.trace;
  const Range all{0, trace.tokens()};
  const std::vector<ScorePart> parts = score_parts(trace, {1, 1}, all, all);
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].kind, PartKind::content);
  EXPECT_EQ(parts[1].kind, PartKind::position);
  const Matrix whole = scores(trace, {1, 1});
  for (std::size_t cell = 0; cell < whole.values.size(); ++cell)
    EXPECT_EQ(parts[0].scores.values[cell] + parts[1].scores.values[cell], whole.values[cell]);
}

TEST(PartsOfScores, are_content_alone_where_positions_add_nothing) {
  REGARD_NEEDS(testing::reference_folder() / "stamp.txt");
  const testing::RecordedRun recorded = testing::recorded_run("albert-f32", 1);
  const std::vector<ScorePart> parts = score_parts(*recorded.trace, {0, 0}, {0, 2}, {1, 4});
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(parts[0].scores, scores(*recorded.trace, {0, 0}, {0, 2}, {1, 4}));
}

}  // namespace
}  // namespace regard
