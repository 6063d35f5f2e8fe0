// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/anomalies_view.h"

#include "core/analysis/head_measures.h"

namespace regard {

std::vector<bool> separators(const Encoding& encoding) {
  return token_marks(encoding.tokens).separator;
}

std::shared_ptr<const Anomalies> make_anomalies(const AnomaliesQuestion& question,
                                                const std::function<void()>& give_way, const std::stop_token& stop,
                                                Progress* progress) {
  return std::make_shared<const Anomalies>(
      find_anomalies(*question.trace, question.kind, question.left_out, {}, stop, progress, give_way));
}

}  // namespace regard
