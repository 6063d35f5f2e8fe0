// SPDX-License-Identifier: Apache-2.0
// Which model a step is run on.
#include "app/lesson/step_run.h"

#include "app/session/session.h"
#include "tests/app/viewmodel/handmade.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace regard {
namespace {

/// Two models that call different heads by the same role.
class TwoModels : public ::testing::Test {
protected:
  void SetUp() override {
    lesson = parse_lesson(
        "---\nformat: 1\ntitle: A\nmodel: one\n---\n"
        "## First\n```state\nsession: two.json\nhead: relation:it\n```\n"
        "## Second\n```state\ntext: the cat saw a dog\nhead: relation:it\n```\n"
        "## Third\n```state\nmodel: one\nsession: two.json\nhead: relation:it\n```\n"
        "## Fourth\n```state\nsession: none.json\nhead: relation:it\n```\n",
        "l.md");
    Session saved;
    saved.text = "the cat saw a dog";
    sessions["none.json"] = saved;
    saved.model = "two";
    sessions["two.json"] = saved;
    for (const auto& [name, head] : {std::pair{"one", HeadRef{0, 1}}, {"two", HeadRef{1, 2}}}) {
      auto snapshot = testing::handmade_snapshot("the cat saw a dog");
      auto model = testing::handmade_model();
      model->roles.push_back({.head = head, .relation = "it"});
      snapshot->model = model;
      snapshot->source_model = name;
      snapshots[name] = snapshot;
    }
  }
  std::vector<std::string> ran{};
  Lesson lesson{};
  LessonSessions sessions{};
  std::map<std::string, std::shared_ptr<Snapshot>> snapshots{};
};

TEST_F(TwoModels, AStepIsRunOnTheModelThatItsSessionNames) {
  StepRunner runner(lesson, sessions, [&](const Session& session) {
    ran.push_back(session.model);
    return snapshots.at(session.model);
  });
  for (const auto& [step, head] :
       {std::pair{0U, HeadRef{1, 2}}, {1U, HeadRef{0, 1}}, {2U, HeadRef{0, 1}}, {3U, HeadRef{0, 1}}}) {
    const StepRun run = runner.run(step);
    EXPECT_TRUE(run.mistakes.empty());
    EXPECT_EQ(run.run.session->head, head) << "of step " << step + 1;
  }
  EXPECT_EQ(ran.front(), "two");
  EXPECT_EQ(ran.back(), "one");
  EXPECT_EQ(model_of_step(lesson, 0, sessions), "two");
  EXPECT_EQ(model_of_step(lesson, 2, sessions), "one") << "the step's own line counts more";
  EXPECT_EQ(model_of_step(lesson, 3, sessions), "one") << "this session names none";
}

TEST_F(TwoModels, ALinkIsHeldAgainstTheModelThatItNames) {
  snapshots["two"]->model = testing::handmade_model();  // it knows no such role
  Session of_one = sessions["two.json"];
  of_one.model = "one";
  sessions["two.json"] = of_one;
  StepRunner runner(lesson, sessions, [&](const Session& session) { return snapshots.at(session.model); });
  const StepRun run = runner.run(0);
  ASSERT_TRUE(run.ran());
  ProseSpan link;
  link.line = 77;
  link.show = {{"head", {"relation:it"}}};
  EXPECT_TRUE(runner.mistakes_of_show(link, run.run).empty());
  link.show.push_back({"model", {"two"}});
  const std::vector<LessonMistake> mistakes = runner.mistakes_of_show(link, run.run);
  ASSERT_EQ(mistakes.size(), 1U);
  EXPECT_EQ(mistakes.front().error.code(), "lesson_role");
  EXPECT_EQ(mistakes.front().line, 77U);
}

TEST_F(TwoModels, AModelThatIsMissingIsToldByTheLineThatNamesIt) {
  StepRunner runner(lesson, sessions, [&](const Session& session) {
    auto failed = std::make_shared<Snapshot>();
    failed->source_model = session.model;
    failed->error = Error("file_missing", {.file = session.model});
    return failed;
  });
  const StepRun run = runner.run(0);
  ASSERT_EQ(run.mistakes.size(), 1U);
  EXPECT_EQ(run.mistakes.front().line, 8U) << "the session";
  EXPECT_EQ(run.mistakes.front().error.details().file, "two");
}

}  // namespace
}  // namespace regard
