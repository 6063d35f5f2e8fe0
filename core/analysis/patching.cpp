// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/patching.h"

#include "core/analysis/effect.h"
#include "core/base/error.h"
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
  Intervention item{.kind = cell.pattern ? InterventionKind::copy_pattern : InterventionKind::patch,
                    .scope = {cell.layer, cell.head},
                    .site = cell.site};
  if (cell.position) item.positions = {{*cell.position, *cell.position + 1}};
  item.source = clean;
  item.source_positions = alignment.to_first;
  return item;
}

/// What a patch at the cell's site puts in, and which columns of it.
struct Numbers {
  const Matrix& matrix;
  Range columns{};
};

Numbers numbers_at(const Trace& trace, const PatchCell& cell) {
  if (cell.site == PatchSite::residual) return {trace.residual.at(cell.layer), {0, kToEnd}};
  const LayerTrace& layer = trace.layers.at(cell.layer);
  const ModelConfig& config = trace.model->config;
  const auto of_head = [&](const Matrix& matrix, std::size_t heads) -> Numbers {
    if (!cell.head) return {matrix, {0, kToEnd}};
    const std::size_t width = matrix.cols / heads, first = *cell.head * heads / config.heads(cell.layer) * width;
    return {matrix, {first, first + width}};
  };
  switch (cell.site) {
    case PatchSite::attention_output:
      return {layer.attention_output, {0, kToEnd}};
    case PatchSite::feed_forward_output:
      return {layer.feed_forward_output, {0, kToEnd}};
    case PatchSite::query:
      return of_head(layer.queries, config.query_heads(cell.layer));
    case PatchSite::key:
      return of_head(layer.keys, config.key_heads(cell.layer));
    case PatchSite::value:
      return of_head(layer.values, config.kv_heads(cell.layer));
    default:
      return of_head(layer.head_outputs, config.heads(cell.layer));
  }
}

/// Are these numbers of the patched positions those that stand there anyway?
bool same_numbers(const PatchCell& cell, const Trace& corrupt, const Alignment& alignment, const Numbers& from,
                  const Numbers& to) {
  const std::size_t first = cell.position.value_or(0), end = cell.position ? first + 1 : corrupt.tokens();
  for (std::size_t position = first; position < end; ++position) {
    const std::int32_t partner = alignment.to_first.at(position);
    if (partner < 0) continue;
    const auto there = from.matrix.row(static_cast<std::size_t>(partner)), here = to.matrix.row(position);
    const std::size_t begin = from.columns.begin, count = std::min(from.columns.end, from.matrix.cols) - begin;
    if (!std::equal(there.begin() + begin, there.begin() + begin + count, here.begin() + begin)) return false;
  }
  return true;
}

/// Does the patch put numbers where the very same ones stand?
bool changes_nothing(const PatchCell& cell, const Trace& clean, const Trace& corrupt, const Alignment& alignment) {
  if (cell.pattern) return false;
  if (!same_numbers(cell, corrupt, alignment, numbers_at(clean, cell), numbers_at(corrupt, cell))) return false;
  if (cell.site != PatchSite::residual || cell.layer >= corrupt.other_streams.size()) return true;
  const std::vector<Matrix>&from = clean.other_streams.at(cell.layer), &to = corrupt.other_streams.at(cell.layer);
  return std::equal(from.begin(), from.end(), to.begin(), to.end(), [&](const Matrix& there, const Matrix& here) {
    return same_numbers(cell, corrupt, alignment, {there, {0, kToEnd}}, {here, {0, kToEnd}});
  });
}

/// Can nothing of the patched position come to the answer's any more?
bool out_of_reach(const PatchCell& cell, const Trace& corrupt, std::size_t answer) {
  if (!cell.position || *cell.position == answer) return false;
  if (averages_from(corrupt.request.interventions, 0)) return false;  // a mean carries numbers to every position
  if (corrupt.causal() && *cell.position > answer) return true;
  const std::size_t layers = corrupt.model->config.layers;
  if (cell.site == PatchSite::residual && !cell.pattern) return cell.layer == layers;
  const bool read_by_others = !cell.pattern && (cell.site == PatchSite::key || cell.site == PatchSite::value);
  return cell.layer + 1 == layers && !read_by_others;
}

/// Throws the complaint of the first cell that cannot be patched.
void check_sources(const std::vector<PatchCell>& cells, const std::shared_ptr<const Trace>& clean, const Trace& corrupt,
                   const PatchingOptions& options) {
  for (std::size_t index = 0; index < cells.size(); ++index)
    if (const auto error =
            complaint(patch_of(cells[index], clean, options.alignment), index, corrupt.model->config, corrupt.tokens()))
      throw *error;
}

/// Indices of the cells that can be patched: those that need a run, late layers first, and those that do not.
struct Order {
  std::vector<std::size_t> runs{};
  std::vector<std::size_t> known{};
};

Order order_of(const std::vector<PatchCell>& cells, const Trace& clean, const Trace& corrupt,
               const PatchingOptions& options) {
  Order order;
  for (std::size_t index = 0; index < cells.size(); ++index) {
    const PatchCell& cell = cells[index];
    if (cell.position && options.alignment.to_first.at(*cell.position) < 0) continue;
    const bool known =
        out_of_reach(cell, corrupt, options.position) || changes_nothing(cell, clean, corrupt, options.alignment);
    (known ? order.known : order.runs).push_back(index);
  }
  std::stable_sort(order.runs.begin(), order.runs.end(),
                   [&](std::size_t a, std::size_t b) { return cells[a].layer > cells[b].layer; });
  return order;
}

void enter(PatchingMap& map, std::size_t index, const Answer& patched) {
  PatchResult& result = map.results[index];
  result.aligned = true;
  result.patched = patched;
  result.recovered = (patched.logit_difference - map.corrupt.logit_difference) /
                     (map.clean.logit_difference - map.corrupt.logit_difference);
  result.recovered_probability =
      (patched.probability - map.corrupt.probability) / (map.clean.probability - map.corrupt.probability);
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
  for (std::size_t head = 0; head < config.heads(layer); ++head)
    for (std::size_t position = 0; position < tokens; ++position)
      cells.push_back({.site = site, .layer = layer, .head = head, .position = position});
  return cells;
}

std::vector<PatchCell> of_the_pattern(std::vector<PatchCell> cells) {
  for (PatchCell& cell : cells)
    cell.pattern = true;
  return cells;
}

std::vector<PatchCell> cells_by_layer_and_head(PatchSite site, const ModelConfig& config) {
  std::vector<PatchCell> cells;
  for (const HeadRef head : all_heads(config))
    cells.push_back({.site = site, .layer = head.layer, .head = head.head});
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
  check_sources(cells, clean, *corrupt, options);
  const auto [order, known] = order_of(cells, *clean, *corrupt, options);
  for (const std::size_t index : known) {
    enter(map, index, map.corrupt);
    if (see) see(map, index);
  }
  const std::size_t together = variants_at_once(corrupt->tokens());
  const std::size_t positions[] = {options.position};
  for (std::size_t first = 0, end = 0; first < order.size(); first = end) {
    std::vector<std::vector<Intervention>> variants;
    for (; end < order.size() && variants.size() < together && cells[order[end]].layer == cells[order[first]].layer;
         ++end)
      variants.push_back({patch_of(cells[order[end]], clean, options.alignment)});
    const Matrix logits = logits_of(*corrupt->model, run_variants(corrupt, variants, positions, stop), stop);
    for (std::size_t variant = 0; variant < variants.size(); ++variant) {
      enter(map, order[first + variant], answer_of(logits.row(variant), options));
      if (see) see(map, order[first + variant]);
    }
    if (progress != nullptr) progress->fraction = static_cast<float>(end) / static_cast<float>(order.size());
  }
  return map;
}

}  // namespace regard
