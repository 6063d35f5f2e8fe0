// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/measure_parts.h"
#include "app/lesson/named.h"
#include "app/session/look.h"
#include "core/analysis/groups.h"
#include "core/text/visible_text.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace regard {
namespace {

/// The number of a key's unit in a row, and that the unit can be looked at.
std::size_t unit_of_key(const AskedMeasure& asked, const LessonRow& row) {
  const std::size_t unit = unit_of(row, asked.key());
  if (unit == row.units.size()) asked.undefined();
  return unit;
}

double dot(const AskedMeasure& asked) {
  const std::span<const float> query = query_of(asked.trace(), asked.head(), asked.query());
  const std::span<const float> key = key_of(asked.trace(), asked.head(), asked.key());
  if (!has_products(asked.trace(), asked.head().layer)) asked.undefined();
  return std::inner_product(query.begin(), query.end(), key.begin(), 0.0, std::plus<>(),
                            [](float a, float b) { return static_cast<double>(a) * static_cast<double>(b); });
}

/// Weight on all pieces of some words; a unit counts once.
double mass(const AskedMeasure& asked, const LessonRow& row) {
  const Encoding& encoding = asked_encoding(asked.snapshot(), asked.run.session);
  std::vector<bool> counted(row.units.size(), false);
  for (const std::string& word : asked.expression.argument("keys")->values)
    for (const std::size_t token : tokens_of_word(word, encoding))
      if (const std::size_t unit = unit_of(row, token); unit < counted.size()) counted[unit] = true;
  double sum = 0.0;
  for (std::size_t unit = 0; unit < counted.size(); ++unit)
    if (counted[unit]) sum += row.weights[unit];
  return sum;
}

std::string strongest(const AskedMeasure& asked, const LessonRow& row) {
  const std::vector<std::size_t> order = strongest_first(row.weights);
  if (order.empty()) asked.undefined();
  const std::size_t place =
      asked.expression.argument("n") != nullptr ? asked.number("n", 1, order.size()) : std::size_t{1};
  const Encoding& encoding = asked_encoding(asked.snapshot(), asked.run.session);
  return whole_word(encoding, row.units[order[place - 1]].tokens.front());
}

}  // namespace

std::vector<std::size_t> strongest_first(const std::vector<double>& weights) {
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return weights[a] > weights[b]; });
  return order;
}

LessonRow row_of(const LessonRun& run, HeadRef head, std::size_t query) {
  const Snapshot& snapshot = *run.snapshot;
  Axes axes = make_axes(snapshot, whole_axes_inputs(snapshot, run.session));
  const std::size_t asking = axes.rows.unit_of(query);
  const bool whole = look_of(run.session).word_level && asking < axes.rows.size();
  const std::vector<TokenGroup> rows{whole ? axes.rows.units[asking].tokens : TokenGroup{query}};
  std::vector<TokenGroup> cols;
  std::size_t shown = 0;
  for (const Unit& unit : axes.cols.units) {
    cols.push_back(unit.tokens);
    shown += unit.tokens.size();
  }
  GroupedAttention grouped = grouped_attention(shown_trace(snapshot, run.session), head, rows, cols);
  const bool shares = weights_are_softmax(shown_trace(snapshot, run.session), head);
  if (shares && shown < asked_encoding(snapshot, run.session).tokens.size()) renormalise_rows(grouped.weights);
  LessonRow row;
  row.units = std::move(axes.cols.units);
  for (std::size_t unit = 0; unit < row.units.size(); ++unit) {
    row.weights.push_back(static_cast<double>(grouped.weights(0, unit)));
    row.scores.push_back(static_cast<double>(grouped.scores(0, unit)));
  }
  row.masked = std::move(grouped.masked);
  return row;
}

std::size_t unit_of(const LessonRow& row, std::size_t token) {
  const auto holds = [token](const Unit& unit) {
    return std::find(unit.tokens.begin(), unit.tokens.end(), token) != unit.tokens.end();
  };
  return static_cast<std::size_t>(std::find_if(row.units.begin(), row.units.end(), holds) - row.units.begin());
}

std::string whole_word(const Encoding& encoding, std::size_t token) {
  const std::vector<Token>& tokens = encoding.tokens;
  if (tokens[token].word < 0) return label_of(tokens[token]);
  std::size_t first = token, last = token;
  while (first > 0 && tokens[first - 1].word == tokens[token].word)
    --first;
  while (last + 1 < tokens.size() && tokens[last + 1].word == tokens[token].word)
    ++last;
  const std::size_t begin = tokens[first].begin, end = tokens[last].end;
  if (begin >= end || end > encoding.text.size()) return label_of(tokens[token]);
  return visible_word(std::string_view(encoding.text).substr(begin, end - begin));
}

std::optional<LessonValue> measure_of_row(const AskedMeasure& asked) {
  const std::string& name = asked.expression.measure;
  if (name == "dot") return dot(asked);
  const bool of_row = name == "weight" || name == "score" || name == "rank" || name == "mass" || name == "row-sum" ||
                      name == "max-weight" || name == "allowed" || name == "top-key";
  if (!of_row) return std::nullopt;
  const LessonRow row = row_of(asked.run, asked.head(), asked.query());
  if (name == "mass") return mass(asked, row);
  if (name == "row-sum") return std::accumulate(row.weights.begin(), row.weights.end(), 0.0);
  if (name == "max-weight")
    return row.weights.empty() ? 0.0 : *std::max_element(row.weights.begin(), row.weights.end());
  if (name == "allowed") return static_cast<double>(std::count(row.masked.begin(), row.masked.end(), false));
  if (name == "top-key") return strongest(asked, row);
  const std::size_t unit = unit_of_key(asked, row);
  if (name == "weight") return row.weights[unit];
  if (name == "score" && std::isnan(row.scores[unit])) asked.undefined();  // a captured run may have none
  if (name == "score") return row.scores[unit];
  const auto stronger = [&](double weight) { return weight > row.weights[unit]; };
  return static_cast<double>(1 + std::count_if(row.weights.begin(), row.weights.end(), stronger));
}

}  // namespace regard
