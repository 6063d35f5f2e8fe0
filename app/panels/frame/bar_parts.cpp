// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/bar_parts.h"

#include "app/panels/common/compare_parts.h"
#include "app/panels/common/menu_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/world.h"
#include "app/panels/frame/commands.h"
#include "app/panels/frame/examples_menu.h"
#include "app/panels/frame/file_menu.h"
#include "app/panels/frame/model_menu.h"
#include "app/panels/frame/settings_menu.h"
#include "app/panels/frame/top_bar.h"
#include "app/panels/frame/view_menu.h"
#include "app/panels/lesson/lessons_menu.h"
#include "app/panels/registry.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace regard {
namespace {

constexpr float kModelName = 16.0F, kShortModelName = 7.0F;  ///< ems at most
constexpr float kViewLabel = 20.0F;
constexpr float kPinName = 5.0F;
constexpr float kGreyed = 0.55F;  ///< of the ground over what cannot be chosen

// --- the model ---

std::string model_label(const PanelContext& context, BarSize size) {
  const std::string shown =
      context.world.loading.empty()
          ? (context.snapshot.model ? context.snapshot.model->name : display_name(context.reading().model))
          : context.world.loading;
  if (shown.empty()) return tr("models.none");
  return size == BarSize::in_more ? shown : fitted(shown, em(size == BarSize::whole ? kModelName : kShortModelName));
}

// --- workspaces ---

std::string key_of(std::size_t workspace) {
  return text_of(command_named("workspace." + std::to_string(workspace + 1)).chords.front());
}

std::vector<Segment> workspace_segments() {
  std::vector<Segment> segments;
  for (std::size_t number = 0; number < workspaces().size(); ++number) {
    const Workspace& each = workspaces()[number];
    segments.push_back(
        {std::string("workspace.") + each.id, tr(each.title), std::string(tr(each.about)) + " · " + key_of(number)});
  }
  return segments;
}

std::size_t workspace_number(const PanelContext& context) {
  return static_cast<std::size_t>(&workspace_named(context.look().stage.workspace) - workspaces().data());
}

void draw_workspaces(PanelContext& context) {
  if (const auto clicked = draw_segments(workspace_segments(), workspace_number(context)))
    context.act(SelectWorkspace{workspaces()[*clicked].id});
}

/// Among much else their names must do.
void list_workspaces(PanelContext& context, bool with_about) {
  for (std::size_t number = 0; number < workspaces().size(); ++number) {
    const Workspace& each = workspaces()[number];
    const std::string id = std::string("workspace.") + each.id, key = key_of(number);
    if (!menu_line({.id = id,
                    .text = tr(each.title),
                    .second = with_about ? tr(each.about) : "",
                    .right = key,
                    .selected = number == workspace_number(context)}))
      continue;
    context.act(SelectWorkspace{each.id});
    ImGui::CloseCurrentPopup();
  }
}

void fill_workspace_menu(PanelContext& context) {
  list_workspaces(context, true);
}

float workspace_menu_width(const PanelContext& /*context*/) {
  return em(24.0F);
}

// --- A | B | Δ ---

constexpr std::array kShown{Shown::baseline, Shown::live, Shown::difference};

/// Letters also where there is nothing to compare: their place is always the same.
std::vector<Segment> shown_segments(const PanelContext& context) {
  const bool compares = can_compare(context.session);
  const ComparedNames names = compares ? compared_names(context.session) : ComparedNames{"A", "B"};
  const std::string hint = compared_hint(context.session);
  return {{"switch.shown.0", fitted(names.baseline, em(kPinName)), hint},
          {"switch.shown.1", names.live, hint},
          {"switch.shown.2", "Δ", hint}};
}

const Error* comparison_error(const PanelContext& context) {
  const auto& comparison = context.snapshot.comparison;
  return comparison && comparison->error ? &*comparison->error : nullptr;
}

void draw_shown(PanelContext& context) {
  if (const Error* error = comparison_error(context)) {
    align_to_frame();
    coloured(theme().error, tr("compare.failed_short"));
    hint(tr(*error));
    ImGui::SameLine(0.0F, em(0.5F));
  }
  const bool compares = can_compare(context.session);
  const auto* now = std::find(kShown.begin(), kShown.end(), context.look().shown);
  const auto current = compares ? static_cast<std::size_t>(now - kShown.begin()) : kShown.size();
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const auto clicked = draw_segments(shown_segments(context), current);
  if (!compares)  // grey: the hint tells why
    return ImGui::GetWindowDrawList()->AddRectFilled(min, ImGui::GetItemRectMax(),
                                                     colour_u32(theme().background, kGreyed));
  if (clicked && *clicked != current) context.act(SetShown{kShown[*clicked]});
}

float shown_width(const PanelContext& context) {
  const bool failed = comparison_error(context) != nullptr;
  return segments_width(shown_segments(context)) +
         (failed ? em(0.5F) + ImGui::CalcTextSize(tr("compare.failed_short")).x : 0.0F);
}

// --- the bar ---

float mark_width() {
  const ScopedFont font(fonts().heading);
  return ImGui::CalcTextSize("Regard").x + em(0.5F);
}

void draw_mark() {
  const float middle = ImGui::GetCursorScreenPos().y + 0.5F * ImGui::GetFrameHeight();
  const ScopedFont font(fonts().heading);
  ImGui::SetCursorScreenPos({ImGui::GetCursorScreenPos().x, std::round(middle - 0.5F * ImGui::GetFontSize())});
  coloured(theme().text, "Regard");
}

std::string label_of(const PanelContext& context, BarPart part, BarSize size) {
  switch (part) {
    case BarPart::model:
      return model_label(context, size);
    case BarPart::workspace:
      return tr(workspace_named(context.look().stage.workspace).title);
    case BarPart::examples:
      return tr("top.examples");
    case BarPart::lessons:
      return tr("top.lessons");
    case BarPart::view:
      return fitted(view_label(context, size == BarSize::small), em(kViewLabel));
    case BarPart::file:
      return tr("top.file");
    case BarPart::settings:
      return tr("top.settings");
    default:
      return {};
  }
}

struct PartMenu {
  BarPart part;
  BarMenu menu;
};
constexpr std::array kPartMenus{
    PartMenu{BarPart::model, {"model", fill_model_menu, model_menu_width, look_for_models}},
    PartMenu{BarPart::workspace, {"workspace", fill_workspace_menu, workspace_menu_width}},
    PartMenu{BarPart::examples, {"examples", fill_examples_menu, examples_menu_width}},
    PartMenu{BarPart::lessons, {"lessons", fill_lessons_menu, lessons_menu_width, look_for_lessons}},
    PartMenu{BarPart::view, {"view", fill_view_menu, view_menu_width}},
    PartMenu{BarPart::file, {"file", fill_file_menu, file_menu_width}},
    PartMenu{BarPart::settings, {"settings", fill_settings_menu, settings_menu_width}},
};
constexpr const char* kDots = "⋯";

/// A, B and Δ as lines.
void list_shown(PanelContext& context) {
  menu_section(tr("compare.title"));
  constexpr std::array kIds{"compare.baseline", "compare.live", "compare.difference"};
  for (std::size_t index = 0; index < kIds.size(); ++index)
    command_line(context, kIds[index], can_compare(context.session) && context.look().shown == kShown[index]);
}

void fill_more(PanelContext& context) {
  TopBarState& state = top_bar_state(context);
  for (std::size_t index = 0; index < kBarParts; ++index) {
    if (state.sizes[index] != BarSize::in_more) continue;
    const auto part = static_cast<BarPart>(index);
    if (part == BarPart::shown) {
      list_shown(context);
    } else if (part == BarPart::workspace) {
      menu_section(tr("top.workspaces"));
      list_workspaces(context, false);
    } else if (const BarMenu* menu = menu_of(part); menu != nullptr) {
      const std::string id = std::string("more.") + menu->id, label = label_of(context, part, BarSize::in_more);
      if (!menu_line({.id = id, .text = label, .right = "›"})) continue;
      state.wanted = menu->id;
      state.by_mouse = ImGui::IsMouseReleased(ImGuiMouseButton_Left);
      ImGui::CloseCurrentPopup();
    }
  }
}

float more_width(const PanelContext& context) {
  return workspace_menu_width(context);
}

constexpr BarMenu kMore{"more", fill_more, more_width};

/// What stands on the button of the view, with as many things that differ as there can be: its place stays the same.
float least_view_width() {
  return menu_button_width(tr("view.title") + std::string(" · 6"));
}

}  // namespace

BarWidths bar_widths(const PanelContext& context) {
  BarWidths widths;
  const auto at = [](BarPart part) { return static_cast<std::size_t>(part); };
  for (const PartMenu& each : kPartMenus) {
    widths.whole[at(each.part)] = menu_button_width(label_of(context, each.part, BarSize::whole));
    widths.small[at(each.part)] = menu_button_width(label_of(context, each.part, BarSize::small));
  }
  widths.whole[at(BarPart::mark)] = mark_width();
  widths.whole[at(BarPart::workspace)] = segments_width(workspace_segments());
  widths.small[at(BarPart::view)] = least_view_width();
  widths.whole[at(BarPart::view)] = std::max(widths.whole[at(BarPart::view)], least_view_width());
  widths.whole[at(BarPart::shown)] = shown_width(context);
  widths.more = menu_button_width(kDots);
  widths.space = em(0.5F);
  return widths;
}

void draw_bar_part(PanelContext& context, BarPart part, BarSize size) {
  if (part == BarPart::mark) return draw_mark();
  if (part == BarPart::shown) return draw_shown(context);
  if (part == BarPart::workspace && size == BarSize::whole) return draw_workspaces(context);
  const std::string label = label_of(context, part, size);
  if (part != BarPart::view) return menu_button(context, *menu_of(part), label);
  // At the right end of its place, which may be wider: its neighbour there never moves.
  const ImVec2 place = ImGui::GetCursorScreenPos();
  ImGui::SetCursorScreenPos({place.x + std::max(0.0F, least_view_width() - menu_button_width(label)), place.y});
  const ScopedTextColour ink(runs_otherwise(context.reading()) ? theme().warning : theme().text);
  menu_button(context, *menu_of(part), label);
  const std::string differences = view_differences(context);
  hint(differences.empty() ? tr("view.hint") : differences);
}

const BarMenu* menu_of(BarPart part) {
  const auto* found =
      std::find_if(kPartMenus.begin(), kPartMenus.end(), [part](const PartMenu& each) { return each.part == part; });
  return found == kPartMenus.end() ? nullptr : &found->menu;
}

const BarMenu& menu_of_the_rest() {
  return kMore;
}

void draw_more(PanelContext& context) {
  menu_button(context, kMore, kDots);
}

}  // namespace regard
