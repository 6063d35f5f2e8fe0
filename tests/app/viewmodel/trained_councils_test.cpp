// SPDX-License-Identifier: Apache-2.0
// Councils of earlier days are read from their folders, the newest first; what is broken, or of other sentences, is told instead.
#include "app/viewmodel/trained_councils.h"
#include "tests/core/base/temporary_folder.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

std::shared_ptr<const train::GuidedSet> prepared_set() {
  static const auto set = train::prepare_council(train::load_council_sources(REGARD_ASSETS_DIR));
  return set;
}

/// Measured at steps 0 and 20 of 40.
train::RecordedCouncil council_of_heads(std::size_t heads) {
  train::RecordedCouncil council{.recipe = {.heads = heads, .width = 16, .steps = 40}, .steps = 20};
  train::CouncilScores scores;
  for (std::size_t language = 0; language < 2; ++language) {
    council.sentences[language] = prepared_set()->held_out[language].size();
    scores.of[language].resize(prepared_set()->questions.of.size(), {.rows = 20, .right = 0.5F});
  }
  for (const HeadRole& role : prepared_set()->questions.of)
    council.questions.push_back(role.relation);
  council.points = {{.step = 0, .scores = scores}, {.step = 20, .scores = scores}};
  return council;
}

class TrainedCouncils : public ::testing::Test {
protected:
  void keep(const std::string& name, const train::RecordedCouncil& council) const {
    testing::write(folder.path() / name / "council.json", council_json(council));
  }
  [[nodiscard]] EarlierCouncils read() const { return *read_councils({folder.path(), 0, prepared_set()}); }

  testing::TemporaryFolder folder{};
};

TEST_F(TrainedCouncils, ComeBackTheNewestFirst) {
  keep("2026-01-01_council", council_of_heads(2));
  keep("2026-02-01_council", council_of_heads(4));
  testing::write(folder.path() / "2026-03-01_repeat" / "training.json", "{}");
  const EarlierCouncils earlier = read();
  EXPECT_TRUE(earlier.problems.empty());
  ASSERT_EQ(earlier.councils.size(), 2U);
  EXPECT_EQ(earlier.councils[0].folder, folder.path() / "2026-02-01_council");
  EXPECT_EQ(earlier.councils[0].heads(), 4U);
  EXPECT_EQ(earlier.councils[1].heads(), 2U);
  EXPECT_EQ(earlier.councils[1].last().step, 20U);
  EXPECT_EQ(earlier.councils[1].council.set, prepared_set());
  EXPECT_TRUE(read_councils({folder.path() / "nowhere", 0, prepared_set()})->councils.empty());
}

TEST_F(TrainedCouncils, EndWhereTheyWereMeasuredLastAndAreNoneBefore) {
  train::RecordedCouncil council = council_of_heads(2);
  council.points[1].scores.reset();
  keep("2026-01-01_council", council);
  council.points.clear();
  keep("2026-02-01_council", council);
  const EarlierCouncils earlier = read();
  EXPECT_TRUE(earlier.problems.empty());
  ASSERT_EQ(earlier.councils.size(), 1U);
  EXPECT_EQ(earlier.councils[0].last().step, 0U);
}

TEST_F(TrainedCouncils, OfOtherSentencesOrQuestionsOrBrokenAreTold) {
  keep("2026-01-01_council", council_of_heads(2));
  train::RecordedCouncil other = council_of_heads(4);
  other.sentences[1] += 1;
  keep("2026-01-02_council", other);
  other = council_of_heads(4);
  other.questions[3] = "of_another_program";
  keep("2026-01-03_council", other);
  other = council_of_heads(4);
  other.questions.pop_back();
  for (train::CouncilPoint& point : other.points)
    for (auto& of : point.scores->of)
      of.pop_back();
  keep("2026-01-04_council", other);
  testing::write(folder.path() / "2026-01-05_council" / "council.json", "[]");
  const EarlierCouncils earlier = read();
  EXPECT_EQ(earlier.councils.size(), 1U);
  ASSERT_EQ(earlier.problems.size(), 4U);
  EXPECT_EQ(earlier.problems[0].code(), "json_value");
  EXPECT_EQ(earlier.problems[1].details().found, "–");
  EXPECT_EQ(earlier.problems[2].code(), "council_others");
  EXPECT_EQ(earlier.problems[2].details().found, "of_another_program");
  EXPECT_EQ(earlier.problems[3].details().item, "sentences.ru");
  EXPECT_EQ(earlier.problems[3].details().expected, std::to_string(prepared_set()->held_out[1].size()));
}

}  // namespace
}  // namespace regard
