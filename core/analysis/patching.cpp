// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/patching.h"

#include "core/analysis/effect.h"
#include "core/engine/variants.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

namespace regard {
namespace {

Answer answer_of(std::span<const float> logits, const PatchingOptions& options) {
  const auto logit_of = [&](std::int32_t id) { return static_cast<double>(logits[static_cast<std::size_t>(id)]); };
  return {logit_of(options.right) - logit_of(options.wrong), std::exp(log_probability(logits, options.right))};
}

Answer answer_of(const Trace& trace, std::size_t position, const PatchingOptions& options) {
  const std::size_t positions[] = {position};
  const Matrix logits = logits_at(trace, positions);
  return answer_of(logits.row(0), options);
}

Intervention patch_of(const PatchCell& cell, const std::shared_ptr<const Trace>& clean, const Alignment& alignment) {
  Intervention item{.kind = InterventionKind::patch, .scope = {cell.layer, cell.head}, .site = cell.site};
  if (cell.position) item.positions = {{*cell.position, *cell.position + 1}};
  item.source = clean;
  item.source_positions = alignment.to_first;
  return item;
}

/// Indices of the cells that can be patched, late layers first.
std::vector<std::size_t> order_of(const std::vector<PatchCell>& cells, const Alignment& alignment) {
  std::vector<std::size_t> order;
  for (std::size_t index = 0; index < cells.size(); ++index) {
    const auto& position = cells[index].position;
    if (!position || alignment.to_first.at(*position) >= 0) order.push_back(index);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return cells[a].layer > cells[b].layer; });
  return order;
}

}  // namespace

std::vector<PatchCell> cells_by_layer_and_position(PatchSite site, const ModelConfig& config, std::size_t tokens) {
  std::vector<PatchCell> cells;
  const std::size_t layers = config.layers + (site == PatchSite::residual ? 1 : 0);
  for (std::size_t layer = 0; layer < layers; ++layer)
    for (std::size_t position = 0; position < tokens; ++position)
      cells.push_back({.site = site, .layer = layer, .position = position});
  return cells;
}

std::vector<PatchCell> cells_by_head_and_position(PatchSite site, std::size_t layer, const ModelConfig& config,
                                                  std::size_t tokens) {
  std::vector<PatchCell> cells;
  for (std::size_t head = 0; head < config.heads; ++head)
    for (std::size_t position = 0; position < tokens; ++position)
      cells.push_back({.site = site, .layer = layer, .head = head, .position = position});
  return cells;
}

std::vector<PatchCell> cells_by_layer_and_head(PatchSite site, const ModelConfig& config) {
  std::vector<PatchCell> cells;
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    for (std::size_t head = 0; head < config.heads; ++head)
      cells.push_back({.site = site, .layer = layer, .head = head});
  return cells;
}

PatchingMap patching(const std::shared_ptr<const Trace>& clean, const std::shared_ptr<const Trace>& corrupt,
                     const std::vector<PatchCell>& cells, const PatchingOptions& options,
                     const std::function<void(const PatchingMap&, std::size_t index)>& see, const std::stop_token& stop,
                     Progress* progress) {
  PatchingMap map{
      answer_of(*clean, options.clean_position, options), answer_of(*corrupt, options.position, options), {}};
  for (const PatchCell& cell : cells)
    map.results.push_back({.cell = cell, .aligned = false, .patched = map.corrupt});
  const std::vector<std::size_t> order = order_of(cells, options.alignment);
  const std::size_t together = variants_at_once(corrupt->tokens());
  const std::size_t positions[] = {options.position};
  for (std::size_t first = 0, end = 0; first < order.size(); first = end) {
    std::vector<std::vector<Intervention>> variants;
    for (; end < order.size() && variants.size() < together && cells[order[end]].layer == cells[order[first]].layer;
         ++end)
      variants.push_back({patch_of(cells[order[end]], clean, options.alignment)});
    const Matrix logits = logits_of(*corrupt->model, run_variants(corrupt, variants, positions, stop), stop);
    for (std::size_t variant = 0; variant < variants.size(); ++variant) {
      PatchResult& result = map.results[order[first + variant]];
      result.aligned = true;
      result.patched = answer_of(logits.row(variant), options);
      result.recovered = (result.patched.logit_difference - map.corrupt.logit_difference) /
                         (map.clean.logit_difference - map.corrupt.logit_difference);
      result.recovered_probability =
          (result.patched.probability - map.corrupt.probability) / (map.clean.probability - map.corrupt.probability);
      if (see) see(map, order[first + variant]);
    }
    if (progress != nullptr) progress->fraction = static_cast<float>(end) / static_cast<float>(order.size());
  }
  return map;
}

}  // namespace regard
