// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/copying.h"

#include "core/analysis/corpus_runs.h"
#include "core/analysis/step_inputs.h"
#include "core/base/eigen.h"
#include "core/engine/latent_attention.h"
#include "core/engine/linear.h"
#include "core/engine/norm.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace regard {
namespace {

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using MatrixView = Eigen::Map<const RowMajor>;

MatrixView as_matrix(const Matrix& matrix) {
  return {matrix.values.data(), static_cast<Eigen::Index>(matrix.rows), static_cast<Eigen::Index>(matrix.cols)};
}

HeadCopying::Absent why_absent(const std::shared_ptr<const Model>& model) {
  const ModelConfig& config = model->config;
  if (model->capture) return HeadCopying::Absent::no_weights;
  if (model->encoder || !config.has_lm_head) return HeadCopying::Absent::no_language_head;
  if (config.head_activation || config.table_width() != config.hidden) return HeadCopying::Absent::transform;
  if (std::any_of(config.plans.begin(), config.plans.end(), normalises_after)) return HeadCopying::Absent::post_norm;
  if (!is_sum_of_writers(config)) return HeadCopying::Absent::streams;
  const auto is_gated = [](const LayerPlan& plan) {
    return plan.attention.heads > 0 && (plan.attention.output_gate || !has_softmax(plan));
  };
  if (std::any_of(config.plans.begin(), config.plans.end(), is_gated)) return HeadCopying::Absent::gated;
  return HeadCopying::Absent::nothing;
}

/// Embeddings of the ids as the first layer's stream would begin with them, positions left out, [n, D].
Matrix embeddings_of(const Model& model, std::span<const std::int32_t> ids) {
  const Weights& weights = *model.weights;
  Matrix rows(ids.size(), model.config.hidden);
  for (std::size_t row = 0; row < ids.size(); ++row) {
    copy_row(weights.token_embedding, static_cast<std::size_t>(ids[row]), rows.row(row));
    for (float& value : rows.row(row))
      value *= model.config.embedding_scale;
  }
  if (!weights.embedding_norm.empty())
    normalise(all_rows(std::as_const(rows)), weights.embedding_norm, model.config.norm_epsilon, all_rows(rows));
  return rows;
}

void multiply_columns(Matrix& rows, const Norm& norm) {
  if (norm.empty()) return;
  for (std::size_t row = 0; row < rows.rows; ++row)
    std::transform(rows.row(row).begin(), rows.row(row).end(), norm.scale.begin(), rows.row(row).begin(),
                   std::multiplies<>());
}

/// Directions of the ids' logits in the last stream, [n, D].
Matrix directions_of(const Model& model, std::span<const std::int32_t> ids) {
  const Weights& weights = *model.weights;
  Matrix rows(ids.size(), model.config.hidden);
  for (std::size_t row = 0; row < ids.size(); ++row)
    copy_weights_of(weights.unembedding, static_cast<std::size_t>(ids[row]), rows.row(row));
  for (float& value : rows.values)
    value *= model.config.logit_scale;
  multiply_columns(rows, weights.final_norm);
  if (weights.final_norm.shift.empty()) return rows;  // RMSNorm does not centre
  for (std::size_t row = 0; row < rows.rows; ++row) {
    const float mean = as_vector(rows.row(row)).mean();
    for (float& value : rows.row(row))
      value -= mean;
  }
  return rows;
}

/// W_V of rows that a layer reads, normalised where the layer does that; through the latent row, its norm included, where there is one.
void values_of(const Model& model, std::size_t layer, ConstRows read, Rows values, const std::stop_token& stop) {
  const SoftmaxAttention& plan = model.config.plans[layer].attention;
  const auto& latent = plan.latent;
  const LayerWeights& w = model.weights->layers[layer];
  if (!latent) {
    project(read, plan.values_are_keys ? w.key : w.value, values, stop);
    if (!plan.value_norm) return;
    const Rows heads = split_heads(values, w.value_norm.scale.size());
    return normalise(heads, w.value_norm, model.config.norm_epsilon, heads);
  }
  Matrix narrow(read.count, latent->rank);
  project_latent(model, layer, read, all_rows(narrow), stop);
  project_latent_values(model, layer, all_rows(std::as_const(narrow)), values, stop);
}

/// What each input of a layer's output projection does to each id's logit, [n, H·v].
RowMajor read_back(const Model& model, std::size_t index, const Matrix& directions) {
  const LayerWeights& layer = model.weights->layers[index];
  const std::size_t inputs = model.config.outputs_width(index);
  Matrix gained = directions;
  float scale = model.config.plans[index].residual_scale;
  for (std::size_t later = index; later < model.config.layers; ++later)
    scale *= model.weights->layers[later].stream_factor;
  for (float& value : gained.values)
    value *= scale;
  multiply_columns(gained, layer.attention_output_norm);
  Matrix output(directions.cols, inputs);
  for (std::size_t row = 0; row < output.rows; ++row)
    copy_weights_of(layer.output, row, output.row(row));
  return as_matrix(gained) * as_matrix(output);
}

/// Mean of the diagonal of values·logitsᵀ less the mean of the rest; both [n, d].
float diagonal_less_rest(const Eigen::Ref<const RowMajor>& values, const Eigen::Ref<const RowMajor>& logits) {
  const auto count = static_cast<double>(values.rows());
  const double diagonal = values.cast<double>().cwiseProduct(logits.cast<double>()).sum();
  const double all = values.cast<double>().colwise().sum().dot(logits.cast<double>().colwise().sum());
  return static_cast<float>(diagonal / count - (all - diagonal) / (count * (count - 1.0)));
}

}  // namespace

HeadCopying measure_copying(const std::shared_ptr<const Model>& model, std::span<const std::int32_t> ids,
                            const std::stop_token& stop) {
  const std::shared_ptr<const Model> reader = reader_of(model);
  HeadCopying result{.absent = why_absent(model), .tokens = ids.size()};
  if (result.absent != HeadCopying::Absent::nothing) return result;
  if (ids.size() < 2) {
    result.absent = HeadCopying::Absent::few_tokens;
    return result;
  }
  const ModelConfig& config = reader->config;
  const Matrix embeddings = embeddings_of(*reader, ids), directions = directions_of(*reader, ids);
  Matrix normed(ids.size(), config.hidden);
  const std::size_t most = most_heads(config);
  result.heads.resize(config.layers * most);
  for (std::size_t index = 0; index < config.layers; ++index) {
    throw_if_stopped(stop);
    if (config.heads(index) == 0) continue;
    const std::size_t source = config.plans[index].attention.keys_of.value_or(index);  // of the values
    const auto width = static_cast<Eigen::Index>(config.value_dim(index));
    Matrix values(ids.size(), config.values_width(index));
    normalise(all_rows(embeddings), reader->weights->layers[source].attention_norm, config.norm_epsilon,
              all_rows(normed));
    values_of(*reader, source, all_rows(std::as_const(normed)), all_rows(values), stop);
    const RowMajor logits = read_back(*reader, index, directions);
    for (std::size_t head = 0; head < config.heads(index); ++head) {
      const auto kv = static_cast<Eigen::Index>(config.kv_head_of(index, head)), own = static_cast<Eigen::Index>(head);
      const float score =
          diagonal_less_rest(as_matrix(values).middleCols(kv * width, width), logits.middleCols(own * width, width));
      result.heads[index * most + head] = {score, 0.0F, ids.size()};
    }
  }
  return result;
}

std::vector<std::int32_t> frequent_ids(const Model& model, const Corpus& corpus, const std::stop_token& stop,
                                       std::size_t most) {
  std::map<std::int32_t, std::size_t> counts;
  for (const TreeSentence& sentence : corpus.sentences) {
    throw_if_stopped(stop);
    for (const Token& token : model.tokenizer->encode(sentence.text).tokens)
      if (!token.special && static_cast<std::size_t>(token.id) < model.config.vocabulary) ++counts[token.id];
  }
  std::vector<std::pair<std::int32_t, std::size_t>> ranked(counts.begin(), counts.end());
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& left, const auto& right) { return left.second > right.second; });
  std::vector<std::int32_t> ids;
  for (std::size_t place = 0; place < std::min(most, ranked.size()); ++place)
    ids.push_back(ranked[place].first);
  return ids;
}

}  // namespace regard
