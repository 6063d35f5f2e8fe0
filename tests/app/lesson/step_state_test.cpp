// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/step_state.h"
#include "app/lesson/step_session.h"

#include "app/lesson/named.h"
#include "app/session/session.h"
#include "app/session/session_file.h"
#include "app/style/locale.h"
#include "tests/app/viewmodel/handmade.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace regard {
namespace {

using testing::handmade_model;
using testing::sentence;

const std::string kCouncilHead = "---\nformat: 1\ntitle: A\nmodel: council\n---\n";

Lesson with_states(const std::vector<std::string>& states) {
  std::string text = kCouncilHead;
  for (const std::string& state : states) {
    text += "## Step\n";
    if (!state.empty()) text += "```state\n" + state + "```\n";
  }
  Lesson lesson = parse_lesson(text, "folder/l.md");
  EXPECT_TRUE(lesson.mistakes.empty());
  return lesson;
}

std::shared_ptr<Model> model_with_roles() {
  auto model = handmade_model({.layers = 4, .heads = 4});
  model->name = "council";
  HeadRole role;
  role.head = {3, 1};
  role.relation = "predicate_subject";
  model->roles = {role};
  return model;
}

StepSession shown(const std::string& state, const Model* model) {
  return session_of_step(with_states({state}), 0, {}, model);
}
std::string code(const std::string& state) {
  const auto model = model_with_roles();
  const StepSession got = shown(state, model.get());
  return got.mistakes.empty() ? ""
                              : got.mistakes.front().error.code() + "@" + std::to_string(got.mistakes.front().line);
}

TEST(StepState, APictureStandsBesideTheLessonWhereverTheLessonIsReadFrom) {
  const auto model = model_with_roles();
  const std::filesystem::path here = std::filesystem::current_path();
  EXPECT_EQ(shown("text: a\nimage: cat.png\n", model.get()).session.image, (here / "folder/cat.png").string());
  EXPECT_EQ(shown("text: a\nimage: ../cat.png\n", model.get()).session.image, (here / "cat.png").string());
  EXPECT_EQ(shown("text: a\nimage: example\n", model.get()).session.image, "");
}

TEST(StepState, SaysWhichOfTheFivePicturesOfALayerIsShown) {
  const auto model = model_with_roles();
  const StepSession got = shown("workspace: steps\ntext: the cat saw the dog\nstep: 4\n", model.get());
  EXPECT_TRUE(got.mistakes.empty());
  EXPECT_EQ(got.session.stage.workspace, "steps");
  EXPECT_EQ(got.session.stage.step, 4U);
}

TEST(StepState, SaysTextHeadWordsAndPanels) {
  const auto model = model_with_roles();
  const StepSession got = shown(
      "text: the cat saw the dog\nhead: relation:predicate_subject\ncompare: 0.0, 1.2\nquery: saw\nkey: \"the#2\"\n"
      "panels: arcs weights\nstep: 3\nlit: arcs heads\nhide-special: yes\nwords: да\nmask: causal\ntemperature: 2\n",
      model.get());
  EXPECT_TRUE(got.mistakes.empty());
  EXPECT_FALSE(got.waits_for_model);
  const Session& session = got.session;
  EXPECT_EQ(session.model, "council");
  EXPECT_EQ(session.head, (HeadRef{3, 1}));
  EXPECT_EQ(session.compared_heads, (std::vector<HeadRef>{{0, 0}, {1, 2}}));
  const Encoding encoding = sentence(session.text);
  EXPECT_EQ(resolve(session.query, encoding), 3U);
  EXPECT_EQ(resolve(session.key, encoding), 4U);
  EXPECT_EQ(session.stage.workspace, "look");
  EXPECT_EQ(session.stage.chosen.at("look"), (std::vector<std::string>{"arcs", "weights"}));
  EXPECT_EQ(session.stage.step, 3U);
  EXPECT_EQ(got.lit, (std::vector<std::string>{"arcs", "heads"}));
  EXPECT_TRUE(session.hide_special && session.word_level);
  EXPECT_EQ(session.mask, MaskMode::causal);
  EXPECT_EQ(session.temperature, 2.0F);
}

TEST(StepState, LeavesNothingOfBeforeButTheWaysOfLooking) {
  Session before;
  before.text = "old";
  before.pins = {Pin{"A", {}, {}}};
  before.baseline = "A";
  before.compared_heads = {{1, 1}};
  before.interventions.emplace_back();
  before.decoder_text = "x";
  before.temperature = 3.0F;
  before.word_level = true;
  before.weight_map = WeightMap::cividis;
  before.generate.seed = 7;
  const auto model = model_with_roles();
  const Session after = session_of_step(with_states({"text: a b\nhead: 1.0\n"}), 0, before, model.get()).session;
  Session expected;
  expected.model = "council";
  expected.text = "a b";
  expected.head = {1, 0};
  expected.weight_map = WeightMap::cividis;
  expected.generate.seed = 7;
  EXPECT_EQ(after, expected);
}

TEST(StepState, LastsUntilAStepSaysOtherwise) {
  const Lesson lesson =
      with_states({"text: the cat saw\nhead: 1.0\nquery: saw\ntemperature: 2\nintervene: ablate head=1.0\n", "",
                   "head: 1.1\n", "text: a dog\n", "model: narrator\ntext: a b\n"});
  const auto model = model_with_roles();
  const auto session = [&](std::size_t step) { return session_of_step(lesson, step, {}, model.get()).session; };
  EXPECT_EQ(session(1), session(0));
  EXPECT_EQ(session(0).interventions.size(), 1U);
  const Session third = session(2);
  EXPECT_EQ(third.text, "the cat saw");
  EXPECT_EQ(resolve(third.query, sentence(third.text)), 3U);
  EXPECT_EQ(third.head, (HeadRef{1, 1}));
  EXPECT_EQ(third.temperature, 1.0F) << "what changes the run is of its own step";
  EXPECT_TRUE(third.interventions.empty());
  EXPECT_EQ(session(3).query, TokenAnchor{}) << "a new text has other words";
  EXPECT_EQ(session(3).head, (HeadRef{1, 1}));
  EXPECT_EQ(session(4).head, HeadRef{}) << "a new model has other heads";
  EXPECT_EQ(model_of_step(lesson, 3, {}), "council");
  EXPECT_EQ(model_of_step(lesson, 4, {}), "narrator");
}

TEST(StepState, GoesToTheWorkspaceThatHasItsPanel) {
  const Lesson lesson =
      with_states({"text: a\nworkspace: change\npanel: sweep\n", "panel: question\n", "panel: effect\n"});
  const auto stage = [&](std::size_t step) { return session_of_step(lesson, step, {}, nullptr).session.stage; };
  EXPECT_EQ(stage(0).workspace, "change");
  EXPECT_EQ(stage(1).workspace, "look") << "the workspace of the step before has no such panel";
  EXPECT_EQ(stage(1).chosen.at("look").front(), "question");
  EXPECT_EQ(stage(2).workspace, "change");
}

TEST(StepState, WaitsForTheModelWhereOnlyThatKnows) {
  const StepSession role = shown("text: a b\nhead: relation:predicate_subject\n", nullptr);
  EXPECT_TRUE(role.waits_for_model);
  EXPECT_TRUE(role.mistakes.empty());
  EXPECT_TRUE(shown("text: a b\nintervene: ablate head=1.0\n", nullptr).waits_for_model);
  EXPECT_TRUE(shown("text: a b\nquery: [CLS]\n", nullptr).waits_for_model);
  const StepSession plain = shown("text: a b\nhead: 1.0\nquery: b\n", nullptr);
  EXPECT_FALSE(plain.waits_for_model);
  EXPECT_EQ(plain.session.query, (TokenAnchor{TokenAnchor::Kind::byte, 2, 0}));
}

TEST(StepState, NamesTheLineOfWhatItCannotShow) {
  EXPECT_EQ(code("text: a b\nworkspace: attic\n"), "lesson_value@9");
  EXPECT_EQ(code("text: a b\npanel: window\n"), "lesson_value@9");
  EXPECT_EQ(code("text: a b\nworkspace: look\npanel: sweep\n"), "lesson_value@10");
  EXPECT_EQ(code("text: a b\nquery: c\n"), "lesson_word@9");
  EXPECT_EQ(code("text: a b\nquery: a#2\n"), "lesson_word@9");
  EXPECT_EQ(code("text: a b\nhead: 9.0\n"), "lesson_head@9");
  EXPECT_EQ(code("text: a b\nhead: first\n"), "lesson_head@9");
  EXPECT_EQ(code("text: a b\nhead: role:induction\n"), "lesson_role@9");
  EXPECT_EQ(code("text: a b\ntemperature: 0\n"), "lesson_value@9");
  EXPECT_EQ(code("text: a b\nmask: upside-down\n"), "lesson_value@9");
  EXPECT_EQ(code("text: a b\nwords: maybe\n"), "lesson_value@9");
  EXPECT_EQ(code("text: a b\nstep: 6\n"), "lesson_value@9");
  EXPECT_EQ(code("text: a b\nintervene: hammer head=1.0\n"), "lesson_value@9");
  EXPECT_EQ(code("text: a b\nintervene: mask head=1.0 key=\"c\"\n"), "lesson_word@9");
  EXPECT_EQ(code("text: a b\nintervene: add head=1.0\n"), "lesson_needs@9");
  EXPECT_EQ(code("text: a b\nintervene: ablate head=7.7\n"), "lesson_head@9");
  EXPECT_EQ(code("text: a b\nintervene: temperature amount=-1\n"), "intervention_value@9");
  EXPECT_EQ(code("text: a b\npanel: sweep\nquery: a\n"), "");
  EXPECT_EQ(code("text: a b\nlit: nosuch\n"), "lesson_value@9");
  EXPECT_EQ(code("text: a b\nlit: arcs nosuch\n"), "lesson_value@9");
  EXPECT_EQ(code("text: a b\nlit: writing\n"), "lesson_value@9") << "it stands in another workspace";
  EXPECT_EQ(code("text: a b\nworkspace: write\nlit: writing, predictions heads sentence\n"), "");
  EXPECT_EQ(code("text: a b\ntemperature: −-2\n"), "lesson_value@9");
  EXPECT_EQ(code("text: a b\ntemperature: 0,5\n"), "");
  EXPECT_EQ(code("text: a b\nintervene: add head=1.0 amount=−-4\n"), "lesson_value@9");
  EXPECT_EQ(code("text: a b\nintervene: add head=1.0 amount=1e300\n"), "lesson_value@9");
}

TEST(StepState, PlacesInterventionsOnWords) {
  const auto model = model_with_roles();
  const StepSession got = shown(
      "text: the cat saw\nintervene: mask head=1.2 query=\"saw\" key=\"the\" \"cat\"\nintervene: ablate layer=2 mean\n"
      "intervene: {\"kind\": \"scale\", \"layer\": 1, \"head\": 0, \"amount\": 0.5}\n",
      model.get());
  ASSERT_TRUE(got.mistakes.empty()) << got.mistakes.front().error.what();
  ASSERT_EQ(got.session.interventions.size(), 3U);
  const Intervention mask = resolved(got.session.interventions[0], sentence("the cat saw"));
  EXPECT_EQ(mask.kind, InterventionKind::mask);
  EXPECT_EQ(mask.cells, (std::vector<Cells>{{{3, 4}, {1, 2}}, {{3, 4}, {2, 3}}}));
  EXPECT_EQ(got.session.interventions[1].item.scope.layer, 2U);
  EXPECT_TRUE(got.session.interventions[1].item.mean);
  EXPECT_EQ(got.session.interventions[2].item.amount, 0.5F);
}

TEST(StepState, PinsATextToCompareWith) {
  const auto model = model_with_roles();
  const Session session = shown("text: the cat saw\npin: the dog saw\n", model.get()).session;
  ASSERT_EQ(session.pins.size(), 1U);
  EXPECT_EQ(session.baseline, session.pins[0].name);
  EXPECT_EQ(session.pins[0].reading.text, "the dog saw");
  EXPECT_EQ(session.pins[0].reading.model, "council");
  EXPECT_EQ(session.shown, Shown::difference);
  EXPECT_EQ(shown("text: a\npin: b\nshown: live\n", model.get()).session.shown, Shown::live);
}

TEST(StepState, BeginsWithASessionFileBesideTheLesson) {
  const std::filesystem::path folder = std::filesystem::path(::testing::TempDir()) / "lesson_session";
  std::filesystem::create_directories(folder);
  Session saved;
  saved.model = "council";
  saved.text = "the cat saw";
  saved.head = {2, 2};
  saved.temperature = 2.0F;
  save_session({saved, {}}, folder / "mine.json");
  std::ofstream(folder / "newer.json") << R"({"format": 99})";
  Lesson lesson = parse_lesson(
      kCouncilHead + "## A\n```state\nsession: mine.json\nquery: saw\n```\n## B\n```state\nsession: newer.json\n```\n",
      (folder / "l.md").string());
  const LessonSessions sessions = load_lesson_sessions(lesson);
  ASSERT_EQ(lesson.mistakes.size(), 1U);
  EXPECT_EQ(lesson.mistakes[0].error.code(), "session_version");
  EXPECT_EQ(lesson.mistakes[0].line, 13U);
  const auto model = model_with_roles();
  const Session session = session_of_step(lesson, 0, {}, model.get(), sessions).session;
  EXPECT_EQ(session.head, (HeadRef{2, 2}));
  EXPECT_EQ(session.temperature, 2.0F);
  EXPECT_EQ(resolve(session.query, sentence(session.text)), 3U);
  std::filesystem::remove_all(folder);
}

TEST(ShowLink, ChangesWhatItNamesAndNothingElse) {
  const auto model = model_with_roles();
  Session current = shown("text: the cat saw\nhead: 1.0\nquery: saw\ntemperature: 2\n", model.get()).session;
  ProseSpan link;
  link.line = 5;
  link.show = {{"panel", {"question"}}, {"key", {"cat"}}};
  StepSession got = session_of_show(link, current, model.get(), "l.md");
  EXPECT_TRUE(got.mistakes.empty());
  EXPECT_EQ(got.session.head, current.head);
  EXPECT_EQ(got.session.temperature, 2.0F);
  EXPECT_EQ(resolve(got.session.key, sentence(current.text)), 2U);
  EXPECT_EQ(got.session.stage.chosen.at("look").front(), "question");
  link.show = {{"colour", {"red"}}};
  got = session_of_show(link, current, model.get(), "l.md");
  ASSERT_EQ(got.mistakes.size(), 1U);
  EXPECT_EQ(got.mistakes[0].line, 5U);
}

TEST(ShowLink, DoesNotAskOneModelForTheHeadsOfAnother) {
  const auto model = model_with_roles();
  const Session current = shown("text: the cat saw\nhead: 1.0\n", model.get()).session;
  ProseSpan link;
  link.line = 5;
  link.show = {{"model", {"narrator"}}, {"head", {"relation:predicate_subject"}}};
  const StepSession other = session_of_show(link, current, model.get(), "l.md");
  EXPECT_EQ(other.session.model, "narrator");
  EXPECT_EQ(other.session.head, current.head);
  EXPECT_TRUE(other.waits_for_model);
  link.show.front().values = {"council"};
  EXPECT_EQ(session_of_show(link, current, model.get(), "l.md").session.head, (HeadRef{3, 1}));
}

TEST(WordsOfALesson, AreWholeWordsWithTheirPlaces) {
  const Encoding encoding = sentence("Кошка видела кошку, Кошка!", 4);
  EXPECT_EQ(place_of_word("Кошка", encoding.text)->begin, 0U);
  EXPECT_EQ(place_of_word("кошка", encoding.text)->begin, 0U) << "capitals do not count where only one is there";
  EXPECT_GT(place_of_word("Кошка#2", encoding.text)->begin, 30U);
  EXPECT_FALSE(place_of_word("Кошка#3", encoding.text));
  EXPECT_FALSE(place_of_word("кошк", encoding.text)) << "a part of a word is none";
  EXPECT_EQ(tokens_of_word("Кошка", encoding), (std::vector<std::size_t>{1, 2, 3}));
  EXPECT_EQ(tokens_of_word("[CLS]", encoding), (std::vector<std::size_t>{0}));
  EXPECT_EQ(tokens_of_word("#2", encoding), (std::vector<std::size_t>{2}));
  EXPECT_EQ(tokens_of_word("last", encoding), (std::vector<std::size_t>{encoding.tokens.size() - 2}));
  EXPECT_THROW((void)tokens_of_word("собака", encoding), Error);
  EXPECT_THROW((void)tokens_of_word("#99", encoding), Error);
}

}  // namespace
}  // namespace regard
