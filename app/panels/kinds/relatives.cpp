// SPDX-License-Identifier: Apache-2.0
// Models that were trained in other kinds of attention, with other positions or other numbers of heads: what each does on the same held-out
// text, and a way to open it. Above the head on show, whose model was not trained for them.
#include "app/viewmodel/relatives.h"
#include "app/panels/common/figures_slot.h"
#include "app/panels/common/panel.h"
#include "app/panels/common/parts.h"
#include "app/panels/kinds/kinds.h"
#include "app/session/action_kinds.h"
#include "app/session/reading.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/snapshot.h"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr float kRelativesColumn = 7.0F;  ///< ems of a column of numbers

/// Kept between frames.
struct RelativesState {
  bool open = false;
  std::size_t text = 0;
  bool chosen = false;  ///< by a person: else the first of the window's language
};

std::size_t first_text_here(const Relatives& relatives) {
  const auto found = std::ranges::find(relatives.texts, language_code(language()), &RelativesText::language);
  return found == relatives.texts.end() ? 0 : static_cast<std::size_t>(found - relatives.texts.begin());
}

std::string with_digits(double value, int digits) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

/// "narrator-relatives/linear" → "linear": of the button.
std::string last_part(const std::string& model) {
  return model.substr(model.rfind('/') + 1);
}

void draw_relative_name(PanelContext& context, const Relative& relative) {
  const bool current = context.reading().model == relative.model;
  const std::string shown = fitted(relative.name, ImGui::GetContentRegionAvail().x - em());
  if (quiet_button("relatives.open." + last_part(relative.model), shown, false, current) && !current)
    context.act(OpenModel{relative.model});
  hint(tr("labelled", {{"name", relative.name}, {"value", tr("relatives.open_hint", {{"model", relative.model}})}}));
}

void draw_relatives_head(const Relatives& relatives) {
  ImGui::TableNextRow();
  ImGui::TableNextColumn();
  const auto name = [](const std::string& text, const std::string& more) {
    ImGui::TableNextColumn();
    coloured_at_right(theme().text_muted, fitted(text, em(kRelativesColumn)));
    hint(more);
  };
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + em(0.5F));  // above the buttons' words
  coloured(theme().text_muted, tr("relatives.model"));
  name(tr("relatives.bits"), tr("relatives.bits_hint"));
  name(tr("relatives.right"), tr("relatives.right_hint"));
  for (const RelativesRepeat& repeat : relatives.repeats)
    name(tr("relatives.again", {{"period", repeat.period}}), tr("relatives.again_hint", {{"period", repeat.period}}));
}

void number_cell(const std::string& text) {
  ImGui::TableNextColumn();
  align_to_frame();
  coloured_at_right(theme().text, text);
}

/// One digit behind the point, as in the models' card.
std::string relative_share(double share) {
  return with_digits(100.0 * share, 1) + " %";
}

void draw_relatives_table(PanelContext& context, const Relatives& relatives, const RelativesText& text) {
  constexpr ImGuiTableFlags kFlags = ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_PadOuterX;
  const std::size_t columns = 3 + relatives.repeats.size();
  if (!ImGui::BeginTable("relatives", static_cast<int>(columns), kFlags)) return;
  ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthStretch);
  for (std::size_t column = 1; column < columns; ++column)
    ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, em(kRelativesColumn));
  draw_relatives_head(relatives);
  for (std::size_t at = 0; at < relatives.models.size(); ++at) {
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    draw_relative_name(context, relatives.models[at]);
    number_cell(with_digits(text.bits[at], 3));
    hint(tr("relatives.nats", {{"value", with_digits(text.nats[at], 3)}}));
    number_cell(relative_share(text.right[at]));
    for (const RelativesRepeat& repeat : relatives.repeats)
      number_cell(relative_share(repeat.right[at]));
  }
  ImGui::EndTable();
}

void draw_relatives_of(PanelContext& context, const Relatives& relatives) {
  RelativesState& state = context.state.of<RelativesState>();
  if (quiet_button("relatives.table", tr("relatives.title"), true, state.open)) state.open = !state.open;
  if (!state.open) return hint(tr("relatives.title_hint"));
  if (!state.chosen) state.text = first_text_here(relatives);
  state.text = std::min(state.text, relatives.texts.size() - 1);
  wrapped_caption(
      tr("relatives.about", {{"parameters", with_digits(static_cast<double>(relatives.parameters) / 1e6, 2)},
                             {"pieces", with_digits(static_cast<double>(relatives.pieces) / 1e6, 1)}}));
  std::vector<Segment> texts;
  for (const RelativesText& text : relatives.texts)
    texts.push_back({"relatives.text." + std::to_string(texts.size()), text.name, {}});
  if (const auto chosen = draw_segments_in_lines(texts, state.text)) {
    state.text = *chosen;
    state.chosen = true;
  }
  const ScopedFont font(fonts().small);
  draw_relatives_table(context, relatives, relatives.texts[state.text]);
}

}  // namespace

void draw_relatives(PanelContext& context) {
  if (context.background == nullptr) return;
  const Outcome<Relatives> made = context.background->ask<FiguresSlot<load_relatives>>({language()});
  if (made.error) return wrapped_caption(tr(*made.error));
  if (made.value && made.fresh) draw_relatives_of(context, *made.value);
}

}  // namespace regard
