// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/text_chips.h"

#include "app/panels/change/intervene.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/pinned_strip.h"
#include "app/panels/frame/waiting.h"
#include "app/panels/lesson/question_veil.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"
#include "core/capture/capture.h"

#include <imgui.h>
#include <algorithm>
#include <array>

namespace regard {
namespace {

TokenStripSpec strip_spec(const PanelContext& context, const TextChips& chips, float width) {
  TokenStripSpec spec;
  spec.id = chips.id;
  spec.view = &chips.view;
  spec.width = width;
  spec.text_bytes = encoding_of(context.snapshot, chips.side).text.size();
  if (chips.view.asked && !hides_answer(context))
    spec.map = &gfx::colours_of_weights(context.look(), context.preferences.theme, chips.view.has_softmax);
  if (chips.view.asked && context.hover.key) spec.linked = *context.hover.key;
  if (chips.view.asks) spec.marked = context.hover.marked;
  if (!chips.view.asked && chips.view.asks && context.hover.query) spec.linked = *context.hover.query;
  return spec;
}

const Encoding* decoder_of(const PanelContext& context) {
  return has_two_texts(context.snapshot) ? &context.snapshot.encoding : nullptr;
}

void follow_editing(PanelContext& context, const TextChips& chips, const TokenStripResult& result) {
  TokenStripState& state = chips.state;
  if (result.edited && state.editing)
    context.act(EditToken{state.editing->place, state.editing->text, *result.edited, chips.side,
                          2 * state.editing->stroke + (chips.side == TextSide::decoder ? 1 : 0)});
  if (!result.wants_edit || is_captured(context.snapshot)) return;
  const std::string& text = text_of(context.session, chips.side, decoder_of(context));
  if (const auto place = place_of(*result.wants_edit, encoding_of(context.snapshot, chips.side), text))
    begin_editing(state, *place, text);
}

/// A click chooses the query where this text asks, else the key where it is looked at; Shift the other way. Delete is a shortcut
/// of the whole window: result.deleted would do it twice.
void follow_clicks(PanelContext& context, const TextChips& chips, const TokenStripResult& result) {
  const StripView& view = chips.view;
  if (result.hovered) (view.asked ? context.next_hover.key : context.next_hover.query) = result.hovered;
  if (!view.asked && !view.asks) context.next_hover = {};
  if (result.query && view.asks) context.act(SelectQuery{*result.query});
  if (result.query && !view.asks && view.asked) context.act(SelectKey{*result.query});
  if (result.key && view.asked) context.act(SelectKey{*result.key});
  const bool acts_here = chips.side == (has_two_texts(context.snapshot) ? TextSide::decoder : TextSide::encoder);
  if (acts_here) token_menu(context, result.hovered);
}

/// In a few words, and in a sentence.
struct Notice {
  std::string brief{};
  std::string whole{};
};

/// What is to be known of a captured run before its numbers are read.
Notice captured_notice(const Capture& capture) {
  static constexpr std::array kRows{"capture.rows.whole", "capture.rows.rounded", "capture.rows.below_one",
                                    "capture.rows.largest_only"};
  Notice told{tr("capture.brief"), tr("capture.about")};
  const auto add = [&](const std::string& sentence) { told.whole += "\n" + sentence; };
  add(tr(kRows[static_cast<std::size_t>(capture.rows)],
         {{"least", number(static_cast<float>(capture.least_sum), 4)},
          {"largest", number(static_cast<float>(capture.largest_sum), 4)}}));
  if (capture.rows == CapturedRows::largest_only) told.brief = tr("capture.brief_largest");
  if (capture.rows == CapturedRows::rounded) told.brief = tr("capture.brief_rounded");
  if (capture.rows == CapturedRows::below_one) told.brief = tr("capture.brief_below_one");
  if (capture.tokens.empty()) add(tr("capture.no_tokens"));
  if (capture.causal_is_guessed) add(tr("capture.causal_is_assumed"));
  if (!has_all_layers(capture)) add(tr("capture.not_all_layers"));
  return told;
}

Notice notice(const PanelContext& context, const TextChips& chips) {
  const Encoding& encoding = encoding_of(context.snapshot, chips.side);
  if (chips.view.dropped > 0)
    return {tr_plural("sentence.cut_brief", encoding.tokens.size()),
            tr_plural("sentence.cut", chips.view.dropped,
                      {{"kept", encoding.tokens.size()},
                       {"context", context.snapshot.model ? context.snapshot.model->config.context : 0}})};
  if (is_captured(context.snapshot)) return captured_notice(*context.snapshot.model->capture);
  if (encoding.repaired) return {tr("sentence.repaired_brief"), tr("sentence.repaired")};
  return {};
}

constexpr float kNoticeShare = 0.4F;  ///< of the row, at most

}  // namespace

void draw_text_chips(PanelContext& context, const TextChips& chips, std::size_t lines) {
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const ImVec2 size(std::max(em(4.0F), ImGui::GetContentRegionAvail().x), token_strip_height(lines));
  const bool compares = lines > 1 && chips.view.asks && shows_pinned_strip(context, chips.side);
  if (!compares) chips.state.least_width = 0.0F;
  TokenStripSpec spec = strip_spec(context, chips, size.x);
  spec.lines = compares ? 1 : lines;
  spec.one_row = compares;
  const TokenStripResult result = token_strip(spec, chips.state);
  follow_clicks(context, chips, result);
  follow_editing(context, chips, result);
  if (compares) draw_pinned_strip(context, {chips.side, chips.state, origin}, size);
  if (!chips.state.editing) draw_veil(context, chips.id, origin, {origin.x + size.x, origin.y + size.y});
  ImGui::SetCursorScreenPos(origin);
  ImGui::Dummy({1.0F, size.y});
}

float notice_width(const PanelContext& context, const TextChips& chips, float row) {
  const std::string text = notice(context, chips).brief;
  if (text.empty()) return 0.0F;
  const ScopedFont font(fonts().small);
  return std::min(ImGui::CalcTextSize(text.c_str()).x, kNoticeShare * row) + em(0.75F);
}

void draw_notice(const PanelContext& context, const TextChips& chips, float width, float height) {
  if (width <= 0.0F) return;
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const Notice told = notice(context, chips);
  const ScopedFont font(fonts().small);
  ImGui::SetCursorScreenPos({start.x, start.y + 0.5F * (height - ImGui::GetTextLineHeight())});
  const ImVec2 min = ImGui::GetCursorScreenPos();
  coloured(theme().warning, fitted(told.brief, width - em(0.75F)));
  probe("sentence.notice", min, ImGui::GetItemRectMax());
  hint(told.whole);
  ImGui::SetCursorScreenPos({start.x + width, start.y});
}

}  // namespace regard
