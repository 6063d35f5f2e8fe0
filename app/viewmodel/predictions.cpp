// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/predictions.h"

#include "app/viewmodel/views.h"
#include "core/engine/engine.h"

#include <algorithm>

namespace regard {
namespace {

/// Sets position and why; the order is told at PredictionView.
void choose_position(PredictionView& view, const Snapshot& snapshot, std::size_t selected) {
  const std::vector<std::size_t> masks = mask_positions(snapshot);
  if (snapshot.model->config.patches) {
    view.why = PredictionView::Why::image;
    view.position = 0;
  } else if (!masks.empty()) {
    view.why = PredictionView::Why::mask;
    view.position = std::binary_search(masks.begin(), masks.end(), selected) ? selected : masks.front();
  } else if (snapshot.model->config.causal) {
    view.why = PredictionView::Why::last;
    view.position = snapshot.encoding.tokens.size() - 1;
  } else {
    view.why = PredictionView::Why::query;
    view.position = selected;
  }
}

void fill_rows(PredictionView& view, const Model& model, const std::vector<Prediction>& best) {
  for (const Prediction& candidate : best) {
    const std::string text = model.tokenizer ? model.tokenizer->readable(candidate.id) : "";
    view.rows.push_back({text, candidate.id, candidate.probability, candidate.logit});
  }
}

}  // namespace

bool can_predict(const Snapshot& snapshot) {
  return snapshot.model && snapshot.trace && snapshot.trace->tokens() > 0 && snapshot.model->config.has_lm_head;
}

std::vector<std::size_t> mask_positions(const Snapshot& snapshot) {
  std::vector<std::size_t> positions;
  if (!snapshot.model || !snapshot.model->tokenizer) return positions;
  const std::optional<std::int32_t> mask = snapshot.model->tokenizer->mask_id();
  for (std::size_t token = 0; mask && token < snapshot.encoding.tokens.size(); ++token)
    if (snapshot.encoding.tokens[token].id == *mask) positions.push_back(token);
  return positions;
}

PredictionView make_predictions(const Snapshot& snapshot, const Session& session) {
  return make_predictions(snapshot, PredictionInputs{selected_query(snapshot, session)});
}

PredictionView make_predictions(const Snapshot& snapshot, const PredictionInputs& inputs) {
  PredictionView view;
  if (!can_predict(snapshot)) return view;
  choose_position(view, snapshot, inputs.query);
  view.position_label = label_of(snapshot.encoding.tokens[view.position]);
  const auto known = std::find_if(snapshot.predictions.begin(), snapshot.predictions.end(),
                                  [&](const PositionPredictions& each) { return each.position == view.position; });
  view.pending = known == snapshot.predictions.end();
  if (!view.pending) fill_rows(view, *snapshot.model, known->best);
  return view;
}

PredictionView with_rows(PredictionView view, const Trace& trace) {
  view.rows.clear();
  fill_rows(view, *trace.model, predict(trace, view.position, predictions_per_position));
  view.pending = false;
  return view;
}

}  // namespace regard
