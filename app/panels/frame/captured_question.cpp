// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/captured_question.h"

#include "app/gfx/colour_maps.h"
#include "app/panels/common/button_parts.h"
#include "app/panels/common/captured_question.h"
#include "app/panels/common/command.h"
#include "app/panels/common/message.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/window_state.h"
#include "app/panels/common/world.h"
#include "app/panels/frame/path_field.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <utility>

namespace regard {
namespace {

constexpr float kPicture = 15.0F;            ///< ems of a side
constexpr float kBetween = 2.0F;             ///< ems
constexpr std::size_t kMostCheckpoints = 6;  ///< models of this machine that are offered

/// Of a reading, the largest magnitude in it.
float limit_of(const Matrix& cells) {
  float most = 0.0F;
  for (const float cell : cells.values)
    if (std::isfinite(cell)) most = std::max(most, std::abs(cell));
  return most > 0.0F ? most : 1.0F;
}

/// Rows below each other, columns side by side, in one square.
void paint_cells(const PanelContext& context, const Matrix& cells, bool of_states, ImVec2 min, float side) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(min, {min.x + side, min.y + side}, colour_u32(theme().frame));
  const ThemeChoice look = context.preferences.theme;
  const gfx::ColourMap& map = gfx::colours_of_weights(context.look(), look, !of_states);
  const float most = limit_of(cells), least = of_states ? -most : 0.0F;
  const auto edge = [&](float from, std::size_t at, std::size_t count) {
    return std::floor(from + side * static_cast<float>(at) / static_cast<float>(count));
  };
  for (std::size_t row = 0; row < cells.rows; ++row)
    for (std::size_t col = 0; col < cells.cols; ++col)
      if (const float cell = cells(row, col); std::isfinite(cell))
        list.AddRectFilled({edge(min.x, col, cells.cols), edge(min.y, row, cells.rows)},
                           {edge(min.x, col + 1, cells.cols) - 1.0F, edge(min.y, row + 1, cells.rows) - 1.0F},
                           to_u32(map.at(cell, least, most)));
}

/// "tokens-first" → the words for it.
std::string name_of_order(std::string_view order) {
  std::string key = "captured.order." + std::string(order);
  std::replace(key.begin(), key.end(), '-', '_');
  return tr(key.c_str());
}

/// The readings, the usual one at the left; a click on one is the answer.
void draw_readings(PanelContext& context, const CapturedQuestion& question, const CaptureReadings& readings) {
  const float side = std::min(em(kPicture), 0.5F * (ImGui::GetContentRegionAvail().x - em(kBetween)));
  for (std::size_t at = 0; at < readings.cells.size(); ++at) {
    if (at > 0) ImGui::SameLine(0.0F, em(kBetween));
    ImGui::BeginGroup();
    const std::string order(at == 0 ? readings.names.usual : readings.names.exchanged);
    const bool possible = !readings.cells[at].empty();
    const ImVec2 min = ImGui::GetCursorScreenPos();
    ImGui::BeginDisabled(!possible);
    ImGui::PushID(static_cast<int>(at));
    bool chosen = ImGui::InvisibleButton("cells", {side, side});
    if (possible) paint_cells(context, readings.cells[at], readings.of_states, min, side);
    if (ImGui::IsItemHovered())
      ImGui::GetWindowDrawList()->AddRect(min, {min.x + side, min.y + side}, colour_u32(theme().accent), 0.0F, 0,
                                          stroke(0.12F, 1.5F));
    chosen = ImGui::Button(name_of_order(order).c_str(), {side, 0.0F}) || chosen;
    probe_last_item("captured." + std::to_string(at));
    ImGui::PopID();
    ImGui::EndDisabled();
    if (!possible) why_not(tr("captured.impossible"));
    ImGui::EndGroup();
    if (!chosen) continue;
    ReadingCapture said = question.said;
    said.axes.push_back(order);
    context.command(OpenCaptured{question.model, std::move(said)});
  }
}

void draw_order(PanelContext& context, CapturedQuestion& question) {
  const std::string file = std::filesystem::path(question.model).filename().string();
  wrapped(theme().text, tr("captured.ambiguous", {{"file", file}, {"shape", question.found}}));
  gap(0.75F);
  if (!question.readings) return wrapped_caption(tr("captured.reading"));
  wrapped_caption(tr(question.readings->of_states ? "captured.first_states" : "captured.first_cells"));
  gap(0.25F);
  draw_readings(context, question, *question.readings);
}

/// Models of this machine, to be taken with a click.
void offer_checkpoints(PanelContext& context, const CapturedQuestion& question) {
  if (context.world.models == nullptr) return;
  std::size_t offered = 0;
  for (const ModelEntry& entry : *context.world.models) {
    if (!entry.supported || entry.place == ModelPlace::built_in || offered == kMostCheckpoints) continue;
    if (quiet_button("captured.model." + std::to_string(offered), entry.name)) {
      ReadingCapture said = question.said;
      said.checkpoint = entry.folder.string();
      context.command(OpenCaptured{question.model, std::move(said)});
    }
    ++offered;
  }
}

void draw_field(PanelContext& context, CapturedQuestion& question, const char* placeholder) {
  const bool of_layers = question.asks == CaptureAsks::layers;
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  const PathFieldResult field = path_field("captured.field", question.field, placeholder);
  if (field.edited) question.problem.reset();
  if (question.problem) wrapped(theme().error, text_of(*question.problem));
  if (!of_layers) offer_checkpoints(context, question);
  gap(0.5F);
  const bool confirmed = ImGui::Button(tr("captured.open"));
  probe_last_item("captured.open");
  if (!confirmed && !field.entered) return;
  question.field.focus = true;
  const std::string typed = path_in(question.field);
  ReadingCapture said = question.said;
  if (!of_layers) said.checkpoint = typed;
  const auto layers = of_layers ? layers_in(typed) : std::optional<std::vector<std::size_t>>();
  if (layers) said.states_of = *layers;
  if (of_layers && !layers) question.problem = make_message("captured.no_list", {}, Message::Kind::error);
  if (typed.empty() || (of_layers && !layers)) return;
  context.command(OpenCaptured{question.model, std::move(said)});
}

}  // namespace

void draw_captured_question(PanelContext& context) {
  const ScopedRaisedFrames frames;
  CapturedQuestion& question = context.state.of<CapturedQuestion>();
  const std::string file = std::filesystem::path(question.model).filename().string();
  heading(tr("captured.title"));
  gap(0.5F);
  if (question.asks == CaptureAsks::order) {
    draw_order(context, question);
    gap(0.5F);
  } else if (question.asks == CaptureAsks::checkpoint) {
    wrapped(theme().text, tr("captured.checkpoint", {{"file", file}}));
    if (!question.found.empty()) wrapped_caption(tr("captured.made_by", {{"model", question.found}}));
    gap(0.5F);
    draw_field(context, question, tr("captured.checkpoint_hint"));
    ImGui::SameLine();
  } else {
    wrapped(theme().text, tr("captured.layers", {{"file", file}, {"count", question.found}}));
    gap(0.5F);
    draw_field(context, question, tr("captured.layers_hint"));
    ImGui::SameLine();
  }
  if (ImGui::Button(tr("dialog.cancel"))) context.state.of<WindowState>().overlay = Overlay::none;
  probe_last_item("captured.cancel");
}

}  // namespace regard
