// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/memo.h"

#include <algorithm>
#include <utility>

namespace regard {
namespace {

/// The fields a view depends on, the others at their defaults.
Session axis_inputs(const Session& session) {
  Session inputs;
  inputs.hide_special = session.hide_special;
  inputs.word_level = session.word_level;
  return inputs;
}

Session grid_inputs(const Session& session) {
  Session inputs = axis_inputs(session);
  inputs.head = session.head;
  inputs.attention = session.attention;
  return inputs;
}

Session question_inputs(const Session& session) {
  Session inputs;
  inputs.head = session.head;
  inputs.attention = session.attention;
  inputs.hide_special = session.hide_special;
  inputs.sort_bars = session.sort_bars;
  return inputs;
}

Session strip_inputs(const Session& session) {
  Session inputs;
  inputs.head = session.head;
  inputs.attention = session.attention;
  inputs.hide_special = session.hide_special;
  return inputs;
}

Session arcs_inputs(const Session& session) {
  Session inputs = grid_inputs(session);
  inputs.compared_heads = session.compared_heads;
  inputs.arcs_from_all = session.arcs_from_all;
  inputs.arc_threshold = session.arc_threshold;
  return inputs;
}

Session whole_axes_inputs(const Session& session) {
  Session inputs = axis_inputs(session);
  inputs.attention = session.attention;
  return inputs;
}

/// The whole axes, where they are longer than a grid. Short texts are shown whole.
void make_whole_axes(const Snapshot& snapshot, const Session& session, Views& views) {
  views.all_rows = views.all_cols = nullptr;
  const Encoding &asking = asking_encoding(snapshot, session), &asked = asked_encoding(snapshot, session);
  if (std::max(asking.tokens.size(), asked.tokens.size()) <= window_units) return;
  auto rows = std::make_shared<const Axis>(make_axis(snapshot, session, asking));
  auto cols = &asking == &asked ? rows : std::make_shared<const Axis>(make_axis(snapshot, session, asked));
  if (std::max(rows->size(), cols->size()) <= window_units) return;
  views.all_rows = std::move(rows);
  views.all_cols = std::move(cols);
}

GridWindows windows_shown(const Snapshot& snapshot, const Session& session, const Views& views) {
  if (!views.all_rows) return {};
  return windows_of(*views.all_rows, *views.all_cols, snapshot, session);
}

}  // namespace

const Views& ViewMemo::update(const std::shared_ptr<const Snapshot>& snapshot, const Session& session) {
  const bool fresh = snapshot_ != snapshot;
  if (!fresh && session == session_) return views_;

  const std::size_t query = selected_query(*snapshot, session);
  const std::size_t key = selected_key(*snapshot, session);
  const bool query_moved = query != views_.query;
  const bool moved = query_moved || key != views_.key;
  const auto changed = [&](auto inputs) { return fresh || inputs(session) != inputs(session_); };

  if (changed(whole_axes_inputs)) make_whole_axes(*snapshot, session, views_);
  const GridWindows windows = windows_shown(*snapshot, session, views_);
  if (changed(grid_inputs) || windows != windows_) {
    views_.grid = make_grid(*snapshot, session);
    ++views_.grid_revision;
  } else if (moved) {
    views_.grid.query = views_.grid.rows.unit_of(query);
    views_.grid.key = views_.grid.cols.unit_of(key);
  }
  if (changed(question_inputs) || moved) views_.question = make_question(*snapshot, session);
  if (changed(arcs_inputs) || query_moved || windows != windows_) views_.arcs = make_arcs(*snapshot, session);
  if (changed(strip_inputs) || moved) {
    views_.strip = make_strip(*snapshot, session);
    views_.decoder_strip = has_two_texts(*snapshot) ? make_strip(*snapshot, session, TextSide::decoder) : StripView{};
  }
  if (fresh || query_moved) views_.predictions = make_predictions(*snapshot, session);

  if (fresh || session.written != session_.written) views_.kv_cache = make_kv_cache(*snapshot, session);

  views_.query = query;
  views_.key = key;
  windows_ = windows;
  snapshot_ = snapshot;
  session_ = session;
  return views_;
}

}  // namespace regard
