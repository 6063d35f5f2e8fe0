// SPDX-License-Identifier: Apache-2.0
// Importance and Probing in the whole window, with numbers from a real background.
#include "app/panels/common/heads_state.h"
#include "app/panels/heads/probing_parts.h"
#include "app/panels/heads/pruning_parts.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "app/style/locale.h"
#include "app/viewmodel/snapshot.h"
#include "core/base/random.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/run_text.h"
#include "tests/core/base/temporary_folder.h"

#include <gtest/gtest.h>
#include <cmath>
#include <fstream>

namespace regard::test {
namespace {

using regard::testing::read_text;
using regard::testing::reading_model;

class ImportancePanels : public WindowWithJobs {
protected:
  void look_at(std::shared_ptr<Snapshot> seen, const char* panel) {
    snapshot = std::move(seen);
    select({1, 2}, 4, 3);
    choose(panel);
    look().stage.filling = panel;  // both columns side by side
  }
  /// Sentences of the words the model knows; every fifth word is a verb.
  void take_trees() {
    const std::vector<std::string> words{"the", "king", "queen", "old", "saw", "gave", "cat", "dog"};
    Random random(5);
    std::ofstream file(folder_ / "own.conllu");
    for (int sentence = 0; sentence < 20; ++sentence) {
      for (int word = 1; word <= 6; ++word) {
        const std::string& form = words[random.below(words.size())];
        const char* tag = form == "saw" || form == "gave" ? "VERB" : "NOUN";
        file << word << '\t' << form << '\t' << form << '\t' << tag << "\t_\t_\t" << (word == 1 ? 0 : 1) << '\t'
             << (word == 1 ? "root" : "dep") << "\t_\t_\n";
      }
      file << '\n';
    }
    file.close();
    state.of<HeadsState>().corpus.take(folder_ / "own.conllu");
  }

  regard::testing::TemporaryFolder folder_{};
};

TEST_F(ImportancePanels, measure_every_head_the_team_and_pruning_on_the_text_chosen) {
  take_trees();
  look_at(read_text(reading_model(false), "the old king saw a [MASK]"), "pruning");
  frames_until_ready();
  const auto map = jobs.look<ImportanceSlot>().value;
  ASSERT_TRUE(map);
  EXPECT_EQ(map->losses.texts, 20U);
  EXPECT_EQ(map->losses.changes.size(), 12U);
  EXPECT_TRUE(map->mean) << "encoders are ablated to the mean";
  const auto curve = jobs.look<PruningSlot>().value;
  ASSERT_TRUE(curve);
  EXPECT_EQ(curve->steps.back(), 12U);
  EXPECT_TRUE(has("pruning.curve"));
  const auto team = jobs.look<TeamSlot>().value;
  ASSERT_TRUE(team);
  EXPECT_EQ(team->losses.changes.size(), 3U);
  EXPECT_NEAR(team->losses.mean_rise(2), pruning_curve(curve->losses, 0, curve->steps.size()).back(), 1e-9)
      << "all heads are all heads";
  click_item("pruning.head.2.1");
  EXPECT_EQ(selection().head, (HeadRef{2, 1}));
  EXPECT_EQ(hover.head, (HeadRef{2, 1}));
  click_item("pruning.how.0");
  frames_until_ready();
  EXPECT_FALSE(jobs.look<ImportanceSlot>().value->mean);
  click_item("pruning.by.1");
  EXPECT_EQ(state.of<PruningState>().by, Importance::divergence);
}

TEST_F(ImportancePanels, what_was_measured_on_a_corpus_stays_while_another_tab_is_on_show_and_the_sentence_changes) {
  const auto model = reading_model(false);
  const auto change_unseen = [&](const char* text) {
    look().stage.filling.clear();
    look().stage.workspace = "look";
    frames_until_ready();
    snapshot = read_text(model, text);
    for (int pass = 0; pass < 2; ++pass)  // what was asked for in the last frames is spared once
      jobs.forget_idle({model.get()});
  };
  take_trees();
  look_at(read_text(model, "the old king saw a [MASK]"), "pruning");
  frames_until_ready();
  const auto map = jobs.look<ImportanceSlot>().value;
  const auto curve = jobs.look<PruningSlot>().value;
  ASSERT_TRUE(map && curve);
  change_unseen("the queen gave a cat");
  EXPECT_EQ(jobs.look<ImportanceSlot>().value, map);
  EXPECT_EQ(jobs.look<PruningSlot>().value, curve);
  state.of<HeadsState>().corpus.kind = CorpusKind::sentence;
  choose("pruning");
  look().stage.filling = "pruning";
  frames_until_ready();
  ASSERT_TRUE(jobs.look<ImportanceSlot>().value);
  EXPECT_NE(jobs.look<ImportanceSlot>().value, map);
  change_unseen("the old queen saw a dog");
  EXPECT_FALSE(jobs.look<ImportanceSlot>().value) << "that was of a sentence which is gone";
}

TEST_F(ImportancePanels, what_reads_a_corpus_waits_for_the_worker_and_does_not_begin_again) {
  take_trees();
  look_at(read_text(reading_model(false), "the old king saw a [MASK]"), "pruning");
  jobs.hold(true);
  window_frames(3);
  ASSERT_TRUE(jobs.look<ImportanceSlot>().pending());
  world.worker = WorkerState::running;
  window_frames(3);
  EXPECT_TRUE(jobs.look<ImportanceSlot>().pending()) << "not cancelled";
  jobs.hold(false);
  world.worker = WorkerState::idle;
  frames_until_ready();
  EXPECT_EQ(jobs.look<ImportanceSlot>().state, TaskState::done);
}

TEST_F(ImportancePanels, a_map_that_failed_can_be_started_again) {
  state.of<HeadsState>().corpus.take(folder_ / "later.txt");
  look_at(read_text(reading_model(false), "the old king saw a [MASK]"), "pruning");
  frames_until_ready();
  ASSERT_EQ(jobs.look<ImportanceSlot>().state, TaskState::failed) << "there is no such file";
  std::ofstream(folder_ / "later.txt") << "the old king saw a cat\nthe queen gave a dog\n";
  frames_until_ready();
  ASSERT_TRUE(has("pruning.map.start")) << "nothing begins by itself";
  click_item("pruning.map.start");
  frames_until_ready();
  EXPECT_EQ(jobs.look<ImportanceSlot>().state, TaskState::done);
  EXPECT_FALSE(has("pruning.map.start"));
}

TEST_F(ImportancePanels, the_mark_stands_where_the_sentence_says_that_pruning_breaks_the_model) {
  take_trees();
  look_at(read_text(reading_model(false), "the old king saw a [MASK]"), "pruning");
  frames_until_ready();
  const auto curve = jobs.look<PruningSlot>().value;
  ASSERT_TRUE(curve);
  for (const float wanted : {0.01F, 0.03F, 0.1F, 2.0F}) {
    SCOPED_TRACE(wanted);
    state.of<PruningState>().line = wanted;
    window_frames(2);
    const std::optional<std::size_t> removed = removed_before_break(*curve, 0, static_cast<double>(wanted));
    ASSERT_EQ(has("pruning.curve.marked"), removed.has_value());
    if (!removed) continue;
    const ProbeItem plot = item("pruning.curve"), mark = item("pruning.curve.marked");
    const float share = static_cast<float>(*removed) / static_cast<float>(curve->steps.back());
    EXPECT_NEAR(mark.min.x, plot.min.x + share * (plot.max.x - plot.min.x), 1.0F);
  }
}

TEST_F(ImportancePanels, a_team_goes_into_the_interventions_whole_or_all_but_it) {
  state.of<HeadsState>().corpus.kind = CorpusKind::sentence;
  look_at(read_text(reading_model(true), "the old king saw a cat"), "pruning");
  selection().compared_heads = {{0, 3}};
  frames_until_ready();
  click_item("pruning.team");
  window_frames(2);
  click_item("pruning.team.*selected");
  frames_until_ready();
  EXPECT_FALSE(jobs.look<TeamSlot>().value->mean) << "a mean over the text knows what is to come";
  click_item("pruning.ablate");
  ASSERT_EQ(reading().interventions.size(), 2U);
  EXPECT_EQ(reading().interventions[0].item, ablation_of({{0, 3}}, false).front());
  EXPECT_EQ(reading().interventions[1].item, ablation_of({{1, 2}}, false).front());
  click_item("pruning.ablate");
  EXPECT_EQ(reading().interventions.size(), 2U) << "nothing twice";
  reading().interventions.clear();
  click_item("pruning.keep");
  ASSERT_EQ(reading().interventions.size(), 7U) << "three heads of layer 0 and of layer 1, layer 2 as a whole";
  EXPECT_EQ(reading().interventions.back().item.scope, (HeadScope{.layer = 2}));
}

TEST_F(ImportancePanels, a_sentence_that_needs_the_head_is_a_click_away) {
  take_trees();
  look_at(read_text(reading_model(false), "the old king saw a [MASK]"), "pruning");
  frames_until_ready();
  const auto needs = jobs.look<NeedSlot>().value;
  ASSERT_TRUE(needs);
  ASSERT_EQ(needs->sentences.size(), most_needs);
  EXPECT_NE(needs->sentences.front().text.find("[MASK]"), std::string::npos);
  double sum = 0.0;
  const auto all = make_needs(
      {{.model = snapshot->model, .corpus = state.of<HeadsState>().corpus.file, .sentences = 12, .mean = true},
       {1, 2}});
  for (const SentenceNeed& need : all->sentences)
    sum += need.rise * static_cast<double>(need.predictions);
  const auto map = make_importance(
      {.model = snapshot->model, .corpus = state.of<HeadsState>().corpus.file, .sentences = 12, .mean = true});
  EXPECT_NEAR(sum, map->losses.changes[6].loss, 1e-9) << "the sentences together are the corpus";
  click_item("pruning.need.0");
  EXPECT_EQ(reading().text, needs->sentences.front().text);
}

TEST_F(ImportancePanels, what_predicts_nothing_says_so) {
  const auto model = reading_model(false);
  model->config.has_lm_head = false;
  look_at(read_text(model, "the old king"), "pruning");
  frames_until_ready();
  EXPECT_FALSE(has("pruning.head.0.0"));
  EXPECT_EQ(jobs.look<ImportanceSlot>().state, TaskState::none) << "nothing was tried";
}

TEST_F(ImportancePanels, probes_are_drawn_over_depth_and_head_by_head) {
  take_trees();
  look_at(read_text(reading_model(false), "the old king saw a cat"), "probing");
  frames_until_ready();
  const auto scores = jobs.look<ProbingSlot>().value;
  ASSERT_TRUE(scores);
  EXPECT_EQ(scores->test_sentences, 4U);
  EXPECT_EQ(scores->scores.size(), 4U);
  EXPECT_GT(scores->share(scores->scores[0].right), 0.9) << "a word says whether it is a verb";
  EXPECT_TRUE(has("probing.chart"));
  click_item("probing.source.1");
  frames_until_ready();
  EXPECT_EQ(jobs.look<ProbingSlot>().value->scores.size(), 12U);
  click_item("probing.head.2.3");
  EXPECT_EQ(selection().head, (HeadRef{2, 3}));
  click_item("probing.task.1");
  frames_until_ready();
  EXPECT_EQ(jobs.look<ProbingSlot>().value->classes.back(), "root");
}

TEST_F(ImportancePanels, draw_in_windows_of_every_size_and_both_languages) {
  take_trees();
  look_at(read_text(reading_model(false), "the old king saw a cat"), "pruning");
  expect_in_order_in_every_size({"pruning", "probing"});
}

TEST_F(ImportancePanels, of_few_predictions_no_head_is_called_dead_or_said_to_be_able_to_go) {
  const auto model = reading_model(false);
  state.of<HeadsState>().corpus.kind = CorpusKind::sentence;
  state.of<PruningState>().line = 0.01F;
  look_at(read_text(model, "the old king saw a cat"), "pruning");
  frames_until_ready();
  ASSERT_TRUE(jobs.look<PruningSlot>().value);
  ASSERT_TRUE(is_few(jobs.look<ImportanceSlot>().value->losses));
  EXPECT_TRUE(has("pruning.few"));
  EXPECT_TRUE(has("pruning.head.0.0")) << "the numbers are there";
  for (const char* conclusion : {"pruning.breaks", "pruning.curve.marked", "pruning.dead_short", "pruning.dead.0"})
    EXPECT_FALSE(has(conclusion)) << conclusion;
  take_trees();
  frames_until_ready();
  ASSERT_FALSE(is_few(jobs.look<ImportanceSlot>().value->losses));
  EXPECT_FALSE(has("pruning.few"));
  EXPECT_TRUE(has("pruning.breaks"));
  ASSERT_TRUE(has("pruning.dead_short"));
  EXPECT_LT(item("pruning.dead_short").max.y, item("pruning.head.0.0").min.y) << "seen without scrolling";
}

TEST_F(ImportancePanels, the_text_is_told_whole_and_how_much_of_it_was_read) {
  ImportanceView view;
  view.in_text = 300;
  view.sentences = view.losses.texts = 60;
  const ScopedLanguage russian(Language::ru);
  EXPECT_EQ(text_read(view), "60 из 300 предложений");
  view.in_text = 61;
  EXPECT_EQ(text_read(view), "60 из 61 предложения");
  view.in_text = view.losses.texts = 1;
  EXPECT_EQ(text_read(view), "1 предложение");
  take_trees();
  const auto measured = make_importance(
      {.model = reading_model(false), .corpus = state.of<HeadsState>().corpus.file, .sentences = 2, .mean = true});
  EXPECT_EQ(measured->in_text, 20U) << "of a text that was not read to its end";
  EXPECT_EQ(measured->losses.texts, 2U);
}

TEST_F(ImportancePanels, the_selected_head_keeps_the_frame_of_its_team) {
  take_trees();
  look_at(read_text(reading_model(false), "the old king saw a [MASK]"), "pruning");
  selection().compared_heads = {{0, 3}};
  state.of<PruningState>().team = "*selected";
  frames_until_ready();
  ASSERT_TRUE(has("pruning.head.outlined.0.3"));
  const ProbeItem team = item("pruning.head.outlined.1.2"), shown = item("pruning.head.shown");
  EXPECT_GT(team.min.x, shown.min.x);
  EXPECT_GT(team.min.y, shown.min.y);
  EXPECT_LT(team.max.x, shown.max.x);
  EXPECT_LT(team.max.y, shown.max.y);
}

}  // namespace
}  // namespace regard::test
