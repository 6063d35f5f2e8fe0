// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/head_rows.h"

#include "core/base/progress.h"
#include "core/trace/head_edits.h"
#include "core/trace/sink.h"

#include <algorithm>
#include <numeric>

namespace regard {
namespace {

/// Queries, keys and values of the heads that are looked at, side by side; of the Trace, or copies.
struct CutRows {
  const Matrix* queries = nullptr;
  const Matrix* keys = nullptr;
  const Matrix* values = nullptr;
  std::size_t heads = 0, kv_heads = 0, width = 0, value_width = 0;
  Matrix repeated_keys{}, repeated_values{};

  [[nodiscard]] std::size_t query_column(std::size_t head) const { return head * width; }
  [[nodiscard]] std::size_t key_column(std::size_t head) const { return head * kv_heads / heads * width; }
  [[nodiscard]] std::size_t value_column(std::size_t head) const { return head * kv_heads / heads * value_width; }
};

void cut(const LayerOf& of, const StepSwitches& switches, CutRows& rows) {
  const ModelConfig& config = of.config();
  const LayerTrace& layer = of.recorded();
  rows.queries = &layer.queries;
  rows.keys = &layer.keys;
  rows.values = &layer.values;
  rows.heads = config.heads(of.layer);
  rows.kv_heads = config.kv_heads(of.layer);
  rows.width = config.head_dim(of.layer);
  rows.value_width = config.value_dim(of.layer);
  if (!is_recut(of, switches)) return;
  rows.heads = rows.kv_heads = switches.heads;
  rows.width = rows.value_width = config.queries_width(of.layer) / switches.heads;
  if (config.kv_heads(of.layer) == config.heads(of.layer)) return;
  rows.repeated_keys = repeat_heads(layer.keys, config.heads(of.layer), config.kv_heads(of.layer));
  rows.repeated_values = repeat_heads(layer.values, config.heads(of.layer), config.kv_heads(of.layer));
  rows.keys = &rows.repeated_keys;
  rows.values = &rows.repeated_values;
}

/// How scores are made, and what is done to them, where it may differ from the run.
struct HeadRule {
  ScoreRule rule{};
  HeadEdits edits{};
  HeadRef head{};
  float sink = kNoSink;
  bool unmasked = false;
  bool as_run = false;  ///< nothing differs: the run has recorded the statistics of the rows
};

HeadRule rule_of(const LayerOf& of, std::size_t head, const CutRows& rows, const StepSwitches& switches) {
  const ModelConfig& config = of.config();
  const Request& request = of.part().request;
  HeadRule result;
  result.unmasked = switches.unmasked;
  result.as_run = !changes(of, switches);
  if (is_recut(of, switches)) {
    result.rule = {.scale = scale_of_cut(of, rows.heads), .cap = of.plan().attention.cap};
    result.edits.temperature = request.temperature;
  } else {
    result.head = {of.layer, head};
    result.rule = score_rule(config, request, result.head);
    result.edits = head_edits(config, request, result.head);
    result.sink = sink_score(of.part(), result.head);
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
  return rule.rule.knows_positions() || rule.edits.moves_bias();
}

AllowedKeys allowed_of(const LayerOf& of, const HeadRule& rule, std::size_t query) {
  return rule.unmasked ? AllowedKeys{.window = {0, of.part().keys()}} : allowed_keys(of.part(), of.layer, query);
}

/// Some rows of queries of a head and all keys.
ScoreTile tile_of(const CutRows& rows, std::size_t head, Range queries, PaddedMatrix& keys) {
  pack_transposed(*rows.keys, rows.key_column(head), rows.width, {0, rows.keys->rows}, keys);
  return {.queries = {rows.queries->row(queries.begin).data() + rows.query_column(head), rows.queries->cols},
          .count = queries.size(),
          .transposed_keys = &keys,
          .end = padded(keys.cols),
          .first_query = queries.begin};
}

/// q·k
PaddedMatrix products(const ScoreTile& of) {
  const PaddedMatrix& keys = *of.transposed_keys;
  PaddedMatrix tile;
  tile.resize(of.count, keys.cols);
  multiply(of.queries, of.count, keys.rows, keys.row(0), keys.stride, 0, tile.stride, tile.row(0), tile.stride);
  return tile;
}

/// Scores of some rows with all keys as they enter the mask. `keep(step, tile)` sees each step on the way that the head has.
template <class Keep>
PaddedMatrix scores_by_steps(const CutRows& rows, std::size_t head, Range queries, const HeadRule& rule,
                             const Keep& keep) {
  PaddedMatrix keys;
  const ScoreTile of = tile_of(rows, head, queries, keys);
  PaddedMatrix tile = products(of);
  const auto change = [&](const auto& row_by_row) {
    for (std::size_t query = queries.begin; query < queries.end; ++query)
      row_by_row(query, tile.row(query - queries.begin));
  };
  const Range all{0, tile.cols};
  keep(&HeadRows::dots, tile);
  if (rule.rule.scale != 1.0F) {
    change([&](std::size_t, float* row) { scale_and_cap({.scale = rule.rule.scale}, 0, tile.stride, row); });
    keep(&HeadRows::scaled, tile);
  }
  if (rule.rule.cap != 0.0F) {
    change([&](std::size_t, float* row) { scale_and_cap({.cap = rule.rule.cap}, 0, tile.stride, row); });
    keep(&HeadRows::capped, tile);
  }
  if (is_biased(rule)) {
    change([&](std::size_t query, float* row) {
      add_bias(rule.rule, {query, 0}, 0, tile.stride, row);
      move_bias(rule.edits, query, all, row);
    });
    add_offset_parts(rule.rule, of, tile.row(0), tile.stride);
    keep(&HeadRows::biased, tile);
  }
  change([&](std::size_t query, float* row) { raise_scores(rule.edits, query, all, row); });
  keep(&HeadRows::scores, tile);
  return tile;
}

/// Scores become weights: the run's by what it has recorded of its rows, others by a softmax of their own. `shares`: of the sink.
void soften(const LayerOf& of, const HeadRule& rule, Range queries, PaddedMatrix& tile, std::vector<float>& shares) {
  const LayerTrace& run = of.recorded();
  shares.assign(queries.size(), 0.0F);
  for (std::size_t query = queries.begin; query < queries.end; ++query) {
    float* row = tile.row(query - queries.begin);
    const AllowedKeys allowed = allowed_of(of, rule, query);
    const float temperature = rule.edits.temperature;
    mask_scores(rule.edits, query, {0, tile.cols}, row);
    const std::size_t head = rule.head.head;
    RowStatistics statistics{};
    if (rule.as_run) {
      statistics = {run.row_maximum(head, query), run.row_sum(head, query)};
      weights_row(row, tile.cols, allowed, temperature, statistics);
    } else {
      statistics = softmax_row(row, tile.cols, allowed, temperature, rule.sink);
    }
    shares[query - queries.begin] = softmax_share(rule.sink, temperature, statistics);
  }
}

/// What interventions set or copy, after the softmax.
void set_weights(const LayerOf& of, const HeadRule& rule, Range queries, PaddedMatrix& tile,
                 std::vector<float>& shares) {
  if (rule.edits.set.empty()) return;
  for (std::size_t query = queries.begin; query < queries.end; ++query) {
    float& share = shares[query - queries.begin];
    share =
        edit_weights(rule.edits, rule.head, query, allowed_of(of, rule, query), tile.row(query - queries.begin), share);
  }
}

/// Σ_j A[i,j]·v_j for rows of weights.
Matrix gathered(const CutRows& rows, std::size_t head, const PaddedMatrix& weights) {
  PaddedMatrix values, outputs;
  pack_columns(*rows.values, rows.value_column(head), rows.value_width, {0, rows.values->rows}, values);
  outputs.resize(weights.rows, rows.value_width);
  multiply({weights.row(0), weights.stride}, weights.rows, rows.values->rows, values.row(0), values.stride, 0,
           values.stride, outputs.values.data(), outputs.stride);
  return window_of_tile(outputs, {0, rows.value_width});
}

/// Which cells of the picture are closed, and by what.
void mark_masked(const LayerOf& of, const HeadRule& rule, Range queries, Range keys, HeadRows& result) {
  result.masked.assign(queries.size() * keys.size(), false);
  std::vector<float> row(keys.size());
  for (std::size_t query = queries.begin; query < queries.end; ++query) {
    std::fill(row.begin(), row.end(), 0.0F);
    mask_scores(rule.edits, query, keys, row.data());
    const AllowedKeys allowed = allowed_of(of, rule, query);
    for (std::size_t key = keys.begin; key < keys.end; ++key) {
      const bool hidden = row[key - keys.begin] < 0.0F;
      const bool closed = !allowed.contains(key);
      result.closed_behind += closed && key < allowed.window.begin ? 1 : 0;
      result.closed_ahead += closed && key >= allowed.window.end ? 1 : 0;
      result.touched.closed += hidden && !closed ? 1 : 0;
      result.masked[(query - queries.begin) * keys.size() + key - keys.begin] = hidden || closed;
    }
  }
}

/// The cells of the picture to whose scores interventions add something.
std::size_t count_raised(const HeadRule& rule, Range queries, Range keys) {
  if (rule.edits.added.empty()) return 0;
  std::size_t raised = 0;
  std::vector<float> row(keys.size());
  for (std::size_t query = queries.begin; query < queries.end; ++query) {
    std::fill(row.begin(), row.end(), 0.0F);
    raise_scores(rule.edits, query, keys, row.data());
    raised += keys.size() - static_cast<std::size_t>(std::count(row.begin(), row.end(), 0.0F));
  }
  return raised;
}

std::size_t count_different(const Matrix& one, const Matrix& other) {
  std::size_t count = 0;
  for (std::size_t index = 0; index < one.values.size(); ++index)
    count += one.values[index] != other.values[index] ? 1 : 0;
  return count;
}

float sum_of_row(const PaddedMatrix& tile, std::size_t row) {
  const float* numbers = tile.row(row);
  return static_cast<float>(std::accumulate(numbers, numbers + tile.cols, 0.0));
}

/// The run's outputs of one head.
Matrix recorded_outputs(const LayerOf& of, std::size_t head, Range queries) {
  Matrix outputs(queries.size(), of.config().value_dim(of.layer));
  for (std::size_t query = queries.begin; query < queries.end; ++query) {
    const std::span<const float> output = output_of(of.part(), {of.layer, head}, query);
    std::copy(output.begin(), output.end(), outputs.row(query - queries.begin).begin());
  }
  return outputs;
}

}  // namespace

HeadRows head_rows(const LayerOf& of, std::size_t head, Range queries, Range keys, const StepSwitches& wanted,
                   const std::stop_token& stop) {
  throw_if_stopped(stop);
  const StepSwitches switches = effective(of, wanted);
  CutRows rows;
  cut(of, switches, rows);
  const HeadRule rule = rule_of(of, head, rows, switches);
  HeadRows result;
  result.rule = rule.rule;
  result.temperature = rule.edits.temperature;
  PaddedMatrix tile = scores_by_steps(
      rows, head, queries, rule,
      [&](Matrix HeadRows::*step, const PaddedMatrix& numbers) { result.*step = window_of_tile(numbers, keys); });
  mark_masked(of, rule, queries, keys, result);
  result.touched.raised = count_raised(rule, queries, keys);
  throw_if_stopped(stop);
  std::vector<float> shares;
  soften(of, rule, queries, tile, shares);
  const Matrix softened = window_of_tile(tile, keys);
  set_weights(of, rule, queries, tile, shares);
  result.sink_score = rule.sink;
  if (rule.sink != kNoSink) result.sink_shares = std::move(shares);
  result.weights = window_of_tile(tile, keys);
  result.touched.set = count_different(softened, result.weights);
  for (std::size_t row = 0; row < queries.size(); ++row)
    result.weight_sums.push_back(sum_of_row(tile, row));
  result.outputs = rule.as_run ? recorded_outputs(of, head, queries) : gathered(rows, head, tile);
  return result;
}

Matrix joined_outputs(const LayerOf& of, Range rows, const StepSwitches& wanted, const std::stop_token& stop) {
  const StepSwitches switches = effective(of, wanted);
  if (!changes(of, switches)) return projected_outputs(of, rows);
  CutRows cut_rows;
  cut(of, switches, cut_rows);
  Matrix joined(rows.size(), of.config().outputs_width(of.layer));
  for (std::size_t head = 0; head < cut_rows.heads; ++head) {
    throw_if_stopped(stop);
    const HeadRule rule = rule_of(of, head, cut_rows, switches);
    PaddedMatrix tile = scores_by_steps(cut_rows, head, rows, rule, [](Matrix HeadRows::*, const PaddedMatrix&) {});
    std::vector<float> shares;
    soften(of, rule, rows, tile, shares);
    set_weights(of, rule, rows, tile, shares);
    const Matrix outputs = gathered(cut_rows, head, tile);
    for (std::size_t row = 0; row < rows.size(); ++row)
      std::copy_n(outputs.row(row).begin(), outputs.cols,
                  joined.row(row).begin() + static_cast<std::ptrdiff_t>(head * outputs.cols));
  }
  apply_output_gate(of, rows, joined);
  return joined;
}

}  // namespace regard
