// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/sentence.h"

#include "app/panels/common/compare_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/image_line.h"
#include "app/panels/frame/text_chips.h"
#include "app/panels/frame/text_field.h"
#include "app/panels/frame/two_texts.h"
#include "app/panels/write/generate.h"
#include "app/session/action_kinds.h"
#include "app/session/reading.h"
#include "app/style/bmp_text.h"
#include "app/style/locale.h"
#include "app/viewmodel/all_views.h"

#include <imgui.h>
#include <algorithm>
#include <string_view>

namespace regard {

void follow_session(SentenceState& state, const std::string& text) {
  if (text == state.synced) return;
  const TextEdit edit = edit_between(state.synced, text);
  state.cursor = to_field(std::string_view(text).substr(0, edit.begin + edit.inserted)).size();
  state.buffer = to_field(text);
  state.synced = text;
  state.replace = true;
}

float sentence_height(const PanelContext& context, bool low) {
  if (shows_picture(context)) return image_line_height();
  if (has_two_texts(context.snapshot)) return two_texts_height(low);
  return text_field_height() + ImGui::GetStyle().ItemSpacing.y + token_strip_height(low ? 1 : 2);
}

void draw_sentence(PanelContext& context) {
  if (shows_picture(context)) return draw_image_line(context);
  const bool low = ImGui::GetContentRegionAvail().y + 0.5F < sentence_height(context, false);
  if (has_two_texts(context.snapshot)) return draw_two_texts(context, low);
  const TextChips chips{TextSide::encoder, "strip", context.views.strip, context.state.of<TextStates>().strip};
  const float space = ImGui::GetStyle().ItemSpacing.x, row = ImGui::GetContentRegionAvail().x;
  const float notice = notice_width(context, chips, row);
  const float kept = notice + pin_button_width(context) + generate_width() + 2.0F * space;
  const bool fixed = is_captured(context.snapshot);
  const TextFieldSpec spec{.hint = tr("sentence.hint"), .width = std::max(em(4.0F), row - kept), .fixed = fixed};
  const std::string& shown = fixed ? context.snapshot.encoding.text : context.reading().text;
  if (const auto text = text_field(spec, context.state.of<TextStates>().sentence, shown); text && !fixed)
    context.act(SetText{*text});
  const float height = text_field_height();
  ImGui::SameLine();
  draw_notice(context, chips, notice, height);
  draw_pin_button(context, height);
  ImGui::SameLine();
  draw_generate(context, height);
  draw_text_chips(context, chips, low ? 1 : 2);
}

}  // namespace regard
