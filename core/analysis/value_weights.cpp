// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/value_weights.h"

#include "core/base/eigen.h"
#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/engine/linear.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

constexpr std::size_t kKeysAtOnce = 16;

using FloatRows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using FloatRowsView = Eigen::Map<const FloatRows>;

Eigen::Index eigen_index(std::size_t index) {
  return static_cast<Eigen::Index>(index);
}

/// W_O, [D, H·v].
FloatRows output_matrix(const LayerOf& of) {
  const Linear& output = attention_matrices(of).output;
  FloatRows matrix(eigen_index(output.weight.rows()), eigen_index(output.weight.cols()));
  for (Eigen::Index row = 0; row < matrix.rows(); ++row)
    copy_weights_of(output, static_cast<std::size_t>(row),
                    {matrix.data() + row * matrix.cols(), static_cast<std::size_t>(matrix.cols())});
  return matrix;
}

/// Of a captured run: [keys.size(), v].
FloatRows captured_values(const LayerOf& of, std::size_t head, Range keys) {
  FloatRows rows(eigen_index(keys.size()), eigen_index(of.part().model->config.value_dim(of.layer)));
  for (std::size_t key = keys.begin; key < keys.end; ++key)
    rows.row(eigen_index(key - keys.begin)) = as_vector(value_of(of.part(), {of.layer, head}, key)).transpose();
  return rows;
}

/// v_j of some keys of a head, [keys.size(), v].
FloatRows values_of(const LayerOf& of, std::size_t head, Range keys) {
  const ModelConfig& config = of.part().model->config;
  const Matrix& values = of.recorded().values;
  const std::size_t width = config.value_dim(of.layer);
  if (values.empty()) return captured_values(of, head, keys);
  return FloatRowsView(values.values.data(), eigen_index(values.rows), eigen_index(values.cols))
      .block(eigen_index(keys.begin), eigen_index(config.kv_head_of(of.layer, head) * width), eigen_index(keys.size()),
             eigen_index(width));
}

/// v_j W_O of some keys of a head, [keys.size(), D].
FloatRows handed_over(const LayerOf& of, const FloatRows& output, std::size_t head, Range keys) {
  const Eigen::Index width = eigen_index(of.part().model->config.value_dim(of.layer));
  return values_of(of, head, keys) * output.middleCols(eigen_index(head) * width, width).transpose();
}

/// The weights of all heads on one key by one query, [H].
Eigen::VectorXd weights_on(const std::vector<Matrix>& tiles, std::size_t query, std::size_t key) {
  Eigen::VectorXd weights(eigen_index(tiles.size()));
  for (std::size_t head = 0; head < tiles.size(); ++head)
    weights[eigen_index(head)] = static_cast<double>(tiles[head](query, key));
  return weights;
}

/// Columns `keys` of the result: ‖Σ_h a_h f_h‖² = aᵀ(F Fᵀ)a, with F F ᵀ made once for each key.
void add_columns(const LayerOf& of, const FloatRows& output, Range keys, Matrix& result) {
  const std::size_t heads = of.part().model->config.heads(of.layer);
  std::vector<FloatRows> vectors;
  std::vector<Matrix> tiles;
  for (std::size_t head = 0; head < heads; ++head) {
    vectors.push_back(handed_over(of, output, head, keys));
    tiles.push_back(weights(of.part(), {of.layer, head}, {0, result.rows}, keys));
  }
  for (std::size_t key = 0; key < keys.size(); ++key) {
    Eigen::MatrixXd handed(eigen_index(heads), output.rows());
    for (std::size_t head = 0; head < heads; ++head)
      handed.row(eigen_index(head)) = vectors[head].row(eigen_index(key)).cast<double>();
    const Eigen::MatrixXd products = handed * handed.transpose();
    for (std::size_t query = 0; query < result.rows; ++query) {
      const Eigen::VectorXd weight = weights_on(tiles, query, key);
      result(query, keys.begin + key) = static_cast<float>(std::sqrt(std::max(0.0, weight.dot(products * weight))));
    }
  }
}

}  // namespace

std::vector<float> value_lengths(const LayerOf& of, std::size_t head, ValueLength length) {
  const Range keys{0, of.part().keys()};
  const FloatRows vectors =
      length == ValueLength::value ? values_of(of, head, keys) : handed_over(of, output_matrix(of), head, keys);
  const Eigen::VectorXf lengths = vectors.rowwise().norm();
  return {lengths.begin(), lengths.end()};
}

Matrix value_weights(const LayerOf& of, std::size_t head, ValueLength length, Range queries, Range keys) {
  const std::string layer = std::to_string(of.layer);
  if (!has_softmax(of.plan())) throw Error("no_softmax", {.item = layer, .expected = "A·‖v‖"});
  if (length == ValueLength::output && of.plan().attention.output_gate) throw Error("gated_values", {.item = layer});
  Matrix rows = weights(of.part(), {of.layer, head}, queries, keys);
  const std::vector<float> lengths = value_lengths(of, head, length);
  for (std::size_t row = 0; row < rows.rows; ++row)
    for (std::size_t key = 0; key < rows.cols; ++key)
      rows(row, key) *= lengths[keys.begin + key];
  return rows;
}

Matrix layer_value_weights(const LayerOf& of, const std::stop_token& stop) {
  const FloatRows output = output_matrix(of);
  const std::size_t keys = of.part().keys();
  Matrix result(of.part().tokens(), keys);
  for (std::size_t begin = 0; begin < keys; begin += kKeysAtOnce) {
    throw_if_stopped(stop);
    add_columns(of, output, {begin, std::min(begin + kKeysAtOnce, keys)}, result);
  }
  return result;
}

}  // namespace regard
