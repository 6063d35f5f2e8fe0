// SPDX-License-Identifier: Apache-2.0
#include "app/export/tables.h"

#include "app/export/text_fields.h"
#include "app/session/selection.h"
#include "app/style/scores_text.h"
#include "core/analysis/row_steps.h"
#include "core/trace/score_parts.h"
#include "core/trace/sink.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace regard {
namespace {

struct AsJson {
  std::string operator()(std::size_t number) const { return std::to_string(number); }
  std::string operator()(float number) const { return shortest(number); }
  std::string operator()(double number) const { return shortest(number); }
  std::string operator()(const std::string& text) const { return json_string(text); }
  std::string operator()(Masked /*cell*/) const { return "null"; }
};

struct AsCsv {
  std::string operator()(std::size_t number) const { return std::to_string(number); }
  std::string operator()(float number) const { return std::isfinite(number) ? shortest(number) : ""; }
  std::string operator()(double number) const { return std::isfinite(number) ? shortest(number) : ""; }
  std::string operator()(const std::string& text) const { return csv_field(text); }
  std::string operator()(Masked /*cell*/) const { return ""; }
};

struct AsText {
  std::string masked{};

  std::string operator()(Masked /*cell*/) const { return masked; }
  template <class Number>
  std::string operator()(Number number) const {
    return AsCsv{}(number);
  }
  std::string operator()(std::string text) const {
    std::replace_if(
        text.begin(), text.end(), [](char byte) { return byte == '\t' || byte == '\n' || byte == '\r'; }, ' ');
    return text;
  }
};

template <class As>
std::string lines_of(const ExportTable& table, const char* between, const As& as) {
  std::string text;
  const auto line = [&](const auto& cells, const auto& write) {
    for (std::size_t index = 0; index < cells.size(); ++index)
      text += (index == 0 ? "" : between) + write(cells[index]);
    text += "\n";
  };
  line(table.columns, as);
  for (const std::vector<TableCell>& row : table.rows)
    line(row, [&](const TableCell& cell) { return std::visit(as, cell); });
  return text;
}

std::string label_at(const Encoding& encoding, std::size_t token) {
  return token < encoding.tokens.size() ? label_of(encoding.tokens[token]) : std::string();
}

/// What stands in the place of a key's label: a head's sink is none (core/trace/sink.h).
constexpr const char* kSink = "sink";

Matrix column_of(std::span<const float> numbers) {
  Matrix column(numbers.size(), 1);
  std::copy(numbers.begin(), numbers.end(), column.values.begin());
  return column;
}

/// "score_position": a term of the scores.
std::string column_of(ScorePartKind part) {
  return "score_" + std::string(name_of(part));
}

void fill_grid(ExportTable& table, const GridView& grid) {
  table.about.emplace_back("renormalised", std::size_t{grid.renormalised ? 1U : 0U});
  table.columns = {"query", "key", "query_label", "key_label", "score", "weight"};
  const std::span<const ScorePart> parts =
      grid.score_parts.size() > 1 ? std::span<const ScorePart>(grid.score_parts) : std::span<const ScorePart>();
  for (std::size_t query = 0; query < grid.rows.size(); ++query)
    for (std::size_t key = 0; key < grid.cols.size(); ++key) {
      const bool masked = grid.is_masked(query, key);
      std::vector<TableCell>& row = table.rows.emplace_back(std::vector<TableCell>{
          query + grid.rows.window.begin, key + grid.cols.window.begin, grid.rows.units[query].label,
          grid.cols.units[key].label, score_or_masked(grid.scores(query, key), masked), grid.weights(query, key)});
      for (const ScorePart& part : parts)
        row.push_back(score_or_masked(part.scores(query, key), masked));
    }
  table.arrays = {{"scores", grid.scores}, {"weights", grid.weights}};
  for (const ScorePart& part : parts) {
    table.columns.push_back(column_of(part.kind));
    table.arrays.emplace_back(column_of(part.kind), part.scores);
  }
  if (grid.sinks.empty()) return;
  for (std::size_t query = 0; query < grid.rows.size(); ++query)
    table.rows.push_back({query + grid.rows.window.begin, Masked{}, grid.rows.units[query].label, std::string(kSink),
                          grid.sink_score, grid.sinks[query]});
  table.about.emplace_back("sink_score", grid.sink_score);
  table.arrays.emplace_back("sink", column_of(grid.sinks));
}

void fill_arcs(ExportTable& table, const ArcsView& arcs, const Session& session, HeadRef shown) {
  table.columns = {"layer", "head", "query", "key", "query_label", "key_label", "weight"};
  Matrix numbers(arcs.arcs.size(), 5);
  for (std::size_t index = 0; index < arcs.arcs.size(); ++index) {
    const Arc& arc = arcs.arcs[index];
    const HeadRef head = arc.colour == 0 ? shown : selection_of(session).compared_heads[arc.colour - 1];
    table.rows.push_back({head.layer, head.head, arc.query, arc.key, arcs.rows.units[arc.query].label,
                          arcs.cols.units[arc.key].label, arc.weight});
    const std::array<std::size_t, 4> places{head.layer, head.head, arc.query, arc.key};
    for (std::size_t column = 0; column < places.size(); ++column)
      numbers(index, column) = static_cast<float>(places[column]);
    numbers(index, 4) = arc.weight;
  }
  table.arrays.emplace_back("arcs", std::move(numbers));
}

/// A column for each term of the scores, where there are several.
void add_parts_of_scores(ExportTable& table, const Trace& trace, HeadRef head, std::size_t query) {
  const std::vector<ScorePart> parts = score_parts(trace, head, {query, query + 1}, {0, trace.keys()});
  if (parts.size() < 2) return;
  for (const ScorePart& part : parts) {
    table.columns.push_back(column_of(part.kind));
    for (std::size_t key = 0; key < table.rows.size(); ++key)
      table.rows[key].emplace_back(part.scores(0, key));
    table.arrays.emplace_back(column_of(part.kind), part.scores);
  }
}

/// Every key, however many the view sums up.
void fill_question(ExportTable& table, const Trace& trace, const Encoding& keys, const QuestionView& view,
                   HeadRef head) {
  const RowSteps steps = row_steps(trace, head, view.query);
  table.about.emplace_back("query", view.query);
  table.about.emplace_back("query_label", view.query_label);
  table.columns = {"key", "key_label", "dot", "scaled", "bias", "added", "score", "exponential", "weight"};
  Matrix numbers(steps.weights.size(), 7);
  for (std::size_t key = 0; key < steps.weights.size(); ++key) {
    const std::array<float, 7> values{steps.dots[key],   steps.scaled[key],       steps.biases[key], steps.added[key],
                                      steps.scores[key], steps.exponentials[key], steps.weights[key]};
    std::vector<TableCell> row{key, label_at(keys, key)};
    row.insert(row.end(), values.begin(), values.end());
    const bool allowed = steps.allowed.contains(key);
    row[row.size() - 3] = score_or_masked(steps.scores[key], !allowed || steps.hidden[key]);
    table.rows.push_back(std::move(row));
    std::copy(values.begin(), values.end(), numbers.row(key).begin());
  }
  table.arrays.emplace_back("row", std::move(numbers));
  add_parts_of_scores(table, trace, head, view.query);
  if (steps.sink_score == kNoSink) return;
  table.rows.push_back({Masked{}, std::string(kSink), Masked{}, Masked{}, Masked{}, Masked{}, steps.sink_score,
                        steps.sink_exponential, steps.sink_share});
  table.arrays.emplace_back("sink", column_of(std::array{steps.sink_score, steps.sink_exponential, steps.sink_share}));
}

void fill_predictions(ExportTable& table, const PredictionView& predictions) {
  table.about.emplace_back("position", predictions.position);
  table.about.emplace_back("position_label", predictions.position_label);
  table.columns = {"id", "token", "logit", "probability"};
  Matrix numbers(predictions.rows.size(), 2);
  std::vector<std::int32_t> ids;
  for (std::size_t index = 0; index < predictions.rows.size(); ++index) {
    const PredictionRow& row = predictions.rows[index];
    table.rows.push_back({static_cast<std::size_t>(row.id), row.text, row.logit, row.probability});
    numbers(index, 0) = row.logit;
    numbers(index, 1) = row.probability;
    ids.push_back(row.id);
  }
  table.ids.emplace_back("ids", std::move(ids));
  table.arrays.emplace_back("predictions", std::move(numbers));
}

void fill_heads(ExportTable& table, const Trace& trace, const Encoding& queries, const Encoding& keys) {
  table.columns = {"layer", "head", "query", "key", "query_label", "key_label", "weight"};
  for (const auto& [layer, head] : all_heads(trace.model->config)) {
    Matrix weight = weights(trace, {layer, head});
    for (std::size_t query = 0; query < weight.rows; ++query)
      for (std::size_t key = 0; key < weight.cols; ++key)
        table.rows.push_back(
            {layer, head, query, key, label_at(queries, query), label_at(keys, key), weight(query, key)});
    const std::string name = "L" + std::to_string(layer) + "H" + std::to_string(head);
    table.arrays.emplace_back(name, std::move(weight));
    if (!has_sinks(trace, layer)) continue;
    const std::vector<float> sinks = sink_shares(trace, {layer, head}, {0, trace.tokens()});
    for (std::size_t query = 0; query < sinks.size(); ++query)
      table.rows.push_back({layer, head, query, Masked{}, label_at(queries, query), std::string(kSink), sinks[query]});
    table.arrays.emplace_back(name + "_sink", column_of(sinks));
  }
}

}  // namespace

ExportTable table_about(const Snapshot& snapshot, const Session& session, ExportView view) {
  ExportTable table;
  table.about = {
      {"model", full_name(*snapshot.model)}, {"text", snapshot.source_text}, {"view", std::string(name_of(view))}};
  const bool of_one_head = view == ExportView::scores || view == ExportView::weights || view == ExportView::arcs ||
                           view == ExportView::question;
  if (!of_one_head) return table;
  const HeadRef head = shown_head(snapshot, session);
  table.about.emplace_back("layer", head.layer);
  table.about.emplace_back("head", head.head);
  return table;
}

ExportTable table_of(const Snapshot& snapshot, const Session& session, ExportView view) {
  ExportTable table = table_about(snapshot, session, view);
  const HeadRef head = shown_head(snapshot, session);
  switch (view) {
    case ExportView::scores:
    case ExportView::weights:
      fill_grid(table, make_grid(snapshot, session));
      break;
    case ExportView::arcs:
      fill_arcs(table, make_arcs(snapshot, session), session, head);
      break;
    case ExportView::heads:
      fill_heads(table, shown_trace(snapshot, session), asking_encoding(snapshot, session),
                 asked_encoding(snapshot, session));
      break;
    case ExportView::question:
      fill_question(table, shown_trace(snapshot, session), asked_encoding(snapshot, session),
                    make_question(snapshot, session), head);
      break;
    case ExportView::predictions:
      fill_predictions(table, complete_predictions(snapshot, session));
      break;
    default:  // the others are made in analyses.cpp
      break;
  }
  return table;
}

PredictionView complete_predictions(const Snapshot& snapshot, const Session& session) {
  PredictionView view = make_predictions(snapshot, session);
  return view.pending ? with_rows(std::move(view), *snapshot.trace) : view;
}

TableCell score_or_masked(float score, bool masked) {
  return masked || std::isnan(score) ? TableCell(Masked{}) : TableCell(score);
}

std::string table_as_csv(const ExportTable& table) {
  return lines_of(table, ",", AsCsv{});
}

std::string table_as_text(const ExportTable& table, const std::string& masked) {
  return lines_of(table, "\t", AsText{masked});
}

std::string table_as_json(const ExportTable& table) {
  std::string text = "{";
  for (const auto& [name, value] : table.about)
    text += json_string(name) + ":" + std::visit(AsJson{}, value) + ",";
  text += "\"rows\":[";
  for (std::size_t index = 0; index < table.rows.size(); ++index) {
    text += index == 0 ? "{" : ",{";
    for (std::size_t column = 0; column < table.columns.size(); ++column)
      text += (column == 0 ? "" : ",") + json_string(table.columns[column]) + ":" +
              std::visit(AsJson{}, table.rows[index][column]);
    text += "}";
  }
  return text + "]}\n";
}

}  // namespace regard
