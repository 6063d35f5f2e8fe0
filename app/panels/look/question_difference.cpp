// SPDX-License-Identifier: Apache-2.0
#include "app/panels/look/question_difference.h"

#include "app/panels/common/compare_parts.h"
#include "app/panels/common/difference_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/look/question_sections.h"
#include "app/session/action_kinds.h"
#include "app/style/change_text.h"
#include "app/style/fonts.h"
#include "app/style/line_layout.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/difference_views.h"
#include "app/widgets/bars.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

namespace regard {
namespace {

const QuestionDifference& difference_of(const PanelContext& context) {
  return context.difference->question;
}

/// "queen"; "king→queen" where another word stands in its place; with a sign where only one text has it.
std::string label_of(const KeyChange& key) {
  if (!key.baseline) return "+" + key.live->label;
  if (!key.live) return "−" + key.baseline->label;
  if (key.baseline->label == key.live->label) return key.live->label;
  return isolated(key.baseline->label) + "→" + isolated(key.live->label);
}

std::vector<std::string> labels_of(const QuestionDifference& view) {
  std::vector<std::string> labels;
  labels.reserve(view.keys.size());
  for (const KeyChange& key : view.keys)
    labels.push_back(label_of(key));
  return labels;
}

bool is_special(const KeyChange& key) {
  return key.live ? key.live->special : key.baseline->special;
}

std::vector<Bar> paired_bars(const QuestionDifference& view, const std::vector<std::string>& labels,
                             float KeyBar::*member) {
  std::vector<Bar> bars;
  for (std::size_t index = 0; index < view.keys.size(); ++index) {
    const KeyChange& key = view.keys[index];
    Bar bar{.label = labels[index], .muted = is_special(key), .gone = !key.live};
    if (key.live) {
      bar.value = (*key.live).*member;
      bar.masked = key.live->masked;
    }
    if (key.baseline) {
      bar.before = (*key.baseline).*member;
      bar.before_masked = key.baseline->masked;
    }
    bars.push_back(bar);
  }
  return bars;
}

void key_tooltip(const PanelContext& context, const KeyChange& key) {
  const ComparedNames names = compared_names(context.session);
  const ScopedTooltip tooltip;
  coloured(theme().key, label_of(key));
  const ScopedFont font(fonts().mono);
  const auto line = [](const std::string& name, const std::string& value) {
    coloured(theme().text_muted, name);
    ImGui::SameLine(em(7.0F));
    coloured(theme().text, value);
  };
  const auto numbers = [&](const std::string& name, const std::optional<KeyBar>& bar, float KeyBar::*member,
                           bool weight) {
    if (!bar)
      line("  " + name, tr("difference.not_there", {{"name", name}}));
    else
      line("  " + name, weight && bar->masked ? std::string(tr("grids.masked")) : exact_number((*bar).*member));
  };
  for (const bool weight : {false, true}) {
    float KeyBar::*const member = weight ? &KeyBar::weight : &KeyBar::score;
    coloured(theme().text_muted, tr(weight ? "grids.weight" : "grids.score"));
    numbers(names.baseline, key.baseline, member, weight);
    numbers(names.live, key.live, member, weight);
    if (key.live && key.baseline) line("  Δ", exact_change((*key.live).*member - (*key.baseline).*member));
  }
}

std::size_t index_of(const QuestionDifference& view, std::size_t token) {
  const auto found = std::find_if(view.keys.begin(), view.keys.end(),
                                  [&](const KeyChange& key) { return key.live && key.live->token == token; });
  return found == view.keys.end() ? kNone : static_cast<std::size_t>(found - view.keys.begin());
}

void draw_keys(PanelContext& context, BarsSpec spec, const std::vector<Bar>& list) {
  const QuestionDifference& view = difference_of(context);
  spec.bars = list;
  spec.selected = index_of(view, context.views.key);
  spec.scroll = &context.state.of<QuestionState>().scroll;
  if (context.hover.key) spec.linked = index_of(view, *context.hover.key);
  const BarsResult result = bars(spec);
  if (result.hovered && *result.hovered < view.keys.size()) {
    const KeyChange& key = view.keys[*result.hovered];
    if (key.live) context.next_hover.key = key.live->token;
    context.next_hover.query = context.views.query;
    key_tooltip(context, key);
  }
  if (result.clicked && *result.clicked < view.keys.size() && view.keys[*result.clicked].live)
    context.act(SelectKey{view.keys[*result.clicked].live->token});
}

/// Room for all values of a row, and zero.
void set_span(BarsSpec& spec, const std::vector<Bar>& list) {
  spec.low = spec.high = 0.0F;
  const auto hold = [&](float value) {
    if (!std::isfinite(value)) return;
    spec.low = std::min(spec.low, value);
    spec.high = std::max(spec.high, value);
  };
  for (const Bar& bar : list) {
    if (!bar.gone) hold(bar.value);
    if (bar.before) hold(*bar.before);
  }
  if (spec.high - spec.low < 1e-6F) spec.high = spec.low + 1.0F;
}

/// A grey square and one in the live text's colour: whose bars they are.
void whose_bars(const PanelContext& context, const ImVec4& live) {
  const ComparedNames names = compared_names(context.session);
  const ScopedFont font(fonts().small);
  const float side = em(0.7F);
  const auto square = [&](const ImVec4& colour, float opacity, const std::string& name) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float top = at.y + std::floor(0.5F * (ImGui::GetTextLineHeight() - side));
    ImGui::GetWindowDrawList()->AddRectFilled({at.x, top}, {at.x + side, top + side}, colour_u32(colour, opacity),
                                              em(0.1F));
    ImGui::SetCursorScreenPos({at.x + side + em(0.3F), at.y});
    coloured(theme().text_muted, name);
    ImGui::SameLine(0.0F, em(0.7F));
  };
  square(theme().text_muted, 0.75F, names.baseline);
  square(live, 1.0F, names.live);
}

/// A row with two bars for each key, before and now.
void draw_pairs(PanelContext& context, BarsSpec spec, float KeyBar::*member) {
  const QuestionDifference& view = difference_of(context);
  const std::vector<std::string> labels = labels_of(view);
  const std::vector<Bar> list = paired_bars(view, labels, member);
  set_span(spec, list);
  if (member == &KeyBar::weight) spec.high = std::clamp(spec.high * 1.05F, 0.05F, 1.0F);
  spec.labels = false;
  spec.pairs = true;
  draw_keys(context, spec, list);
}

void draw_compared_scores(PanelContext& context, ImVec2 size) {
  whose_bars(context, theme().positive);
  section_caption(theme().key, score_sign(context.views.question), tr("question.scores"));
  draw_pairs(context, section_bars("question.scores", size, BarTint::sign), &KeyBar::score);
}

void draw_compared_weights(PanelContext& context, ImVec2 size) {
  const QuestionDifference& view = difference_of(context);
  const ComparedNames names = compared_names(context.session);
  whose_bars(context, theme().query);
  std::string text = tr("difference.weights", {{"baseline", names.baseline},
                                               {"live", names.live},
                                               {"baseline_sum", number(view.baseline_weight_sum, 3)},
                                               {"live_sum", number(view.weight_sum, 3)}});
  if (view.other_keys > 0)
    text += " · " + tr_plural("difference.others", view.other_keys,
                              {{"baseline_weight", number(view.other_baseline_weight, 3)},
                               {"weight", number(view.other_weight, 3)}});
  if (context.views.question.renormalised) text += std::string(" · ") + tr("arcs.renormalised");
  section_caption(theme().query, "softmax", text);
  draw_pairs(context, section_bars("question.weights", size, BarTint::query), &KeyBar::weight);
}

/// What became of each key's weight. A key that only one text has took or left all of it.
void draw_changes(PanelContext& context, ImVec2 size) {
  const QuestionDifference& view = difference_of(context);
  const ComparedNames names = compared_names(context.session);
  const std::vector<std::string> labels = labels_of(view);
  std::vector<Bar> list;
  bool alone = false;
  float most = 0.0F;
  for (std::size_t index = 0; index < view.keys.size(); ++index) {
    const KeyChange& key = view.keys[index];
    const bool masked = (!key.live || key.live->masked) && (!key.baseline || key.baseline->masked);
    list.push_back({labels[index], key.weight_change(), is_special(key), masked});
    alone = alone || !key.live || !key.baseline;
    most = std::max(most, std::abs(key.weight_change()));
  }
  std::string text =
      most > 0.0F ? tr("difference.changes", {{"most", at_most_text(most)}}) : tr("difference.nothing_changed");
  if (alone) text += " · " + tr("difference.signs", {{"live", names.live}, {"baseline", names.baseline}});
  section_caption(theme().query, difference_sign(context), text);
  const ChangeColours colours = change_colours(context);
  BarsSpec spec = section_bars("question.changes", size);
  set_span(spec, list);
  spec.change_colours = &colours;
  draw_keys(context, spec, list);
}

/// Bars over the head's dimensions: B − A, the tooltip tells both.
void draw_dimensions(const PanelContext& context, BarsSpec spec, const std::vector<float>& live,
                     const std::vector<float>& baseline) {
  std::vector<std::string> labels(live.size());
  std::vector<Bar> list(live.size());
  for (std::size_t dimension = 0; dimension < live.size(); ++dimension) {
    labels[dimension] = std::to_string(dimension);
    list[dimension] = {labels[dimension], live[dimension] - baseline[dimension], false, false};
  }
  const ChangeColours colours = change_colours(context);
  set_span(spec, list);
  spec.bars = list;
  spec.change_colours = &colours;
  spec.numbers = false;
  spec.index_labels = true;
  spec.fit = true;
  spec.decimals = 3;
  const BarsResult result = bars(spec);
  if (!result.hovered || *result.hovered >= live.size()) return;
  const ComparedNames names = compared_names(context.session);
  const ScopedTooltip tooltip;
  const ScopedFont font(fonts().mono);
  coloured(theme().text_muted, tr("question.dimension", {{"index", *result.hovered}}));
  coloured(theme().text_muted, names.baseline + " " + number(baseline[*result.hovered], 5));
  coloured(theme().text, names.live + " " + number(live[*result.hovered], 5));
  coloured(theme().text, "Δ " + signed_number(list[*result.hovered].value, 5));
}

void draw_compared_products(PanelContext& context, ImVec2 size) {
  const QuestionDifference& view = difference_of(context);
  const std::string sign = product_sign(context.views.question);
  if (view.products.empty()) {
    section_caption(theme().key, sign,
                    tr("difference.no_partner", {{"name", compared_names(context.session).baseline}}));
    return;
  }
  const auto sum = [](const std::vector<float>& values) { return std::accumulate(values.begin(), values.end(), 0.0F); };
  section_caption(
      theme().key, "Δ " + sign,
      tr("difference.products", {{"sum", signed_number(sum(view.products) - sum(view.baseline_products), 3)}}));
  draw_dimensions(context, section_bars("question.products", size), view.products, view.baseline_products);
}

void draw_compared_output(PanelContext& context, ImVec2 size) {
  const QuestionDifference& view = difference_of(context);
  if (view.output.empty()) return;
  section_caption(theme().value, "Δ Σ A·v", tr("difference.output"));
  draw_dimensions(context, section_bars("question.output", size), view.output, view.baseline_output);
}

}  // namespace

void draw_question_difference(PanelContext& context) {
  const QuestionDifference& view = difference_of(context);
  if (!view.paired)
    return wrapped_caption(tr("difference.query_alone", {{"token", context.views.question.query_label},
                                                         {"name", compared_names(context.session).baseline}}));
  draw_sections(context, {{draw_compared_scores, 0.8F}, {draw_compared_weights, 0.9F}, {draw_changes, 1.4F}},
                {{draw_compared_products, 0.8F}, {draw_compared_output, 0.8F}});
}

}  // namespace regard
