// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/attribution_view.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

void add_heads(AttributionView& view, AttributedPart::Kind kind, std::size_t layer, const std::vector<double>& heads) {
  for (std::size_t head = 0; head < heads.size(); ++head) {
    view.parts.push_back({kind, layer, head, heads[head]});
    view.largest_head = std::max(view.largest_head, std::abs(heads[head]));
  }
}

void add_layer(AttributionView& view, std::size_t layer) {
  const LayerAttribution& shares = view.numbers.layers[layer];
  add_heads(view, AttributedPart::Kind::head, layer, shares.heads);
  add_heads(view, AttributedPart::Kind::cross_head, layer, shares.cross_heads);
  view.parts.push_back({AttributedPart::Kind::feed_forward, layer, 0, shares.feed_forward});
  view.totals.attention += shares.self_attention();
  view.totals.cross_attention += shares.cross_attention();
  view.totals.feed_forward += shares.feed_forward;
  view.totals.biases += shares.attention_bias + shares.norms;
  view.totals.interventions += shares.interventions;
  view.running.push_back(view.running.back() + shares.sum());
}

}  // namespace

FoldedParts fold_parts(std::span<const AttributedPart> parts, std::size_t most) {
  FoldedParts folded;
  const double least = parts.empty() ? 0.0 : folded_share * std::abs(parts.front().value);
  while (folded.shown < std::min(most, parts.size()) && std::abs(parts[folded.shown].value) >= least)
    ++folded.shown;
  if (folded.shown + 1 == parts.size()) folded.shown = parts.size();
  for (const AttributedPart& part : parts.subspan(folded.shown)) {
    ++folded.count;
    folded.sum += part.value;
    folded.most = std::max(folded.most, std::abs(part.value));
  }
  return folded;
}

std::shared_ptr<const AttributionView> make_attribution(const AttributionQuestion& question,
                                                        const std::stop_token& stop) {
  auto view = std::make_shared<AttributionView>();
  view->of = question;
  view->best = predict(*question.trace, question.position, attributed_choices);
  if (question.token < 0) view->of.token = view->best.front().id;
  view->numbers = attribution(*question.trace, question.position, view->of.token, question.other, stop);
  view->totals.embedding = view->numbers.embedding;
  view->totals.biases = view->numbers.head_bias;
  view->running.push_back(view->numbers.embedding);
  view->parts.push_back({AttributedPart::Kind::embedding, 0, 0, view->numbers.embedding});
  for (std::size_t layer = 0; layer < view->numbers.layers.size(); ++layer)
    add_layer(*view, layer);
  std::stable_sort(view->parts.begin(), view->parts.end(), [](const AttributedPart& a, const AttributedPart& b) {
    return std::abs(a.value) > std::abs(b.value);
  });
  return view;
}

}  // namespace regard
