// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/attributed_heads.h"

#include "core/engine/linear.h"

#include <span>

namespace regard {

HeadParts head_parts(const LayerOf& of, std::size_t position, const LogitReading& reading,
                     const std::stop_token& stop) {
  const ModelConfig& config = of.config();
  if (config.heads(of.layer) == 0) return {};
  const Linear& output = attention_matrices(of).output;
  const Matrix outputs = projected_outputs(of, {position, position + 1});
  const std::span<const float> joined = outputs.row(0);
  LogitReading written{reading.direction, 0.0};
  if (!of.crosses()) written.direction *= static_cast<double>(of.plan().residual_scale);
  if (const Norm& norm = of.weights().attention_output_norm; !of.crosses() && !norm.empty()) {
    Matrix projected(1, config.hidden);
    project({joined.data(), 1, joined.size()}, output, all_rows(projected), stop);
    written = before_norm(written, norm, config.norm_epsilon, projected.row(0));
  }
  const LogitReading of_heads = before_linear(written, output, stop);
  HeadParts parts;
  parts.bias = of_heads.constant;
  for (std::size_t head = 0; head < config.heads(of.layer); ++head) {
    const auto width = static_cast<Eigen::Index>(config.value_dim(of.layer));
    const auto first = static_cast<Eigen::Index>(head) * width;
    const Eigen::Map<const Eigen::VectorXf> of_head(joined.data() + first, width);
    parts.heads.push_back(of_heads.direction.segment(first, width).dot(of_head.cast<double>()));
  }
  return parts;
}

}  // namespace regard
