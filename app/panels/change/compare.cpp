// SPDX-License-Identifier: Apache-2.0
#include "app/panels/change/compare.h"

#include "app/base/layer_sizes.h"
#include "app/panels/change/compare_list.h"
#include "app/panels/common/compare_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/image_line.h"
#include "app/panels/frame/top_bar.h"
#include "app/session/action_kinds.h"
#include "app/session/kept.h"
#include "app/session/reading.h"
#include "app/style/line_layout.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"

#include <imgui_stdlib.h>

#include <imgui.h>
#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <string>

namespace regard {
namespace {

constexpr float kNameField = 4.5F;  // ems

std::string on_one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return text;
}

/// What a pin reads, as a person would tell it.
std::string told(const PanelContext& context, const Reading& reading) {
  if (shows_picture(context) && reading.model == context.reading().model)
    return reading.image.empty() ? tr("compare.own_picture") : std::filesystem::path(reading.image).filename().string();
  std::string text = on_one_line(reading.text);
  if (!reading.decoder_text.empty()) text = isolated(text) + " → " + isolated(on_one_line(reading.decoder_text));
  return text;
}

void wrapped(const ImVec4& colour, const std::string& text) {
  ImGui::PushTextWrapPos(0.0F);
  coloured(colour, text);
  ImGui::PopTextWrapPos();
}

/// A round mark: this is what the live text is compared with. True when it was clicked.
bool choice(const std::string& id, bool chosen) {
  const ScopedId scope(id);
  const float height = ImGui::GetFrameHeight();
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const bool clicked = ImGui::InvisibleButton("choice", {height, height});
  const ImVec2 centre{min.x + height * 0.5F, min.y + height * 0.5F};
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float radius = em(0.4F);
  list.AddCircleFilled(centre, radius, colour_u32(ImGui::IsItemHovered() ? theme().frame_hovered : theme().frame));
  list.AddCircle(centre, radius, colour_u32(chosen ? theme().accent : theme().text_muted), 0, stroke(0.1F, 1.0F));
  if (chosen) list.AddCircleFilled(centre, em(0.22F), colour_u32(theme().accent));
  probe(id, min, {min.x + height, min.y + height});
  hint(tr("compare.choose_hint"));
  return clicked && !chosen;
}

/// The pin's name in a field; Enter or a click elsewhere keeps it.
void draw_name(PanelContext& context, std::size_t index, const std::string& id) {
  CompareState& state = compare_state(context);
  const Pin& pin = context.kept().pins[index];
  std::string shown = pin.name;
  std::string& buffer = state.renaming == index ? state.name : shown;
  ImGui::SetNextItemWidth(em(kNameField));
  ImGui::InputText("##name", &buffer);
  probe_last_item(id + ".name");
  if (ImGui::IsItemActivated()) {
    state.renaming = index;
    state.name = pin.name;
  }
  if (ImGui::IsItemDeactivated() && state.renaming == index) {
    if (state.name != pin.name && !state.name.empty()) context.act(RenamePin{pin.name, state.name});
    state.renaming.reset();
  }
  hint(tr("compare.name_hint"));
}

void draw_pin(PanelContext& context, std::size_t index) {
  const Pin& pin = context.kept().pins[index];
  const std::string id = "compare.pin." + std::to_string(index);
  const ScopedId scope(index);
  if (choice(id, pin.name == context.kept().baseline)) context.act(SetBaseline{pin.name});
  ImGui::SameLine();
  draw_name(context, index, id);
  ImGui::SameLine();
  const float between = ImGui::GetStyle().ItemSpacing.x;
  const float tools = quiet_button_width("↔") + quiet_button_width("×") + between;
  const std::string text = told(context, pin.reading);
  align_to_frame();
  coloured(theme().text, fitted(text.empty() ? tr("compare.no_text") : text,
                                std::max(em(2.0F), ImGui::GetContentRegionAvail().x - tools - between)));
  hint(text);
  align_right(tools);
  if (quiet_button(id + ".swap", "↔")) context.act(SwapWithPin{pin.name});
  hint(tr("compare.swap_hint", {{"name", pin.name}}));
  ImGui::SameLine(0.0F, 0.0F);
  if (quiet_button(id + ".remove", "×")) context.act(RemovePin{pin.name});
  hint(tr("compare.remove_hint"));
  if (pin.reading.model == context.reading().model) return;
  ImGui::Indent(ImGui::GetFrameHeight() + ImGui::GetStyle().ItemSpacing.x);
  caption(tr("compare.read_by", {{"model", display_name(pin.reading.model)}}));
  ImGui::Unindent(ImGui::GetFrameHeight() + ImGui::GetStyle().ItemSpacing.x);
}

/// The live text without interventions, as one more thing to compare with.
void draw_plain(PanelContext& context) {
  const Reading& reading = context.reading();
  if (choice("compare.plain", pin_named(context.kept(), context.kept().baseline) == nullptr))
    context.act(SetBaseline{""});
  ImGui::SameLine();
  align_to_frame();
  const bool base = !intervenes(reading) && is_adapted(reading);
  coloured(reading.interventions.empty() && !base ? theme().text_muted : theme().text,
           fitted(tr(base ? "compare.plain_base" : "compare.plain"), ImGui::GetContentRegionAvail().x));
  hint(tr(base ? "compare.plain_base_hint" : "compare.plain_hint"));
}

void draw_pins(PanelContext& context) {
  const std::vector<Pin>& pins = context.kept().pins;
  if (!pins.empty()) caption(tr("compare.with"));
  for (std::size_t index = 0; index < pins.size(); ++index)
    draw_pin(context, index);
  if (!pins.empty()) draw_plain(context);
  gap(0.25F);
  draw_pin_button(context);
  ImGui::SameLine();
  align_to_frame();
  caption(pins.size() < max_pins ? std::string("Ctrl-P") : tr("compare.full", {{"most", max_pins}}));
}

/// Two models: which heads are compared.
void draw_models(const PanelContext& context) {
  const Comparison& comparison = *context.snapshot.comparison;
  const Model& first = *comparison.baseline->model;
  const Model& second = *context.snapshot.model;
  const ModelConfig &one = first.config, &other = second.config;
  const bool same = all_heads(one) == all_heads(other);
  wrapped_caption(same ? std::string(tr("compare.models"))
                       : tr("compare.models_differ", {{"name", comparison.name},
                                                      {"layers", one.layers},
                                                      {"heads", heads_in_words(one)},
                                                      {"live_layers", other.layers},
                                                      {"live_heads", heads_in_words(other)},
                                                      {"common_layers", std::min(one.layers, other.layers)},
                                                      {"common_heads", std::min(most_heads(one), most_heads(other))}}));
}

/// Opened once, with its adapters at these or other strengths.
bool same_model_but_strengths(const Model& first, const Model& second) {
  return &first == &second || (!second.adapters.empty() && first.tokenizer == second.tokenizer);
}

void draw_comparison(PanelContext& context) {
  const Comparison* comparison = context.snapshot.comparison.get();
  if (comparison == nullptr) return;
  gap(0.75F);
  if (comparison->error) {
    const ImVec2 min = ImGui::GetCursorScreenPos();
    wrapped(theme().error, tr("compare.failed", {{"name", comparison->name}, {"why", tr(*comparison->error)}}));
    return probe("compare.error", min, ImGui::GetItemRectMax());
  }
  if (!comparison->baseline->trace || !context.snapshot.trace)
    return wrapped(theme().text_muted, tr(comparison->baseline->trace ? "compare.empty_live" : "compare.empty_pin",
                                          {{"name", comparison->name}}));
  if (!same_model_but_strengths(*comparison->baseline->model, *context.snapshot.model)) {
    draw_models(context);
    gap(0.5F);
  }
  draw_movements(context);
}

}  // namespace

void draw_compare(PanelContext& context) {
  if (!context.tabbed) heading(tr("compare.title"));
  if (context.kept().pins.empty()) wrapped_caption(tr("compare.about"));
  draw_pins(context);
  if (!context.kept().pins.empty() && !has_two_texts(context.snapshot)) {
    gap(0.25F);
    wrapped_caption(tr("compare.two_models"));
  }
  draw_comparison(context);
}

}  // namespace regard
