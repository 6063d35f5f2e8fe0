// SPDX-License-Identifier: Apache-2.0
// The workspace Heads in the whole window: what the table shows and sorts, and where a click on a number leads.
#include "app/panels/common/command.h"
#include "app/panels/common/heads_state.h"
#include "app/panels/common/window_state.h"
#include "app/panels/frame/export_dialog.h"
#include "app/panels/registry.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "app/style/locale.h"
#include "tests/app/panels/heads_window.h"
#include "tests/app/viewmodel/run_text.h"
#include "tests/app/viewmodel/session_for.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>
#include <imgui_internal.h>
#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>

namespace regard::test {
namespace {

using regard::testing::read_text;
using regard::testing::reading_model;

TEST_F(HeadsWorkspace, AClickOnANumberShowsItsSentencesAndAClickOnOneGoesThere) {
  ASSERT_TRUE(has("roles.cell.1.2.previous_token"));
  expect_in_order();
  click_item("roles.cell.0.1.previous_token");
  frames_until_ready();
  EXPECT_EQ(selection().head, (HeadRef{0, 1}));
  const EvidenceQuestion& behind = state.of<HeadsState>().behind;
  EXPECT_EQ(behind.head, (HeadRef{0, 1}));
  EXPECT_EQ(behind.what, "previous_token");
  ASSERT_TRUE(has("evidence.line.0"));
  ASSERT_TRUE(has("evidence.line.1"));
  EXPECT_FALSE(has("evidence.line.2")) << "the text has two sentences";
  click_item("evidence.line.0");
  EXPECT_NE(reading().text, "the old king saw a cat in the garden");
  EXPECT_EQ(selection().head, (HeadRef{0, 1}));
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
  const std::string before = reading().text;
  click_item("evidence.line.0");
  EXPECT_NE(reading().text, before);
  EXPECT_EQ(selection().head, (HeadRef{0, 1}));
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
  EXPECT_EQ(map.heads.size(), head_count(snapshot->model->config));
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
  EXPECT_EQ(selection().head, (HeadRef{head / 4, head % 4}));
  EXPECT_EQ(behind.head, selection().head);
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
  look().stage.workspace = "look";
  window_frames(2);
  hold(GLFW_KEY_ESCAPE);
  EXPECT_EQ(state.of<HeadsState>().behind.what, "self") << "they are not on show there";
}

TEST_F(HeadsWorkspace, AnExampleOfARelationLeavesTheTextOfTheOthersAsItIs) {
  ImGui::GetIO().DisplaySize = {1600.0F, 1400.0F};
  snapshot = read_text(load_model(std::filesystem::path(REGARD_ASSETS_DIR) / "models" / "council"), "Ann met Bob.");
  select({1, 2}, 4, 3);
  HeadsState& heads = state.of<HeadsState>();
  heads.corpus.kind = CorpusKind::english;
  choose("relations");
  look().stage.filling = "relations";
  frames_until_ready();
  const std::string best = first_item("relations.best.0.");  // Russian
  ASSERT_NE(best, "");
  click_item(best);
  EXPECT_EQ(heads.corpus.kind, CorpusKind::english);
  EXPECT_EQ(heads.behind_text, CorpusKind::russian);
  EXPECT_TRUE(heads.behind.relation);
  EXPECT_TRUE(chosen_options(*snapshot, session, state).corpus.ends_with("en.conllu"));
  EXPECT_TRUE(chosen_options(*snapshot, session, state).evidence_corpus.value().ends_with("ru.conllu"));
  look().stage.filling.clear();
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

}  // namespace
}  // namespace regard::test
