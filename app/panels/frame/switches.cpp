// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/switches.h"

#include "app/panels/common/compare_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/model_menu.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/legend.h"
#include "app/widgets/probe.h"
#include "app/widgets/slider.h"

#include <algorithm>
#include <array>
#include <string>

namespace regard {
namespace {

constexpr const char* kColoursMenu = "colours";

using Part = void (*)(PanelContext&);
using Width = float (*)(const PanelContext&);

constexpr float kNameWidth = 6.0F;  ///< ems at most, of a pin

std::string baseline_label(const PanelContext& context) {
  return fitted(compared_names(context.session).baseline, em(kNameWidth));
}

/// A, B or Δ, where there is something to compare.
void draw_shown(PanelContext& context) {
  constexpr std::array order{Shown::baseline, Shown::live, Shown::difference};
  const auto now =
      static_cast<std::size_t>(std::find(order.begin(), order.end(), context.session.shown) - order.begin());
  const std::string live = compared_names(context.session).live;
  ImGui::BeginGroup();
  const std::size_t chosen = choose("switch.shown", {baseline_label(context), live, "Δ"}, now);
  ImGui::EndGroup();
  hint(tr(live == "B" ? "compare.shown_hint" : "compare.before_hint", {{"name", context.session.baseline}}));
  if (chosen != now) context.act(SetShown{order[chosen]});
  if (context.snapshot.comparison && context.snapshot.comparison->error) {
    ImGui::SameLine(0.0F, em(0.5F));
    align_to_frame();
    coloured(theme().error, tr("compare.failed_short"));
    hint(tr(*context.snapshot.comparison->error));
  }
}
float shown_width(const PanelContext& context) {
  const bool failed = context.snapshot.comparison && context.snapshot.comparison->error;
  return choose_width({baseline_label(context), compared_names(context.session).live, "Δ"}) +
         (failed ? em(0.5F) + ImGui::CalcTextSize(tr("compare.failed_short")).x : 0.0F);
}

void draw_kind(PanelContext& context) {
  align_to_frame();
  coloured(theme().text_muted, tr("switches.attention"));
  ImGui::SameLine();
  const auto now = static_cast<std::size_t>(context.session.attention);
  const std::size_t chosen =
      choose("switch.attention", {tr("switches.self"), tr("switches.cross"), tr("switches.encoder")}, now);
  if (chosen != now) context.act(SetAttention{static_cast<AttentionKind>(chosen)});
}
float kind_width(const PanelContext&) {
  return ImGui::CalcTextSize(tr("switches.attention")).x + ImGui::GetStyle().ItemSpacing.x +
         choose_width({tr("switches.self"), tr("switches.cross"), tr("switches.encoder")});
}

std::string joined(const std::vector<std::string>& pieces) {
  std::string text;
  for (const std::string& piece : pieces)
    text += (text.empty() ? "" : " ") + piece;
  return text.empty() ? "—" : text;
}

void draw_template(PanelContext& context) {
  const Model* model = context.snapshot.model.get();
  const bool reads_text = model != nullptr && model->tokenizer && !model->config.patches;
  const TemplatePieces pieces = reads_text ? model->tokenizer->template_pieces() : TemplatePieces{};
  if (pieces.empty()) {
    align_to_frame();
    coloured(theme().text_muted, tr("switches.add_special"));
    hint(tr(reads_text ? "switches.add_special_none" : "switches.add_special_image"));
    return;
  }
  bool add = context.session.add_special;
  if (check("switch.add_special", tr("switches.add_special"), add)) context.act(SetAddSpecial{add});
  hint(tr("switches.add_special_hint", {{"opening", joined(pieces.opening)}, {"closing", joined(pieces.closing)}}));
}
float template_width(const PanelContext&) {
  return check_width(tr("switches.add_special"));
}

void draw_special(PanelContext& context) {
  bool hide = context.session.hide_special;
  if (check("switch.hide_special", tr("switches.hide_special"), hide)) context.act(SetHideSpecial{hide});
  hint(tr("switches.hide_special_hint"));
}
float special_width(const PanelContext&) {
  return check_width(tr("switches.hide_special"));
}

void draw_level(PanelContext& context) {
  if (context.snapshot.model && context.snapshot.model->config.patches) {
    align_to_frame();
    coloured(theme().text_muted, tr("switches.pieces"));
    hint(tr("switches.level_image"));
    return;
  }
  const std::size_t now = context.session.word_level ? 1 : 0;
  const std::size_t chosen = choose("switch.level", {tr("switches.pieces"), tr("switches.words")}, now);
  if (chosen != now) context.act(SetWordLevel{chosen == 1});
}
float level_width(const PanelContext&) {
  return choose_width({tr("switches.pieces"), tr("switches.words")});
}

void draw_mask(PanelContext& context) {
  align_to_frame();
  coloured(theme().text_muted, tr("switches.mask"));
  ImGui::SameLine();
  const auto now = static_cast<std::size_t>(context.session.mask);
  const std::size_t chosen =
      choose("switch.mask", {tr("switches.as_trained"), tr("switches.causal"), tr("switches.bidirectional")}, now);
  if (chosen != now) context.act(SetMask{static_cast<MaskMode>(chosen)});
}
float mask_width(const PanelContext&) {
  return ImGui::CalcTextSize(tr("switches.mask")).x + ImGui::GetStyle().ItemSpacing.x +
         choose_width({tr("switches.as_trained"), tr("switches.causal"), tr("switches.bidirectional")});
}

constexpr float kTemperatureFrame = 8.0F;  ///< ems

float temperature_slider_width() {
  return ImGui::CalcTextSize(tr("switches.temperature")).x + em(0.5F + kTemperatureFrame);
}

void draw_temperature(PanelContext& context) {
  float temperature = context.session.temperature;
  SliderSpec spec;
  spec.id = "slider.temperature";
  spec.label = tr("switches.temperature");
  spec.width = temperature_slider_width();
  if (slider(spec, temperature, min_temperature, max_temperature, true)) context.act(SetTemperature{temperature});
  hint(tr("switches.temperature_hint"));
  ImGui::SameLine(0.0F, em(0.25F));
  const bool changed = context.session.temperature != 1.0F;
  const ScopedTextColour ink(changed ? theme().warning : theme().text_muted);
  if (quiet_button("switch.temperature_reset", "= 1") && changed) context.act(SetTemperature{1.0F});
  hint(tr("switches.temperature_reset"));
}
float temperature_width(const PanelContext&) {
  return temperature_slider_width() + em(0.25F) + quiet_button_width("= 1");
}

template <class Map>
void map_line(PanelContext& context, const char* key, Map map, Map current) {
  const float width = em(7.0F);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const gfx::ColourMap& colours = gfx::colour_map(map, context.preferences.theme);
  if (menu_line(key, tr(key), {}, map == current)) {
    if constexpr (std::is_same_v<Map, ScoreMap>)
      context.act(SetScoreMap{map});
    else
      context.act(SetWeightMap{map});
  }
  const ImVec2 max{ImGui::GetItemRectMax().x - em(0.5F), ImGui::GetItemRectMax().y - em(0.4F)};
  const float left = max.x - width;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  constexpr int steps = 56;
  for (int step = 0; step < steps; ++step) {
    const gfx::Rgb colour = colours.table[static_cast<std::size_t>(step * 255 / (steps - 1))];
    const float from = left + width * static_cast<float>(step) / steps;
    const float to = left + width * static_cast<float>(step + 1) / steps;
    list.AddRectFilled({from, start.y + em(0.4F)}, {to, max.y}, IM_COL32(colour.r, colour.g, colour.b, 255));
  }
}

void draw_colours(PanelContext& context) {
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  if (quiet_button("switch.colours", tr("switches.colours"), true)) ImGui::OpenPopup(kColoursMenu);
  ImGui::SetNextWindowPos({corner.x, corner.y + ImGui::GetFrameHeight()});
  ImGui::SetNextWindowSize({em(20.0F), 0.0F});
  if (!ImGui::BeginPopup(kColoursMenu)) return;
  context.state.popup_open = true;
  caption(tr("switches.score_map"));
  map_line(context, "maps.blue_orange", ScoreMap::blue_orange, context.session.score_map);
  map_line(context, "maps.purple_green", ScoreMap::purple_green, context.session.score_map);
  gap(0.5F);
  caption(tr("switches.weight_map"));
  map_line(context, "maps.viridis", WeightMap::viridis, context.session.weight_map);
  map_line(context, "maps.cividis", WeightMap::cividis, context.session.weight_map);
  map_line(context, "maps.blues", WeightMap::blues, context.session.weight_map);
  ImGui::EndPopup();
}
float colours_width(const PanelContext&) {
  return quiet_button_width(tr("switches.colours"), true);
}

bool always(const PanelContext&) {
  return true;
}
bool comparing(const PanelContext& context) {
  return can_compare(context.session);
}
bool two_texts(const PanelContext& context) {
  return has_two_texts(context.snapshot);
}

struct Switch {
  Part draw;
  Width width;
  bool (*shown)(const PanelContext& context) = always;
};
constexpr std::array<Switch, 8> kSwitches{{{draw_shown, shown_width, comparing},
                                           {draw_kind, kind_width, two_texts},
                                           {draw_level, level_width},
                                           {draw_template, template_width},
                                           {draw_special, special_width},
                                           {draw_mask, mask_width},
                                           {draw_temperature, temperature_width},
                                           {draw_colours, colours_width}}};

constexpr float kSpace = 1.75F;  ///< ems between switches

}  // namespace

float switches_height(const PanelContext& context, float width) {
  float used = 0.0F;
  int lines = 1;
  for (const Switch& part : kSwitches) {
    if (!part.shown(context)) continue;
    const float needed = part.width(context);
    if (used > 0.0F && used + em(kSpace) + needed > width) {
      ++lines;
      used = 0.0F;
    }
    used += (used > 0.0F ? em(kSpace) : 0.0F) + needed;
  }
  const auto count = static_cast<float>(lines);
  return count * ImGui::GetFrameHeight() + (count - 1.0F) * ImGui::GetStyle().ItemSpacing.y;
}

void draw_switches(PanelContext& context) {
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  bool first = true;
  for (const Switch& part : kSwitches) {
    if (!part.shown(context)) continue;
    if (!first) {
      ImGui::SameLine(0.0F, em(kSpace));
      if (ImGui::GetCursorScreenPos().x + part.width(context) > right) ImGui::NewLine();
    }
    first = false;
    part.draw(context);  // no ImGui group: slider() places its frame from the window's edge
  }
}

}  // namespace regard
