// SPDX-License-Identifier: Apache-2.0
#include "app/panels/write/writing.h"

#include "app/panels/common/parts.h"
#include "app/panels/common/world.h"
#include "app/panels/write/generate.h"
#include "app/session/action_kinds.h"
#include "app/session/generate_settings.h"
#include "app/session/reading.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/number_field.h"
#include "app/widgets/probe.h"
#include "app/widgets/slider.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>

namespace regard {
namespace {

constexpr int kMostTopK = 200;  // of the slider; a session file may hold more
constexpr int kMostTokens = 256;

/// One line: its name, then a slider of whole numbers.
bool whole_number(const char* id, const char* label, float label_width, std::size_t& value, int low, int high) {
  int shown = static_cast<int>(std::min(value, static_cast<std::size_t>(high)));
  SliderSpec spec;
  spec.id = id;
  spec.label = label;
  spec.label_width = label_width;
  if (!slider(spec, shown, low, high)) return false;
  value = static_cast<std::size_t>(shown);
  return true;
}

float widest_label() {
  float width = 0.0F;
  for (const char* key : {"generate.temperature", "generate.top_k", "generate.seed", "generate.tokens", "writing.pace"})
    width = std::max(width, ImGui::CalcTextSize(tr(key)).x);
  return width;
}

bool draw_seed(GenerateSettings& settings, float label_width) {
  const float start = ImGui::GetCursorPosX();
  align_to_frame();
  coloured(theme().text_muted, tr("generate.seed"));
  ImGui::SameLine(start + label_width + ImGui::GetStyle().ItemInnerSpacing.x);
  const float next = quiet_button_width(tr("generate.another")) + ImGui::GetStyle().ItemSpacing.x;
  ImGui::SetNextItemWidth(std::max(em(3.0F), ImGui::GetContentRegionAvail().x - next));
  std::uint64_t seed = settings.seed;
  bool changed = whole_number_field("##seed", seed, TakenWhen::typed);
  probe_last_item("generate.seed");
  ImGui::SameLine();
  if (quiet_button("generate.another", tr("generate.another"))) {
    seed = settings.seed + 1;
    changed = true;
  }
  hint(tr("generate.another_hint"));
  settings.seed = seed;
  return changed;
}

/// Its right end is no number: as fast as it goes.
bool draw_pace(GenerateSettings& settings, float label_width) {
  SliderSpec spec;
  spec.id = "writing.pace";
  spec.label = tr("writing.pace");
  spec.label_width = label_width;
  spec.format = settings.pace < max_pace ? "%.1f" : tr("writing.fastest");
  const bool changed = slider(spec, settings.pace, min_pace, max_pace, true);
  hint(tr("writing.pace_hint"));
  return changed;
}

/// A button that is pale where it would do nothing, and says why. As wide as the wider of its two names: what stands beside it
/// stays where it is.
bool button(const char* id, const char* label, const char* other, const char* about, bool enabled) {
  const ScopedTextColour ink(enabled ? theme().text : mix(theme().text_muted, theme().frame, 0.35F));
  const float width = std::max(ImGui::CalcTextSize(tr(label)).x, ImGui::CalcTextSize(tr(other)).x);
  const ScopedId scope(id);
  const bool clicked = ImGui::Button(tr(label), {width + 2.0F * ImGui::GetStyle().FramePadding.x, 0.0F});
  probe_last_item(id);
  hint(tr(about));
  return clicked && enabled;
}

void draw_buttons(PanelContext& context) {
  const bool running = is_generating(context), can = can_generate(context);
  const char* why_not = about_generating(context);
  if (button("writing.start", running ? "generate.stop" : "generate.start",
             running ? "generate.start" : "generate.stop", running ? "generate.stop_hint" : why_not, running || can))
    toggle_generating(context);
  ImGui::SameLine();
  if (button("writing.one", "writing.one", "writing.one", can ? "writing.one_hint" : why_not, can && !running))
    write_one_token(context);
  ImGui::SameLine();
  const bool paused = context.world.paused;
  if (button("writing.pause", paused ? "writing.resume" : "writing.pause", paused ? "writing.pause" : "writing.resume",
             running ? "writing.pause_hint" : "writing.pause_idle", running))
    toggle_pause(context);
}

/// How far it is, or why it stopped: as long as that text stands.
std::string state_of(const PanelContext& context) {
  const std::optional<Generation>& generation = context.snapshot.generation;
  if (!generation || context.snapshot.source_text != context.reading().text) return {};
  const std::size_t limit = context.snapshot.model ? context.snapshot.model->config.context : 0;
  if (generation->running()) {
    const std::string progress = tr("generate.progress", {{"made", generation->made}, {"wanted", generation->wanted}});
    return context.world.paused ? progress + " · " + tr("generate.paused") : progress;
  }
  return tr(end_key(generation->state), {{"made", generation->made}, {"context", limit}});
}

}  // namespace

void draw_writing_settings(PanelContext& context) {
  GenerateSettings settings = context.generate();
  const float label_width = widest_label();
  const std::size_t mode = settings.greedy ? 0 : 1;
  const std::size_t chosen = choose("generate.mode", {tr("generate.greedy"), tr("generate.sample")}, mode);
  settings.greedy = chosen == 0;
  bool changed = chosen != mode;
  wrapped_caption(tr(settings.greedy ? "generate.greedy_about" : "generate.sample_about"));
  if (!settings.greedy) {
    SliderSpec spec;
    spec.id = "generate.temperature";
    spec.label = tr("generate.temperature");
    spec.label_width = label_width;
    changed |= slider(spec, settings.temperature, min_sampling_temperature, max_sampling_temperature, true);
    hint(tr("generate.temperature_hint"));
    changed |= whole_number("generate.top_k", tr("generate.top_k"), label_width, settings.top_k, 0, kMostTopK);
    hint(tr("generate.top_k_hint"));
    changed |= draw_seed(settings, label_width);
  }
  changed |= whole_number("generate.tokens", tr("generate.tokens"), label_width, settings.tokens, 1, kMostTokens);
  changed |= draw_pace(settings, label_width);
  if (changed) context.act(SetGenerate{settings});
}

void draw_writing(PanelContext& context) {
  if (!context.tabbed) heading(tr("writing.title"));
  draw_buttons(context);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const std::string state = state_of(context);
  if (state.empty())
    wrapped_caption(tr(can_generate(context) ? "writing.about" : about_generating(context)));
  else
    wrapped_caption(state);
  probe("writing.state", min, ImGui::GetItemRectMax());
  gap(0.5F);
  draw_writing_settings(context);
}

}  // namespace regard
