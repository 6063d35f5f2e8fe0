// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/predictions.h"

#include "app/viewmodel/views.h"
#include "core/engine/class_head.h"
#include "core/engine/engine.h"

#include <algorithm>
#include <string>
#include <vector>

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

bool classifies(const Snapshot& snapshot) {
  return snapshot.model && snapshot.trace && snapshot.trace->tokens() > 0 && !snapshot.model->config.class_head.empty();
}

/// Pieces of the text, as it stands there.
std::string text_of_span(const Encoding& encoding, const AnswerSpan& span) {
  const Token &first = encoding.tokens[span.begin], &last = encoding.tokens[span.last];
  if (first.begin > last.end || last.end > encoding.text.size()) return label_of(first);
  return encoding.text.substr(first.begin, last.end - first.begin);
}

void fill_spans(PredictionView& view, const Snapshot& snapshot) {
  std::vector<bool> specials;
  for (const Token& token : snapshot.encoding.tokens)
    specials.push_back(token.special);
  for (const AnswerSpan& span : predict_spans(*snapshot.trace, specials, predictions_per_position))
    view.rows.push_back(
        {text_of_span(snapshot.encoding, span), static_cast<std::int32_t>(span.begin), span.probability, span.logit});
}

/// As quick as a few hundred labels are: at once.
PredictionView answers_of_class_head(const Snapshot& snapshot, std::size_t query) {
  using Of = ClassHead::Of;
  const Of of = snapshot.model->config.class_head.of;
  PredictionView view;
  view.why = of == Of::text     ? PredictionView::Why::text_class
             : of == Of::tokens ? PredictionView::Why::token_class
                                : PredictionView::Why::span;
  view.position = of == Of::tokens ? query : class_position(*snapshot.trace);
  view.position_label = label_of(snapshot.encoding.tokens[view.position]);
  if (of == Of::spans) {
    fill_spans(view, snapshot);
    return view;
  }
  for (const Prediction& label : predict_classes(*snapshot.trace, view.position, predictions_per_position))
    view.rows.push_back(
        {snapshot.model->config.labels[static_cast<std::size_t>(label.id)], label.id, label.probability, label.logit});
  return view;
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
  if (classifies(snapshot)) return answers_of_class_head(snapshot, inputs.query);
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
