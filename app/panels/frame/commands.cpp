// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/commands.h"

#include "app/panels/change/intervene_brush.h"
#include "app/panels/common/checkpoints.h"
#include "app/panels/common/command.h"
#include "app/panels/common/compare_parts.h"
#include "app/panels/common/text_states.h"
#include "app/panels/common/window_state.h"
#include "app/panels/frame/bar_commands.h"
#include "app/panels/frame/chords.h"
#include "app/panels/frame/command_actions.h"
#include "app/panels/frame/export_dialog.h"
#include "app/panels/frame/file_commands.h"
#include "app/panels/frame/go_to.h"
#include "app/panels/frame/keyboard.h"
#include "app/panels/frame/palette.h"
#include "app/panels/lesson/lesson_commands.h"
#include "app/panels/look/grid_map_panel.h"
#include "app/panels/look/grid_place.h"
#include "app/panels/registry.h"
#include "app/panels/steps/steps.h"
#include "app/panels/write/generate.h"
#include "app/session/preferences.h"

#include <GLFW/glfw3.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <vector>

namespace regard {
namespace {

constexpr float kTextStep = 1.1F;

void choose_brush(PanelContext& context, int tool) {
  choose_tool(context, static_cast<BrushTool>(tool));
}
constexpr int number_of(BrushTool tool) {
  return static_cast<int>(tool);
}

void switch_shown(PanelContext& context, int shown) {
  toggle_shown(context, static_cast<Shown>(shown));
}
bool compares(const PanelContext& context) {
  return can_compare(context.session);
}

void toggle_overlay(PanelContext& context, int wanted) {
  const auto overlay = static_cast<Overlay>(wanted);
  context.state.of<WindowState>().overlay =
      context.state.of<WindowState>().overlay == overlay ? Overlay::none : overlay;
}

void scale_text(PanelContext& context, int steps) {
  context.command(ScaleText{steps > 0 ? kTextStep : steps < 0 ? 1.0F / kTextStep : 0.0F});
}

void switch_language(PanelContext& context, int) {
  context.command(SetLanguage{context.preferences.language == Language::ru ? Language::en : Language::ru});
}

void switch_theme(PanelContext& context, int) {
  const bool dark = context.preferences.theme == ThemeChoice::dark;
  context.command(SetTheme{dark ? ThemeChoice::light : ThemeChoice::dark});
}

void switch_classroom(PanelContext& context, int) {
  context.command(SetClassroom{!context.preferences.classroom});
}

void pan_up_down(PanelContext& context, int by) {
  pan_map(context, 0, by);
}
void pan_left_right(PanelContext& context, int by) {
  pan_map(context, by, 0);
}

template <class Wish>
void wish_for(PanelContext& context, int) {
  context.command(Wish{});
}

std::vector<CommandEntry> make_table() {
  using enum CommandGroup;
  using enum ChordReach;
  std::vector<CommandEntry> table{
      {"head.layer_up", "command.layer_up", reading, step_layer, {{plain(GLFW_KEY_UP)}}, pictures, true, -1},
      {"head.layer_down", "command.layer_down", reading, step_layer, {{plain(GLFW_KEY_DOWN)}}, pictures, true, 1},
      {"head.previous", "command.head_previous", reading, step_head, {{plain(GLFW_KEY_LEFT)}}, pictures, true, -1},
      {"head.next", "command.head_next", reading, step_head, {{plain(GLFW_KEY_RIGHT)}}, pictures, true, 1},
      {"query.next",
       "command.query_next",
       reading,
       step_query,
       {{plain(GLFW_KEY_TAB), plain(GLFW_KEY_PERIOD)}},
       pictures,
       true,
       1},
      {"query.previous",
       "command.query_previous",
       reading,
       step_query,
       {{shift(GLFW_KEY_TAB), plain(GLFW_KEY_COMMA)}},
       pictures,
       true,
       -1},
      {"go_to",
       "command.go_to",
       reading,
       [](PanelContext& context, int) { open_go_to(context); },
       {{ctrl(GLFW_KEY_G)}}},
      {"grids.all", "command.show_all", reading, show_all, {{plain(GLFW_KEY_HOME)}}, pictures},
      {"map.up", "command.pan_up", reading, pan_up_down, {{alt(GLFW_KEY_UP)}}, pictures, true, -1},
      {"map.down", "command.pan_down", reading, pan_up_down, {{alt(GLFW_KEY_DOWN)}}, pictures, true, 1},
      {"map.left", "command.pan_left", reading, pan_left_right, {{alt(GLFW_KEY_LEFT)}}, pictures, true, -1},
      {"map.right", "command.pan_right", reading, pan_left_right, {{alt(GLFW_KEY_RIGHT)}}, pictures, true, 1},

      {"text.focus", "command.field", text, focus_sentence, {{ctrl(GLFW_KEY_L)}}},
      {"text.grow",
       "command.grow",
       text,
       [](PanelContext& context, int) { context.state.of<TextStates>().sentence.grow = true; },
       {{ctrl_shift(GLFW_KEY_L)}}},
      {"text.edit_token",
       "command.edit_token",
       text,
       edit_query,
       {{ctrl(GLFW_KEY_D)}},
       uncovered,
       false,
       0,
       can_edit_query},
      {"text.delete",
       "command.delete",
       text,
       delete_query,
       {{plain(GLFW_KEY_DELETE)}},
       pictures,
       true,
       0,
       can_edit_query},
      {"text.undo",
       "command.undo",
       text,
       undo,
       {{ctrl(GLFW_KEY_Z)}},
       uncovered,
       true,
       0,
       can_undo,
       "command.nothing_to_undo"},
      {"text.redo",
       "command.redo",
       text,
       redo,
       {{ctrl_shift(GLFW_KEY_Z), ctrl(GLFW_KEY_Y)}},
       uncovered,
       true,
       0,
       can_redo,
       "command.nothing_to_redo"},
      {"write.start",
       "command.generate",
       text,
       [](PanelContext& context, int) { toggle_generating(context); },
       {{ctrl(GLFW_KEY_ENTER), ctrl(GLFW_KEY_KP_ENTER)}}},
      {"write.one_token",
       "command.one_token",
       text,
       [](PanelContext& context, int) { write_one_token(context); },
       {{ctrl_shift(GLFW_KEY_ENTER), ctrl_shift(GLFW_KEY_KP_ENTER)}},
       uncovered,
       true,
       0,
       can_generate},
      {"write.pause",
       "command.pause",
       text,
       [](PanelContext& context, int) { toggle_pause(context); },
       {{ctrl_shift(GLFW_KEY_SPACE)}},
       uncovered,
       false,
       0,
       is_generating},
      {"compare.pin",
       "command.pin",
       text,
       pin_text,
       {{ctrl(GLFW_KEY_P)}},
       uncovered,
       false,
       0,
       can_pin,
       "command.no_room_for_pins"},
      {"compare.baseline",
       "command.shown_a",
       text,
       switch_shown,
       {{plain(GLFW_KEY_F5)}},
       always,
       false,
       static_cast<int>(Shown::baseline),
       compares,
       "command.nothing_to_compare"},
      {"compare.live",
       "command.shown_b",
       text,
       switch_shown,
       {{plain(GLFW_KEY_F6)}},
       always,
       false,
       static_cast<int>(Shown::live),
       compares,
       "command.nothing_to_compare"},
      {"compare.difference",
       "command.shown_difference",
       text,
       switch_shown,
       {{plain(GLFW_KEY_F7)}},
       always,
       false,
       static_cast<int>(Shown::difference),
       compares,
       "command.nothing_to_compare"},
      {"checkpoint.next",
       "command.checkpoint_next",
       text,
       step_checkpoint,
       {{alt(GLFW_KEY_PAGE_DOWN)}},
       uncovered,
       true,
       1,
       has_checkpoints,
       "command.no_checkpoints"},
      {"checkpoint.previous",
       "command.checkpoint_previous",
       text,
       step_checkpoint,
       {{alt(GLFW_KEY_PAGE_UP)}},
       uncovered,
       true,
       -1,
       has_checkpoints,
       "command.no_checkpoints"},
      {"brush.mask",
       "command.brush_mask",
       text,
       choose_brush,
       {{plain(GLFW_KEY_M)}},
       pictures,
       false,
       number_of(BrushTool::mask)},
      {"brush.add",
       "command.brush_add",
       text,
       choose_brush,
       {{plain(GLFW_KEY_EQUAL), shift(GLFW_KEY_EQUAL)}},
       pictures,
       false,
       number_of(BrushTool::add)},
      {"brush.set_weight",
       "command.brush_set_weight",
       text,
       choose_brush,
       {{plain(GLFW_KEY_W)}},
       pictures,
       false,
       number_of(BrushTool::set_weight)},
      {"brush.copy",
       "command.brush_copy",
       text,
       choose_brush,
       {{plain(GLFW_KEY_C)}},
       pictures,
       false,
       number_of(BrushTool::copy)},
      {"brush.erase",
       "command.brush_erase",
       text,
       choose_brush,
       {{plain(GLFW_KEY_E)}},
       pictures,
       false,
       number_of(BrushTool::erase)},

      {"file.new", "command.new", files, start_anew, {{ctrl(GLFW_KEY_N)}}},
      {"file.open_session", "command.open", files, ask_for_session, {{ctrl(GLFW_KEY_O)}}},
      {"file.open_model", "command.open_model", files, ask_for_model, {{ctrl_shift(GLFW_KEY_O)}}},
      {"file.save", "command.save", files, save_session, {{ctrl(GLFW_KEY_S)}}},
      {"file.save_as", "command.save_as", files, ask_where_to_save, {{ctrl_shift(GLFW_KEY_S)}}},
      {"file.export",
       "command.export",
       files,
       [](PanelContext& context, int) { ask_for_export(context); },
       {{ctrl(GLFW_KEY_E)}}},
      {"copy.numbers", "command.copy", files, copy_numbers, {{ctrl(GLFW_KEY_C)}}},
      {"copy.picture", "command.copy_picture", files, copy_picture, {{ctrl_shift(GLFW_KEY_C)}}},
      {"window.picture", "command.picture", files, wish_for<CapturePicture>, {{plain(GLFW_KEY_F12)}}, always},

      {"view.fill", "command.fill", view, fill_window, {{plain(GLFW_KEY_F9)}}},
      {"workspace.next",
       "command.next_workspace",
       view,
       next_workspace,
       {{ctrl(GLFW_KEY_PAGE_DOWN), ctrl(GLFW_KEY_TAB)}},
       uncovered,
       false,
       1},
      {"workspace.previous",
       "command.previous_workspace",
       view,
       next_workspace,
       {{ctrl(GLFW_KEY_PAGE_UP), ctrl_shift(GLFW_KEY_TAB)}},
       uncovered,
       false,
       -1},

      {"window.menu", "command.menu", window, walk_to_menu, {{plain(GLFW_KEY_F10)}}},
      {"window.next_panel",
       "command.next_panel",
       window,
       walk_to_next_panel,
       {{ctrl(GLFW_KEY_F6)}},
       uncovered,
       false,
       1},
      {"window.previous_panel",
       "command.previous_panel",
       window,
       walk_to_next_panel,
       {{ctrl_shift(GLFW_KEY_F6)}},
       uncovered,
       false,
       -1},
      {"window.palette",
       "command.palette",
       window,
       [](PanelContext& context, int) { toggle_palette(context); },
       {{ctrl_shift(GLFW_KEY_P)}},
       always},
      {"window.help",
       "command.help",
       window,
       toggle_overlay,
       {{plain(GLFW_KEY_F1)}},
       always,
       false,
       static_cast<int>(Overlay::help)},
      {"window.log", "command.log", window, toggle_overlay, {}, always, false, static_cast<int>(Overlay::log)},
      {"window.language", "command.language", window, switch_language, {{plain(GLFW_KEY_F2)}}, always},
      {"window.theme", "command.theme", window, switch_theme, {{plain(GLFW_KEY_F3)}}, always},
      {"window.classroom", "command.classroom", window, switch_classroom, {{plain(GLFW_KEY_F8)}}, always},
      {"window.full_screen",
       "command.full_screen",
       window,
       wish_for<ToggleFullScreen>,
       {{plain(GLFW_KEY_F11)}},
       always},
      {"window.text_larger",
       "command.text_larger",
       window,
       scale_text,
       {{ctrl(GLFW_KEY_EQUAL), ctrl_shift(GLFW_KEY_EQUAL), ctrl(GLFW_KEY_KP_ADD)}},
       always,
       true,
       1},
      {"window.text_smaller",
       "command.text_smaller",
       window,
       scale_text,
       {{ctrl(GLFW_KEY_MINUS), ctrl(GLFW_KEY_KP_SUBTRACT)}},
       always,
       true,
       -1},
      {"window.text_normal",
       "command.text_normal",
       window,
       scale_text,
       {{ctrl(GLFW_KEY_0), ctrl(GLFW_KEY_KP_0)}},
       always},
      {"window.close_topmost", "command.escape", window, close_topmost, {{plain(GLFW_KEY_ESCAPE)}}, always},
  };
  static constexpr std::array kStepIds{"steps.1", "steps.2", "steps.3", "steps.4", "steps.5"};
  static constexpr std::array kStepNames{"command.step_1", "command.step_2", "command.step_3", "command.step_4",
                                         "command.step_5"};
  const auto of_steps = [&](const char* id, const char* name, void (*run)(PanelContext&, int), Chord chord,
                            int number) {
    const ChordReach reach =
        chord.key == GLFW_KEY_SPACE ? pictures : outside_fields;  // Space presses what has the focus
    table.push_back({id, name, view, run, {{chord}}, reach, false, number, shows_steps, "command.no_steps"});
  };
  of_steps("steps.next", "command.step_next", move_step, plain(GLFW_KEY_RIGHT_BRACKET), 1);
  of_steps("steps.previous", "command.step_previous", move_step, plain(GLFW_KEY_LEFT_BRACKET), -1);
  of_steps("steps.play", "command.step_play", toggle_steps_playing, plain(GLFW_KEY_SPACE), 0);
  for (std::size_t step = 0; step < kStepIds.size(); ++step) {
    const auto number = static_cast<int>(step) + 1;
    of_steps(kStepIds[step], kStepNames[step], go_to_step, plain(GLFW_KEY_0 + number), number);
  }
  // A key for every workspace, and for every view of the one on show.
  static constexpr std::array kWorkspaceIds{"workspace.1", "workspace.2", "workspace.3", "workspace.4",
                                            "workspace.5", "workspace.6", "workspace.7", "workspace.8"};
  static constexpr std::array kViewIds{"view.1", "view.2", "view.3", "view.4",  "view.5",  "view.6",
                                       "view.7", "view.8", "view.9", "view.10", "view.11", "view.12"};
  constexpr int kDigits = 9;  // views behind the ninth have the digits once more, with Shift
  for (std::size_t index = 0; index < std::min(workspaces().size(), kWorkspaceIds.size()); ++index) {
    const auto number = static_cast<int>(index);
    table.push_back({kWorkspaceIds[index],
                     workspaces()[index].title,
                     view,
                     show_workspace,
                     {{alt(GLFW_KEY_1 + number)}},
                     uncovered,
                     false,
                     number});
  }
  for (std::size_t index = 0; index < kViewIds.size(); ++index) {
    const auto number = static_cast<int>(index);
    const Chord chord = number < kDigits ? ctrl(GLFW_KEY_1 + number) : ctrl_shift(GLFW_KEY_1 + number - kDigits);
    table.push_back({kViewIds[index], "command.view", view, show_panel, {{chord}}, uncovered, false, number});
  }
  table.insert(table.end(), bar_commands().begin(), bar_commands().end());
  table.insert(table.end(), lesson_commands().begin(), lesson_commands().end());
  return table;
}

}  // namespace

std::span<const CommandEntry> commands() {
  static const std::vector<CommandEntry> table = make_table();
  return table;
}

const CommandEntry& command_named(std::string_view id) {
  const auto found =
      std::find_if(commands().begin(), commands().end(), [id](const CommandEntry& entry) { return entry.id == id; });
  assert(found != commands().end());
  return *found;
}

bool is_possible(const CommandEntry& entry, const PanelContext& context) {
  return entry.possible == nullptr || entry.possible(context);
}

void run_command(const CommandEntry& entry, PanelContext& context) {
  if (is_possible(entry, context)) entry.run(context, entry.argument);
}

void run_command(std::string_view id, PanelContext& context) {
  run_command(command_named(id), context);
}

}  // namespace regard
