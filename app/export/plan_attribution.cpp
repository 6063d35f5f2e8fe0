// SPDX-License-Identifier: Apache-2.0
// The logit of a token as a sum of what every head and every block wrote.
#include "app/base/head_place.h"
#include "app/export/maps.h"
#include "app/export/plans.h"
#include "app/style/heads_text.h"
#include "app/style/locale.h"
#include "app/viewmodel/attribution_view.h"
#include "app/viewmodel/effect_view.h"
#include "app/viewmodel/views.h"
#include "core/base/error.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

constexpr std::size_t kAttributedParts = 24;  // of a figure

/// What the figure says, in the language chosen when the export began.
struct AttributionWords {
  std::string embedding, attention, cross, feed_forward, biases, interventions, depth, running, parts, sum,
      sum_of_difference, axis, others;
  std::vector<std::vector<std::string>> heads{};  ///< [layers] of each head
};

AttributionWords attribution_words(const Model& model) {
  AttributionWords words{
      tr("attribution.embedding"),    tr("attribution.attention"),      tr("attribution.cross"),
      tr("attribution.feed_forward"), tr("attribution.biases"),         tr("attribution.interventions"),
      tr("attribution.depth"),        tr("attribution.running"),        tr("attribution.parts"),
      tr("attribution.sum"),          tr("attribution.sum_difference"), tr("layers.axis"),
      tr("attribution.short_others")};
  words.heads.resize(model.config.layers);
  for (std::size_t layer = 0; layer < model.config.layers; ++layer)
    for (std::size_t head = 0; head < model.config.heads(layer); ++head)
      words.heads[layer].push_back(numbered_head(model, {layer, head}));
  return words;
}

void add_row(ExportTable& table, const std::string& part, std::size_t layer, TableCell head, double value) {
  table.rows.push_back({part, layer, std::move(head), value});
}

void fill_attribution(ExportTable& table, const Attribution& numbers) {
  table.columns = {"part", "layer", "head", "value"};
  table.rows.push_back({std::string("embedding"), std::string(), std::string(), numbers.embedding});
  const auto most = [&](std::vector<double> LayerAttribution::*heads) {
    std::size_t count = 0;
    for (const LayerAttribution& shares : numbers.layers)
      count = std::max(count, (shares.*heads).size());
    return count;
  };
  const std::size_t heads = most(&LayerAttribution::heads), crossing = most(&LayerAttribution::cross_heads);
  Matrix of_heads(numbers.layers.size(), heads, kNoNumber);  // rows of layers that have fewer end early
  Matrix of_cross(crossing == 0 ? 0 : numbers.layers.size(), crossing, kNoNumber);
  Matrix blocks(numbers.layers.size(), 4);  // feed_forward, attention_bias, norms, interventions
  for (std::size_t layer = 0; layer < numbers.layers.size(); ++layer) {
    const LayerAttribution& shares = numbers.layers[layer];
    for (std::size_t head = 0; head < shares.heads.size(); ++head) {
      add_row(table, "head", layer, head, shares.heads[head]);
      of_heads(layer, head) = static_cast<float>(shares.heads[head]);
    }
    for (std::size_t head = 0; head < shares.cross_heads.size(); ++head) {
      add_row(table, "cross_head", layer, head, shares.cross_heads[head]);
      of_cross(layer, head) = static_cast<float>(shares.cross_heads[head]);
    }
    const std::initializer_list<std::pair<const char*, double>> others{{"feed_forward", shares.feed_forward},
                                                                       {"attention_bias", shares.attention_bias},
                                                                       {"norms", shares.norms},
                                                                       {"interventions", shares.interventions}};
    std::size_t column = 0;
    for (const auto& [name, value] : others) {
      add_row(table, name, layer, std::string(), value);
      blocks(layer, column++) = static_cast<float>(value);
    }
  }
  table.rows.push_back({std::string("head_bias"), std::string(), std::string(), numbers.head_bias});
  table.arrays = {{"heads", std::move(of_heads)}, {"blocks", std::move(blocks)}};
  if (crossing > 0) table.arrays.emplace_back("cross_heads", std::move(of_cross));
}

LayerChart depth_chart(const AttributionView& view, const AttributionWords& words, const FigureStyle& style) {
  LayerChart chart{.title = words.depth, .axis = words.axis};
  std::vector<float> attention, feed_forward, running;
  for (const LayerAttribution& layer : view.numbers.layers) {
    attention.push_back(static_cast<float>(layer.self_attention() + layer.cross_attention() + layer.attention_bias));
    feed_forward.push_back(static_cast<float>(layer.feed_forward));
  }
  std::transform(view.running.begin() + 1, view.running.end(), std::back_inserter(running),
                 [](double value) { return static_cast<float>(value); });
  for (const std::vector<float>* line : {&attention, &feed_forward, &running}) {
    chart.low = std::min(chart.low, *std::min_element(line->begin(), line->end()));
    chart.high = std::max(chart.high, *std::max_element(line->begin(), line->end()));
  }
  chart.lines = {{words.attention, std::move(attention), style.query, false},
                 {words.feed_forward, std::move(feed_forward), style.key, false},
                 {words.running, std::move(running), style.muted, true}};
  chart.places = numbers_up_to(view.numbers.layers.size());
  return chart;
}

FigureList bars_of(const std::vector<std::pair<std::string, double>>& parts, const std::string& title) {
  FigureList list;
  list.columns = {{title, 240}, {"", 260, false, true, true}};
  double largest = 1e-9;
  for (const auto& [name, value] : parts)
    largest = std::max(largest, std::abs(value));
  for (const auto& [name, value] : parts)
    list.rows.push_back({{name}, {signed_figure_number(value, 4), static_cast<float>(value / largest)}});
  return list;
}

/// What everything of one kind adds up to.
std::vector<std::pair<std::string, double>> sums_of(const AttributionTotals& totals, const AttributionWords& words) {
  std::vector<std::pair<std::string, double>> sums{{words.embedding, totals.embedding},
                                                   {words.attention, totals.attention}};
  if (totals.cross_attention != 0.0) sums.emplace_back(words.cross, totals.cross_attention);
  sums.emplace_back(words.feed_forward, totals.feed_forward);
  sums.emplace_back(words.biases, totals.biases);
  if (totals.interventions != 0.0) sums.emplace_back(words.interventions, totals.interventions);
  return sums;
}

std::string part_name(const AttributedPart& part, const AttributionWords& words) {
  switch (part.kind) {
    case AttributedPart::Kind::head:
      return words.attention + " " + words.heads[part.layer][part.head];
    case AttributedPart::Kind::cross_head:
      return words.cross + " " + head_place({part.layer, part.head});
    case AttributedPart::Kind::feed_forward:
      return words.feed_forward + " " + std::to_string(part.layer);
    case AttributedPart::Kind::embedding:
      break;
  }
  return words.embedding;
}

Figure attribution_figure(const AttributionView& view, const AttributionWords& words, const FigureCaption& caption,
                          const FigureStyle& style) {
  std::vector<std::pair<std::string, double>> parts;
  const FoldedParts folded = fold_parts(view.parts, kAttributedParts);
  for (std::size_t place = 0; place < folded.shown; ++place)
    parts.emplace_back(part_name(view.parts[place], words), view.parts[place].value);
  if (folded.count > 0)
    parts.emplace_back(
        filled(words.others, {{"count", folded.count}, {"most", figure_number(static_cast<float>(folded.most), 4)}}),
        folded.sum);
  Figure figure;
  figure.ground = style.ground;
  const FigureList by_part = bars_of(parts, words.parts);
  FigureList whole = bars_of(sums_of(view.totals, words), "");
  whole.below = {filled(view.of.other < 0 ? words.sum : words.sum_of_difference,
                        {{"sum", signed_figure_number(view.numbers.sum(), 5)},
                         {"logit", signed_figure_number(view.numbers.logit, 5)},
                         {"remainder", signed_figure_number(view.numbers.remainder(), 6)}})};
  figure.width = std::max({760.0, width_of(whole), width_of(by_part)});
  double y = add_caption(figure, caption, style) + 12;
  y = add_list(figure, y, whole, style);
  y = add_chart(figure, y + 12, depth_chart(view, words, style), style);
  y = add_list(figure, y + 12, by_part, style);
  figure.height = y + kFigureMargin;
  return figure;
}

void tell_about(ExportTable& table, const AttributionView& view, const std::string& token) {
  const Attribution& numbers = view.numbers;
  table.about.insert(table.about.end(), {{"position", view.of.position},
                                         {"token", static_cast<std::size_t>(view.of.token)},
                                         {"token_text", token},
                                         {"logit", numbers.logit},
                                         {"sum", numbers.sum()},
                                         {"remainder", numbers.remainder()}});
  if (view.of.other >= 0) table.about.emplace_back("minus", static_cast<std::size_t>(view.of.other));
  if (numbers.capped) table.about.emplace_back("capped", *numbers.capped);
}

}  // namespace

ContentPlan plan_attribution(const Seen& seen, const ExportOptions& options, const FigureStyle& style) {
  const Snapshot& snapshot = *seen.snapshot;
  const Model& model = *snapshot.model;
  if (!has_attribution(model)) throw Error("export_no_logits", {.item = model.name});
  if (!has_something_to_read(snapshot)) throw Error("no_tokens", {});
  const AttributionQuestion question{snapshot.trace, make_predictions(snapshot, seen.session).position,
                                     options.token.value_or(-1), options.other.value_or(-1)};
  for (const std::int32_t id : {question.token, question.other})
    if (id >= 0 && static_cast<std::size_t>(id) >= model.config.vocabulary)
      throw Error(
          "token_id",
          {.item = model.name, .expected = std::to_string(model.config.vocabulary), .found = std::to_string(id)});
  return [seen, style, question, words = attribution_words(model),
          title = std::string(tr("attribution.title"))](bool picture) {
    const std::shared_ptr<const AttributionView> view = make_attribution(question);
    const Model& of = *seen.snapshot->model;
    const std::string token = token_text(of, view->of.token);
    Content content{table_about(*seen.snapshot, seen.session, ExportView::attribution), {}};
    tell_about(content.table, *view, token);
    if (!picture) {
      fill_attribution(content.table, view->numbers);
      return content;
    }
    const std::string what = view->of.other < 0 ? token : token + " − " + token_text(of, view->of.other);
    content.figure = attribution_figure(*view, words, caption_about(*seen.snapshot, title + " · " + what), style);
    return content;
  };
}

}  // namespace regard
