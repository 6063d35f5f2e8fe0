// SPDX-License-Identifier: Apache-2.0
#include "app/base/head_place.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/attribution_parts.h"
#include "app/session/action_kinds.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"
#include "app/widgets/changes.h"
#include "app/widgets/probe.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

constexpr std::size_t kShownParts = 16;

std::string name_of_part(const PanelContext& context, const AttributedPart& part) {
  const HeadRef head{part.layer, part.head};
  switch (part.kind) {
    case AttributedPart::Kind::head:
      return head_name_and_place(context.snapshot, head);
    case AttributedPart::Kind::cross_head:
      return tr("attribution.cross_of", {{"head", head_place(head)}});
    case AttributedPart::Kind::feed_forward:
      return tr("attribution.feed_forward_of", {{"layer", part.layer}});
    case AttributedPart::Kind::embedding:
      break;
  }
  return tr("attribution.embedding");
}

const ImVec4& colour_of_part(AttributedPart::Kind kind) {
  switch (kind) {
    case AttributedPart::Kind::head:
      return theme().query;
    case AttributedPart::Kind::cross_head:
      return theme().key;
    case AttributedPart::Kind::feed_forward:
      return theme().value;
    case AttributedPart::Kind::embedding:
      break;
  }
  return theme().text_muted;
}

}  // namespace

bool draw_signed_row(const SignedRow& row) {
  const float width = ImGui::GetContentRegionAvail().x, height = ImGui::GetTextLineHeight() + em(0.2F);
  const ImVec2 min = ImGui::GetCursorScreenPos(), max{min.x + width, min.y + height};
  const bool clicked = ImGui::InvisibleButton(row.id.c_str(), {std::max(1.0F, width), height});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (row.lit || ImGui::IsItemHovered())
    list.AddRectFilled({min.x - em(0.3F), min.y}, {max.x + em(0.3F), max.y},
                       colour_u32(ImGui::IsItemHovered() ? theme().frame_hovered : theme().selection), em(0.2F));
  const float names = std::min(em(15.0F), 0.48F * width), numbers = em(4.2F);
  list.AddText({min.x, min.y + em(0.1F)}, colour_u32(theme().text), fitted(row.name, names - em(0.5F)).c_str());
  const float left = min.x + names, right = std::max(left + em(), max.x - numbers), middle = 0.5F * (left + right);
  const float inset = std::round(0.22F * height);
  list.AddRectFilled({left, min.y + inset}, {right, max.y - inset}, colour_u32(theme().frame), em(0.15F));
  const auto share = static_cast<float>(std::clamp(row.value / std::max(row.largest, 1e-12), -1.0, 1.0));
  const float end = middle + share * 0.5F * (right - left);
  list.AddRectFilled({std::min(middle, end), min.y + inset},
                     {std::max({middle, end, std::min(middle, end) + 1.0F}), max.y - inset},
                     colour_u32(row.colour, 0.9F));
  list.AddLine({middle, min.y + inset}, {middle, max.y - inset}, colour_u32(theme().text_muted), theme().stroke);
  const ScopedFont font(fonts().mono_small);
  const std::string text = signed_number(static_cast<float>(row.value), 3);
  list.AddText({max.x - ImGui::CalcTextSize(text.c_str()).x, min.y + 0.5F * (height - ImGui::GetTextLineHeight())},
               colour_u32(theme().text), text.c_str());
  if (probe_enabled()) probe(row.id, min, max);
  return clicked;
}

void draw_largest_parts(PanelContext& context, const AttributionView& view) {
  heading(tr("attribution.parts"));
  const HeadRef selected = shown_head(context.snapshot, context.session);
  const FoldedParts folded = fold_parts(view.parts, kShownParts);
  const double largest = view.parts.empty() ? 1.0 : std::abs(view.parts.front().value);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ImGui::GetStyle().ItemSpacing.x, em(0.05F)});
  for (std::size_t place = 0; place < folded.shown; ++place) {
    const AttributedPart& part = view.parts[place];
    const HeadRef head{part.layer, part.head};
    const bool is_head = part.kind == AttributedPart::Kind::head;
    const bool clicked = draw_signed_row({"attribution.part." + std::to_string(place), name_of_part(context, part),
                                          part.value, largest, colour_of_part(part.kind), is_head && head == selected});
    if (!is_head) continue;
    if (ImGui::IsItemHovered()) context.next_hover.head = head;
    if (clicked) context.act(SelectHead{head});
  }
  if (folded.count > 0) {
    (void)draw_signed_row({"attribution.part.others", tr_plural("attribution.others", folded.count), folded.sum,
                           largest, theme().text_muted});
    hint(tr_plural("attribution.others_hint", folded.count,
                   {{"shown", folded.shown},
                    {"share", percent(static_cast<float>(folded_share))},
                    {"most", exact_number(static_cast<float>(folded.most))}}));
  }
  ImGui::PopStyleVar();
}

}  // namespace regard
