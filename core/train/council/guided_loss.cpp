// SPDX-License-Identifier: Apache-2.0
#include "core/train/council/guided_loss.h"

#include "core/train/parts.h"
#include "core/train/products.h"

#include <cmath>
#include <utility>

namespace regard::train {
namespace {

constexpr float kLeastWeight = 1e-6F;
constexpr float kLabelShare = 0.5F, kPieceShare = 0.1F;

double told_heads(EncoderPass& pass, const GuidedBatch& batch) {
  double loss = 0.0;
  for (std::size_t at = 0; at < batch.heads.size(); ++at) {
    const HeadRef head = batch.heads[at];
    for (const Wish& wish : batch.wishes[at]) {
      const std::size_t first =
          pass.grid_of(wish.sentence, head.head) + wish.query * pass.of.tokens(wish.sentence) + wish.first;
      const float on = line(pass.layers[head.layer].weights.data() + first, wish.count).sum() + kLeastWeight;
      loss -= static_cast<double>(wish.weight) * static_cast<double>(std::log(on));
      line(pass.told_weights[head.layer].data() + first, wish.count) -= wish.weight / on;
    }
  }
  return loss;
}

/// Cross-entropy of one row of logits, which become share·(p − 1 at the target).
double entropy_row(Line logits, std::int32_t target, float share) {
  const float of_target = logits[target] - logits.maxCoeff();
  logits = (logits - logits.maxCoeff()).exp();
  const float sum = logits.sum();
  logits *= share / sum;
  logits[target] -= share;
  return static_cast<double>(std::log(sum) - of_target);
}

Dense rows_at(const EncoderPass& pass, std::size_t layer, std::span<const std::size_t> rows) {
  Dense states(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(pass.shape.width));
  const ConstGrid all = grid(pass.state(layer).data(), pass.rows(), pass.shape.width);
  for (std::size_t row = 0; row < rows.size(); ++row)
    states.row(static_cast<Eigen::Index>(row)) = all.row(static_cast<Eigen::Index>(rows[row]));
  return states;
}

/// a·b, a·bᵀ
Dense new_product(const AnyConstGrid& a, const AnyConstGrid& b) {
  Dense result(a.rows(), b.cols());
  product(a, b, result);
  return result;
}
Dense new_product_of_rows(const AnyConstGrid& a, const AnyConstGrid& b) {
  Dense result(a.rows(), b.rows());
  product_of_rows(a, b, result);
  return result;
}

void tell_rows(EncoderPass& pass, std::size_t layer, std::span<const std::size_t> rows, const Dense& d_states) {
  Grid all = grid(pass.told_states[layer].data(), pass.rows(), pass.shape.width);
  for (std::size_t row = 0; row < rows.size(); ++row)
    all.row(static_cast<Eigen::Index>(rows[row])) += d_states.row(static_cast<Eigen::Index>(row));
}

double tell_labels(EncoderPass& pass, const AlignedFloats& parameters, const GuidedBatch& batch,
                   std::span<const std::size_t> sizes, AlignedFloats& gradient) {
  if (batch.labels.empty()) return 0.0;
  const LinearSlots& slots = pass.layout.probe;
  const std::size_t layer = probed_layer(pass.shape.layers);
  std::vector<std::size_t> rows;
  for (const LabelRow& row : batch.labels)
    rows.push_back(row.row);
  const Dense states = rows_at(pass, layer, rows);
  Dense logits = new_product_of_rows(states, matrix(parameters, slots.weight));
  logits.rowwise() += matrix(parameters, slots.bias).row(0);
  const float share = kLabelShare / static_cast<float>(rows.size());
  double loss = 0.0;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    float* at = logits.data() + row * static_cast<std::size_t>(logits.cols());
    for (std::size_t kind = 0; kind < sizes.size(); at += sizes[kind++])
      loss += static_cast<double>(share) * entropy_row(line(at, sizes[kind]), batch.labels[row].labels[kind], share);
  }
  product_of_columns(logits, states, matrix(gradient, slots.weight));
  matrix(gradient, slots.bias) = logits.colwise().sum();
  tell_rows(pass, layer, rows, new_product(logits, matrix(parameters, slots.weight)));
  return loss;
}

/// norm(relu(transform·x)), then the table of tokens and a bias.
double tell_pieces(EncoderPass& pass, const AlignedFloats& parameters, const GuidedBatch& batch,
                   AlignedFloats& gradient) {
  if (batch.hidden.empty()) return 0.0;
  const EncoderLayout& layout = pass.layout;
  const std::size_t rows = batch.hidden.size(), width = pass.shape.width, last = pass.shape.layers - 1;
  const Dense states = rows_at(pass, last, batch.hidden);
  Dense changed = new_product_of_rows(states, matrix(parameters, layout.transform.weight));
  changed.rowwise() += matrix(parameters, layout.transform.bias).row(0);
  changed = changed.cwiseMax(0.0F);
  NormState norm{AlignedFloats(rows * width), AlignedFloats(rows), AlignedFloats(rows * width)};
  normalise(NormKind::layer_norm, changed.data(), rows, width, layout.transform_norm, parameters, norm);
  const ConstGrid read = grid(std::as_const(norm.read).data(), rows, width);
  Dense logits = new_product_of_rows(read, matrix(parameters, layout.token_embedding));
  logits.rowwise() += matrix(parameters, layout.word_bias).row(0);
  const float share = kPieceShare / static_cast<float>(rows);
  double loss = 0.0;
  for (std::size_t row = 0; row < rows; ++row)
    loss +=
        static_cast<double>(share) *
        entropy_row(line(logits.data() + row * pass.shape.vocabulary, pass.shape.vocabulary), batch.wanted[row], share);
  add_product_of_columns(logits, read, matrix(gradient, layout.token_embedding));
  matrix(gradient, layout.word_bias) = logits.colwise().sum();
  const Dense d_read = new_product(logits, matrix(parameters, layout.token_embedding));
  Dense d_changed = Dense::Zero(changed.rows(), changed.cols());
  normalise_back(NormKind::layer_norm, d_read.data(), rows, width, layout.transform_norm, parameters, norm, gradient,
                 d_changed.data());
  d_changed = (changed.array() > 0.0F).select(d_changed, 0.0F);
  product_of_columns(d_changed, states, matrix(gradient, layout.transform.weight));
  matrix(gradient, layout.transform.bias) = d_changed.colwise().sum();
  tell_rows(pass, last, batch.hidden, new_product(d_changed, matrix(parameters, layout.transform.weight)));
  return loss;
}

}  // namespace

GuidedLosses guided_losses(EncoderPass& pass, const AlignedFloats& parameters, const GuidedBatch& batch,
                           std::span<const std::size_t> label_sizes, AlignedFloats& gradient) {
  GuidedLosses losses;
  losses.heads = told_heads(pass, batch);
  losses.labels = tell_labels(pass, parameters, batch, label_sizes, gradient);
  losses.pieces = tell_pieces(pass, parameters, batch, gradient);
  return losses;
}

}  // namespace regard::train
