// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/overview.h"

#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/nav.h"
#include "app/widgets/overview_parts.h"
#include "app/widgets/scope.h"

#include <algorithm>
#include <string>

namespace regard {
namespace {

constexpr float kUsualTile = 3.5F;  // ems, where there is all the room one could wish for

void tell_movement(const OverviewSpec& spec, HeadRef head) {
  const HeadMovement* moved = movement_of(spec, head);
  if (moved == nullptr) {
    if (!spec.movements.empty())
      ImGui::TextUnformatted(
          tr(spec.measure.empty() ? "widgets.overview.not_compared" : "widgets.overview.not_measured"));
    return;
  }
  const auto above = std::count_if(spec.movements.begin(), spec.movements.end(),
                                   [moved](const HeadMovement& each) { return each.movement > moved->movement; });
  ImGui::TextUnformatted(tr(spec.measure.empty() ? "widgets.overview.moved" : "widgets.overview.measured",
                            {{"measure", std::string(spec.measure)},
                             {"movement", exact_number(static_cast<float>(moved->movement))},
                             {"rank", above + 1},
                             {"heads", spec.movements.size()}})
                             .c_str());
}

void tooltip(const OverviewSpec& spec, HeadRef head) {
  const ScopedTooltip scope;
  ImGui::TextUnformatted(tr("widgets.overview.head", {{"layer", head.layer}, {"head", head.head}}).c_str());
  const HeadRole* role = spec.snapshot->model != nullptr ? role_of(*spec.snapshot->model, head) : nullptr;
  if (role != nullptr) ImGui::TextUnformatted(in(spec.language, role->name).c_str());
  ImGui::PushStyleColor(ImGuiCol_Text, theme().text_muted);
  if (role != nullptr && !in(spec.language, role->asks).empty()) {
    ImGui::PushTextWrapPos(em(22.0F));
    ImGui::TextUnformatted(in(spec.language, role->asks).c_str());
    ImGui::PopTextWrapPos();
  }
  if (role != nullptr && !role->guided) ImGui::TextUnformatted(tr("widgets.overview.found"));
  if (spec.moved) tell_movement(spec, head);
  ImGui::TextUnformatted(tr("widgets.overview.compare"));
  ImGui::PopStyleColor();
}

/// Names do not fit under the thumbnails.
bool names_need_lines(const OverviewSpec& spec) {
  return has_names(spec) && tile_layout(spec, 1.0F).badge == 0.0F;
}

}  // namespace

float overview_height(const OverviewSpec& spec) {
  const HeadRef size = overview_size(spec);
  if (size.head == 0) return em(kUsualTile);
  const float layers = static_cast<float>(size.layer);
  OverviewSpec high = spec;
  high.size.y = em(2.0F) + layers * em(kUsualTile + 1.2F);  // so that the width alone decides
  if (names_need_lines(high)) return names_height(high);
  const TileLayout layout = tile_layout(high, 1.0F);
  return layout.header + layout.step_y * layers;
}

OverviewResult overview(const OverviewSpec& spec, OverviewView& view) {
  OverviewResult result;
  const ScopedId id(spec.id);
  const HeadRef size = spec.snapshot != nullptr ? overview_size(spec) : HeadRef{};
  if (size.head == 0 || spec.size.x < em() || spec.size.y < em()) {
    ImGui::Dummy(spec.size);
    return result;
  }
  if (view.size != size) view = {.size = size};
  view.lines = names_need_lines(spec);
  if (view.lines) view.zoom = view.closest = 1.0F;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0.0F, 0.0F});
  ImGui::PushStyleColor(ImGuiCol_ChildBg, ImVec4(0.0F, 0.0F, 0.0F, 0.0F));
  const ImGuiWindowFlags still = ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse;
  const bool open = ImGui::BeginChild(view.lines ? "names" : "heads", spec.size, false,
                                      child_nav_flags() | (view.lines ? ImGuiWindowFlags_None : still));
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
  if (open) {
    view.lines ? draw_names(spec, view, result) : draw_tiles(spec, view, result);
    if (result.hovered && !ImGui::IsMouseDown(ImGuiMouseButton_Left)) tooltip(spec, *result.hovered);
  }
  ImGui::EndChild();
  return result;
}

}  // namespace regard
