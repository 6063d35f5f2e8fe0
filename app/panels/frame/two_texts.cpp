// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/two_texts.h"

#include "app/panels/change/intervene.h"
#include "app/panels/common/compare_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/pinned_strip.h"
#include "app/panels/frame/text_field.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <algorithm>

namespace regard {
namespace {

/// One of the two texts.
struct Line {
  TextSide side;
  const char* label;
  const char* strip;
  const StripView& view;
  SentenceState& field;
  TokenStripState& chips;
};

Line encoder_line(PanelContext& context) {
  return {TextSide::encoder,   "sentence.encoder",     "strip",
          context.views.strip, context.state.sentence, context.state.strip};
}
Line decoder_line(PanelContext& context) {
  return {TextSide::decoder,           "sentence.decoder",    "decoder",
          context.views.decoder_strip, context.state.decoder, context.state.decoder_strip};
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

TokenStripSpec strip_spec(const PanelContext& context, const char* id, const StripView& view, float width) {
  TokenStripSpec spec;
  spec.id = id;
  spec.view = &view;
  spec.width = width;
  spec.most_lines = ImGui::GetIO().DisplaySize.y < em(47.0F) ? 1 : 2;  // a low window has other things to show
  if (view.asked) spec.map = &gfx::colour_map(context.session.weight_map, context.preferences.theme);
  if (view.asked && context.hover.key) spec.linked = *context.hover.key;
  if (!view.asked && view.asks && context.hover.query) spec.linked = *context.hover.query;
  return spec;
}

/// A click chooses the query where this text asks, else the key where it is looked at; Shift the other way.
void draw_strip(PanelContext& context, const Line& line, float width) {
  const TokenStripResult result = token_strip(strip_spec(context, line.strip, line.view, width), line.chips);
  if (result.hovered) (line.view.asked ? context.next_hover.key : context.next_hover.query) = result.hovered;
  if (!line.view.asked && !line.view.asks) context.next_hover = {};
  if (result.query && line.view.asks) context.act(SelectQuery{*result.query});
  if (result.query && !line.view.asks && line.view.asked) context.act(SelectKey{*result.query});
  if (result.key && line.view.asked) context.act(SelectKey{*result.key});
  if (result.replaced) context.act(ReplaceToken{result.replaced->token, result.replaced->text, line.side});
  if (line.side == TextSide::decoder) token_menu(context, result.hovered);
}

bool is_written(const PanelContext& context) {
  return context.session.decoder_text.empty() && context.snapshot.decoder_written;
}

/// What stands behind the decoder's field: whose text it is, and how to change that.
const char* remark(const PanelContext& context) {
  return is_written(context) ? tr("sentence.written") : "";
}
const char* button(const PanelContext& context) {
  return tr(is_written(context) ? "sentence.take" : "sentence.release");
}

float tools_width(const PanelContext& context) {
  const float caption_width = is_written(context) ? ImGui::CalcTextSize(remark(context)).x + em(1.0F) : 0.0F;
  return caption_width + quiet_button_width(button(context)) + em(0.75F);
}

/// On the field's line, in the middle of its height; the next line begins below the field.
void draw_tools(PanelContext& context) {
  const ImVec2 field_min = ImGui::GetItemRectMin(), field_max = ImGui::GetItemRectMax();
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
  const Line line = encoder_line(context);
  draw_label(line.label, text_field_height());
  const float pin = pin_button_width(context) + ImGui::GetStyle().ItemSpacing.x;
  const float width = std::max(em(4.0F), ImGui::GetContentRegionAvail().x - pin);
  if (const auto text = text_field({.hint = tr("sentence.hint"), .width = width}, line.field, context.session.text))
    context.act(SetText{*text});
  const float height = ImGui::GetItemRectSize().y;
  ImGui::SameLine();
  draw_pin_button(context, height);
}

void draw_decoder(PanelContext& context) {
  const Line line = decoder_line(context);
  draw_label(line.label, text_field_height());
  const float width = std::max(em(4.0F), ImGui::GetContentRegionAvail().x - tools_width(context));
  const std::string& written = context.snapshot.encoding.text;
  const char* hint_text = is_written(context) && !written.empty() ? written.c_str() : tr("sentence.decoder_hint");
  const TextFieldSpec spec{.id = "##decoder", .probe = "decoder.text", .hint = hint_text, .width = width};
  if (const auto text = text_field(spec, line.field, context.session.decoder_text)) context.act(SetDecoderText{*text});
  const ImVec2 below = ImGui::GetCursorScreenPos();
  draw_tools(context);
  ImGui::SetCursorScreenPos({below.x, below.y});
}

std::string notice(const PanelContext& context, const StripView& view, TextSide side) {
  const Encoding& encoding = encoding_of(context.snapshot, side);
  if (view.dropped > 0)
    return tr_plural("sentence.cut", view.dropped,
                     {{"kept", encoding.tokens.size()}, {"context", context.snapshot.model->config.context}});
  return encoding.repaired ? tr("sentence.repaired") : "";
}

float notice_height() {
  const ScopedFont font(fonts().small);
  return ImGui::GetTextLineHeight();
}

void draw_notice(const PanelContext& context, const Line& line) {
  const std::string text = notice(context, line.view, line.side);
  if (text.empty()) return;
  const ScopedFont font(fonts().small);
  coloured(theme().warning, fitted(text, ImGui::GetContentRegionAvail().x));
}

/// The pin's tokens stand under those of the text that asks.
void draw_chips(PanelContext& context, const Line& line) {
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + label_width());
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float width = std::max(em(4.0F), ImGui::GetContentRegionAvail().x);
  draw_strip(context, line, width);
  const float height = token_strip_height(strip_spec(context, line.strip, line.view, width));
  if (!line.view.asks || pinned_strip_height(context, line.side, width, height) <= 0.0F) return;
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + label_width());
  draw_pinned_strip(context, {line.side, line.chips.flow, origin, height}, width);
}

}  // namespace

float two_texts_height(const PanelContext& context, float width) {
  const float space = ImGui::GetStyle().ItemSpacing.y, room = std::max(em(4.0F), width - label_width());
  float height = 2.0F * text_field_height() + 3.0F * space;
  for (const TextSide side : {TextSide::encoder, TextSide::decoder}) {
    const bool encoder = side == TextSide::encoder;
    const StripView& view = encoder ? context.views.strip : context.views.decoder_strip;
    const float strip = token_strip_height(strip_spec(context, encoder ? "strip" : "decoder", view, room));
    height += strip + (view.asks ? pinned_strip_height(context, side, room, strip) : 0.0F);
  }
  for (const TextSide side : {TextSide::encoder, TextSide::decoder}) {
    const StripView& view = side == TextSide::encoder ? context.views.strip : context.views.decoder_strip;
    if (!notice(context, view, side).empty()) height += notice_height() + space;
  }
  return height;
}

void draw_two_texts(PanelContext& context) {
  draw_encoder(context);
  draw_notice(context, encoder_line(context));
  draw_chips(context, encoder_line(context));
  draw_decoder(context);
  draw_notice(context, decoder_line(context));
  draw_chips(context, decoder_line(context));
}

}  // namespace regard
