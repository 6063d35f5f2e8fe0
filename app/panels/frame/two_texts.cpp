// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/two_texts.h"

#include "app/panels/common/compare_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/text_states.h"
#include "app/panels/frame/text_chips.h"
#include "app/panels/frame/text_field.h"
#include "app/session/action_kinds.h"
#include "app/session/reading.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/snapshot.h"

#include <imgui.h>
#include <algorithm>
#include <cstddef>
#include <string>

namespace regard {
namespace {

TextChips encoder_chips(PanelContext& context) {
  return {TextSide::encoder, "strip", context.views.strip, context.state.of<TextStates>().strip};
}
TextChips decoder_chips(PanelContext& context) {
  return {TextSide::decoder, "decoder", context.views.decoder_strip, context.state.of<TextStates>().decoder_strip};
}

float label_width() {
  const ScopedFont font(fonts().small);
  return std::max(ImGui::CalcTextSize(tr("sentence.encoder")).x, ImGui::CalcTextSize(tr("sentence.decoder")).x) +
         em(0.75F);
}

/// The text's name at the left; what follows stands behind it.
void draw_label(const char* key, float height) {
  const ImVec2 start = ImGui::GetCursorScreenPos();
  {
    const ScopedFont font(fonts().small);
    ImGui::SetCursorScreenPos({start.x, start.y + 0.5F * (height - ImGui::GetTextLineHeight())});
    coloured(theme().text_muted, tr(key));
  }
  ImGui::SetCursorScreenPos({start.x + label_width(), start.y});
}

bool is_written(const PanelContext& context) {
  if (is_captured(context.snapshot)) return false;
  return context.reading().decoder_text.empty() && context.snapshot.decoder_written;
}

/// What stands behind the decoder's field: whose text it is, and how to change that.
const char* remark(const PanelContext& context) {
  return is_written(context) ? tr("sentence.written") : "";
}
const char* button(const PanelContext& context) {
  return tr(is_written(context) ? "sentence.take" : "sentence.release");
}

float tools_width(const PanelContext& context) {
  if (is_captured(context.snapshot)) return 0.0F;
  const float caption_width = is_written(context) ? ImGui::CalcTextSize(remark(context)).x + em(1.0F) : 0.0F;
  return caption_width + quiet_button_width(button(context)) + em(0.75F);
}

/// On the field's line, in the middle of its height; the next line begins below the field.
void draw_tools(PanelContext& context, ImVec2 field_min, ImVec2 field_max) {
  if (is_captured(context.snapshot)) return;  // both texts are as they were
  const float top = 0.5F * (field_min.y + field_max.y - ImGui::GetFrameHeight());
  ImGui::SetCursorScreenPos({field_max.x + em(0.75F), top});
  if (is_written(context)) {
    align_to_frame();
    coloured(theme().text_muted, remark(context));
    ImGui::SetCursorScreenPos({ImGui::GetItemRectMax().x + em(0.5F), top});
    if (quiet_button("decoder.take", button(context)) && !context.snapshot.encoding.text.empty())
      context.act(SetDecoderText{context.snapshot.encoding.text});
    return hint(tr("sentence.take_hint"));
  }
  if (quiet_button("decoder.release", button(context))) context.act(SetDecoderText{""});
  hint(tr("sentence.release_hint"));
}

void draw_encoder(PanelContext& context) {
  draw_label("sentence.encoder", text_field_height());
  const TextChips chips = encoder_chips(context);
  const float row = ImGui::GetContentRegionAvail().x, notice = notice_width(context, chips, row);
  const float pin = pin_button_width(context) + ImGui::GetStyle().ItemSpacing.x;
  const float width = std::max(em(4.0F), row - pin - notice);
  const bool fixed = is_captured(context.snapshot);
  const std::string& shown = fixed ? context.snapshot.encoder_encoding.text : context.reading().text;
  if (const auto text = text_field({.hint = tr("sentence.hint"), .width = width, .fixed = fixed},
                                   context.state.of<TextStates>().sentence, shown);
      text && !fixed)
    context.act(SetText{*text});
  ImGui::SameLine();
  draw_notice(context, chips, notice, text_field_height());
  draw_pin_button(context, text_field_height());
}

void draw_decoder(PanelContext& context) {
  draw_label("sentence.decoder", text_field_height());
  const TextChips chips = decoder_chips(context);
  const float row = ImGui::GetContentRegionAvail().x, notice = notice_width(context, chips, row);
  const float width = std::max(em(4.0F), row - tools_width(context) - notice);
  const std::string& written = context.snapshot.encoding.text;
  const char* hint_text = is_written(context) && !written.empty() ? written.c_str() : tr("sentence.decoder_hint");
  const bool fixed = is_captured(context.snapshot);
  const TextFieldSpec spec{
      .id = "##decoder", .probe = "decoder.text", .hint = hint_text, .width = width, .fixed = fixed};
  const std::string& shown = fixed ? written : context.reading().decoder_text;
  if (const auto text = text_field(spec, context.state.of<TextStates>().decoder, shown); text && !fixed)
    context.act(SetDecoderText{*text});
  const ImVec2 below = ImGui::GetCursorScreenPos();
  const ImVec2 field_min = ImGui::GetItemRectMin(), field_max = ImGui::GetItemRectMax();
  ImGui::SetCursorScreenPos({field_max.x + (notice > 0.0F ? em(0.5F) : 0.0F), field_min.y});
  draw_notice(context, chips, notice, field_max.y - field_min.y);
  draw_tools(context, field_min, {field_max.x + notice, field_max.y});
  ImGui::SetCursorScreenPos(below);
}

void draw_chips(PanelContext& context, const TextChips& chips, std::size_t lines) {
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + label_width());
  draw_text_chips(context, chips, lines);
}

}  // namespace

float two_texts_height(bool low) {
  return 2.0F * (text_field_height() + token_strip_height(low ? 1 : 2)) + 3.0F * ImGui::GetStyle().ItemSpacing.y;
}

void draw_two_texts(PanelContext& context, bool low) {
  draw_encoder(context);
  draw_chips(context, encoder_chips(context), low ? 1 : 2);
  draw_decoder(context);
  draw_chips(context, decoder_chips(context), low ? 1 : 2);
}

}  // namespace regard
