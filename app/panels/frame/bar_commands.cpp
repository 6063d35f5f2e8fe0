// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/bar_commands.h"

#include "app/panels/common/command.h"
#include "app/panels/common/window_state.h"
#include "app/panels/frame/bar_menu.h"
#include "app/panels/frame/settings_menu.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/viewmodel/snapshot.h"

#include <GLFW/glfw3.h>

#include <array>
#include <cstddef>

namespace regard {
namespace {

constexpr std::array<Chord, 3> only_alt(int key) {
  return {{{key, false, false, true}}};
}

constexpr std::array kMenus{"model", "examples", "view", "file", "settings", "lessons"};

void open_menu(PanelContext& context, int number) {
  if (!context.look().stage.filling.empty()) context.act(FillWindow{});  // a panel that fills the window hides the bar
  top_bar_state(context).wanted = kMenus.at(static_cast<std::size_t>(number));
}

void toggle_model_card(PanelContext& context, int /*argument*/) {
  Overlay& overlay = context.state.of<WindowState>().overlay;
  overlay = overlay == Overlay::model_card ? Overlay::none : Overlay::model_card;
  if (overlay == Overlay::model_card) context.command(RefreshModels{});  // what its folder says about it
}
bool has_model(const PanelContext& context) {
  return context.snapshot.model != nullptr;
}

bool can_run_otherwise(const PanelContext& context) {
  return !is_captured(context.snapshot);
}

void choose_mask(PanelContext& context, int mask) {
  context.act(SetMask{static_cast<MaskMode>(mask)});
}
void toggle_words(PanelContext& context, int /*argument*/) {
  context.act(SetWordLevel{!context.look().word_level});
}
void toggle_special(PanelContext& context, int /*argument*/) {
  context.act(SetAddSpecial{!context.reading().add_special});
}
void toggle_hidden(PanelContext& context, int /*argument*/) {
  context.act(SetHideSpecial{!context.look().hide_special});
}
void reset_temperature(PanelContext& context, int /*argument*/) {
  context.act(SetTemperature{1.0F});
}

constexpr auto kUncovered = ChordReach::uncovered;
constexpr std::array kCommands{
    CommandEntry{"menu.model", "command.menu_model", CommandGroup::window, open_menu, only_alt(GLFW_KEY_M), kUncovered,
                 false, 0},
    CommandEntry{"menu.examples", "command.menu_examples", CommandGroup::window, open_menu, only_alt(GLFW_KEY_E),
                 kUncovered, false, 1},
    CommandEntry{"menu.view", "command.menu_view", CommandGroup::window, open_menu, only_alt(GLFW_KEY_V), kUncovered,
                 false, 2},
    CommandEntry{"menu.file", "command.menu_file", CommandGroup::window, open_menu, only_alt(GLFW_KEY_F), kUncovered,
                 false, 3},
    CommandEntry{"menu.settings", "command.menu_settings", CommandGroup::window, open_menu, only_alt(GLFW_KEY_S),
                 kUncovered, false, 4},
    CommandEntry{"menu.lessons", "command.menu_lessons", CommandGroup::window, open_menu, only_alt(GLFW_KEY_L),
                 kUncovered, false, 5},
    CommandEntry{"window.model_card", "command.model_card", CommandGroup::window, toggle_model_card,
                 only_alt(GLFW_KEY_I), kUncovered, false, 0, has_model},
    CommandEntry{"view.reset_layout", "command.reset_layout", CommandGroup::view, reset_layout},
    CommandEntry{"view.words", "command.words", CommandGroup::view, toggle_words},
    CommandEntry{"view.add_special",
                 "command.add_special",
                 CommandGroup::view,
                 toggle_special,
                 {},
                 kUncovered,
                 false,
                 0,
                 can_run_otherwise},
    CommandEntry{"view.hide_special", "command.hide_special", CommandGroup::view, toggle_hidden},
    CommandEntry{"view.mask_as_trained",
                 "command.mask_as_trained",
                 CommandGroup::view,
                 choose_mask,
                 {},
                 kUncovered,
                 false,
                 static_cast<int>(MaskMode::as_trained),
                 can_run_otherwise},
    CommandEntry{"view.mask_causal",
                 "command.mask_causal",
                 CommandGroup::view,
                 choose_mask,
                 {},
                 kUncovered,
                 false,
                 static_cast<int>(MaskMode::causal),
                 can_run_otherwise},
    CommandEntry{"view.mask_bidirectional",
                 "command.mask_bidirectional",
                 CommandGroup::view,
                 choose_mask,
                 {},
                 kUncovered,
                 false,
                 static_cast<int>(MaskMode::bidirectional),
                 can_run_otherwise},
    CommandEntry{"view.temperature_reset",
                 "command.temperature_reset",
                 CommandGroup::view,
                 reset_temperature,
                 {},
                 kUncovered,
                 false,
                 0,
                 can_run_otherwise},
};

}  // namespace

std::span<const CommandEntry> bar_commands() {
  return kCommands;
}

}  // namespace regard
