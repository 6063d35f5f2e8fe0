// SPDX-License-Identifier: Apache-2.0
#include "core/engine/finite.h"

#include "core/base/error.h"
#include "core/base/lanes.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>

namespace regard {
namespace {

/// x − x is 0 for every number, and NaN for NaN and ±∞.
bool is_finite(std::span<const float> numbers) {
  Lanes differences{};
  std::size_t at = 0;
  for (; at + kLanes <= numbers.size(); at += kLanes) {
    const Lanes lanes = load(numbers.data() + at);
    differences += lanes - lanes;  // NOLINT: not 0 for all of them
  }
  const auto rest = numbers.subspan(at);
  return sum_of(differences) == 0.0 && std::all_of(rest.begin(), rest.end(), [](float x) { return std::isfinite(x); });
}

/// One head's columns of the rows that the pass computed.
bool is_head_finite(const Pass& pass, Matrix& matrix, std::size_t head, std::size_t head_dim) {
  const Rows rows = pass.now(matrix);
  for (std::size_t row = 0; row < rows.count; ++row)
    if (!is_finite(rows.row(row).subspan(head * head_dim, head_dim))) return false;
  return true;
}

bool is_head_finite(const Pass& pass, HeadRef of, LayerTrace& layer) {
  const ModelConfig& config = pass.config();
  const std::size_t head_dim = config.head_dim(of.layer);
  return is_head_finite(pass, layer.queries, config.query_head_of(of.layer, of.head), head_dim) &&
         is_head_finite(pass, layer.keys, config.key_head_of(of.layer, of.head), head_dim) &&
         is_head_finite(pass, layer.values, config.kv_head_of(of.layer, of.head), config.value_dim(of.layer));
}

}  // namespace

void check_finite(const Pass& pass, std::size_t layer) {
  LayerTrace& recorded = pass.trace.layers[layer];
  const Matrix* const tensors[] = {&recorded.queries, &recorded.keys, &recorded.values,
                                   &pass.trace.residual[layer + 1]};
  if (std::all_of(std::begin(tensors), std::end(tensors),
                  [&](const Matrix* tensor) { return is_finite(rows_of(*tensor, pass.rows).all()); }))
    return;
  std::string broken;
  std::size_t count = 0;
  for (std::size_t head = 0; head < pass.config().heads(layer); ++head) {
    if (is_head_finite(pass, {layer, head}, recorded)) continue;
    broken += (count++ == 0 ? "" : ", ") + std::to_string(head);
  }
  const bool some_heads = count > 0 && count < pass.config().heads(layer);
  throw Error(some_heads ? "not_finite_heads" : "not_finite",
              {.file = pass.model.name, .item = std::to_string(layer), .found = broken});
}

}  // namespace regard
