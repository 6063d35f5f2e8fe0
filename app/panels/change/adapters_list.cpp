// SPDX-License-Identifier: Apache-2.0
// One adapter: its strength and what it touches.
#include "app/panels/change/adapters_parts.h"
#include "app/panels/common/button_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/quantities.h"
#include "app/session/action_kinds.h"
#include "app/session/reading.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/paint.h"
#include "app/widgets/slider.h"

#include <imgui_internal.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr double kStrokeEnds = 0.8;  ///< seconds after a turn of the wheel

/// What the model on show was opened with in this place; null while another is on its way.
const ModelAdapter* loaded_adapter(const PanelContext& context, std::size_t index) {
  const Snapshot& snapshot = context.snapshot;
  if (!snapshot.model || index >= snapshot.model->adapters.size()) return nullptr;
  return source_of(snapshot.reading) == source_of(context.reading()) ? &snapshot.model->adapters[index] : nullptr;
}

std::string name_of_adapter(const PanelContext& context, std::size_t index) {
  if (const ModelAdapter* loaded = loaded_adapter(context, index)) return loaded->name;
  const std::filesystem::path path(context.reading().adapters[index].path);
  return (path.has_filename() ? path.filename() : path.parent_path().filename()).string();
}

/// Short lines at 0 and 1 below the knob of the slider just drawn.
void paint_strength_marks() {
  const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  constexpr float kPadding = 2.0F;  // of ImGui's sliders
  const float knob = ImGui::GetStyle().GrabMinSize;
  const float left = min.x + kPadding + 0.5F * knob, right = max.x - kPadding - 0.5F * knob;
  for (const float mark : {0.0F, 1.0F}) {
    const float x = std::round(left + (mark - min_strength) / (max_strength - min_strength) * (right - left));
    ImGui::GetWindowDrawList()->AddLine({x, max.y - em(0.3F)}, {x, max.y}, colour_u32(theme().text_muted),
                                        stroke(0.1F, 1.0F));
  }
}

/// All of one drag, or of wheel turns close after each other, is one step back; so is a double click with the click before it.
void draw_strength(PanelContext& context, std::size_t index, const std::string& id) {
  AdaptersState& state = context.state.of<AdaptersState>();
  float strength = context.reading().adapters[index].strength;
  const std::string frame = id + ".strength";
  SliderSpec spec;
  spec.id = frame;
  spec.format = "α = %.2f";
  const bool moved = slider(spec, strength, min_strength, max_strength);
  paint_strength_marks();
  hint(tr("adapters.strength_hint"));
  const double now = ImGui::GetTime();
  if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
    ImGui::ClearActiveID();  // else the knob would go to the mouse again
    context.act(SetStrength{index, 1.0F, state.strokes});
    state.moving.reset();
    return;
  }
  if (ImGui::IsItemActivated()) state.moving.reset();
  if (!moved) return;
  const bool goes_on = state.moving == index && (ImGui::IsItemActive() || now - state.moved_at < kStrokeEnds);
  if (!goes_on) ++state.strokes;
  state.moving = index;
  state.moved_at = now;
  context.act(SetStrength{index, strength, state.strokes});
}

std::string joined_names(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names)
    text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// "self_attn.q_proj, self_attn.v_proj: layers 0–11", a line for each set of layers.
void draw_touched(const std::vector<std::string>& modules, const char* in_layers, const char* elsewhere) {
  std::vector<TouchedModules> touched = touched_modules(modules);
  for (std::size_t first = 0; first < touched.size(); ++first) {
    std::vector<std::string> names{touched[first].name};
    for (std::size_t other = first + 1; other < touched.size();) {
      if (touched[other].layers != touched[first].layers) {
        ++other;
        continue;
      }
      names.push_back(touched[other].name);
      touched.erase(touched.begin() + static_cast<std::ptrdiff_t>(other));
    }
    const std::string layers = told_layers(touched[first].layers);
    wrapped_caption(tr(layers.empty() ? elsewhere : in_layers, {{"modules", joined_names(names)}, {"layers", layers}}));
  }
}

std::string told_kind(const ModelAdapter& adapter) {
  std::string rank = std::to_string(adapter.least_rank);
  if (adapter.most_rank != adapter.least_rank) rank += "–" + std::to_string(adapter.most_rank);
  std::string text = adapter.low_rank.empty() ? std::string() : tr("adapters.rank", {{"rank", rank}});
  const auto add = [&text](const std::string& more) { text += (text.empty() ? "" : " · ") + more; };
  if (!adapter.low_rank.empty() && adapter.config.alpha > 0.0F) add("lora_alpha " + plain_number(adapter.config.alpha));
  if (adapter.config.rank_stabilised) add("rsLoRA");
  if (adapter.config.dora) add("DoRA");
  add(tr("adapters.numbers", {{"count", adapter.parameters}, {"size", file_size(adapter.bytes_on_disk)}}));
  return text;
}

void draw_loaded(const ModelAdapter& adapter) {
  wrapped_caption(told_kind(adapter));
  draw_touched(adapter.low_rank, "adapters.touches", "adapters.touches_else");
  draw_touched(adapter.replaced, "adapters.replaces", "adapters.replaces_else");
  if (!adapter.is_base_at_0())
    wrapped(theme().warning, tr(adapter.config.dora ? "adapters.dora_at_0" : "adapters.saved_at_0"));
  if (!adapter.config.base.empty()) wrapped_caption(tr("adapters.trained_on", {{"base", adapter.config.base}}));
}

/// Is it among the session's, by its name or by its path?
bool is_open(const Reading& reading, const AdapterEntry& entry) {
  return std::any_of(reading.adapters.begin(), reading.adapters.end(), [&](const ReadingAdapter& each) {
    return each.path == entry.named || each.path == entry.folder.string();
  });
}

}  // namespace

void draw_adapters_here(PanelContext& context) {
  const std::shared_ptr<const Model>& model = context.snapshot.model;
  if (context.background == nullptr || !model || !has_engine(*model)) return;
  if (context.reading().adapters.size() >= max_adapters) return;
  const Outcome<std::vector<AdapterEntry>> here = context.background->ask<AdaptersHereSlot>({model});
  if (!here.value || !here.fresh) return;
  for (const AdapterEntry& entry : *here.value) {
    if (is_open(context.reading(), entry)) continue;
    const ScopedId scope(entry.named);
    if (framed_button("adapters.here." + entry.name, tr("adapters.here", {{"name", entry.name}})))
      context.act(AddAdapter{entry.named});
    hint(tr("adapters.here_hint", {{"path", entry.folder.string()}}));
    const std::string& about = language() == Language::ru ? entry.about.ru : entry.about.en;
    if (!about.empty()) wrapped_caption(about);
    gap(0.35F);
  }
}

void draw_adapter(PanelContext& context, std::size_t index) {
  const std::string id = "adapters." + std::to_string(index);
  const ScopedId scope(id);
  const float remove = quiet_button_width("×");
  align_to_frame();
  coloured(theme().text, fitted(name_of_adapter(context, index), ImGui::GetContentRegionAvail().x - remove - em(0.5F)));
  hint(context.reading().adapters[index].path);
  ImGui::SameLine();
  align_right(remove);
  const bool removed = quiet_button(id + ".remove", "×");
  hint(tr("adapters.remove_hint"));
  draw_strength(context, index, id);
  if (const ModelAdapter* loaded = loaded_adapter(context, index))
    draw_loaded(*loaded);
  else
    caption(tr("adapters.loading"));
  if (removed) context.act(RemoveAdapter{index});
}

}  // namespace regard
