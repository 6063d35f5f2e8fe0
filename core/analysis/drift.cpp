// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/drift.h"

#include "core/analysis/difference.h"
#include "core/base/parallel.h"
#include "core/engine/linear.h"
#include "core/text/continuation.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace regard {
namespace {

std::shared_ptr<const Model> at_alpha(const Model& adapted, const DriftOptions& options, float alpha) {
  std::vector<float> strengths = options.direction;
  for (float& strength : strengths)
    strength *= alpha;
  return reader_of(at_strengths(adapted, strengths));
}

/// Before every layer the stream becomes that of the base's run.
std::vector<Intervention> inputs_of(const std::shared_ptr<const Trace>& base) {
  std::vector<Intervention> patches;
  for (std::size_t layer = 0; layer < base->model->config.layers; ++layer)
    patches.push_back(
        {.kind = InterventionKind::patch, .scope = {.layer = layer}, .site = PatchSite::residual, .source = base});
  return patches;
}

/// Σ of squares of each head's part of a matrix, of the base's and of what was added to it.
struct Squares {
  std::vector<double> weight{}, change{};  ///< [parts]
  explicit Squares(std::size_t parts) : weight(parts), change(parts) {}
  [[nodiscard]] std::optional<double> ratio(std::size_t part) const {
    if (weight.empty() || weight[part] == 0.0) return std::nullopt;
    return std::sqrt(change[part] / weight[part]);
  }
};

/// Heads lie side by side in the rows of the matrix, or in its columns.
enum class HeadsIn { rows, columns };

/// Of the parts of one matrix; none where it is not one of `parts` equal parts of `width`. Summed in the order of the rows.
Squares squares_of(const Linear& base, const Linear& adapted, std::size_t parts, std::size_t width, HeadsIn heads,
                   const std::stop_token& stop) {
  const std::size_t rows = base.weight.rows(), cols = base.weight.cols();
  const bool by_row = heads == HeadsIn::rows;
  if (base.weight.shape.size() != 2 || base.weight.shape != adapted.weight.shape) return Squares(0);
  if ((by_row ? rows : cols) != parts * width) return Squares(0);
  const std::size_t of_row = by_row ? 1 : parts;
  Squares each(rows * of_row);
  parallel_for(rows, 32, [&](std::size_t begin, std::size_t end) {
    std::vector<float> before(cols), after(cols);
    for (std::size_t row = begin; row < end; ++row) {
      throw_if_stopped(stop);
      copy_weights_of(base, row, before);
      copy_weights_of(adapted, row, after);
      for (std::size_t col = 0; col < cols; ++col) {
        const std::size_t place = row * of_row + (by_row ? 0 : col / width);
        const double weight = before[col], change = static_cast<double>(after[col]) - weight;
        each.weight[place] += weight * weight;
        each.change[place] += change * change;
      }
    }
  });
  Squares all(parts);
  for (std::size_t place = 0; place < each.weight.size(); ++place) {
    const std::size_t part = by_row ? place / width : place % parts;
    all.weight[part] += each.weight[place];
    all.change[part] += each.change[place];
  }
  return all;
}

void add_layer(const Model& base, const Model& adapted, std::size_t layer, const std::stop_token& stop,
               std::vector<WeightChange>& changes) {
  const ModelConfig& config = base.config;
  const std::size_t heads = config.heads(layer), groups = config.kv_heads(layer);
  if (heads == 0 || !has_softmax(config.plans[layer])) return;
  const LayerWeights &one = base.weights->layers[layer], &other = adapted.weights->layers[layer];
  const std::size_t dim = config.head_dim(layer), value_dim = config.value_dim(layer);
  const std::size_t source = config.plans[layer].attention.keys_of.value_or(layer);
  const LayerWeights &keys = base.weights->layers[source], &other_keys = adapted.weights->layers[source];
  const bool one_matrix = config.plans[source].attention.values_are_keys;
  const Squares query = squares_of(one.query, other.query, heads, dim, HeadsIn::rows, stop);
  const Squares key = squares_of(keys.key, other_keys.key, groups, dim, HeadsIn::rows, stop);
  const Squares value =
      one_matrix ? key : squares_of(keys.value, other_keys.value, groups, value_dim, HeadsIn::rows, stop);
  const Squares output = squares_of(one.output, other.output, heads, value_dim, HeadsIn::columns, stop);
  for (std::size_t head = 0; head < heads; ++head) {
    const std::size_t group = config.kv_head_of(layer, head);
    changes.push_back({query.ratio(head), key.ratio(group), value.ratio(group), output.ratio(head)});
  }
}

}  // namespace

std::shared_ptr<const Model> base_of(const std::shared_ptr<const Model>& model, const std::stop_token& stop) {
  if (model->adapters.empty()) return model;
  if (std::ranges::all_of(model->adapters, [](const ModelAdapter& each) { return each.is_base_at_0(); }))
    return at_strengths(*model, std::vector<float>(model->adapters.size(), 0.0F));
  return load_model(model->folder, stop);
}

std::vector<Request> requests_of(const std::shared_ptr<const Model>& model, const Corpus& corpus) {
  const std::shared_ptr<const Model> reader = reader_of(model);
  std::vector<Request> requests;
  for (const TreeSentence& sentence : corpus.sentences)
    if (const Encoding encoding = reader->tokenizer->encode(sentence.text);
        !encoding.tokens.empty() && encoding.tokens.size() <= reader->config.context)
      requests.push_back({.ids = ids_of(encoding)});
  return requests;
}

Drift measure_drift(const std::shared_ptr<const Model>& base, const std::shared_ptr<const Model>& adapted,
                    std::span<const Request> requests, const DriftOptions& options, const Pace& pace) {
  assert(options.direction.size() == adapted->adapters.size());
  const std::shared_ptr<const Model> reader = reader_of(base);
  Drift drift{.heads = softmax_heads(reader->config), .alphas = options.alphas, .texts = requests.size()};
  drift.movement.assign(options.alphas.size(), std::vector<double>(drift.heads.size()));
  std::vector<std::shared_ptr<const Model>> models;
  for (const float alpha : options.alphas)
    models.push_back(at_alpha(*adapted, options, alpha));
  std::size_t done = 0;
  const auto run_next = [&](const std::shared_ptr<const Model>& model, Request request) {
    throw_if_stopped(pace.stop);
    if (pace.between) pace.between();
    if (pace.progress != nullptr)
      pace.progress->fraction = static_cast<float>(done++) / static_cast<float>(requests.size() * (models.size() + 1));
    return run(model, std::move(request), nullptr, pace.stop);
  };
  for (const Request& request : requests) {
    const std::shared_ptr<const Trace> first = run_next(reader, request);
    const Alignment same = align_by_position(first->tokens(), first->tokens());
    Request changed = request;
    if (options.own_weights) changed.interventions = inputs_of(first);
    for (std::size_t at = 0; at < models.size(); ++at) {
      const std::shared_ptr<const Trace> second = run_next(models[at], changed);
      const std::vector<HeadMovement> moved = head_movements(*first, *second, same, 0, pace.stop);
      std::size_t head = 0;
      for (const HeadMovement& each : moved)
        if (!weights_are_signed(*first, each.head.layer))
          drift.movement[at][head++] += each.movement * static_cast<double>(first->tokens());
    }
    drift.rows += first->tokens();
  }
  for (std::vector<double>& heads : drift.movement)
    for (double& movement : heads)
      movement /= static_cast<double>(std::max<std::size_t>(drift.rows, 1));
  return drift;
}

std::vector<WeightChange> weight_changes(const Model& base, const Model& adapted, const std::stop_token& stop,
                                         Progress* progress) {
  if (base.encoder) return weight_changes(*base.encoder, *adapted.encoder, stop, progress);
  std::vector<WeightChange> changes;
  for (std::size_t layer = 0; layer < base.config.layers; ++layer) {
    throw_if_stopped(stop);
    if (progress != nullptr) progress->fraction = static_cast<float>(layer) / static_cast<float>(base.config.layers);
    add_layer(base, adapted, layer, stop, changes);
  }
  return changes;
}

}  // namespace regard
