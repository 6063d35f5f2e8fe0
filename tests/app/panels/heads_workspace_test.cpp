// SPDX-License-Identifier: Apache-2.0
// The workspace Heads in the whole window: what the table shows and sorts, where a click on a number leads, both languages.
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
#include "app/style/locale.h"
#include "app/viewmodel/snapshot.h"
#include "core/engine/engine.h"
#include "core/text/continuation.h"
#include "tests/app/panels/seen_whole.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/run_text.h"
#include "tests/app/viewmodel/session_for.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>
#include <imgui_internal.h>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>

namespace regard::test {
namespace {

using regard::testing::read_text;
using regard::testing::reading_model;
using regard::testing::TemporaryFolder;

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

class HeadsWorkspace : public WindowWithJobs {
protected:
  void SetUp() override {
    WindowWithJobs::SetUp();
    preferences.animate = false;
    ::setenv("XDG_CACHE_HOME", (folder / "cache").c_str(), 1);
    regard::testing::write(folder / "own.txt", "the old king saw a cat\na cat saw the garden\n");
    snapshot = read_text(reading_model(true), "the old king saw a cat in the garden");
    session = regard::testing::session_for(*snapshot, {1, 2}, 4, 3);
    ImGui::GetIO().DisplaySize = {1600.0F, 900.0F};
    session.stage.workspace = "heads";
    state.of<HeadsState>().corpus.take(folder / "own.txt");
    frames_until_ready();
  }
  void TearDown() override {
    ::unsetenv("XDG_CACHE_HOME");
    WindowWithJobs::TearDown();
  }
  /// The first item whose name begins so, or "".
  [[nodiscard]] static std::string first_item(const std::string& beginning) {
    for (const ProbeItem& each : probe_items())
      if (each.id.starts_with(beginning)) return each.id;
    return {};
  }
  TemporaryFolder folder{};
};

TEST_F(HeadsWorkspace, AClickOnANumberShowsItsSentencesAndAClickOnOneGoesThere) {
  ASSERT_TRUE(has("roles.cell.1.2.previous_token"));
  expect_in_order();
  click_item("roles.cell.0.1.previous_token");
  frames_until_ready();
  EXPECT_EQ(session.head, (HeadRef{0, 1}));
  const EvidenceQuestion& behind = state.of<HeadsState>().behind;
  EXPECT_EQ(behind.head, (HeadRef{0, 1}));
  EXPECT_EQ(behind.what, "previous_token");
  ASSERT_TRUE(has("evidence.line.0"));
  ASSERT_TRUE(has("evidence.line.1"));
  EXPECT_FALSE(has("evidence.line.2")) << "the text has two sentences";
  click_item("evidence.line.0");
  EXPECT_NE(session.text, "the old king saw a cat in the garden");
  EXPECT_EQ(session.head, (HeadRef{0, 1}));
  expect_in_order();
}

TEST_F(HeadsWorkspace, AClickOnANumberLeavesTheTableInItsOrder) {
  ASSERT_EQ(state.of<HeadsState>().measure, "previous_token");
  click_item("roles.cell.0.1.self");
  frames_until_ready();
  EXPECT_EQ(state.of<HeadsState>().behind.what, "self");
  EXPECT_EQ(state.of<HeadsState>().measure, "previous_token") << "only the head of a column sorts";
  EXPECT_FALSE(state.of<HeadsState>().ascending);
}

TEST_F(HeadsWorkspace, AProbesNumberHasItsOwnSentencesAndAClickGoesThere) {
  HeadsState& heads = state.of<HeadsState>();
  heads.behind = {{0, 1}, "agreement", false};
  heads.behind_of = snapshot->model;
  for (const CorpusKind kind : {CorpusKind::file, CorpusKind::sentence}) {
    heads.corpus.kind = kind;
    frames_until_ready();
    ASSERT_TRUE(has("evidence.line.1")) << "whatever the text is";
    EXPECT_TRUE(has("evidence.share.1"));
  }
  expect_in_order();
  const std::string before = session.text;
  click_item("evidence.line.0");
  EXPECT_NE(session.text, before);
  EXPECT_EQ(session.head, (HeadRef{0, 1}));
}

TEST_F(HeadsWorkspace, WhatStandsBehindIsWhatIsExported) {
  click_item("roles.cell.0.1.self");
  frames_until_ready();
  state.of<HeadsState>().behind_least = true;
  const ExportOptions options = chosen_options(*snapshot, session, state);
  EXPECT_EQ(options.evidence, "self");
  EXPECT_EQ(options.evidence_head, (HeadRef{0, 1}));
  EXPECT_TRUE(options.evidence_least);
  EXPECT_EQ(options.corpus, (folder / "own.txt").string());
  EXPECT_EQ(panel_named("evidence")->exports, ExportView::evidence);
  EXPECT_EQ(panel_named("detectors")->exports, ExportView::detectors);
}

TEST_F(HeadsWorkspace, WhereNoSentencesAreOnShowNoneAreExported) {
  HeadsState& heads = state.of<HeadsState>();
  const auto exported = [&] { return chosen_options(*snapshot, session, state).evidence; };
  EXPECT_EQ(exported(), "") << "no number was chosen";
  click_item("roles.cell.0.1.self");
  frames_until_ready();
  EXPECT_EQ(exported(), "self");
  heads.corpus.kind = CorpusKind::sentence;
  frames_until_ready();
  EXPECT_FALSE(has("evidence.line.0"));
  EXPECT_EQ(exported(), "") << "not those of some other text";
  heads.behind.what = "agreement";
  frames_until_ready();
  EXPECT_TRUE(has("evidence.line.0")) << "a probe brings its own";
  EXPECT_EQ(exported(), "agreement");
  snapshot = read_text(reading_model(false), "the old king saw a cat");
  EXPECT_EQ(exported(), "") << "it was another model's head";
}

TEST_F(HeadsWorkspace, AFileThatWasChosenAnewIsNotTheOneThatWasSearched) {
  choose("head_search");
  frames_until_ready();
  click_item("head_search.by.2");
  frames_until_ready();
  const auto exported = [&] { return chosen_options(*snapshot, session, state).head_search; };
  ASSERT_FALSE(exported()->traces.empty());
  EXPECT_EQ(exported()->report->corpus, "own.txt");
  state.of<HeadsState>().corpus.take(folder / "own.txt");
  EXPECT_TRUE(exported()->traces.empty()) << "it may hold other sentences now";
  frames_until_ready();
  EXPECT_FALSE(exported()->traces.empty());
}

TEST_F(HeadsWorkspace, TheTableStaysTheSameInAnotherLanguage) {
  const int tables = ImGui::GetCurrentContext()->Tables.GetMapSize();
  set_language(Language::ru);
  preferences.language = Language::ru;
  frames_until_ready();
  ASSERT_TRUE(has("roles.cell.1.2.previous_token"));
  EXPECT_EQ(ImGui::GetCurrentContext()->Tables.GetMapSize(), tables)
      << "another table would lose where it was scrolled to";
}

TEST_F(HeadsWorkspace, AnotherModelWithFewerHeadsIsAskedNothingOfTheFirst) {
  click_item("roles.cell.2.3.previous_token");
  frames_until_ready();
  ASSERT_TRUE(has("evidence.line.0"));
  snapshot = read_text(reading_model(false, 1), "the old king saw a cat");
  frames_until_ready();
  EXPECT_FALSE(has("evidence.line.0")) << "this model has no layer 2";
  EXPECT_TRUE(has("roles.cell.0.3.previous_token"));
  EXPECT_FALSE(has("roles.cell.2.3.previous_token"));
  for (const char* panel : {"flow", "attribution", "likeness", "head_search", "pruning", "probing", "detectors"}) {
    choose(panel);
    frames_until_ready();
    expect_in_order();
  }
}

TEST_F(HeadsWorkspace, TheOverviewForgetsASentenceThatIsGone) {
  state.of<HeadsState>().corpus.kind = CorpusKind::sentence;
  frames_until_ready();
  ASSERT_TRUE(state.of<HeadsState>().map.run);
  EXPECT_EQ(state.of<HeadsState>().map.run->lock(), snapshot->trace);
  choose("flow");
  frames_until_ready();
  snapshot = read_text(snapshot->model, "a cat saw the garden");
  frames_until_ready();
  EXPECT_NE(state.of<HeadsState>().map.run->lock(), snapshot->trace) << "the overview shows pictures again";
}

TEST_F(HeadsWorkspace, AColumnSortsAndTheOverviewShowsIt) {
  click_item("roles.column.self");
  window_frames(2);
  EXPECT_EQ(state.of<HeadsState>().measure, "self");
  EXPECT_FALSE(state.of<HeadsState>().ascending);
  const MeasureMap& map = state.of<HeadsState>().map;
  EXPECT_EQ(map.heads.size(), snapshot->model->config.layers * snapshot->model->config.heads);
  click_item("roles.column.self");
  window_frames(2);
  EXPECT_TRUE(state.of<HeadsState>().ascending);
}

TEST_F(HeadsWorkspace, TheSentenceOnScreenIsMeasuredAnewWithEachRun) {
  state.of<HeadsState>().corpus.kind = CorpusKind::sentence;
  frames_until_ready();
  const float before = static_cast<float>(state.of<HeadsState>().map.heads.front().movement);
  snapshot = read_text(snapshot->model, "a cat saw the garden");
  frames_until_ready();
  EXPECT_NE(static_cast<float>(state.of<HeadsState>().map.heads.front().movement), before) << "another run";
  EXPECT_TRUE(has("roles.cell.0.0.previous_token"));
}

TEST_F(HeadsWorkspace, HeadsWithBadgesStandOnTopUntilAColumnIsChosen) {
  state.of<HeadsState>().corpus.kind = CorpusKind::english;
  state.of<HeadsState>().line = {0.2F, 1.0F};
  frames_until_ready();
  const auto rows_end = [&](bool badges) {  // how far down heads with badges begin to be, or those without
    std::optional<float> place;
    for (std::size_t head = 0; head < 12; ++head) {
      const std::string row = "roles.head." + std::to_string(head / 4) + "." + std::to_string(head % 4);
      if (!has(row) || has("roles.badge." + std::to_string(head) + ".0") != badges) continue;
      const float at = item(row).min.y;
      place = !place ? at : badges ? std::max(*place, at) : std::min(*place, at);
    }
    return place;
  };
  if (rows_end(true) && rows_end(false)) {
    EXPECT_LT(*rows_end(true), *rows_end(false));
  }
  ASSERT_TRUE(rows_end(true)) << "some head has a badge";
  EXPECT_EQ(state.of<HeadsState>().sorted_by, "");
  click_item("roles.column.self");
  EXPECT_EQ(state.of<HeadsState>().sorted_by, "self");
  click_item("roles.by_badge");
  EXPECT_EQ(state.of<HeadsState>().sorted_by, "");
  EXPECT_EQ(state.of<HeadsState>().measure, "self") << "the overview stays";
}

TEST_F(HeadsWorkspace, ABadgeThatThereIsNoRoomForIsChosenFromAMenu) {
  state.of<HeadsState>().corpus.kind = CorpusKind::english;
  state.of<HeadsState>().line = {0.0F, 0.0F};  // a badge for everything
  frames_until_ready();
  const std::string more = first_item("roles.more.");
  ASSERT_NE(more, "");
  click_item(more);
  window_frames(2);
  std::string last;
  for (const ProbeItem& each : probe_items())
    if (each.id.starts_with("roles.hidden.")) last = each.id;
  ASSERT_NE(last, "") << "a menu";
  expect_in_order();
  click_item(last);
  window_frames(2);
  EXPECT_EQ(first_item("roles.hidden."), "") << "it closes";
  const EvidenceQuestion& behind = state.of<HeadsState>().behind;
  const std::size_t head = std::stoul(more.substr(std::string("roles.more.").size()));
  EXPECT_EQ(session.head, (HeadRef{head / 4, head % 4}));
  EXPECT_EQ(behind.head, session.head);
  EXPECT_TRUE(behind.what == "separator" || behind.what == "first_token" || behind.what == "punctuation")
      << "sinks are the last: " << behind.what;
}

TEST_F(HeadsWorkspace, EscapeSendsTheSentencesAwayAfterWhatLiesOverThem) {
  click_item("roles.cell.0.1.self");
  frames_until_ready();
  ASSERT_TRUE(has("evidence.line.0"));
  world.worker = WorkerState::running;
  hold(GLFW_KEY_F1);
  ASSERT_EQ(state.of<WindowState>().overlay, Overlay::help);
  hold(GLFW_KEY_ESCAPE);
  EXPECT_EQ(state.of<HeadsState>().behind.what, "self") << "the help was on top";
  hold(GLFW_KEY_ESCAPE);
  EXPECT_EQ(state.of<HeadsState>().behind.what, "");
  EXPECT_EQ(command<CancelRun>(), nullptr);
  hold(GLFW_KEY_ESCAPE);
  EXPECT_NE(command<CancelRun>(), nullptr);
}

TEST_F(HeadsWorkspace, EscapeElsewhereLeavesTheSentences) {
  click_item("roles.cell.0.1.self");
  frames_until_ready();
  session.stage.workspace = "look";
  window_frames(2);
  hold(GLFW_KEY_ESCAPE);
  EXPECT_EQ(state.of<HeadsState>().behind.what, "self") << "they are not on show there";
}

TEST_F(HeadsWorkspace, AnExampleOfARelationLeavesTheTextOfTheOthersAsItIs) {
  ImGui::GetIO().DisplaySize = {1600.0F, 1400.0F};
  snapshot = read_text(load_model(std::filesystem::path(REGARD_ASSETS_DIR) / "models" / "council"), "Ann met Bob.");
  session = regard::testing::session_for(*snapshot, {1, 2}, 4, 3);
  HeadsState& heads = state.of<HeadsState>();
  heads.corpus.kind = CorpusKind::english;
  choose("relations");
  session.stage.filling = "relations";
  frames_until_ready();
  const std::string best = first_item("relations.best.0.");  // Russian
  ASSERT_NE(best, "");
  click_item(best);
  EXPECT_EQ(heads.corpus.kind, CorpusKind::english);
  EXPECT_EQ(heads.behind_text, CorpusKind::russian);
  EXPECT_TRUE(heads.behind.relation);
  EXPECT_TRUE(chosen_options(*snapshot, session, state).corpus.ends_with("en.conllu"));
  EXPECT_TRUE(chosen_options(*snapshot, session, state).evidence_corpus.value().ends_with("ru.conllu"));
  session.stage.filling.clear();
  choose("roles");
  frames_until_ready();
  EXPECT_TRUE(has("evidence.line.0"));
  click_item("roles.cell.0.1.self");
  EXPECT_EQ(heads.behind_text, std::nullopt) << "of the text that is chosen";
}

TEST_F(HeadsWorkspace, AQuestionOrTwoChooseNoHead) {
  const std::string tree =
      "1\tthe\tthe\tDET\t_\t_\t2\tdet\t_\t_\n2\tking\tking\tNOUN\t_\t_\t3\tnsubj\t_\t_\n"
      "3\tsaw\tsee\tVERB\t_\t_\t0\troot\t_\t_\n4\ta\ta\tDET\t_\t_\t5\tdet\t_\t_\n"
      "5\tcat\tcat\tNOUN\t_\t_\t3\tobj\t_\t_\n\n";
  std::string trees;
  for (std::size_t sentence = 0; sentence + 1 < least_badge_rows; ++sentence)
    trees += tree;
  choose("relations");
  for (const bool enough : {false, true}) {
    const std::filesystem::path file = folder / (enough ? "enough.conllu" : "few.conllu");
    regard::testing::write(file, enough ? trees + tree : trees);
    state.of<HeadsState>().corpus.take(file);
    frames_until_ready();
    EXPECT_EQ(has("relations.best.0.predicate_subject"), enough);
    EXPECT_EQ(has("relations.few.0.predicate_subject"), !enough);
  }
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
  session = regard::testing::session_for(*snapshot, {1, 2}, 4, 3);
  session.stage.workspace = "heads";
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
    session = regard::testing::session_for(*snapshot, {1, 2}, 4, 3);
  }
  [[nodiscard]] std::string corpus() const { return chosen_options(*snapshot, session, state).corpus; }
};

TEST_F(HeadsOfNotes, NothingIsMeasuredOnWordsBeforeItIsKnownThatTheModelReadsThem) {
  state.of<HeadsState>().corpus = {};
  look_at_notes();
  session.stage.workspace = "heads";
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
  session.stage.workspace = "look";  // no panel draws the choice
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
  session = regard::testing::session_for(*snapshot, {1, 2}, 4, 3);
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
  session.stage.filling = "relations";
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
  session.stage.filling = "relations";
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
  const auto chosen = session.stage.chosen;
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
  EXPECT_EQ(session.stage.chosen, chosen) << "what a person chose for other models stays";
  click_item("tab.attribution");
  frames_until_ready();
  EXPECT_TRUE(has("panel.attribution"));
  session.stage.chosen = chosen;
  snapshot = text;
  frames_until_ready();
  EXPECT_TRUE(has("panel.roles"));
}

TEST_F(HeadsWorkspace, SpecialTokensAloneAreAnEmptyText) {
  snapshot = read_text(reading_model(false), "");
  ASSERT_EQ(snapshot->trace->tokens(), 2U) << "[CLS] and [SEP]";
  session = regard::testing::session_for(*snapshot, {1, 2}, 0, 0);
  session.stage.workspace = "heads";
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
