// SPDX-License-Identifier: Apache-2.0
// The same walk where the window shows what a plain text does not: the steps of a model with two texts and of one that reads
// pictures, their menus, a lesson beside the panels, the glossary.
#include "app/lesson/lesson.h"
#include "app/panels/common/lesson_news.h"
#include "app/panels/common/window_state.h"
#include "app/panels/lesson/glossary_file.h"
#include "app/panels/steps/steps_state.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "core/engine/decoder_text.h"
#include "core/model/image_input.h"
#include "core/text/continuation.h"
#include "tests/app/panels/seen_whole_walk.h"
#include "tests/core/model/tiny_t5.h"

#include <imgui_internal.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace regard::test {
namespace {

namespace fs = std::filesystem;

class ModelsSeenWhole : public SeenWhole {
protected:
  void SetUp() override {
    SeenWhole::SetUp();
    preferences.animate = false;
  }

  /// A decoder that asks what an encoder has said.
  void read_two_texts() {
    const regard::testing::TemporaryFolder folder;
    regard::testing::tiny_t5().write_to(folder / "t5");
    const auto model = load_model(folder / "t5");
    const Encoding encoder = model->tokenizer->encode("a b c d e");
    Encoding decoder = encode_for_decoder(*model, "f a c");
    Request request{.encoder_ids = ids_of(encoder)};
    request.ids = ids_of(decoder);
    snapshot = make_snapshot(model, run(model, request), std::move(decoder));
    snapshot->encoder_encoding = encoder;
    forget();
    reading().text = "a b c d e";
    reading().decoder_text = "f a c";
    selection().attention = AttentionKind::cross;
  }

  /// A digit, by the model that comes with the program.
  void read_picture() {
    const auto model = load_model(fs::path(REGARD_ASSETS_DIR) / "models/digits");
    const auto image =
        std::make_shared<const ImageInput>(prepare_image(RgbImage(28, 28), model->image_steps, *model->config.patches));
    Encoding encoding = model->tokenizer->encode("", {});
    Request request{.patches = std::shared_ptr<const Matrix>(image, &image->patches)};
    request.ids = ids_of(encoding);
    snapshot = make_snapshot(model, run(model, request), std::move(encoding));
    snapshot->image = image;
    forget();
  }

  /// All pictures of all steps, and the menu of cuts.
  void all_steps(const std::string& model) {
    look().stage.workspace = "steps";
    for (std::size_t step = 1; step <= count_of_steps; ++step) {
      look().stage.step = step;
      const std::string what = model + ", step " + std::to_string(step);
      window_frames(1);
      see(what);
      StepsPace& pace = state.of<StepsState>().pace;
      ASSERT_GT(pace.count, 0U) << what;
      while (pace.last + 1 < pace.count) {
        pace.last = std::min(pace.last + pace.room, pace.count - 1);
        see(what);
      }
    }
    click_item(has("steps.heads") ? "steps.heads" : "steps.what_if");
    see(model + ", menu of cuts");
    ImGui::ClosePopupToLevel(0, true);
    window_frames(1);
  }

  void open_lesson(const std::string& name) {
    for (const Language each : {Language::ru, Language::en}) {
      auto opened = std::make_shared<OpenedLesson>();
      opened->name = name;
      opened->lesson =
          load_lesson(fs::path(REGARD_ASSETS_DIR) / "lessons" / (name + (each == Language::ru ? ".ru.md" : ".en.md")));
      lessons_[each] = opened;
    }
    news_.run = snapshot;
    news_.step_is_set = true;
    news_.entries = {
        {.lesson = name, .title = "Что такое внимание: три стрелки и сумма 1", .minutes = 15, .steps = 12}};
    look().stage.lesson = {name, 0, false};
    world.lessons = &news_;
  }

  /// The lesson in the language that is chosen.
  void turn_to(std::size_t step, bool contents) {
    news_.open = lessons_[preferences.language];
    news_.step = step;
    look().stage.lesson.step = step;
    look().stage.lesson.contents = contents;
  }

  LessonNews news_{};

private:
  std::map<Language, std::shared_ptr<const OpenedLesson>> lessons_{};
};

TEST_F(ModelsSeenWhole, every_step_of_a_model_with_two_texts) {
  read_two_texts();
  look().stage.workspace = "steps";
  frames_until_ready();
  everywhere_in_the_dark([&] { all_steps("two texts"); });
  expect_all_seen();
}

TEST_F(ModelsSeenWhole, every_step_of_a_model_that_reads_pictures) {
  read_picture();
  look().stage.workspace = "steps";
  frames_until_ready();
  everywhere_in_the_dark([&] { all_steps("a picture"); });
  expect_all_seen();
}

TEST_F(ModelsSeenWhole, a_lesson_beside_every_workspace) {
  background = nullptr;
  open_lesson("05-five-steps");
  everywhere_in_the_dark([&] {
    for (const Workspace& workspace : workspaces()) {
      choose_panel(look().stage, workspace.id, "lesson");
      turn_to(1, false);
      see(std::string(workspace.id) + " with a lesson");
    }
    turn_to(0, true);
    see("contents of a lesson");
  });
  expect_all_seen();
}

TEST_F(ModelsSeenWhole, the_lessons_menu_and_the_glossary) {
  background = nullptr;
  open_lesson("05-five-steps");
  std::map<Language, std::shared_ptr<const Glossary>> glossaries;
  for (const Language each : {Language::ru, Language::en})
    glossaries[each] = std::make_shared<const Glossary>(
        make_glossary(load_glossary(fs::path(REGARD_ASSETS_DIR) / "lessons" /
                                    (each == Language::ru ? "glossary.ru.md" : "glossary.en.md"))
                          .terms));
  everywhere_in_the_dark([&] {
    turn_to(0, false);
    news_.glossary = glossaries[preferences.language];
    state.of<WindowState>().overlay = Overlay::glossary;
    see("glossary");
    state.of<WindowState>().overlay = Overlay::none;
    window_frames(2);
    open_bar_menu("lessons");
    see("menu lessons");
    ImGui::ClosePopupToLevel(0, true);
    window_frames(2);
  });
  expect_all_seen();
}

}  // namespace
}  // namespace regard::test
