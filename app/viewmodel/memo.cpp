// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/memo.h"

#include <algorithm>
#include <utility>

namespace regard {
namespace {

/// The whole axes, where they are longer than a grid. Short texts are shown whole.
void make_whole_axes(const Snapshot& snapshot, const WholeAxesInputs& inputs, Views& views) {
  views.all_rows = views.all_cols = nullptr;
  const Encoding &asking = asking_encoding(snapshot, inputs.kind), &asked = asked_encoding(snapshot, inputs.kind);
  if (std::max(asking.tokens.size(), asked.tokens.size()) <= window_units) return;
  auto rows = std::make_shared<const Axis>(make_axis(snapshot, inputs.axis, asking));
  auto cols = &asking == &asked ? rows : std::make_shared<const Axis>(make_axis(snapshot, inputs.axis, asked));
  if (std::max(rows->size(), cols->size()) <= window_units) return;
  views.all_rows = std::move(rows);
  views.all_cols = std::move(cols);
}

}  // namespace

const Views& ViewMemo::update(const std::shared_ptr<const Snapshot>& snapshot, const Session& session) {
  const bool fresh = snapshot_ != snapshot;
  if (!fresh && session == session_) return views_;

  const WholeAxesInputs axes = whole_axes_inputs(*snapshot, session);
  if (fresh || axes != axes_) make_whole_axes(*snapshot, axes, views_);
  ViewInputs inputs = view_inputs(*snapshot, session, views_.all_rows.get(), views_.all_cols.get());
  if (fresh || inputs.grid != inputs_.grid) {
    views_.grid = make_grid(*snapshot, inputs.grid);
    ++views_.grid_revision;
  }
  select(views_.grid, inputs.query, inputs.key);
  if (fresh || inputs.question != inputs_.question) views_.question = make_question(*snapshot, inputs.question);
  if (fresh || inputs.arcs != inputs_.arcs) views_.arcs = make_arcs(*snapshot, inputs.arcs);
  if (fresh || inputs.strip != inputs_.strip) views_.strip = make_strip(*snapshot, inputs.strip);
  if (fresh || inputs.decoder_strip != inputs_.decoder_strip)
    views_.decoder_strip = inputs.decoder_strip ? make_strip(*snapshot, *inputs.decoder_strip) : StripView{};
  if (fresh || inputs.predictions != inputs_.predictions)
    views_.predictions = make_predictions(*snapshot, inputs.predictions);
  if (fresh || inputs.cache != inputs_.cache) views_.kv_cache = make_kv_cache(*snapshot, inputs.cache);
  views_.query = inputs.query;
  views_.key = inputs.key;

  axes_ = axes;
  inputs_ = std::move(inputs);
  snapshot_ = snapshot;
  session_ = session;
  return views_;
}

}  // namespace regard
