// SPDX-License-Identifier: Apache-2.0
// "Looks against matters": a tile for every head, the stronger its grey the more weight its selected query gives the selected key, and in
// it a disc whose area is what the prediction loses without the head.
#include "app/base/head_place.h"
#include "app/panels/change/effect_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/session/action_kinds.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr float kLargestTile = 2.75F;  // ems
constexpr std::size_t kRanked = 6;

/// What the tiles show besides the effects.
struct Looks {
  const std::vector<float>* weights = nullptr;  ///< [L·H], or null
  float largest = 0.0F;
  std::string query{}, key{};
};

struct Tiles {
  ImVec2 origin{};
  float side = 1.0F, step = 1.0F;
  [[nodiscard]] ImVec2 corner(HeadRef head) const {
    return {origin.x + static_cast<float>(head.head) * step, origin.y + static_cast<float>(head.layer) * step};
  }
};

Looks looks_of(const PanelContext& context, EffectState& state, const AblationView& view) {
  const Snapshot& snapshot = context.snapshot;
  if (shown_kind(snapshot, context.session) != AttentionKind::self) return {};
  const std::size_t query = selected_query(snapshot, context.session), key = selected_key(snapshot, context.session);
  const bool same = state.weights_of.lock() == snapshot.trace && state.query == query && state.key == key;
  if (!same) {
    state.weights = weights_of_all_heads(*snapshot.trace, query, key);
    state.weights_of = snapshot.trace;
    state.query = query;
    state.key = key;
  }
  if (state.weights.size() != view.effects.size()) return {};
  const std::vector<Token>& tokens = snapshot.encoding.tokens;
  return {&state.weights, *std::max_element(state.weights.begin(), state.weights.end()), label_of(tokens[query]),
          label_of(tokens[key])};
}

ImVec4 ground_of(float share) {
  return mix(theme().frame, theme().text, 0.8F * std::clamp(share, 0.0F, 1.0F));
}

const ImVec4& disc_colour(double effect, EffectMeasure measure) {
  return measure == EffectMeasure::change && effect < 0.0 ? theme().negative : theme().positive;
}

/// Area in proportion to the effect; a ring of the panel's colour keeps it apart from bright grounds.
void paint_disc(ImDrawList& list, ImVec2 centre, float side, double effect, double largest, EffectMeasure measure) {
  if (largest <= 0.0 || effect == 0.0) return;
  const float radius = 0.44F * side * static_cast<float>(std::sqrt(std::min(1.0, std::abs(effect) / largest)));
  if (radius < 0.75F) return;
  const int corners = std::clamp(static_cast<int>(radius * 2.5F), 12, 48);
  list.AddCircleFilled(centre, radius + std::max(1.0F, em(0.08F)), colour_u32(theme().panel), corners);
  list.AddCircleFilled(centre, radius, colour_u32(disc_colour(effect, measure)), corners);
}

double largest_of(const AblationView& view, EffectMeasure measure) {
  return measure == EffectMeasure::divergence ? view.largest_divergence : view.largest_change;
}

std::string effect_text(double effect, EffectMeasure measure, int decimals) {
  return measure == EffectMeasure::divergence ? number(static_cast<float>(effect), decimals)
                                              : with_sign(effect, decimals);
}

Tiles begin_tiles(const AblationView& view) {
  const ScopedFont font(fonts().small);
  const float width = ImGui::GetContentRegionAvail().x;
  const float label =
      ImGui::CalcTextSize(std::to_string(std::max<std::size_t>(view.layers, 1) - 1).c_str()).x + em(0.6F);
  const float gap = std::max(1.0F, std::round(em(0.15F)));
  const float room = (width - label) / static_cast<float>(std::max<std::size_t>(view.heads, 1)) - gap;
  Tiles tiles;
  tiles.side = std::floor(std::clamp(room, 3.0F, text_pixels() * kLargestTile));
  tiles.step = tiles.side + gap;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  tiles.origin = {std::floor(at.x + label), std::floor(at.y + ImGui::GetFontSize() + em(0.2F))};
  ImGui::InvisibleButton("tiles", {tiles.origin.x - at.x + tiles.step * static_cast<float>(view.heads),
                                   tiles.origin.y - at.y + tiles.step * static_cast<float>(view.layers)});
  return tiles;
}

std::optional<HeadRef> head_under_mouse(const Tiles& tiles, const AblationView& view, const ModelConfig& config) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (!ImGui::IsItemHovered() || mouse.x < tiles.origin.x || mouse.y < tiles.origin.y) return std::nullopt;
  const HeadRef head{static_cast<std::size_t>((mouse.y - tiles.origin.y) / tiles.step),
                     static_cast<std::size_t>((mouse.x - tiles.origin.x) / tiles.step)};
  if (head.layer >= view.layers || head.head >= view.heads || !has_head(config, head)) return std::nullopt;
  return head;
}

void paint_numbers(const Tiles& tiles, const AblationView& view, HeadRef selected) {
  const ScopedFont font(fonts().small);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float size = ImGui::GetFontSize();
  const auto every = static_cast<std::size_t>(std::max(1.0F, std::ceil(size * 1.25F / tiles.step)));
  const auto ink = [](bool chosen) { return colour_u32(chosen ? theme().text : theme().text_muted); };
  for (std::size_t layer = 0; layer < view.layers; layer += every) {
    const std::string text = std::to_string(layer);
    const float y = tiles.corner({layer, 0}).y + std::round((tiles.side - size) * 0.5F);
    list.AddText({tiles.origin.x - em(0.45F) - ImGui::CalcTextSize(text.c_str()).x, y}, ink(layer == selected.layer),
                 text.c_str());
  }
  for (std::size_t head = 0; head < view.heads; head += every) {
    const std::string text = std::to_string(head);
    const float x = tiles.corner({0, head}).x + std::round((tiles.side - ImGui::CalcTextSize(text.c_str()).x) * 0.5F);
    list.AddText({x, tiles.origin.y - size - em(0.15F)}, ink(head == selected.head), text.c_str());
  }
}

void paint_tile(const Tiles& tiles, const AblationView& view, const Looks& looks, EffectMeasure measure, HeadRef head) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const std::size_t index = head.layer * view.heads + head.head;
  const ImVec2 min = tiles.corner(head), max{min.x + tiles.side, min.y + tiles.side};
  if (!ImGui::IsRectVisible(min, max)) return;
  const float share = looks.weights != nullptr && looks.largest > 0.0F ? (*looks.weights)[index] / looks.largest : 0.0F;
  list.AddRectFilled(min, max, colour_u32(ground_of(share)));
  if (view.effects[index])
    paint_disc(list, {(min.x + max.x) * 0.5F, (min.y + max.y) * 0.5F}, tiles.side,
               effect_of(*view.effects[index], measure), largest_of(view, measure), measure);
  if (probe_enabled()) probe("effect.head." + std::to_string(head.layer) + "." + std::to_string(head.head), min, max);
}

void ring(const Tiles& tiles, HeadRef head, const ImVec4& colour) {
  const ImVec2 min = tiles.corner(head);
  const float thick = std::round(stroke(0.125F, 2.0F));
  paint_outline(*ImGui::GetWindowDrawList(), {min.x - thick, min.y - thick},
                {min.x + tiles.side + thick, min.y + tiles.side + thick}, colour_u32(colour), thick);
}

void tell_head(const PanelContext& context, const EffectState& state, const AblationView& view, const Looks& looks,
               HeadRef head) {
  const ScopedTooltip tooltip;
  coloured(theme().text, head_name(context.snapshot, head));
  if (head_name(context.snapshot, head) != head_label(head)) coloured(theme().text_muted, head_label(head));
  const ScopedFont font(fonts().small);
  const std::size_t index = head.layer * view.heads + head.head;
  if (looks.weights != nullptr)
    coloured(theme().text,
             tr("effect.tip_weight",
                {{"query", looks.query}, {"key", looks.key}, {"value", exact_number((*looks.weights)[index])}}));
  const std::optional<HeadEffect>& effect = view.effects[index];
  if (!effect) return coloured(theme().text_muted, tr("effect.tip_unknown"));
  coloured(theme().text_muted, tr(state.mean ? "effect.tip_mean" : "effect.tip_zero"));
  coloured(theme().text, tr("effect.divergence", {{"value", exact_number(static_cast<float>(effect->divergence))}}));
  coloured(theme().text,
           tr("effect.change", {{"token", view.token_text}, {"value", with_sign(effect->log_probability_change, 6)}}));
}

/// Brightness and discs, each with the numbers at its ends.
void draw_legend(const AblationView& view, const Looks& looks, EffectMeasure measure) {
  const ScopedFont font(fonts().small);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float height = ImGui::GetTextLineHeight();
  const float sample = em(4.5F);
  if (looks.weights != nullptr) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const ImU32 low = colour_u32(ground_of(0.0F)), high = colour_u32(ground_of(1.0F));
    list.AddRectFilledMultiColor({at.x, at.y + height * 0.2F}, {at.x + sample, at.y + height * 0.8F}, low, high, high,
                                 low);
    ImGui::Dummy({sample, height});
    ImGui::SameLine(0.0F, em(0.5F));
    caption(tr(
        "effect.legend_weight",
        {{"query", looks.query}, {"key", looks.key}, {"most", number(looks.largest, looks.largest < 0.1F ? 3 : 2)}}));
  }
  const double largest = largest_of(view, measure);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool change = measure == EffectMeasure::change;
  const std::array<double, 3> sizes = change ? std::array{-1.0, 0.25, 1.0} : std::array{0.06, 0.35, 1.0};
  for (std::size_t place = 0; place < sizes.size(); ++place)
    paint_disc(list, {at.x + sample * (0.2F + 0.3F * static_cast<float>(place)), at.y + height * 0.5F}, height * 1.05F,
               change && place == 1 ? 0.0 : sizes[place], 1.0, measure);
  ImGui::Dummy({sample, height});
  ImGui::SameLine(0.0F, em(0.5F));
  const std::string most = number(static_cast<float>(largest), largest < 0.1 ? 4 : 2);
  caption(change ? tr("effect.legend_change", {{"most", most}}) : tr("effect.legend_divergence", {{"most", most}}));
}

void draw_ranked(PanelContext& context, EffectState& state, const AblationView& view, const Looks& looks) {
  const std::vector<std::size_t> order = ranked(view, state.measure, kRanked);
  if (order.empty()) return;
  const ScopedFont font(fonts().small);
  coloured(theme().text_muted, tr("effect.ranked"));
  const float width = ImGui::GetContentRegionAvail().x, height = ImGui::GetTextLineHeight() + em(0.2F);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ImGui::GetStyle().ItemSpacing.x, em(0.05F)});
  for (std::size_t place = 0; place < order.size(); ++place) {
    const HeadRef head{order[place] / view.heads, order[place] % view.heads};
    const ScopedId scope(place);
    const ImVec2 min = ImGui::GetCursorScreenPos();
    const std::string name = head_name(context.snapshot, head);
    if (ImGui::InvisibleButton("ranked", {width, height})) context.act(SelectHead{head});
    if (ImGui::IsItemHovered()) context.next_hover.head = head;
    const bool lit = ImGui::IsItemHovered() || head == shown_head(context.snapshot, context.session);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (lit)
      list.AddRectFilled({min.x - em(0.3F), min.y}, {min.x + width + em(0.3F), min.y + height},
                         colour_u32(ImGui::IsItemHovered() ? theme().frame_hovered : theme().selection), em(0.2F));
    const auto right = [&](float x, const ImVec4& ink, const std::string& text) {
      list.AddText({min.x + x - ImGui::CalcTextSize(text.c_str()).x, min.y + em(0.1F)}, colour_u32(ink), text.c_str());
    };
    const std::string label = name == head_label(head) ? name : head_place(head) + "  " + name;
    list.AddText({min.x, min.y + em(0.1F)}, colour_u32(theme().text), fitted(label, width - em(11.0F)).c_str());
    const double effect = effect_of(*view.effects[order[place]], state.measure);
    right(width - em(5.0F), disc_colour(effect, state.measure), effect_text(effect, state.measure, 4));
    if (looks.weights != nullptr)
      right(width, theme().text_muted, tr("effect.weight", {{"value", number((*looks.weights)[order[place]], 2)}}));
    if (probe_enabled()) probe("effect.ranked." + std::to_string(place), min, {min.x + width, min.y + height});
  }
  ImGui::PopStyleVar();
}

}  // namespace

void draw_ablation_map(PanelContext& context, EffectState& state, const AblationView& view) {
  const Looks looks = looks_of(context, state, view);
  const HeadRef selected = shown_head(context.snapshot, context.session);
  const Tiles tiles = begin_tiles(view);
  const std::optional<HeadRef> hovered = head_under_mouse(tiles, view, context.snapshot.model->config);
  if (hovered && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) choose_head(context, *hovered);
  if (hovered) context.next_hover.head = hovered;
  paint_numbers(tiles, view, selected);
  for (std::size_t layer = 0; layer < view.layers; ++layer)
    for (std::size_t head = 0; head < view.heads; ++head)
      if (has_head(context.snapshot.model->config, {layer, head}))
        paint_tile(tiles, view, looks, state.measure, {layer, head});
  if (const std::optional<HeadRef>& linked = context.hover.head; linked && linked != selected)
    ring(tiles, *linked, theme().text_muted);
  ring(tiles, selected, head_colour(0));
  if (hovered && !ImGui::IsMouseDown(ImGuiMouseButton_Left)) tell_head(context, state, view, looks, *hovered);
  draw_legend(view, looks, state.measure);
  gap(0.4F);
  draw_ranked(context, state, view, looks);
}

}  // namespace regard
