// SPDX-License-Identifier: Apache-2.0
// What the colours of the map say.
#include "app/panels/common/parts.h"
#include "app/panels/heads/likeness_parts.h"
#include "app/panels/heads/roles_parts.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"

#include <imgui.h>
#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr std::size_t kNamedLayers = 12;  ///< at most
constexpr float kLayerBar = 6.0F;         ///< ems

std::string layer_name(std::size_t layer) {
  return tr("likeness.layer", {{"layer", layer}});
}

/// "layer 0 [first … last colour] 23"
void draw_layer_bar(std::size_t layers) {
  const float height = ImGui::GetTextLineHeight(), width = em(kLayerBar);
  coloured(theme().text_muted, layer_name(0));
  ImGui::SameLine(0.0F, em(0.3F));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImU32 first = colour_u32(layer_colour(0, layers)), last = colour_u32(layer_colour(layers - 1, layers));
  ImGui::GetWindowDrawList()->AddRectFilledMultiColor({at.x, at.y + 0.2F * height},
                                                      {at.x + width, at.y + 0.8F * height}, first, last, last, first);
  ImGui::Dummy({width, height});
  ImGui::SameLine(0.0F, em(0.3F));
  coloured(theme().text_muted, std::to_string(layers - 1));
}

DotColours by_layer(const LikenessView& view) {
  std::size_t layers = 1;
  for (const ModelHead& each : view.likeness.heads)
    layers = std::max(layers, each.head.layer + 1);
  DotColours colours = layer_colours(layers);
  for (const ModelHead& each : view.likeness.heads)
    colours.of_heads.push_back(layer_colour(each.head.layer, layers));
  return colours;
}

DotColours by_cluster(const LikenessState& state, const LikenessView& view) {
  DotColours colours;
  for (std::size_t head = 0; head < view.likeness.heads.size(); ++head)
    colours.of_heads.push_back(state.cluster_of[head] == kNone ? theme().text_muted
                                                               : head_colour(state.cluster_of[head]));
  colours.legend.emplace_back(theme().text_muted, tr("likeness.alone"));
  return colours;
}

DotColours by_model(const LikenessView& view) {
  DotColours colours;
  for (const ModelHead& each : view.likeness.heads)
    colours.of_heads.push_back(head_colour(each.model));
  for (std::size_t model = 0; model < view.models.size(); ++model)
    colours.legend.emplace_back(head_colour(model), model_name(view, model));
  return colours;
}

/// Names of the badges that most heads have as their first one.
std::vector<std::string> commonest_badges(const HeadTable& table) {
  std::map<std::string, std::size_t> counts;
  for (const std::vector<RoleBadge>& badges : table.badges)
    if (!badges.empty()) ++counts[badge_name(badges.front())];
  std::vector<std::string> names;
  for (const auto& [name, count] : counts)
    names.push_back(name);
  std::ranges::stable_sort(names, std::ranges::greater{}, [&](const std::string& name) { return counts.at(name); });
  if (names.size() > theme().heads.size()) names.resize(theme().heads.size());
  return names;
}

/// The first badge of each head of the live model; rarer ones, and heads without any, are grey.
DotColours by_role(const LikenessView& view, const HeadTable& table) {
  const std::vector<std::string> names = commonest_badges(table);
  DotColours colours;
  for (const ModelHead& each : view.likeness.heads) {
    const std::size_t index = each.head.layer * table.heads + each.head.head;
    ImVec4 colour = theme().text_muted;
    if (each.model + 1 == view.models.size() && index < table.badges.size() && !table.badges[index].empty()) {
      const auto found = std::ranges::find(names, badge_name(table.badges[index].front()));
      if (found != names.end()) colour = head_colour(static_cast<std::size_t>(found - names.begin()));
    }
    colours.of_heads.push_back(colour);
  }
  for (std::size_t name = 0; name < names.size(); ++name)
    colours.legend.emplace_back(head_colour(name), names[name]);
  colours.legend.emplace_back(theme().text_muted, tr("likeness.no_role"));
  return colours;
}

}  // namespace

DotColours layer_colours(std::size_t layers) {
  DotColours colours;
  if (layers > kNamedLayers) {
    colours.layers = layers;
    return colours;
  }
  for (std::size_t layer = 0; layer < layers; ++layer)
    colours.legend.emplace_back(layer_colour(layer, layers), layer == 0 ? layer_name(0) : std::to_string(layer));
  return colours;
}

float layer_bar_width(std::size_t layers) {
  return ImGui::CalcTextSize(layer_name(0).c_str()).x + em(kLayerBar + 0.6F) +
         ImGui::CalcTextSize(std::to_string(layers - 1).c_str()).x;
}

DotColours dot_colours(const LikenessState& state, const LikenessView& view, const HeadTable* roles) {
  switch (state.colour) {
    case DotColour::cluster:
      return by_cluster(state, view);
    case DotColour::role:
      if (roles != nullptr) return by_role(view, *roles);
      break;
    case DotColour::model:
      if (view.models.size() > 1) return by_model(view);
      break;
    case DotColour::layer:
      break;
  }
  return by_layer(view);
}

void draw_dot_legend(const DotColours& colours) {
  const ScopedFont font(fonts().small);
  const float height = ImGui::GetTextLineHeight(), radius = 0.3F * height;
  bool first = colours.layers == 0;
  if (!first) draw_layer_bar(colours.layers);
  for (const auto& [colour, name] : colours.legend) {
    const float width = ImGui::CalcTextSize(name.c_str()).x + height;
    if (!first) {
      ImGui::SameLine(0.0F, em(0.8F));
      if (ImGui::GetContentRegionAvail().x < width) ImGui::NewLine();
    }
    first = false;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::GetWindowDrawList()->AddCircleFilled({at.x + radius, at.y + 0.5F * height}, radius, colour_u32(colour));
    ImGui::Dummy({std::min(height, ImGui::GetContentRegionAvail().x), height});
    ImGui::SameLine(0.0F, 0.0F);
    coloured(theme().text_muted, fitted(name, ImGui::GetContentRegionAvail().x));
  }
}

}  // namespace regard
