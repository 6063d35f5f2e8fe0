// SPDX-License-Identifier: Apache-2.0
#include "core/engine/class_head.h"

#include "core/engine/activation.h"
#include "core/engine/forward.h"
#include "core/engine/linear.h"
#include "core/engine/norm.h"
#include "core/engine/rows.h"
#include "core/model/weights.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace regard {
namespace {

void bend(ClassHead::Between between, Rows x) {
  switch (between) {
    case ClassHead::Between::tanh:
      for (float& value : x.all())
        value = std::tanh(value);
      break;
    case ClassHead::Between::relu:
      return activate(Activation::relu, x);
    case ClassHead::Between::gelu:
      return activate(Activation::gelu, x);
    case ClassHead::Between::gelu_tanh:
      return activate(Activation::gelu_tanh, x);
    case ClassHead::Between::silu:
      return activate(Activation::silu, x);
    case ClassHead::Between::quick_gelu:
      return activate(Activation::quick_gelu, x);
    case ClassHead::Between::none:
      break;
  }
}

/// [1, D]
Matrix mean_row(const Matrix& rows) {
  std::vector<double> sums(rows.cols);
  for (std::size_t row = 0; row < rows.rows; ++row)
    for (std::size_t column = 0; column < rows.cols; ++column)
      sums[column] += static_cast<double>(rows(row, column));
  Matrix mean(1, rows.cols);
  for (std::size_t column = 0; column < rows.cols; ++column)
    mean(0, column) = static_cast<float>(sums[column] / static_cast<double>(rows.rows));
  return mean;
}

/// softmax of one column, in double.
std::vector<double> shares(const Matrix& logits, std::size_t column) {
  std::vector<double> result(logits.rows);
  double largest = -std::numeric_limits<double>::infinity(), sum = 0.0;
  for (std::size_t row = 0; row < logits.rows; ++row)
    largest = std::max(largest, static_cast<double>(logits(row, column)));
  for (std::size_t row = 0; row < logits.rows; ++row)
    sum += result[row] = std::exp(static_cast<double>(logits(row, column)) - largest);
  for (double& share : result)
    share /= sum;
  return result;
}

}  // namespace

std::size_t class_position(const Trace& trace) {
  return trace.model->config.causal && trace.tokens() > 0 ? trace.tokens() - 1 : 0;
}

Matrix class_logits(const Trace& trace, Range positions) {
  const Weights& w = *trace.model->weights;
  const ModelConfig& config = trace.model->config;
  const Range read = config.class_head.pooled ? Range{0, trace.tokens()} : positions;
  Matrix states = last_states(*trace.model, rows_of(trace.residual.back(), read), {});
  if (config.class_head.pooled) states = mean_row(states);
  if (!w.class_transform.weight.empty()) {
    Matrix transformed(states.rows, w.class_transform.weight.rows());
    project(all_rows(std::as_const(states)), w.class_transform, all_rows(transformed), {});
    bend(config.class_head.between, all_rows(transformed));
    normalise(all_rows(std::as_const(transformed)), w.class_norm, config.norm_epsilon, all_rows(transformed));
    states = std::move(transformed);
  }
  Matrix logits(states.rows, w.class_output.weight.rows());
  project(all_rows(std::as_const(states)), w.class_output, all_rows(logits), {});
  return logits;
}

std::vector<Prediction> predict_classes(const Trace& trace, std::size_t position, std::size_t count) {
  const ClassHead& head = trace.model->config.class_head;
  const Matrix logits = class_logits(trace, {position, position + 1});
  const std::span<const float> row = logits.row(0);
  const float largest = *std::max_element(row.begin(), row.end());
  double sum = 0.0;
  for (const float logit : row)
    sum += std::exp(static_cast<double>(logit) - largest);
  std::vector<Prediction> found(row.size());
  for (std::size_t label = 0; label < row.size(); ++label) {
    const auto logit = static_cast<double>(row[label]);
    double probability = std::exp(logit - largest) / sum;
    if (head.independent) probability = 1.0 / (1.0 + std::exp(-logit));
    if (head.numbers) probability = std::numeric_limits<double>::quiet_NaN();
    found[label] = {static_cast<std::int32_t>(label), row[label], static_cast<float>(probability)};
  }
  count = std::min(count, found.size());
  const auto better = [&](const Prediction& a, const Prediction& b) { return ranks_before(row, a.id, b.id); };
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(count), found.end(), better);
  found.resize(count);
  return found;
}

std::vector<AnswerSpan> predict_spans(const Trace& trace, const std::vector<bool>& left_out, std::size_t count) {
  const Matrix logits = class_logits(trace, {0, trace.tokens()});
  const std::vector<double> begins = shares(logits, 0), ends = shares(logits, 1);
  const auto out = [&](std::size_t token) { return token < left_out.size() && left_out[token]; };
  const auto better = [](const AnswerSpan& a, const AnswerSpan& b) {
    return a.logit != b.logit ? a.logit > b.logit : a.begin != b.begin ? a.begin < b.begin : a.last < b.last;
  };
  std::vector<AnswerSpan> best;
  for (std::size_t begin = 0; begin < trace.tokens(); ++begin)
    for (std::size_t last = begin; last < std::min(begin + most_answer_tokens, trace.tokens()) && !out(last); ++last) {
      const AnswerSpan span{begin, last, logits(begin, 0) + logits(last, 1),
                            static_cast<float>(begins[begin] * ends[last])};
      if (best.size() == count && !better(span, best.back())) continue;
      best.insert(std::upper_bound(best.begin(), best.end(), span, better), span);
      if (best.size() > count) best.pop_back();
    }
  return best;
}

}  // namespace regard
