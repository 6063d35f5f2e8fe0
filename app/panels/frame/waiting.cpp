// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/waiting.h"

#include "app/panels/common/command.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/world.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace regard {
namespace {

constexpr double kPatience = 0.25;  ///< seconds before the veil begins to fall
constexpr double kFall = 0.25;      ///< seconds it takes
constexpr float kVeil = 0.72F;      ///< how much of what is behind it hides
constexpr double kKnowing = 0.5;    ///< seconds before the time left is told
constexpr float kLeastShare = 0.03F;
constexpr float kCardWidth = 26.0F;  ///< ems

/// A child window without input or padding, above what was drawn before it.
struct Layer {
  Layer(const char* id, ImVec2 min, ImVec2 max, ImVec2 padding, ImGuiWindowFlags flags) {
    ImGui::SetCursorScreenPos(min);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, padding);
    ImGui::PushStyleVar(ImGuiStyleVar_ChildBorderSize, 0.0F);
    ImGui::PushStyleColor(ImGuiCol_ChildBg, ImVec4(0.0F, 0.0F, 0.0F, 0.0F));
    open = ImGui::BeginChild(id, {std::max(1.0F, max.x - min.x), std::max(1.0F, max.y - min.y)}, false,
                             flags | ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse |
                                 ImGuiWindowFlags_AlwaysUseWindowPadding);
    ImGui::PopStyleColor();
    ImGui::PopStyleVar(2);
  }
  ~Layer() { ImGui::EndChild(); }
  Layer(const Layer&) = delete;
  Layer& operator=(const Layer&) = delete;
  bool open = false;
};

std::string whose(const PanelContext& context, Awaited::Change change) {
  if (!context.snapshot.model) return {};
  const std::string& model = context.snapshot.model->name;
  switch (change) {
    case Awaited::Change::model:
      return tr("waiting.shown_model", {{"model", model}});
    case Awaited::Change::text:
      return tr("waiting.shown_text", {{"model", model}});
    case Awaited::Change::settings:
      break;
  }
  return tr("waiting.shown_settings", {{"model", model}});
}

std::string time_left(double seconds) {
  if (seconds < 90.0) return tr("waiting.seconds_left", {{"count", std::max(1L, std::lround(std::ceil(seconds)))}});
  return tr("waiting.minutes_left", {{"count", std::lround(seconds / 60.0)}});
}

std::string doing(const World& world) {
  if (world.awaited->given_up) return tr("waiting.given_up");
  if (world.stopping) return tr("status.stopping");
  std::string text = world.worker == WorkerState::loading_model ? tr("waiting.opening", {{"model", world.loading}})
                     : world.tokens_awaited > 0                 ? tr_plural("waiting.reading", world.tokens_awaited)
                                                                : std::string(tr("waiting.running"));
  if (world.progress > 0.0F) text += " · " + std::to_string(std::lround(100.0F * world.progress)) + " %";
  if (const std::optional<double> left = seconds_left(world)) text += " · " + time_left(*left);
  return text;
}

void draw_bar(float share) {
  const ImVec2 min = ImGui::GetCursorScreenPos(), size(ImGui::GetContentRegionAvail().x, em(0.35F));
  ImGui::Dummy(size);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float round = 0.5F * size.y, done = std::clamp(share, 0.0F, 1.0F) * size.x;
  list.AddRectFilled(min, {min.x + size.x, min.y + size.y}, colour_u32(theme().frame), round);
  if (done > 1.0F) list.AddRectFilled(min, {min.x + done, min.y + size.y}, colour_u32(theme().accent), round);
}

void draw_button(PanelContext& context, bool again) {
  const ScopedRaisedFrames frames;
  const char* label = tr(again ? "waiting.again" : "waiting.cancel");
  if (ImGui::Button(label)) context.command(again ? Command{RunAgain{}} : Command{CancelRun{}});
  probe_last_item(again ? "waiting.again" : "waiting.cancel");
}

void draw_card(PanelContext& context, ImVec2 min, ImVec2 max) {
  const World& world = context.world;
  const std::string shown = whose(context, world.awaited->change);
  const ImVec2 padding(em(1.25F), em(1.0F));
  const float width = std::min(em(kCardWidth), max.x - min.x);
  const float line = ImGui::GetTextLineHeightWithSpacing();
  const float height = std::min(2.0F * padding.y + (shown.empty() ? 1.0F : 2.0F) * line + em(0.35F) +
                                    2.0F * ImGui::GetStyle().ItemSpacing.y + ImGui::GetFrameHeight(),
                                max.y - min.y);
  const ImVec2 from(std::round(0.5F * (min.x + max.x - width)), std::round(0.5F * (min.y + max.y - height)));
  const ImVec2 to(from.x + width, from.y + height);
  const Layer layer("waiting.card", from, to, padding, 0);
  if (!layer.open) return;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(from, to, colour_u32(theme().raised), em(0.4F));
  list.AddRect(from, to, colour_u32(theme().grid), em(0.4F));
  probe("waiting.card", from, to);
  if (!shown.empty()) {
    const ScopedFont font(fonts().heading);
    coloured(theme().text, fitted(shown, ImGui::GetContentRegionAvail().x));
  }
  coloured(theme().text_muted, fitted(doing(world), ImGui::GetContentRegionAvail().x));
  draw_bar(world.awaited->given_up ? 0.0F : world.progress);
  if (world.awaited->given_up)
    draw_button(context, true);
  else if (!world.stopping)
    draw_button(context, false);
}

}  // namespace

float veil_strength(const World& world) {
  if (!world.awaited) return 0.0F;
  if (world.awaited->given_up) return 1.0F;
  return static_cast<float>(std::clamp((world.awaited->seconds - kPatience) / kFall, 0.0, 1.0));
}

std::optional<double> seconds_left(const World& world) {
  if (world.progress < kLeastShare || world.seconds_running < kKnowing) return std::nullopt;
  const auto done = static_cast<double>(world.progress);
  return world.seconds_running * (1.0 - done) / done;
}

void draw_veil(const PanelContext& context, const char* id, ImVec2 min, ImVec2 max) {
  const float strength = veil_strength(context.world);
  if (strength <= 0.0F) return;
  const ScopedId scope(id);
  const Layer layer("veil", min, max, {0.0F, 0.0F}, ImGuiWindowFlags_NoInputs);
  if (layer.open) ImGui::GetWindowDrawList()->AddRectFilled(min, max, colour_u32(theme().panel, kVeil * strength));
}

void draw_waiting(PanelContext& context, ImVec2 min, ImVec2 max) {
  if (veil_strength(context.world) <= 0.0F) return;
  draw_veil(context, "waiting", min, max);
  probe("waiting.veil", min, max);
  draw_card(context, min, max);
}

}  // namespace regard
