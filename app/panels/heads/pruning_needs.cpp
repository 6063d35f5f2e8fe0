// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/pruning_parts.h"
#include "app/session/action_kinds.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/views.h"
#include "app/widgets/changes.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <string>

namespace regard {
namespace {

bool draw_need(const SentenceNeed& need, std::size_t place) {
  const ScopedId scope(place);
  const float width = ImGui::GetContentRegionAvail().x, height = ImGui::GetTextLineHeight() + em(0.2F);
  const float numbers = em(4.0F);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const bool clicked = ImGui::InvisibleButton("need", {width, height});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (ImGui::IsItemHovered())
    list.AddRectFilled({min.x - em(0.3F), min.y}, {min.x + width + em(0.3F), min.y + height},
                       colour_u32(theme().frame_hovered), em(0.2F));
  const std::string value = signed_number(static_cast<float>(need.rise), 3);
  {
    const ScopedFont font(fonts().mono_small);
    list.AddText({min.x + numbers - em(0.6F) - ImGui::CalcTextSize(value.c_str()).x, min.y + em(0.2F)},
                 colour_u32(need.rise > 0.0 ? theme().positive : theme().negative), value.c_str());
  }
  list.AddText({min.x + numbers, min.y + em(0.1F)}, colour_u32(theme().text),
               fitted(need.text, width - numbers).c_str());
  if (probe_enabled()) probe("pruning.need." + std::to_string(place), min, {min.x + width, min.y + height});
  hint(need.text);
  return clicked;
}

}  // namespace

void draw_needs(PanelContext& context, PruningState& state, const PruningPart& part) {
  heading(tr("pruning.needs"));
  const std::optional<HeadRef> shown = studied_head(context, part);
  if (!shown) return wrapped_caption(tr("pruning.other_kind"));
  const HeadRef head = *shown;
  const NeedQuestion question{part.question, head};
  const Outcome<NeedView> needs = ask_long_map<NeedSlot>(context, state.needs, part.quick, question);
  const LongMapProgress progress = progress_of(needs);
  draw_long_map_button(context, slot_id<NeedSlot>(), "pruning.needs", state.needs, part.quick, progress);
  draw_progress_line(progress);
  if (needs.error) wrapped_caption(tr(*needs.error));
  if (!needs.value || !needs.fresh) return;
  wrapped_caption(tr("pruning.needs_about", {{"head", head_name_and_place(context.snapshot, head)}}));
  for (std::size_t place = 0; place < needs.value->sentences.size(); ++place)
    if (draw_need(needs.value->sentences[place], place)) context.act(SetText{needs.value->sentences[place].text});
}

}  // namespace regard
