// SPDX-License-Identifier: Apache-2.0
#include "app/panels/look/question.h"

#include "app/panels/common/compare_parts.h"
#include "app/panels/common/difference_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/look/formula.h"
#include "app/panels/look/question_difference.h"
#include "app/panels/look/question_sections.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/style/fonts.h"
#include "app/style/kinds_text.h"
#include "app/style/locale.h"
#include "app/style/positions_text.h"
#include "app/style/scores_text.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/widgets/bars.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace regard {
namespace {

/// Smallest and largest of a list together with zero, so that bars have a line to stand on.
struct Span {
  float low = 0.0F;
  float high = 0.0F;
};
template <class Values, class Get>
Span span_with_zero(const Values& values, const Get& get) {
  Span span;
  for (const auto& value : values) {
    span.low = std::min(span.low, get(value));
    span.high = std::max(span.high, get(value));
  }
  if (span.high - span.low < 1e-6F) span.high = span.low + 1.0F;
  return span;
}

/// The bar of the head's sink stands behind those of the keys.
std::vector<Bar> key_bars(const QuestionView& view, float KeyBar::*member) {
  std::vector<Bar> bars;
  bars.reserve(view.bars.size());
  for (const KeyBar& key : view.bars)
    bars.push_back({key.label, key.*member, key.special, key.masked});
  if (view.has_sink)
    bars.push_back({tr("grids.sink"), member == &KeyBar::score ? view.sink_score : view.sink_share, true, false});
  return bars;
}

std::size_t index_of(const QuestionView& view, std::size_t token) {
  const auto found =
      std::find_if(view.bars.begin(), view.bars.end(), [&](const KeyBar& bar) { return bar.token == token; });
  return found == view.bars.end() ? kNone : static_cast<std::size_t>(found - view.bars.begin());
}

void key_tooltip(const QuestionView& view, const KeyBar& bar) {
  const ScopedTooltip tooltip;
  coloured(theme().key, bar.label);
  const ScopedFont font(fonts().mono);
  const auto line = [](const char* name, const std::string& value) {
    coloured(theme().text_muted, name);
    ImGui::SameLine(em(7.0F));
    coloured(theme().text, value);
  };
  const bool scored = !std::isnan(bar.score);
  if (!std::isnan(bar.dot)) line("q·k", exact_number(bar.dot));
  for (const ScorePartKind part : view.score_parts)
    line(score_part_name(part).c_str(), exact_number(bar.parts[static_cast<std::size_t>(part)]));
  if (scored) line(tr("grids.score"), exact_number(bar.score));
  if (bar.masked) return coloured(theme().text_muted, tr("grids.masked"));
  if (scored) line("exp", exact_number(bar.exponential));
  line(tr("grids.weight"), exact_number(bar.weight));
}

void sink_bar_tooltip(const QuestionView& view) {
  const ScopedTooltip tooltip;
  coloured(theme().text, tr("grids.sink"));
  {
    const ScopedFont font(fonts().mono);
    const auto line = [](const char* name, const std::string& value) {
      coloured(theme().text_muted, name);
      ImGui::SameLine(em(7.0F));
      coloured(theme().text, value);
    };
    line(tr("grids.score"), exact_number(view.sink_score));
    line("exp", exact_number(view.sink_exponential));
    line(tr("grids.sink_share"), exact_number(view.sink_share));
  }
  constexpr float kWide = 24.0F;  // ems
  ImGui::PushTextWrapPos(em(kWide));
  coloured(theme().text_muted, tr("grids.sink_about"));
  ImGui::PopTextWrapPos();
}

void draw_key_bars(PanelContext& context, BarsSpec spec, const std::vector<Bar>& list) {
  const QuestionView& view = context.views.question;
  spec.bars = list;
  spec.selected = index_of(view, view.key);
  spec.scroll = &context.state.of<QuestionState>().scroll;
  if (context.hover.key) spec.linked = index_of(view, *context.hover.key);
  const BarsResult result = bars(spec);
  if (result.hovered && *result.hovered < view.bars.size()) {
    context.next_hover.key = view.bars[*result.hovered].token;
    context.next_hover.query = view.query;
    key_tooltip(view, view.bars[*result.hovered]);
  }
  if (result.hovered && *result.hovered == view.bars.size() && view.has_sink) sink_bar_tooltip(view);
  if (result.clicked && *result.clicked < view.bars.size()) context.act(SelectKey{view.bars[*result.clicked].token});
}

/// The smallest and the largest of all terms and of their sum: bars of one scale can be added by eye.
Span span_of_terms(const QuestionView& view) {
  Span span = span_with_zero(view.bars, [](const KeyBar& bar) { return bar.score; });
  for (const KeyBar& bar : view.bars)
    for (const float part : bar.parts) {
      span.low = std::min(span.low, part);
      span.high = std::max(span.high, part);
    }
  return span;
}

/// Rows of bars, one for each term of the scores.
void draw_terms(PanelContext& context, ImVec2 size) {
  const QuestionView& view = context.views.question;
  const Span span = span_of_terms(view);
  size.y /= static_cast<float>(view.score_parts.size());
  for (const ScorePartKind part : view.score_parts) {
    section_caption(theme().key, score_part_sign(part), score_part_name(part));
    const std::string id = "question.part." + std::string(name_of(part));
    BarsSpec spec = section_bars(id.c_str(), size, BarTint::sign);
    spec.low = span.low;
    spec.high = span.high;
    spec.labels = false;
    std::vector<Bar> list = key_bars(view, &KeyBar::score);
    for (std::size_t key = 0; key < list.size(); ++key)
      list[key].value = view.bars[key].parts[static_cast<std::size_t>(part)];
    draw_key_bars(context, spec, list);
  }
}

void draw_scores(PanelContext& context, ImVec2 size) {
  const QuestionView& view = context.views.question;
  section_caption(theme().key, score_sign(view), tr("question.scores"));
  BarsSpec spec = section_bars("question.scores", size, BarTint::sign);
  Span span = span_of_terms(view);
  if (view.has_sink) span = {std::min(span.low, view.sink_score), std::max(span.high, view.sink_score)};
  spec.low = span.low;
  spec.high = span.high;
  spec.labels = false;  // the weights' row right below names the keys
  draw_key_bars(context, spec, key_bars(view, &KeyBar::score));
}

void draw_weights(PanelContext& context, ImVec2 size) {
  const QuestionView& view = context.views.question;
  std::string text = tr(view.has_sink ? "question.weights_sunk" : "question.weights",
                        {{"sum", number(view.weight_sum, 3)}, {"share", number(view.sink_share, 3)}});
  if (view.other_keys > 0)
    text += " · " + tr_plural("question.others", view.other_keys, {{"weight", number(view.other_weight, 3)}});
  if (view.renormalised) text += std::string(" · ") + tr("arcs.renormalised");
  section_caption(theme().query, view.has_softmax ? "softmax" : "A", text);
  BarsSpec spec = section_bars("question.weights", size, view.has_softmax ? BarTint::query : BarTint::sign);
  float largest = view.has_sink ? view.sink_share : 0.0F;
  for (const KeyBar& bar : view.bars)
    largest = std::max(largest, bar.weight);
  spec.high = std::clamp(largest * 1.05F, 0.05F, 1.0F);
  if (!view.has_softmax) {
    const Span span = span_with_zero(view.bars, [](const KeyBar& bar) { return bar.weight; });
    spec.low = span.low;
    spec.high = span.high;
  }
  draw_key_bars(context, spec, key_bars(view, &KeyBar::weight));
}

/// Bars over the head's dimensions; the tooltip tells what one of them is made of.
template <class Tell>
void draw_dimensions(BarsSpec spec, std::span<const float> values, const Tell& tell) {
  std::vector<std::string> labels(values.size());
  std::vector<Bar> list(values.size());
  for (std::size_t dimension = 0; dimension < values.size(); ++dimension) {
    labels[dimension] = std::to_string(dimension);
    list[dimension] = {labels[dimension], values[dimension], false, false};
  }
  const Span span = span_with_zero(values, [](float value) { return value; });
  spec.bars = list;
  spec.low = span.low;
  spec.high = span.high;
  spec.numbers = false;
  spec.index_labels = true;
  spec.fit = true;
  spec.decimals = 3;
  const BarsResult result = bars(spec);
  if (!result.hovered || *result.hovered >= values.size()) return;
  const ScopedTooltip tooltip;
  const ScopedFont font(fonts().mono);
  tell(*result.hovered);
}

void draw_products(PanelContext& context, ImVec2 size) {
  const QuestionView& view = context.views.question;
  const float sum = std::accumulate(view.products.begin(), view.products.end(), 0.0F);
  section_caption(theme().key, product_sign(view), tr("question.products", {{"sum", number(sum, 3)}}));
  draw_dimensions(section_bars("question.products", size, BarTint::sign), view.products, [&](std::size_t dimension) {
    coloured(theme().text_muted, tr("question.dimension", {{"index", dimension}}));
    coloured(theme().query, "q = " + number(view.query_vector[dimension], 5));
    coloured(theme().key, "k = " + number(view.key_vector[dimension], 5));
    coloured(theme().text, product_sign(view) + " = " + number(view.products[dimension], 5));
  });
}

void draw_output(PanelContext& context, ImVec2 size) {
  const QuestionView& view = context.views.question;
  section_caption(theme().value, "Σ A·v", tr(view.renormalised ? "question.output_of_all" : "question.output"));
  draw_dimensions(section_bars("question.output", size, BarTint::value), view.output, [&](std::size_t dimension) {
    coloured(theme().text_muted, tr("question.dimension", {{"index", dimension}}));
    coloured(theme().value, "Σ A·v = " + number(view.output[dimension], 5));
    if (dimension < view.key_value.size())
      coloured(theme().key,
               tr("question.part", {{"token", view.key_label}, {"value", number(view.key_value[dimension], 5)}}));
  });
}

/// A captured run may have no scores, or nothing that they were made of.
std::vector<SectionShare> sections_of_scores(const QuestionView& view) {
  std::vector<SectionShare> sections;
  if (view.has_scores) sections.push_back({draw_scores, 0.9F});
  sections.push_back({draw_weights, 1.3F});
  return sections;
}
std::vector<SectionShare> sections_of_vectors(const QuestionView& view) {
  std::vector<SectionShare> sections;
  if (!view.products.empty()) sections.push_back({draw_products, 0.9F});
  if (!view.output.empty()) sections.push_back({draw_output, 0.9F});
  return sections;
}

void draw_title(PanelContext& context) {
  const QuestionView& view = context.views.question;
  const char* sort_label = tr("question.sort");
  const float right =
      ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x - check_width(sort_label) - em(1.0F);
  const auto token = [&](const ImVec4& colour, const std::string& label, float most) {
    const float room = std::min(most, right - ImGui::GetCursorScreenPos().x);
    coloured(colour, fitted(label, std::max(room, em(1.0F))));
  };
  align_to_frame();
  token(theme().query, view.query_label, em(9.0F));
  ImGui::SameLine(0.0F, em(0.4F));
  coloured(theme().text_muted, "→");
  ImGui::SameLine(0.0F, em(0.4F));
  token(theme().key, view.key_label, em(9.0F));
  align_right(check_width(sort_label));
  bool sorted = context.look().sort_bars;
  if (check("switch.sort", sort_label, sorted)) context.act(SetSortBars{sorted});
}

}  // namespace

void draw_question(PanelContext& context) {
  const QuestionView& view = context.views.question;
  if (view.bars.empty()) return wrapped_caption(tr("grids.empty"));
  if (tell_no_difference(context)) return;
  draw_title(context);
  if (shown_difference(context) != nullptr) {
    coloured(theme().text_muted, compared_names(context.session).live + ":");
    ImGui::SameLine(0.0F, em(0.5F));
  }
  if (const std::string note = untrained_note(view.untrained_kind(), view.positions); !note.empty()) {
    const ScopedFont font(fonts().small);
    coloured(theme().warning, fitted(note, ImGui::GetContentRegionAvail().x));
    probe("question.kind", ImGui::GetItemRectMin(), ImGui::GetItemRectMax());
  }
  if (!view.has_softmax) {
    wrapped_caption(no_softmax_note(view.kind));
    return draw_sections(context, {{draw_weights, 1.3F}}, {{draw_output, 0.9F}});
  }
  if (view.has_scores)
    draw_formula(view);
  else
    wrapped_caption(tr("capture.no_scores"));
  gap(0.5F);
  if (shown_difference(context) != nullptr) return draw_question_difference(context);
  const auto terms = static_cast<float>(view.score_parts.size());
  if (terms > 0.0F)
    return draw_sections(context, {{draw_terms, 0.8F * terms}, {draw_scores, 0.9F}, {draw_weights, 1.3F}},
                         sections_of_vectors(view));
  draw_sections(context, sections_of_scores(view), sections_of_vectors(view));
}

}  // namespace regard
