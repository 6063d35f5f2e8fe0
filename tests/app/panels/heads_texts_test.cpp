// SPDX-License-Identifier: Apache-2.0
// The workspace Heads with models and texts of other kinds, in windows of other sizes and in both languages.
#include "app/panels/common/command.h"
#include "app/panels/common/dialog_state.h"
#include "app/panels/common/heads_state.h"
#include "app/panels/common/window_state.h"
#include "app/panels/frame/export_dialog.h"
#include "app/panels/frame/path_field.h"
#include "app/panels/heads/anomalies_parts.h"
#include "app/panels/heads/attribution_parts.h"
#include "app/panels/heads/head_search_parts.h"
#include "app/panels/heads/likeness_parts.h"
#include "app/panels/heads/pruning_parts.h"
#include "app/panels/heads/reports.h"
#include "app/panels/heads/roles_parts.h"
#include "app/panels/registry.h"
#include "app/session/look.h"
#include "app/style/locale.h"
#include "app/viewmodel/snapshot.h"
#include "core/engine/engine.h"
#include "core/text/continuation.h"
#include "tests/app/panels/heads_window.h"
#include "tests/app/panels/seen_whole.h"
#include "tests/app/viewmodel/run_text.h"
#include "tests/app/viewmodel/session_for.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

namespace regard::test {
namespace {

using regard::testing::read_text;
using regard::testing::reading_model;

/// The example of the built-in model that reads pictures, as the worker reads it.
std::shared_ptr<Snapshot> read_digit() {
  const std::filesystem::path folder = std::filesystem::path(REGARD_ASSETS_DIR) / "models" / "digits";
  const std::shared_ptr<const Model> model = load_model(folder);
  const auto image = std::make_shared<const ImageInput>(
      read_image(folder / "example.png", model->image_steps, *model->config.patches));
  Encoding encoding = model->tokenizer->encode("", {});
  Request request{.ids = ids_of(encoding)};
  request.patches = std::shared_ptr<const Matrix>(image, &image->patches);
  auto trace = run(model, std::move(request));
  auto snapshot = make_snapshot(model, std::move(trace), std::move(encoding));
  snapshot->image = image;
  snapshot->source_image = (folder / "example.png").string();
  snapshot->number = 1;
  return snapshot;
}

TEST_F(HeadsWorkspace, HowManyBadgesAreHiddenIsWrittenInFull) {
  state.of<HeadsState>().corpus.kind = CorpusKind::english;
  state.of<HeadsState>().line = {0.0F, 0.0F};  // a badge for everything
  std::size_t seen = 0;
  for (float width = 900.0F; width <= 1600.0F; width += 50.0F) {
    ImGui::GetIO().DisplaySize = {width, 768.0F};
    frames_until_ready();
    for (std::size_t head = 0; head < 64; ++head) {
      if (!has("roles.more." + std::to_string(head))) continue;
      ++seen;
      EXPECT_LE(item("roles.more." + std::to_string(head)).max.x,
                item("roles.badges." + std::to_string(head)).max.x + 0.5F)
          << width;
    }
  }
  EXPECT_GT(seen, 0U) << "some head has more badges than there is room for";
}

TEST_F(HeadsWorkspace, AModelOfNotesIsMeasuredOnItsTuneAndWordsAreChosenWithAWarning) {
  snapshot = read_text(load_model(std::filesystem::path(REGARD_ASSETS_DIR) / "models" / "melody"),
                       "K:G M:3/4 D4 | G4/2 B4/8 G4/8 | A4/2 C5/8 A4/8 |");
  select({1, 2}, 4, 3);
  look().stage.workspace = "heads";
  HeadsState& heads = state.of<HeadsState>();
  heads.corpus = {};
  frames_until_ready();
  ASSERT_TRUE(heads.map.run) << "the sentence on screen, not the words of our texts";
  EXPECT_EQ(heads.map.run->lock(), snapshot->trace);
  EXPECT_FALSE(has("roles.corpus.unread"));
  click_item("roles.corpus." + std::to_string(static_cast<std::size_t>(CorpusKind::english)));
  frames_until_ready();
  EXPECT_TRUE(has("roles.corpus.unread"));
  EXPECT_FALSE(heads.map.run);
  expect_in_order();
}

/// Takes a thread until it is told to leave it.
template <int Number>
struct BusySlot {
  struct Asked {
    std::shared_ptr<const std::atomic<bool>> until{};
    friend bool operator==(const Asked&, const Asked&) = default;
  };
  using Answer = int;
  static std::shared_ptr<const int> answer(const Asked& asked, const Job<int>& job) {
    while (!*asked.until && !job.stop.stop_requested())
      std::this_thread::yield();
    return std::make_shared<int>(Number);
  }
};

/// A model that reads notes, with the text of its example; nobody has chosen what heads are measured on.
class HeadsOfNotes : public HeadsWorkspace {
protected:
  void look_at_notes() {
    snapshot = read_text(load_model(std::filesystem::path(REGARD_ASSETS_DIR) / "models" / "melody"),
                         "K:G M:3/4 D4 | G4/2 B4/8 G4/8 | A4/2 C5/8 A4/8 |");
    select({1, 2}, 4, 3);
  }
  [[nodiscard]] std::string corpus() const { return chosen_options(*snapshot, session, state).corpus; }
};

TEST_F(HeadsOfNotes, NothingIsMeasuredOnWordsBeforeItIsKnownThatTheModelReadsThem) {
  state.of<HeadsState>().corpus = {};
  look_at_notes();
  look().stage.workspace = "heads";
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!state.of<HeadsState>().map.run && std::chrono::steady_clock::now() < end) {
    window_frames(1);
    ASSERT_EQ(jobs.look<ReportSlot<CorpusKind::english>>().state, TaskState::none);
  }
  EXPECT_TRUE(state.of<HeadsState>().map.run) << "of the sentence";
}

TEST_F(HeadsOfNotes, AnExportWaitsForWhatThisModelReadsAndTakesNothingFromTheOneBefore) {
  HeadsState& heads = state.of<HeadsState>();
  heads.corpus = {};
  heads.corpus.words = {snapshot->model, CorpusKind::english, false};
  ASSERT_TRUE(corpus().ends_with("en.conllu"));
  const auto until = std::make_shared<std::atomic<bool>>(false);
  (void)jobs.ask<BusySlot<0>>({until});
  (void)jobs.ask<BusySlot<1>>({until});
  (void)jobs.ask<BusySlot<2>>({until});
  look_at_notes();
  look().stage.workspace = "look";  // no panel draws the choice
  state.of<WindowState>().overlay = Overlay::exporting;
  state.of<ExportDialog>().options.view = ExportView::roles;
  set_path(state.of<ExportDialog>().field, "/nowhere/roles.csv");
  window_frames(3);
  click_item("export.confirm");
  EXPECT_EQ(command<ExportTo>(), nullptr) << "it is not known what would be written";
  click_item("export.copy");
  EXPECT_EQ(command<CopyView>(), nullptr);
  *until = true;
  frames_until_ready();
  click_item("export.confirm");
  ASSERT_NE(command<ExportTo>(), nullptr);
  EXPECT_EQ(command<ExportTo>()->options.corpus, "") << "the sentence on screen";
  snapshot = read_text(reading_model(true), "the old king saw a cat");
  EXPECT_FALSE(heads.corpus.words.is_about(snapshot->model, CorpusKind::english)) << "it is known of the notes' model";
}

TEST_F(HeadsWorkspace, AMeasurementThatFailedCanBeMadeAgain) {
  state.of<HeadsState>().corpus.take(folder / "later.txt");
  frames_until_ready();
  EXPECT_FALSE(has("roles.cell.1.2.previous_token"));
  regard::testing::write(folder / "later.txt", "the old king saw a cat\na cat saw the garden\n");
  frames_until_ready();
  ASSERT_TRUE(has("roles.job.start")) << "nothing begins by itself";
  expect_in_order();
  click_item("roles.job.start");
  frames_until_ready();
  EXPECT_TRUE(has("roles.cell.1.2.previous_token"));
  EXPECT_FALSE(has("roles.job.start"));
}

TEST_F(HeadsWorkspace, TheOverviewForgetsAMeasureOfATextThatIsNotChosenAnyMore) {
  ASSERT_TRUE(has("legend.movement")) << "the overview shows a measure";
  choose("likeness");
  frames_until_ready();
  EXPECT_TRUE(has("legend.movement"));
  state.of<HeadsState>().corpus.take(folder / "own.txt");  // it may hold other sentences now
  window_frames(2);
  EXPECT_FALSE(has("legend.movement"));
  choose("roles");
  frames_until_ready();
  EXPECT_TRUE(has("legend.movement"));
}

TEST_F(HeadsWorkspace, AnEmptyTextIsNoObstacleToMeasuringAnother) {
  snapshot = make_snapshot(snapshot->model, nullptr, {});  // as the worker makes it
  snapshot->number = 2;
  frames_until_ready();
  EXPECT_TRUE(has("roles.cell.1.2.previous_token")) << "of the file";
  for (const char* panel : {"pruning", "likeness", "probing", "detectors", "relations"}) {
    choose(panel);
    frames_until_ready();
    expect_in_order();
  }
  state.of<HeadsState>().corpus.kind = CorpusKind::sentence;
  choose("roles");
  frames_until_ready();
  EXPECT_FALSE(has("roles.cell.1.2.previous_token")) << "there is nothing to measure";
  EXPECT_TRUE(has("roles.corpus.0")) << "but another text can be chosen";
}

TEST_F(HeadsWorkspace, HeadsOfAModelOfPicturesAreSearchedByExampleAlone) {
  snapshot = read_digit();
  select({1, 2}, 4, 3);
  choose("head_search");
  frames_until_ready();
  EXPECT_TRUE(jobs.look<HeadSearchSlot>().value) << "by example";
  click_item("head_search.by.2");
  frames_until_ready();
  EXPECT_FALSE(has("head_search.corpus.1")) << "a measure is known from a text";
  for (const char* panel : {"roles", "relations", "likeness", "pruning", "probing", "detectors"}) {
    choose(panel);
    frames_until_ready();
    EXPECT_FALSE(has(std::string(panel) + ".corpus.1")) << panel;
  }
}

TEST_F(HeadsWorkspace, HeadsAnswerARelationTogether) {
  state.of<HeadsState>().corpus.kind = CorpusKind::english;
  frames_until_ready();
  EXPECT_FALSE(has("relations.together.of"));
  click_item("relations.together");
  frames_until_ready();
  EXPECT_TRUE(has("relations.together.of"));
  expect_in_order();
}

TEST_F(HeadsWorkspace, NothingLiesOverAnotherInThePictureOfOneHeadInTwoTexts) {
  const std::string trees =
      "1\tthe\tthe\tDET\t_\t_\t2\tdet\t_\t_\n2\tking\tking\tNOUN\t_\t_\t3\tnsubj\t_\t_\n"
      "3\tsaw\tsee\tVERB\t_\t_\t0\troot\t_\t_\n4\ta\ta\tDET\t_\t_\t5\tdet\t_\t_\n"
      "5\tcat\tcat\tNOUN\t_\t_\t3\tobj\t_\t_\n\n";
  const std::filesystem::path file = folder / (std::string(90, 'w') + ".conllu");  // a name longer than the picture
  regard::testing::write(file, trees + trees);
  state.of<HeadsState>().corpus.take(file);
  state.of<HeadsState>().relation = "predicate_subject";
  choose("relations");
  look().stage.filling = "relations";
  std::size_t drawn = 0;
  for (const Language spoken : {Language::ru, Language::en})
    for (const ImVec2 size : {ImVec2{1600.0F, 900.0F}, ImVec2{1024.0F, 768.0F}}) {
      set_language(spoken);
      preferences.language = spoken;
      ImGui::GetIO().DisplaySize = size;
      frames_until_ready();
      if (!has("relations.dots")) continue;  // no room for its numbers
      ++drawn;
      const ProbeItem dots = item("relations.dots"), legend = item("relations.dots.legend");
      for (const char* name : {"relations.dots.first", "relations.dots.second"}) {
        const ProbeItem text = item(name);
        EXPECT_GE(text.min.x, dots.min.x - 1.0F) << name;
        EXPECT_LE(text.max.x, dots.max.x + 1.0F) << name;
        EXPECT_TRUE(text.max.x <= legend.min.x || text.max.y <= legend.min.y) << name;
      }
      EXPECT_TRUE(dots.max.x <= legend.min.x || dots.max.y <= legend.min.y);
    }
  EXPECT_GT(drawn, 0U);
}

TEST_F(HeadsWorkspace, NumbersOfRolesAreInSightInASmallWindowWithLargeText) {
  ImGui::GetIO().DisplaySize = {1024.0F, 768.0F};
  set_text_size(150);
  choose("roles");
  frames_until_ready();
  window_frames(3);
  const ProbeItem panel = item("panel.roles");
  std::size_t columns = 0, rows = 0;
  for (const ProbeItem& each : probe_items()) {
    columns += each.id.starts_with("roles.column.") && each.max.x - each.min.x > 1.5F * ImGui::GetFontSize() ? 1 : 0;
    rows += each.id.starts_with("roles.head.") && each.max.y - each.min.y > 0.9F * ImGui::GetFontSize() ? 1 : 0;
  }
  EXPECT_GE(columns, 2U);
  EXPECT_GE(rows, 8U);
  for (const ProbeItem& each : probe_items())
    if (each.id.starts_with("roles.column.")) {
      EXPECT_LE(each.max.x, panel.max.x) << each.id;
    }
}

TEST_F(HeadsWorkspace, TheTableOfRelationsHasHalfOfTheRoomAndEndsWithAWholeRow) {
  std::string trees;
  for (int sentence = 0; sentence < 3; ++sentence) {
    trees += "1\tthe\tthe\tDET\t_\t_\t0\troot\t_\t_\n";
    for (const char* label :
         {"acl", "advcl", "advmod", "amod", "appos", "aux",  "case", "ccomp", "clf",  "compound", "conj",
          "cop", "csubj", "dep",    "expl", "fixed", "flat", "iobj", "list",  "mark", "nmod",     "obl"})
      trees += std::to_string(std::ranges::count(trees.substr(trees.rfind("1\tthe")), '\n') + 1) +
               "\tcat\tcat\tNOUN\t_\t_\t1\t" + label + "\t_\t_\n";
    trees += "\n";
  }
  regard::testing::write(folder / "many.conllu", trees);
  state.of<HeadsState>().corpus.take(folder / "many.conllu");
  look().stage.filling = "relations";
  choose("relations");
  frames_until_ready();
  click_item("relations.labels");
  frames_until_ready();
  window_frames(3);
  const ProbeItem panel = item("panel.relations");
  float top = panel.max.y, bottom = panel.min.y, lowest_height = 0.0F, highest = 0.0F;
  for (const ProbeItem& each : probe_items())
    if (each.id.starts_with("relations.row.") && each.max.y - each.min.y > 3.0F) {  // not the edge of the next one
      top = std::min(top, each.min.y);
      highest = std::max(highest, each.max.y - each.min.y);
      if (each.max.y < bottom) continue;
      bottom = each.max.y;
      lowest_height = each.max.y - each.min.y;
    }
  ASSERT_GT(highest, 0.0F);
  EXPECT_GE(lowest_height, ImGui::GetFontSize() - 1.0F) << "the last row in sight is whole";
  EXPECT_GE(bottom - top, 0.45F * (panel.max.y - top)) << "the table has about as much room as the picture below it";
}

TEST_F(HeadsWorkspace, ThePictureIsInOrderInEitherLanguageAndInAnySize) {
  for (const Language spoken : {Language::ru, Language::en})
    for (const ImVec2 size : {ImVec2{1600.0F, 900.0F}, ImVec2{1024.0F, 768.0F}}) {
      set_language(spoken);
      preferences.language = spoken;
      ImGui::GetIO().DisplaySize = size;
      frames_until_ready();
      expect_in_order();
    }
}

TEST_F(HeadsWorkspace, AModelOfPicturesOpensOnTabsThatWorkAndTheOthersCannotBeChosen) {
  ImGui::GetIO().DisplaySize = {2560.0F, 1440.0F};  // all tabs stand on their rows
  frames_until_ready();
  click_item("tab.roles");
  frames_until_ready();
  const auto text = snapshot;
  const auto chosen = look().stage.chosen;
  snapshot = read_digit();
  frames_until_ready();
  EXPECT_TRUE(has("panel.flow"));
  EXPECT_TRUE(has("panel.anomalies"));
  EXPECT_FALSE(has("panel.roles") || has("panel.relations"));
  for (const char* shut :
       {"tab.roles", "tab.likeness", "tab.pruning", "tab.probing", "tab.detectors", "tab.relations"}) {
    ASSERT_TRUE(has(shut)) << shut;
    click_item(shut);
    frames_until_ready();
  }
  EXPECT_TRUE(has("panel.flow"));
  EXPECT_TRUE(has("panel.anomalies"));
  EXPECT_EQ(look().stage.chosen, chosen) << "what a person chose for other models stays";
  click_item("tab.attribution");
  frames_until_ready();
  EXPECT_TRUE(has("panel.attribution"));
  look().stage.chosen = chosen;
  snapshot = text;
  frames_until_ready();
  EXPECT_TRUE(has("panel.roles"));
}

TEST_F(HeadsWorkspace, SpecialTokensAloneAreAnEmptyText) {
  snapshot = read_text(reading_model(false), "");
  ASSERT_EQ(snapshot->trace->tokens(), 2U) << "[CLS] and [SEP]";
  select({1, 2}, 0, 0);
  look().stage.workspace = "heads";
  state.of<HeadsState>().corpus.kind = CorpusKind::sentence;
  frames_until_ready();
  EXPECT_FALSE(has("roles.cell.1.2.previous_token"));
  for (const char* panel : {"likeness", "attribution", "pruning", "flow", "anomalies", "head_search"}) {
    choose(panel);
    frames_until_ready();
  }
  EXPECT_EQ(jobs.look<LikenessSlot>().state, TaskState::none);
  EXPECT_EQ(jobs.look<AttributionSlot>().state, TaskState::none);
  EXPECT_EQ(jobs.look<ImportanceSlot>().state, TaskState::none);
  EXPECT_EQ(jobs.look<AnomaliesSlot>().state, TaskState::none);
  EXPECT_EQ(jobs.look<HeadSearchSlot>().state, TaskState::none);
  snapshot = read_text(snapshot->model, "cat");
  choose("attribution");
  frames_until_ready();
  EXPECT_TRUE(jobs.look<AttributionSlot>().value) << "a word is something";
}

TEST_F(HeadsWorkspace, ABadgeSaysWhatItWasMeasuredOn) {
  HeadTable table;
  table.columns = {{.name = "agreement", .on_corpus = false, .text = "agreement.en.txt"}, {.name = "self"}};
  EXPECT_NE(badge_hint({"agreement", false, 0.5F}, table, "this sentence").find("agreement.en.txt"), std::string::npos);
  EXPECT_EQ(badge_hint({"agreement", false, 0.5F}, table, "this sentence").find("this sentence"), std::string::npos);
  EXPECT_NE(badge_hint({"self", false, 0.5F}, table, "this sentence").find("this sentence"), std::string::npos);
}

}  // namespace
}  // namespace regard::test
