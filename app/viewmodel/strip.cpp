// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/selection.h"
#include "app/viewmodel/views.h"

#include <algorithm>
#include <cmath>

namespace regard {

namespace {

void add_picture(StripView& view, const Snapshot& snapshot) {
  if (!snapshot.image || !snapshot.model || !snapshot.model->config.patches) return;
  const PatchConfig& patches = *snapshot.model->config.patches;
  if (view.chips.size() != patches.specials() + patches.patches()) return;
  view.image = snapshot.image;
  view.patch_rows = patches.rows();
  view.patch_cols = patches.cols();
  view.specials = patches.specials();
}

void set_colours(StripView& view, bool has_softmax) {
  view.has_softmax = has_softmax;
  if (has_softmax && !view.image) return;
  float largest = 0.0F;
  for (std::size_t chip = view.specials; chip < view.chips.size(); ++chip)
    largest = std::max(largest, std::abs(view.chips[chip].weight));
  if (largest > 0.0F) view.weight_limit = largest;
}

}  // namespace

StripView make_strip(const Snapshot& snapshot, const Session& session, TextSide side) {
  return make_strip(snapshot, strip_inputs(snapshot, session, side));
}

StripView make_strip(const Snapshot& snapshot, const StripInputs& inputs) {
  const Encoding& encoding = encoding_of(snapshot, inputs.side);
  StripView view;
  view.asks = &encoding == &asking_encoding(snapshot, inputs.kind);
  view.asked = &encoding == &asked_encoding(snapshot, inputs.kind);
  view.dropped = encoding.dropped;
  view.chips.reserve(encoding.tokens.size());
  const std::vector<bool> hidden = hidden_tokens(snapshot, inputs.hide_special, encoding);
  for (std::size_t token = 0; token < encoding.tokens.size(); ++token)
    view.chips.push_back({.token = encoding.tokens[token], .hidden = !hidden.empty() && hidden[token]});
  view.query = view.asks ? inputs.query : view.chips.size();
  view.key = view.asked ? inputs.key : view.chips.size();
  if (!snapshot.trace || view.chips.empty() || !view.asked) return view;

  const Trace& trace = attention_of(*snapshot.trace, inputs.kind);
  const AllowedKeys reach = allowed_keys(trace, inputs.head.layer, inputs.query);
  const Matrix row = weights(trace, inputs.head, {inputs.query, inputs.query + 1}, {0, view.chips.size()});
  for (std::size_t key = 0; key < view.chips.size(); ++key) {
    view.chips[key].weight = row(0, key);
    view.chips[key].masked = !reach.contains(key);
  }
  const bool has_softmax = weights_are_softmax(trace, inputs.head);
  view.renormalised = !hidden.empty() && has_softmax;  // other rows are no shares
  if (view.renormalised) renormalise(hidden, [&](std::size_t key) -> float& { return view.chips[key].weight; });
  add_picture(view, snapshot);
  set_colours(view, has_softmax);
  return view;
}

}  // namespace regard
