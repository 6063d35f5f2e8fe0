// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/views.h"

#include <algorithm>

namespace regard {

namespace {

void add_picture(StripView& view, const Snapshot& snapshot) {
  if (!snapshot.image || !snapshot.model || !snapshot.model->config.patches) return;
  const PatchConfig& patches = *snapshot.model->config.patches;
  if (view.chips.size() != patches.specials + patches.patches()) return;
  view.image = snapshot.image;
  view.patch_rows = patches.rows();
  view.patch_cols = patches.cols();
  view.specials = patches.specials;
  view.weight_limit = 0.0F;
  for (std::size_t chip = view.specials; chip < view.chips.size(); ++chip)
    view.weight_limit = std::max(view.weight_limit, view.chips[chip].weight);
  if (view.weight_limit == 0.0F) view.weight_limit = 1.0F;
}

}  // namespace

StripView make_strip(const Snapshot& snapshot, const Session& session) {
  StripView view;
  view.dropped = snapshot.encoding.dropped;
  view.query = selected_query(snapshot, session);
  view.key = selected_key(snapshot, session);
  view.chips.reserve(snapshot.encoding.tokens.size());
  for (const Token& token : snapshot.encoding.tokens)
    view.chips.push_back({.token = token});
  if (!snapshot.trace || view.chips.empty()) return view;

  const Trace& trace = *snapshot.trace;
  const HeadRef head = shown_head(snapshot, session);
  const Range reach = allowed_keys(trace, head.layer, view.query);
  const Matrix row = weights(trace, head, {view.query, view.query + 1}, {0, view.chips.size()});
  for (std::size_t key = 0; key < view.chips.size(); ++key) {
    view.chips[key].weight = row(0, key);
    view.chips[key].masked = key < reach.begin || key >= reach.end;
  }
  add_picture(view, snapshot);
  return view;
}

}  // namespace regard
