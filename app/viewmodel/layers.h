// SPDX-License-Identifier: Apache-2.0
// The Layers view: what all heads do layer by layer, how the residual stream moves, what the model would predict after each
// layer. Too slow for a frame: made in the background, heads a few layers at a time. Pure; any thread.
#pragma once

#include "core/analysis/head_measures.h"
#include "core/analysis/logit_lens.h"
#include "core/analysis/residual_path.h"
#include "core/base/progress.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace regard {

/// What is looked at. `trace` is not null and has a token.
struct LayersRequest {
  std::shared_ptr<const Trace> trace{};
  AttentionKind kind = AttentionKind::self;  ///< of a model with three kinds; ignored by the others
  std::size_t token = 0;                     ///< the query, in the text that asks
  bool whole_text = false;                   ///< means over all tokens instead (the lens stays with the token)
  friend bool operator==(const LayersRequest&, const LayersRequest&) = default;
};

/// One measure of all heads.
struct HeadsChart {
  std::vector<Measure> heads{};  ///< [ready layers · heads]; not defined where a layer has fewer heads
  std::vector<float> mean{};     ///< [ready layers] over the heads; NaN: the layer has none with a softmax
  std::vector<float> uniform{};  ///< [ready layers] what uniform heads would have, likewise
  float highest = 0.0F;          ///< of heads and uniform
  bool defined = true;           ///< false: makes no sense for this attention (a distance between two texts)
};

struct HeadsByLayer {
  std::size_t layers = 0, heads = 0;  ///< heads of the layer that has the most
  std::size_t ready = 0;              ///< layers measured so far, from the first
  std::size_t rows = 0;               ///< queries averaged
  HeadsChart distance{};
  HeadsChart entropy{};
  std::vector<float> normalised_entropy{};  ///< [ready layers · H]; −1 where a row has but one key
};

/// One line of the lens: the stream after a layer, read by the model's own head.
struct LensRow {
  std::string text{};  ///< of the leading token
  LensLayer numbers{};
};

struct StreamByLayer {
  ResidualPath path{};
  std::vector<LensRow> lens{};  ///< [L + 1], the embedding first; empty: the model predicts nothing
  std::string predicted{};      ///< what the last layer predicts
};

/// Shows what is ready; called a few times a second at most.
using PublishHeads = std::function<void(std::shared_ptr<const HeadsByLayer>)>;

/// Throws Cancelled.
[[nodiscard]] std::shared_ptr<const HeadsByLayer> make_heads_by_layer(const LayersRequest& request,
                                                                      const std::stop_token& stop = {},
                                                                      Progress* progress = nullptr,
                                                                      const PublishHeads& publish = {});
/// Without steps where the trace holds no stream. Throws Cancelled.
[[nodiscard]] std::shared_ptr<const StreamByLayer> make_stream_by_layer(const LayersRequest& request,
                                                                        const std::stop_token& stop = {});

}  // namespace regard
