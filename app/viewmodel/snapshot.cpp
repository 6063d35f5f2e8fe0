// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/snapshot.h"

#include "app/viewmodel/predictions.h"

namespace regard {
namespace {

constexpr std::size_t most_positions = 8;

std::vector<PositionPredictions> first_predictions(const Snapshot& snapshot, const std::stop_token& stop) {
  std::vector<PositionPredictions> predictions;
  if (!can_predict(snapshot)) return predictions;
  std::vector<std::size_t> positions = mask_positions(snapshot);
  if (positions.size() > most_positions) positions.resize(most_positions);
  if (snapshot.model->config.patches) positions = {0};
  if (positions.empty() && snapshot.model->config.causal) positions.push_back(snapshot.encoding.tokens.size() - 1);
  for (const std::size_t position : positions) {
    throw_if_stopped(stop);
    predictions.push_back({position, predict(*snapshot.trace, position, predictions_per_position)});
  }
  return predictions;
}

}  // namespace

std::shared_ptr<Snapshot> make_snapshot(std::shared_ptr<const Model> model, std::shared_ptr<const Trace> trace,
                                        Encoding encoding, const std::stop_token& stop, const Snapshot* previous) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->model = std::move(model);
  snapshot->trace = std::move(trace);
  snapshot->encoding = std::move(encoding);
  if (!snapshot->trace) return snapshot;
  snapshot->predictions = first_predictions(*snapshot, stop);
  if (previous != nullptr && previous->model == snapshot->model && !previous->thumbnails.empty()) {
    snapshot->thumbnails = previous->thumbnails;
    snapshot->cross_thumbnails = previous->cross_thumbnails;
    snapshot->encoder_thumbnails = previous->encoder_thumbnails;
    snapshot->thumbnails_pending = true;
  } else {
    add_thumbnails(*snapshot, stop);
  }
  return snapshot;
}

const Snapshot& without_interventions(const Snapshot& live) {
  return live.plain && live.plain->model == live.model ? *live.plain : live;
}

}  // namespace regard
