// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/kinds_view.h"

#include "app/session/look.h"

namespace regard {

KindsQuestion kinds_question(const Snapshot& snapshot, const Session& session) {
  return {snapshot.trace, shown_kind(snapshot, session), shown_head(snapshot, session), look_of(session).kinds};
}

std::shared_ptr<const KindsAnswer> make_kinds(const KindsQuestion& question, const std::stop_token& stop) {
  const Trace& trace = attention_of(*question.trace, question.attention);
  return std::make_shared<const KindsAnswer>(
      KindsAnswer{question, kind_reports(trace, question.head, question.kinds, stop)});
}

std::shared_ptr<const KindCosts> make_kind_costs(const KindCostsQuestion& question, const std::stop_token& stop) {
  KindCosts costs{question, {}};
  for (const KindOfAttention& kind : question.kinds)
    costs.curves.push_back(cost_curve(kind, question.shape, stop));
  return std::make_shared<const KindCosts>(std::move(costs));
}

bool is_trained_kind(KindForm form) {
  return is_own_kind(form);
}

KindPicture kind_picture(const KindReport& report, const Axis& rows, const Axis& cols,
                         std::optional<std::size_t> tiles) {
  const KindWeights& shown = report.shown;
  const Matrix so_far = shown.flash && tiles ? flash_weights_after(*shown.flash, shown.open, *tiles) : Matrix();
  const Matrix& weights = so_far.empty() ? shown.weights : so_far;
  KindPicture picture{Matrix(rows.size(), cols.size()), std::vector<bool>(rows.size() * cols.size(), true), {}};
  if (!shown.sinks.empty()) picture.sinks.resize(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto pieces = static_cast<float>(rows.units[row].tokens.size());
    for (const std::size_t query : rows.units[row].tokens) {
      if (!shown.sinks.empty()) picture.sinks[row] += shown.sinks[query] / pieces;
      for (std::size_t col = 0; col < cols.size(); ++col)
        for (const std::size_t key : cols.units[col].tokens) {
          picture.values(row, col) += weights(query, key) / pieces;
          if (shown.open(query, key)) picture.masked[row * cols.size() + col] = false;
        }
    }
  }
  return picture;
}

}  // namespace regard
