// SPDX-License-Identifier: Apache-2.0
#include "app/panels/look/layers.h"

#include "app/jobs/background.h"
#include "app/panels/common/difference_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/look/layers_parts.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/session/selection.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/snapshot.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <optional>

namespace regard {
namespace {

LayersRequest request_of(const PanelContext& context) {
  LayersRequest request;
  request.trace = context.snapshot.trace;
  if (request.trace->encoder) request.kind = context.selection().attention;
  request.token = context.views.query;
  request.whole_text = context.look().layers_whole_text;
  return request;
}

/// Means over the whole text follow from no token.
LayersRequest of_heads(LayersRequest request) {
  if (request.whole_text) request.token = 0;
  return request;
}

/// "This token | whole text", whose numbers these are, and a thin line while newer ones are on their way.
void draw_header(PanelContext& context, const Outcome<HeadsByLayer>& heads, const Outcome<StreamByLayer>& stream) {
  const std::size_t now = context.look().layers_whole_text ? 1 : 0;
  const std::size_t chosen = choose("layers.scope", {tr("layers.token"), tr("layers.text")}, now);
  if (chosen != now) context.act(SetLayersWholeText{chosen == 1});
  ImGui::SameLine(0.0F, em(0.75F));
  align_to_frame();
  const float room = ImGui::GetContentRegionAvail().x;
  if (now == 0) coloured(theme().query, fitted(context.views.question.query_label, room));
  if (now == 1) {
    const std::size_t rows = heads.value ? heads.value->rows : 0;
    coloured(theme().text_muted, fitted(tr_plural("layers.rows", rows), room));
  }
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  const float thick = std::round(stroke(0.12F, 2.0F));
  if (heads.pending() || stream.pending())
    ImGui::GetWindowDrawList()->AddRectFilled(
        at, {at.x + width * std::max(0.04F, heads.pending() ? heads.progress : 0.5F), at.y + thick},
        colour_u32(theme().accent, 0.7F));
  ImGui::Dummy({width, thick});
}

/// Heights of the charts, so that a column of usual height holds everything.
float unit_height(float room, std::size_t lens_rows, bool two_columns) {
  const float captions = em(two_columns ? 8.0F : 11.5F);
  const float lens = two_columns ? 0.0F : em(1.25F) * static_cast<float>(std::min<std::size_t>(lens_rows, 7));
  const float units = two_columns ? 3.4F : 4.3F;  // see draw_columns
  return std::clamp((room - captions - lens) / units, em(4.6F), em(9.0F));
}

void draw_all(PanelContext& context, const HeadsByLayer* heads, const StreamByLayer* stream) {
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const bool two_columns = room.x > em(42.0F);
  const float space = em(1.5F);
  const float width = two_columns ? std::floor((room.x - space) * 0.5F) : room.x;
  const float unit = unit_height(room.y, stream != nullptr ? stream->lens.size() : 0, two_columns);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  std::optional<std::size_t> place;
  const LayersFrame frame{context, width, place};
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ImGui::GetStyle().ItemSpacing.x, em(0.2F)});
  ImGui::BeginGroup();
  if (heads != nullptr) draw_head_charts(frame, *heads, 1.2F * unit);
  if (stream != nullptr) draw_cosines(frame, *stream, unit);
  ImGui::EndGroup();
  if (two_columns) ImGui::SetCursorScreenPos({start.x + width + space, start.y});
  ImGui::BeginGroup();
  if (stream != nullptr) {
    draw_norm_and_writers(frame, *stream, 0.9F * unit);
    draw_lens(frame, *stream);
  }
  ImGui::EndGroup();
  ImGui::PopStyleVar();
  context.state.of<LayersState>().place = place;
}

}  // namespace

void draw_layers(PanelContext& context) {
  const Snapshot& snapshot = context.snapshot;
  if (!snapshot.trace || snapshot.trace->tokens() == 0 || context.background == nullptr)
    return wrapped_caption(tr("grids.empty"));
  const LayersRequest request = request_of(context);
  const Outcome<HeadsByLayer> heads = context.background->ask<HeadsByLayerSlot>(of_heads(request));
  const Outcome<StreamByLayer> stream = context.background->ask<StreamByLayerSlot>(request);
  draw_header(context, heads, stream);
  tell_live_shown(context);
  for (const std::optional<Error>& error : {heads.error, stream.error})
    if (error) wrapped_caption(tr(*error));
  const bool has_stream = stream.value && !stream.value->path.steps.empty();
  draw_all(context, heads.value.get(), has_stream ? stream.value.get() : nullptr);
}

}  // namespace regard
