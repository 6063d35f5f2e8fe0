// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/head_rows.h"

#include "core/base/progress.h"
#include "core/trace/head_edits.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

/// Queries, keys and values of the heads that are looked at, side by side; of the Trace, or copies.
struct CutRows {
  const Matrix* queries = nullptr;
  const Matrix* keys = nullptr;
  const Matrix* values = nullptr;
  std::size_t heads = 0, kv_heads = 0, width = 0;
  Matrix repeated_keys{}, repeated_values{};

  [[nodiscard]] std::size_t query_column(std::size_t head) const { return head * width; }
  [[nodiscard]] std::size_t key_column(std::size_t head) const { return head * kv_heads / heads * width; }
};

/// Each kv head once for every query head that reads it: [T, G·d] -> [T, H·d].
Matrix repeated(const Matrix& shared, const ModelConfig& config) {
  const std::size_t width = config.head_dim;
  Matrix rows(shared.rows, config.queries_width());
  for (std::size_t row = 0; row < rows.rows; ++row)
    for (std::size_t head = 0; head < config.heads; ++head)
      std::copy_n(shared.row(row).data() + config.kv_head_of(head) * width, width, rows.row(row).data() + head * width);
  return rows;
}

bool is_recut(const LayerOf& of, const StepSwitches& switches) {
  return switches.heads != 0 && switches.heads != of.config().heads;
}

void cut(const LayerOf& of, const StepSwitches& switches, CutRows& rows) {
  const ModelConfig& config = of.config();
  const LayerTrace& layer = of.recorded();
  rows.queries = &layer.queries;
  rows.keys = &layer.keys;
  rows.values = &layer.values;
  rows.heads = config.heads;
  rows.kv_heads = config.kv_heads;
  rows.width = config.head_dim;
  if (!is_recut(of, switches)) return;
  rows.heads = rows.kv_heads = switches.heads;
  rows.width = config.queries_width() / switches.heads;
  if (config.kv_heads == config.heads) return;
  rows.repeated_keys = repeated(layer.keys, config);
  rows.repeated_values = repeated(layer.values, config);
  rows.keys = &rows.repeated_keys;
  rows.values = &rows.repeated_values;
}

/// How scores are made, and what is done to them, where it may differ from the run.
struct HeadRule {
  ScoreRule rule{};
  HeadEdits edits{};
  HeadRef head{};
  bool unmasked = false;
};

HeadRule rule_of(const LayerOf& of, std::size_t head, const CutRows& rows, const StepSwitches& switches) {
  const ModelConfig& config = of.config();
  const Request& request = of.part().request;
  HeadRule result;
  result.unmasked = switches.unmasked;
  if (is_recut(of, switches)) {
    const float root = std::sqrt(static_cast<float>(config.head_dim));
    const float scale = score_scale(config, of.layer);
    const bool by_root = std::abs(scale * root - 1.0F) < 1e-4F;
    result.rule = {.scale = by_root ? 1.0F / std::sqrt(static_cast<float>(rows.width)) : scale,
                   .cap = config.score_cap};
    result.edits.temperature = request.temperature;
  } else {
    result.head = {of.layer, head};
    result.rule = score_rule(config, request, result.head);
    result.edits = head_edits(config, request, result.head);
  }
  if (switches.unscaled) result.rule.scale = 1.0F;
  return result;
}

Matrix window_of_tile(const PaddedMatrix& tile, Range keys) {
  Matrix window(tile.rows, keys.size());
  for (std::size_t row = 0; row < tile.rows; ++row)
    std::copy_n(tile.row(row) + keys.begin, keys.size(), window.row(row).begin());
  return window;
}

bool is_biased(const HeadRule& rule) {
  return rule.rule.slope != 0.0F || !rule.rule.by_offset.empty() || !rule.edits.bias_shifts.empty() ||
         !rule.edits.places.empty();
}

Range allowed_of(const LayerOf& of, const HeadRule& rule, std::size_t query) {
  return rule.unmasked ? Range{0, of.part().keys()} : allowed_keys(of.part(), of.layer, query);
}

/// Scores of some rows against all keys by a rule, before interventions.
PaddedMatrix tile_of(const CutRows& rows, std::size_t head, Range queries, const PaddedMatrix& keys,
                     const ScoreRule& rule) {
  PaddedMatrix tile;
  tile.resize(queries.size(), keys.cols);
  const Strided from{rows.queries->row(queries.begin).data() + rows.query_column(head), rows.queries->cols};
  score_rows(from, queries.size(), keys, 0, tile.stride, rule, {queries.begin, 0}, tile.values.data(), tile.stride);
  return tile;
}

PaddedMatrix packed_keys(const CutRows& rows, std::size_t head) {
  PaddedMatrix keys;
  pack_transposed(*rows.keys, rows.key_column(head), rows.width, {0, rows.keys->rows}, keys);
  return keys;
}

void soften(const LayerOf& of, const HeadRule& rule, Range queries, PaddedMatrix& tile) {
  for (std::size_t query = queries.begin; query < queries.end; ++query) {
    float* row = tile.row(query - queries.begin);
    const Range allowed = allowed_of(of, rule, query);
    mask_scores(rule.edits, query, {0, tile.cols}, row);
    (void)softmax_row(row, tile.cols, allowed, rule.edits.temperature);
    if (!rule.edits.set.empty()) edit_weights(rule.edits, rule.head, query, allowed, row);
  }
}

/// Σ_j A[i,j]·v_j for rows of weights.
Matrix gathered(const CutRows& rows, std::size_t head, const PaddedMatrix& weights) {
  PaddedMatrix values, outputs;
  pack_columns(*rows.values, rows.key_column(head), rows.width, {0, rows.values->rows}, values);
  outputs.resize(weights.rows, rows.width);
  multiply({weights.row(0), weights.stride}, weights.rows, rows.values->rows, values.row(0), values.stride, 0,
           values.stride, outputs.values.data(), outputs.stride);
  return window_of_tile(outputs, {0, rows.width});
}

/// Scores as they enter the mask, what interventions add included.
PaddedMatrix full_scores(const CutRows& rows, std::size_t head, Range queries, const HeadRule& rule,
                         const PaddedMatrix& keys) {
  PaddedMatrix tile = tile_of(rows, head, queries, keys, rule.rule);
  for (std::size_t query = queries.begin; query < queries.end; ++query)
    add_to_scores(rule.edits, query, {0, tile.cols}, tile.row(query - queries.begin));
  return tile;
}

void mark_masked(const LayerOf& of, const HeadRule& rule, Range queries, Range keys, HeadRows& result) {
  result.masked.assign(queries.size() * keys.size(), false);
  std::vector<float> row(keys.size());
  for (std::size_t query = queries.begin; query < queries.end; ++query) {
    std::fill(row.begin(), row.end(), 0.0F);
    mask_scores(rule.edits, query, keys, row.data());
    const Range allowed = allowed_of(of, rule, query);
    for (std::size_t key = keys.begin; key < keys.end; ++key)
      result.masked[(query - queries.begin) * keys.size() + key - keys.begin] =
          !allowed.contains(key) || row[key - keys.begin] < 0.0F;
  }
}

/// The steps between q·k and the scores, as far as the head has them.
void add_steps(const CutRows& rows, std::size_t head, Range queries, Range keys, const HeadRule& rule,
               const PaddedMatrix& packed, HeadRows& result) {
  const auto step = [&](const ScoreRule& up_to) {
    return window_of_tile(tile_of(rows, head, queries, packed, up_to), keys);
  };
  result.dots = step({});
  if (rule.rule.scale != 1.0F) result.scaled = step({.scale = rule.rule.scale});
  if (rule.rule.cap != 0.0F) result.capped = step({.scale = rule.rule.scale, .cap = rule.rule.cap});
  if (!is_biased(rule)) return;
  result.biased = step(rule.rule);
  for (std::size_t query = queries.begin; query < queries.end; ++query)
    for (std::size_t key = keys.begin; key < keys.end; ++key)
      result.biased(query - queries.begin, key - keys.begin) += moved_bias(rule.edits, query, key);
}

}  // namespace

CutObstacle obstacle_to_cut(const LayerOf& of, std::size_t heads) {
  const ModelConfig& config = of.config();
  if (heads == 0 || config.queries_width() % heads != 0) return CutObstacle::not_a_divisor;
  const bool biased = !config.alibi_slopes.empty() || !config.relative_bias.values.empty();
  return biased && !of.crosses() && heads != config.heads ? CutObstacle::bias : CutObstacle::none;
}

std::vector<std::size_t> possible_cuts(const LayerOf& of) {
  std::vector<std::size_t> cuts;
  for (std::size_t heads = 1; heads <= of.config().queries_width(); ++heads)
    if (obstacle_to_cut(of, heads) == CutObstacle::none) cuts.push_back(heads);
  return cuts;
}

bool changes(const LayerOf& of, const StepSwitches& switches) {
  return switches.unscaled || switches.unmasked || is_recut(of, switches);
}

std::size_t heads_of(const LayerOf& of, const StepSwitches& switches) {
  return switches.heads == 0 ? of.config().heads : switches.heads;
}

HeadRows head_rows(const LayerOf& of, std::size_t head, Range queries, Range keys, const StepSwitches& switches,
                   const std::stop_token& stop) {
  throw_if_stopped(stop);
  CutRows rows;
  cut(of, switches, rows);
  const HeadRule rule = rule_of(of, head, rows, switches);
  const PaddedMatrix packed = packed_keys(rows, head);
  HeadRows result;
  result.rule = rule.rule;
  result.temperature = rule.edits.temperature;
  add_steps(rows, head, queries, keys, rule, packed, result);
  PaddedMatrix tile = full_scores(rows, head, queries, rule, packed);
  result.scores = window_of_tile(tile, keys);
  mark_masked(of, rule, queries, keys, result);
  throw_if_stopped(stop);
  soften(of, rule, queries, tile);
  result.weights = window_of_tile(tile, keys);
  result.weight_sums.resize(queries.size());
  for (std::size_t row = 0; row < queries.size(); ++row) {
    double sum = 0.0;
    for (std::size_t key = 0; key < tile.cols; ++key)
      sum += static_cast<double>(tile.row(row)[key]);
    result.weight_sums[row] = static_cast<float>(sum);
  }
  if (changes(of, switches)) {
    result.outputs = gathered(rows, head, tile);
    return result;
  }
  result.outputs = Matrix(queries.size(), rows.width);
  for (std::size_t query = queries.begin; query < queries.end; ++query) {
    const std::span<const float> output = output_of(of.part(), {of.layer, head}, query);
    std::copy(output.begin(), output.end(), result.outputs.row(query - queries.begin).begin());
  }
  return result;
}

Matrix joined_outputs(const LayerOf& of, Range rows, const StepSwitches& switches, const std::stop_token& stop) {
  if (!changes(of, switches)) return some_rows(of.recorded().head_outputs, rows);
  CutRows cut_rows;
  cut(of, switches, cut_rows);
  Matrix joined(rows.size(), of.config().queries_width());
  for (std::size_t head = 0; head < cut_rows.heads; ++head) {
    throw_if_stopped(stop);
    const HeadRule rule = rule_of(of, head, cut_rows, switches);
    PaddedMatrix tile = full_scores(cut_rows, head, rows, rule, packed_keys(cut_rows, head));
    soften(of, rule, rows, tile);
    const Matrix outputs = gathered(cut_rows, head, tile);
    for (std::size_t row = 0; row < rows.size(); ++row)
      std::copy_n(outputs.row(row).begin(), cut_rows.width,
                  joined.row(row).begin() + static_cast<std::ptrdiff_t>(cut_rows.query_column(head)));
  }
  return joined;
}

}  // namespace regard
