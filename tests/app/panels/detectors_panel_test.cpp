// SPDX-License-Identifier: Apache-2.0
// The view of detectors in the whole window: rules and a text from files, numbers from a real background.
#include "app/panels/common/heads_state.h"
#include "app/panels/frame/export_dialog.h"
#include "app/panels/heads/detectors_parts.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "app/viewmodel/snapshot.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/run_text.h"
#include "tests/core/base/temporary_folder.h"

#include <fstream>

namespace regard::test {
namespace {

class DetectorsPanel : public WindowWithJobs {
protected:
  std::filesystem::path file(const std::string& name, const std::string& text) {
    std::ofstream(folder.path() / name) << text;
    return folder.path() / name;
  }
  void see(const std::string& rules) {
    snapshot = regard::testing::read_text(regard::testing::reading_model(false), "the old king saw a cat");
    select({1, 2}, 4, 3);
    HeadsState& heads = state.of<HeadsState>();
    heads.corpus.take(file("trees.conllu",
                           "1\tthe\tthe\tDET\t_\t_\t2\tdet\t_\t_\n2\tking\tking\tNOUN\t_\t_\t3\tnsubj\t_\t_\n"
                           "3\tsaw\tsee\tVERB\t_\t_\t0\troot\t_\t_\n4\ta\ta\tDET\t_\t_\t5\tdet\t_\t_\n"
                           "5\tcat\tcat\tNOUN\t_\t_\t3\tobj\t_\t_\n\n"));
    heads.detectors.take(file("rules.txt", rules));
    choose("detectors");
    frames_until_ready();
  }
  regard::testing::TemporaryFolder folder{};
};

constexpr const char* kRules =
    "detector: object\nquery: upos VERB\nkey: dependent obj\n"
    "detector: before\nquery: not separator\nkey: offset -1\n"
    "detector: never\nquery: token \"nowhere\"\nkey: any\n";

TEST_F(DetectorsPanel, shows_every_rule_with_its_best_head_and_a_click_goes_there) {
  see(kRules);
  const auto reports = jobs.look<DetectorSlot>().value;
  ASSERT_TRUE(reports);
  ASSERT_EQ(reports->detectors.size(), 3U);
  EXPECT_EQ(reports->detectors[0].leader().rows, 1U);
  EXPECT_EQ(reports->detectors[1].leader().rows, 5U);
  EXPECT_TRUE(reports->detectors[2].best.empty());
  EXPECT_TRUE(has("detectors.row.2"));
  EXPECT_FALSE(has("detectors.best.2")) << "nothing fits it";
  click_item("detectors.best.0");
  EXPECT_EQ(selection().head, reports->head_at(reports->detectors[0].best.front()));
  expect_in_order();
}

TEST_F(DetectorsPanel, shows_the_sentences_of_a_rule_and_exports_them) {
  see(kRules);
  ImGui::GetIO().DisplaySize = {1600.0F, 900.0F};
  frames_until_ready();
  HeadsState& heads = state.of<HeadsState>();
  heads.behind = {{0, 0}, "previous_token", false};
  heads.behind_of = snapshot->model;
  const std::shared_ptr<const DetectorReports> reports = jobs.look<DetectorSlot>().value;
  ASSERT_TRUE(reports);
  click_item("detectors.best.0");
  frames_until_ready();
  EXPECT_EQ(heads.behind.head, selection().head);
  EXPECT_EQ(heads.behind.rule, reports->detectors[0].rule) << "not those of the number chosen before";
  EXPECT_TRUE(has("evidence.line.0"));
  EXPECT_FALSE(has("evidence.line.1")) << "the text has one sentence";
  const ExportOptions options = chosen_options(*snapshot, session, state);
  EXPECT_EQ(options.evidence, "object");
  EXPECT_EQ(options.evidence_rule, reports->detectors[0].rule);
  EXPECT_EQ(options.evidence_corpus, (folder.path() / "trees.conllu").string());
  expect_in_order();
  click_item("evidence.line.0");
  EXPECT_EQ(reading().text, "the king saw a cat");
}

TEST_F(DetectorsPanel, says_which_side_of_a_rule_fits_nothing) {
  see(std::string(kRules) +
      "detector: keyless\nquery: any\nkey: token \"nowhere\"\n"
      "detector: apart\nquery: token \"saw\"\nkey: token \"saw\" and not self\n"
      "detector: adverb\nquery: upos ADV\nkey: governor\n");
  const std::shared_ptr<const DetectorReports> reports = jobs.look<DetectorSlot>().value;
  ASSERT_TRUE(reports);
  ASSERT_EQ(reports->detectors.size(), 6U);
  EXPECT_EQ(reports->detectors[2].queries, 0U);
  EXPECT_GT(reports->detectors[3].queries, 0U);
  EXPECT_EQ(reports->detectors[3].keys, 0U);
  EXPECT_EQ(reports->detectors[4].queries, 1U);
  EXPECT_EQ(reports->detectors[4].keys, 1U);
  EXPECT_TRUE(reports->detectors[4].best.empty());
  ImGui::GetIO().DisplaySize = {1600.0F, 1200.0F};
  frames_until_ready();
  for (const char* row : {"2", "3", "4", "5"}) {
    const std::string id = std::string("detectors.nothing.") + row;
    ASSERT_TRUE(has(id));
    for (const Language spoken : {Language::ru, Language::en}) {
      set_language(spoken);
      click_item(id);  // hovers it
      window_frames(2);
      expect_in_order();
    }
  }
}

TEST_F(DetectorsPanel, shows_all_heads_of_the_chosen_rule) {
  see(kRules);
  click_item("detectors.row.1");
  EXPECT_EQ(state.of<HeadsState>().detectors.chosen, 1U);
  click_item("detectors.head.2.3");
  EXPECT_EQ(selection().head, (HeadRef{2, 3}));
  EXPECT_EQ(hover.head, (HeadRef{2, 3})) << "other views know what is hovered";
}

TEST_F(DetectorsPanel, says_what_is_wrong_with_the_rules) {
  see("detector: object\nquery: upos VERB\nkey: nowhere\n");
  const auto outcome = jobs.look<DetectorSlot>();
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->code(), "detector_condition");
  EXPECT_FALSE(has("detectors.row.0"));
}

}  // namespace
}  // namespace regard::test
