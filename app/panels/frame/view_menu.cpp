// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/view_menu.h"

#include "app/panels/common/button_parts.h"
#include "app/panels/common/menu_line.h"
#include "app/panels/common/parts.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"
#include "app/widgets/slider.h"

#include <imgui.h>
#include <array>
#include <cstddef>
#include <vector>

namespace regard {
namespace {

constexpr std::array kKinds{"switches.self", "switches.cross", "switches.encoder"};
constexpr std::array kMasks{"switches.as_trained", "switches.causal", "switches.bidirectional"};
constexpr std::array kLevels{"switches.pieces", "switches.words"};

bool reads_picture(const PanelContext& context) {
  return context.snapshot.model && context.snapshot.model->config.patches;
}

std::vector<std::string> differences(const PanelContext& context) {
  const Reading& reading = context.reading();
  const AttentionKind kind = context.selection().attention;
  std::vector<std::string> list;
  if (has_two_texts(context.snapshot) && kind != Selection{}.attention)
    list.push_back(tr("view.attention", {{"kind", std::string(tr(kKinds[static_cast<std::size_t>(kind)]))}}));
  if (reading.mask != MaskMode::as_trained)
    list.push_back(tr("view.mask", {{"mask", std::string(tr(kMasks[static_cast<std::size_t>(reading.mask)]))}}));
  if (reading.temperature != 1.0F) list.push_back("T " + number(reading.temperature, 2));
  if (!reading.add_special) list.emplace_back(tr("view.no_special"));
  if (context.look().hide_special) list.emplace_back(tr("view.hidden_special"));
  if (context.look().word_level && !reads_picture(context)) list.emplace_back(tr("view.words"));
  return list;
}

/// One of a few beside its name; where they do not fit, below each other. The new index, or the old one.
template <std::size_t N>
std::size_t choice(const char* id, const char* name, const std::array<const char*, N>& keys, std::size_t current) {
  menu_row(tr(name));
  std::vector<Segment> segments;
  for (std::size_t index = 0; index < N; ++index)
    segments.push_back({std::string(id) + "." + std::to_string(index), tr(keys[index]), {}});
  if (segments_width(segments) <= ImGui::GetContentRegionAvail().x)
    return draw_segments(segments, current).value_or(current);
  ImGui::NewLine();
  std::size_t chosen = current;
  for (std::size_t index = 0; index < N; ++index)
    if (menu_line(segments[index].id, segments[index].label, {}, index == current)) chosen = index;
  return chosen;
}

void draw_kind(PanelContext& context) {
  const auto now = static_cast<std::size_t>(context.selection().attention);
  const std::size_t chosen = choice("switch.attention", "switches.attention", kKinds, now);
  if (chosen != now) context.act(SetAttention{static_cast<AttentionKind>(chosen)});
}

void draw_level(PanelContext& context) {
  if (reads_picture(context)) {
    menu_row(tr("switches.level"));
    return coloured(theme().text_muted, tr("switches.level_image"));
  }
  const std::size_t now = context.look().word_level ? 1 : 0;
  const std::size_t chosen = choice("switch.level", "switches.level", kLevels, now);
  if (chosen != now) context.act(SetWordLevel{chosen == 1});
}

std::string joined(const std::vector<std::string>& pieces) {
  std::string text;
  for (const std::string& piece : pieces)
    text += (text.empty() ? "" : " ") + piece;
  return text.empty() ? "—" : text;
}

/// Draws what changes the run: grey over a captured one, with the reason.
template <class Draw>
void unless_captured(const PanelContext& context, const Draw& draw) {
  const bool captured = is_captured(context.snapshot);
  ImGui::BeginGroup();
  ImGui::BeginDisabled(captured);
  draw();
  ImGui::EndDisabled();
  ImGui::EndGroup();
  if (captured) why_not(tr("capture.fixed"));
}

/// Whether the model reads what its tokenizer puts around a text.
void draw_template(PanelContext& context) {
  menu_row(tr("switches.special"));
  const Model* model = context.snapshot.model.get();
  const bool reads_text = model != nullptr && model->tokenizer && !model->config.patches;
  const TemplatePieces pieces = reads_text ? model->tokenizer->template_pieces() : TemplatePieces{};
  if (pieces.empty())
    return wrapped_caption(tr(reads_text ? "switches.add_special_none" : "switches.add_special_image"));
  bool add = context.reading().add_special;
  if (check("switch.add_special", tr("switches.add_special"), add)) context.act(SetAddSpecial{add});
  hint(tr("switches.add_special_hint", {{"opening", joined(pieces.opening)}, {"closing", joined(pieces.closing)}}));
}

void draw_special(PanelContext& context) {
  menu_row("");
  bool hide = context.look().hide_special;
  if (check("switch.hide_special", tr("switches.hide_special"), hide)) context.act(SetHideSpecial{hide});
  hint(tr("switches.hide_special_hint"));
}

void draw_mask(PanelContext& context) {
  unless_captured(context, [&] {
    const auto now =
        static_cast<std::size_t>(is_captured(context.snapshot) ? MaskMode::as_trained : context.reading().mask);
    const std::size_t chosen = choice("switch.mask", "switches.mask", kMasks, now);
    if (chosen != now) context.act(SetMask{static_cast<MaskMode>(chosen)});
  });
}

void draw_slider_of_temperature(PanelContext& context) {
  menu_row(tr("switches.temperature"));
  const char* reset = tr("switches.temperature_reset");
  const float button = ImGui::CalcTextSize(reset).x + em(1.0F);
  const float space = ImGui::GetStyle().ItemSpacing.x;
  float temperature = is_captured(context.snapshot) ? 1.0F : context.reading().temperature;
  SliderSpec spec;
  spec.id = "slider.temperature";
  spec.width = std::max(em(4.0F), ImGui::GetContentRegionAvail().x - button - space);
  if (slider(spec, temperature, min_temperature, max_temperature, true)) context.act(SetTemperature{temperature});
  hint(tr("switches.temperature_hint"));
  ImGui::SameLine(0.0F, space);
  ImGui::BeginDisabled(context.reading().temperature == 1.0F);
  if (ImGui::Button(reset, {button, 0.0F})) context.act(SetTemperature{1.0F});
  ImGui::EndDisabled();
  probe_last_item("switch.temperature_reset");
  hint(tr("switches.temperature_reset_hint"));
}

void draw_temperature(PanelContext& context) {
  unless_captured(context, [&] { draw_slider_of_temperature(context); });
}

/// Everything back to how a model is looked at first.
void draw_reset(PanelContext& context) {
  gap(0.5F);
  ImGui::BeginDisabled(differences(context).empty());
  if (ImGui::Button(tr("view.reset"))) {
    context.act(SetAttention{Selection{}.attention});
    context.act(SetMask{Reading{}.mask});
    context.act(SetTemperature{Reading{}.temperature});
    context.act(SetAddSpecial{Reading{}.add_special});
    context.act(SetHideSpecial{Look{}.hide_special});
    context.act(SetWordLevel{Look{}.word_level});
  }
  ImGui::EndDisabled();
  probe_last_item("view.reset");
}

}  // namespace

std::string view_differences(const PanelContext& context) {
  std::string text;
  for (const std::string& each : differences(context))
    text += (text.empty() ? "" : " · ") + each;
  return text;
}

std::string view_label(const PanelContext& context, bool in_short) {
  const std::vector<std::string> list = differences(context);
  if (list.empty()) return tr("view.title");
  if (in_short) return tr("view.title") + std::string(" · ") + std::to_string(list.size());
  return view_differences(context);
}

bool runs_otherwise(const Reading& reading) {
  return reading.mask != MaskMode::as_trained || reading.temperature != 1.0F || !reading.add_special;
}

float view_menu_width(const PanelContext& /*context*/) {
  return em(36.0F);
}

void fill_view_menu(PanelContext& context) {
  const ScopedRaisedFrames frames;
  if (has_two_texts(context.snapshot)) draw_kind(context);
  draw_level(context);
  draw_template(context);
  draw_special(context);
  draw_mask(context);
  draw_temperature(context);
  draw_reset(context);
}

}  // namespace regard
