// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/value_grid.h"

#include "app/session/look.h"
#include "app/viewmodel/snapshot.h"
#include "core/analysis/flow.h"
#include "core/analysis/groups.h"
#include "core/analysis/step_inputs.h"
#include "core/analysis/value_weights.h"

#include <algorithm>
#include <vector>

namespace regard {
namespace {

std::vector<Matrix> edges_up_to(const ValueGridQuestion& question, const std::function<void()>& give_way,
                                const std::stop_token& stop, Progress* progress) {
  std::vector<Matrix> layers;
  const std::size_t count = question.head.layer + 1;
  for (std::size_t layer = 0; layer < count; ++layer) {
    if (give_way) give_way();
    layers.push_back(layer_edges({*question.trace, question.kind, layer}, LayerEdges::with_residual, stop));
    if (progress != nullptr) progress->fraction = static_cast<float>(layer + 1) / static_cast<float>(count);
  }
  return layers;
}

Matrix max_flows(const std::vector<Matrix>& layers, const std::function<void()>& give_way, const std::stop_token& stop,
                 Progress* progress) {
  const std::size_t tokens = layers.front().rows;
  Matrix flows(tokens, tokens);
  for (std::size_t query = 0; query < tokens; ++query) {
    const std::vector<float> of_token = attention_flow(layers, query, stop, nullptr, give_way);
    std::copy(of_token.begin(), of_token.end(), flows.row(query).begin());
    if (progress != nullptr) progress->fraction = static_cast<float>(query + 1) / static_cast<float>(tokens);
  }
  return flows;
}

/// Do these numbers go through all heads and the stream?
bool is_through_layers(GridWeight weight) {
  return weight == GridWeight::rollout || weight == GridWeight::max_flow;
}

/// Does every piece of the key stand after all pieces of the query?
bool stands_after(const Unit& key, const Unit& query) {
  return key.tokens.front() > query.tokens.back();
}

}  // namespace

std::shared_ptr<const ValueGrid> make_value_grid(const ValueGridQuestion& question,
                                                 const std::function<void()>& give_way, const std::stop_token& stop,
                                                 Progress* progress) {
  const LayerOf of{*question.trace, question.kind, question.head.layer};
  auto grid = std::make_shared<ValueGrid>();
  grid->of = question;
  if (question.weight == GridWeight::attention) {
    grid->weights = weights(of.part(), question.head);
  } else if (question.weight == GridWeight::rollout) {
    grid->weights = rollout(edges_up_to(question, give_way, stop, progress));
  } else if (question.weight == GridWeight::max_flow) {
    grid->weights = max_flows(edges_up_to(question, give_way, stop, nullptr), give_way, stop, progress);
  } else {
    const ValueLength length = question.weight == GridWeight::value ? ValueLength::value : ValueLength::output;
    grid->weights = value_weights(of, question.head.head, length, {0, of.part().tokens()}, {0, of.part().keys()});
    renormalise_rows(grid->weights);
  }
  return grid;
}

/// Values of the head's layer, or every layer that what passes goes through.
bool lacks_numbers(const Trace& trace, GridWeight weight, HeadRef head) {
  if (weight == GridWeight::value) return !has_values(trace, head.layer);
  if (!is_through_layers(weight)) return false;
  for (std::size_t layer = 0; layer <= head.layer; ++layer)
    if (trace.model->config.heads(layer) == 0) return true;
  return false;
}

NoWeight why_no_weight(const Snapshot& snapshot, const Session& session, const GridView& view) {
  const Look& look = look_of(session);
  if (look.grid_weight == GridWeight::attention) return NoWeight::none;
  const AttentionKind kind = shown_kind(snapshot, session);
  if (is_through_layers(look.grid_weight) && kind == AttentionKind::cross) return NoWeight::cross;
  if (!view.outside.empty()) return NoWeight::long_grid;
  if (look.grid_weight == GridWeight::max_flow) {
    if (attention_of(*snapshot.trace, kind).tokens() > longest_flow_grid) return NoWeight::long_flow;
    if (look.word_level) return NoWeight::words;
  }
  const Trace& stack = LayerOf{*snapshot.trace, kind, 0}.stack();
  const bool has_weights = stack.model->weights && stack.model->weights->layers.size() == stack.layers.size();
  if (stack.model->capture && lacks_numbers(stack, look.grid_weight, shown_head(snapshot, session)))
    return NoWeight::not_captured;
  return look.grid_weight == GridWeight::output && !has_weights ? NoWeight::no_matrices : NoWeight::none;
}

Matrix weights_of_units(const ValueGrid& grid, const GridView& view) {
  Matrix result(view.rows.size(), view.cols.size());
  for (std::size_t row = 0; row < result.rows; ++row) {
    const std::vector<std::size_t>& queries = view.rows.units[row].tokens;
    for (std::size_t col = 0; col < result.cols; ++col) {
      double sum = 0.0;
      for (const std::size_t query : queries)
        for (const std::size_t key : view.cols.units[col].tokens)
          sum += static_cast<double>(grid.weights(query, key));
      result(row, col) = static_cast<float>(sum / static_cast<double>(queries.size()));
    }
  }
  if (view.renormalised) renormalise_rows(result);
  return result;
}

std::vector<bool> masked_units(const ValueGrid& grid, const GridView& view, const Matrix& numbers) {
  std::vector<bool> masked(numbers.values.size());
  const bool through = is_through_layers(grid.of.weight);
  const bool causal = through && attention_of(*grid.of.trace, grid.of.kind).causal();
  for (std::size_t row = 0; row < numbers.rows; ++row)
    for (std::size_t col = 0; col < numbers.cols; ++col) {
      const bool closed = through ? causal && stands_after(view.cols.units[col], view.rows.units[row])
                                  : static_cast<bool>(view.is_masked(row, col));
      masked[row * numbers.cols + col] = closed && numbers(row, col) == 0.0F;
    }
  return masked;
}

float largest_weight(const Matrix& weights) {
  const auto largest = std::max_element(weights.values.begin(), weights.values.end());
  return largest != weights.values.end() && *largest > 0.0F ? *largest : 1.0F;
}

bool changes_outputs(const Trace& trace) {
  const std::vector<Intervention>& list = trace.request.interventions;
  return std::any_of(list.begin(), list.end(), [](const Intervention& item) {
    return item.kind == InterventionKind::ablate || item.kind == InterventionKind::scale ||
           item.kind == InterventionKind::keep_only || item.kind == InterventionKind::patch;
  });
}

}  // namespace regard
