// SPDX-License-Identifier: Apache-2.0
#include "app/panels/lesson/lesson_commands.h"

#include "app/panels/common/command.h"
#include "app/panels/common/dialog_state.h"
#include "app/panels/common/window_state.h"
#include "app/panels/common/world.h"
#include "app/panels/frame/chords.h"
#include "app/panels/frame/keyboard.h"
#include "app/panels/frame/path_dialog.h"
#include "app/panels/lesson/glossary_card.h"
#include "app/panels/lesson/lesson.h"
#include "app/panels/lesson/lesson_desk.h"
#include "app/panels/lesson/lesson_links.h"
#include "app/panels/lesson/question_parts.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"

#include <GLFW/glfw3.h>
#include <imgui.h>

#include <array>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace regard {
namespace {

bool has_open_lesson(const PanelContext& context) {
  return open_lesson(context) != nullptr;
}
bool strays_from_lesson(const PanelContext& context) {
  return open_lesson(context) != nullptr && context.world.lessons->strayed;
}

/// What is asked of a page is to be seen: a lesson behind another tab comes to the front. False: it was there.
bool brought_to_front(PanelContext& context) {
  if (lesson_is_in_front(context)) return false;
  context.act(SelectPanel{context.look().stage.workspace, "lesson"});
  return true;
}

void ask_for_page(PanelContext& context, int by) {
  if (!brought_to_front(context)) lesson_desk(context).asked.page = by;
}
void switch_contents(PanelContext& context, int) {
  if (context.look().stage.lesson.contents)
    show_lesson_page(context, context.world.lessons->step);
  else
    show_lesson_contents(context);
}
void go_back_to_lesson(PanelContext& context, int) {
  show_lesson_page(context, context.world.lessons->step);
}
void close_lesson(PanelContext& context, int) {
  context.command(CloseLesson{});
}
void check_by_key(PanelContext& context, int) {
  if (!brought_to_front(context)) lesson_desk(context).asked.check = true;
}
/// One key of three, counted from `first`.
void answer_by_digit(PanelContext& context, int first) {
  int digit = first;
  for (int key = first; key < first + 3; ++key)
    if (ImGui::IsKeyPressed(GLFW_KEY_1 + key, false)) digit = key;
  if (!brought_to_front(context)) lesson_desk(context).asked.digit = static_cast<std::size_t>(digit);
}
void walk_in_lesson(PanelContext& context, int) {
  brought_to_front(context);
  walk_to_panel(context.state, "lesson");
}
void ask_for_lesson(PanelContext& context, int) {
  ask_for_path(context.state, PathDialog::Kind::open_lesson);
}
bool has_lessons(const PanelContext& context) {
  return context.world.lessons != nullptr && !context.world.lessons->entries.empty();
}
/// Proposes a name beside the sessions: that of the lesson's file, or of all of them together.
void ask_where_to_print(PanelContext& context, int all) {
  const OpenedLesson* open = open_lesson(context);
  const std::string name = all != 0 ? "regard-lessons" : std::filesystem::path(open->lesson.file).stem().string();
  ask_for_path(context.state, all != 0 ? PathDialog::Kind::print_lessons : PathDialog::Kind::print_lesson,
               (context.state.of<FilesState>().folder / (name + ".pdf")).string());
}
void switch_glossary(PanelContext& context, int) {
  Overlay& overlay = context.state.of<WindowState>().overlay;
  if (overlay == Overlay::glossary)
    overlay = Overlay::none;
  else
    open_glossary(context);
}

std::vector<CommandEntry> lesson_table() {
  using enum CommandGroup;
  using enum ChordReach;
  std::vector<CommandEntry> table{
      {"lesson.next",
       "command.lesson_next",
       lesson,
       ask_for_page,
       {{plain(GLFW_KEY_PAGE_DOWN)}},
       uncovered,
       true,
       1,
       has_open_lesson,
       "command.no_lesson"},
      {"lesson.previous",
       "command.lesson_previous",
       lesson,
       ask_for_page,
       {{plain(GLFW_KEY_PAGE_UP)}},
       uncovered,
       true,
       -1,
       has_open_lesson,
       "command.no_lesson"},
      {"lesson.contents",
       "command.lesson_contents",
       lesson,
       switch_contents,
       {{alt(GLFW_KEY_C)}},
       uncovered,
       false,
       0,
       has_open_lesson,
       "command.no_lesson"},
      {"lesson.restore",
       "command.lesson_restore",
       lesson,
       go_back_to_lesson,
       {{alt(GLFW_KEY_R)}},
       uncovered,
       false,
       0,
       strays_from_lesson,
       "command.lesson_not_strayed"},
      {"lesson.check",
       "command.lesson_check",
       lesson,
       check_by_key,
       {{alt(GLFW_KEY_ENTER), alt(GLFW_KEY_KP_ENTER)}},
       uncovered,
       false,
       0,
       has_open_question,
       "command.no_question"},
      {"lesson.walk",
       "command.lesson_walk",
       lesson,
       walk_in_lesson,
       {{plain(GLFW_KEY_F4)}},
       uncovered,
       false,
       0,
       has_open_lesson,
       "command.no_lesson"},
      {"lesson.open", "command.lesson_open", lesson, ask_for_lesson},
      {"lesson.close",
       "command.lesson_close",
       lesson,
       close_lesson,
       {},
       uncovered,
       false,
       0,
       has_open_lesson,
       "command.no_lesson"},
      {"lesson.print",
       "command.lesson_print",
       lesson,
       ask_where_to_print,
       {},
       uncovered,
       false,
       0,
       has_open_lesson,
       "command.no_lesson"},
      {"lesson.print_all",
       "command.lesson_print_all",
       lesson,
       ask_where_to_print,
       {},
       uncovered,
       false,
       1,
       has_lessons,
       "command.no_lessons"},
      {"glossary", "command.glossary", lesson, switch_glossary, {{shift(GLFW_KEY_F1)}}, always, false, 0, has_glossary},
  };
  static constexpr std::array kDigits{std::pair{"lesson.answer_1", "command.lesson_answer_1"},
                                      std::pair{"lesson.answer_4", "command.lesson_answer_4"},
                                      std::pair{"lesson.answer_7", "command.lesson_answer_7"}};
  for (int group = 0; group < 3; ++group) {
    const auto& [id, name] = kDigits[static_cast<std::size_t>(group)];
    const int first = 3 * group;
    table.push_back({id,
                     name,
                     lesson,
                     answer_by_digit,
                     {{shift(GLFW_KEY_1 + first), shift(GLFW_KEY_2 + first), shift(GLFW_KEY_3 + first)}},
                     outside_fields,
                     false,
                     first,
                     has_open_question,
                     "command.no_question"});
  }
  return table;
}

}  // namespace

std::span<const CommandEntry> lesson_commands() {
  static const std::vector<CommandEntry> table = lesson_table();
  return table;
}

}  // namespace regard
