// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/sentence.h"

#include "app/panels/change/intervene.h"
#include "app/panels/common/compare_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/image_line.h"
#include "app/panels/frame/pinned_strip.h"
#include "app/panels/frame/text_field.h"
#include "app/panels/frame/two_texts.h"
#include "app/panels/write/generate.h"
#include "app/style/bmp_text.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <algorithm>

namespace regard {
namespace {

/// `kept`: pixels of the line that are somebody else's.
void draw_field(PanelContext& context, float kept) {
  const float width = std::max(em(4.0F), ImGui::GetContentRegionAvail().x - kept);
  const TextFieldSpec spec{.hint = tr("sentence.hint"), .width = width};
  if (const auto text = text_field(spec, context.state.sentence, context.session.text)) context.act(SetText{*text});
}

struct Notice {
  std::string text{};
  bool warning = false;
};

Notice notice(const PanelContext& context) {
  const Snapshot& snapshot = context.snapshot;
  if (context.views.strip.dropped > 0)
    return {tr_plural("sentence.cut", context.views.strip.dropped,
                      {{"kept", snapshot.encoding.tokens.size()},
                       {"context", snapshot.model ? snapshot.model->config.context : 0}}),
            true};
  if (snapshot.encoding.repaired) return {tr("sentence.repaired"), true};
  return {};
}

TokenStripSpec strip_spec(const PanelContext& context, float width) {
  TokenStripSpec spec;
  spec.view = &context.views.strip;
  spec.width = width;
  spec.map = &gfx::colour_map(context.session.weight_map, context.preferences.theme);
  spec.weight_limit = 1.0F;
  if (context.hover.key) spec.linked = *context.hover.key;
  return spec;
}

void draw_strip(PanelContext& context) {
  const float width = ImGui::GetContentRegionAvail().x;
  const TokenStripSpec spec = strip_spec(context, width);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const TokenStripResult result = token_strip(spec, context.state.strip);
  if (result.hovered) context.next_hover.key = result.hovered;
  if (result.query) context.act(SelectQuery{*result.query});
  if (result.key) context.act(SelectKey{*result.key});
  // Delete is a shortcut of the whole window: result.deleted would do it twice.
  if (result.replaced) context.act(ReplaceToken{result.replaced->token, result.replaced->text});
  token_menu(context, result.hovered);
  draw_pinned_strip(context, {TextSide::encoder, context.state.strip.flow, origin, token_strip_height(spec)}, width);
}

float notice_height() {
  const ScopedFont font(fonts().small);
  return ImGui::GetTextLineHeight();
}

}  // namespace

void follow_session(SentenceState& state, const std::string& text) {
  if (text == state.synced) return;
  const TextEdit edit = edit_between(state.synced, text);
  state.cursor = to_field(std::string_view(text).substr(0, edit.begin + edit.inserted)).size();
  state.buffer = to_field(text);
  state.synced = text;
  state.replace = true;
}

float sentence_height(const PanelContext& context, float width) {
  if (shows_picture(context)) return image_line_height();
  if (has_two_texts(context.snapshot)) return two_texts_height(context, width);
  const float space = ImGui::GetStyle().ItemSpacing.y;
  const float strip = token_strip_height(strip_spec(context, width));
  float height = text_field_height() + space + strip + pinned_strip_height(context, TextSide::encoder, width, strip);
  if (!notice(context).text.empty()) height += notice_height() + space;
  return height;
}

void draw_sentence(PanelContext& context) {
  if (shows_picture(context)) return draw_image_line(context);
  if (has_two_texts(context.snapshot)) return draw_two_texts(context);
  const float space = ImGui::GetStyle().ItemSpacing.x;
  draw_field(context, pin_button_width(context) + generate_width() + 2.0F * space);
  const float height = ImGui::GetItemRectSize().y;
  ImGui::SameLine();
  draw_pin_button(context, height);
  ImGui::SameLine();
  draw_generate(context, height);
  if (const Notice line = notice(context); !line.text.empty()) {
    const ScopedFont font(fonts().small);
    const ImVec2 min = ImGui::GetCursorScreenPos();
    const std::string shown = fitted(line.text, ImGui::GetContentRegionAvail().x);
    coloured(theme().warning, shown);
    probe("sentence.notice", min, ImGui::GetItemRectMax());
  }
  draw_strip(context);
}

}  // namespace regard
