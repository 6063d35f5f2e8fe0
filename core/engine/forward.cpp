// SPDX-License-Identifier: Apache-2.0
// The transformer (Vaswani et al. 2017, https://arxiv.org/abs/1706.03762): what a layer is made of, its plan says.
#include "core/engine/forward.h"

#include "core/engine/cross_attention.h"
#include "core/engine/embedding.h"
#include "core/engine/feed_forward.h"
#include "core/engine/gated_delta.h"
#include "core/engine/layer_buffers.h"
#include "core/engine/linear.h"
#include "core/engine/norm.h"
#include "core/engine/self_attention.h"
#include "core/engine/side_path.h"
#include "core/engine/state_space.h"
#include "core/engine/streams.h"
#include "core/engine/token_row.h"

#include <algorithm>

namespace regard {
namespace {

/// The stream as a block finds it, and where it leaves it.
struct BlockStreams {
  ConstRows read{};    ///< what the block reads
  ConstRows before{};  ///< what its output is added to
  Rows after{};        ///< the sum; may be `before`
};

/// One block: it reads the stream, normalised before or not; what it writes is added, and the sum is normalised or not.
template <class Write>
void block(const Pass& pass, NormPlace place, const Norm& norm, const BlockStreams& streams, LayerBuffers& buffers,
           const Write& write) {
  const float epsilon = pass.config().norm_epsilon;
  ConstRows read = streams.read;
  if (normalises_read(place)) {
    const Rows normed = all_rows(buffers.read);
    normalise(read, norm, epsilon, normed);
    read = normed;
  }
  add(streams.before, write(read), streams.after);
  if (place == NormPlace::after) normalise(streams.after, norm, epsilon, streams.after);
}

/// What the layer's mixer writes.
ConstRows mix_tokens(const Pass& pass, std::size_t layer, ConstRows read, LayerBuffers& buffers) {
  const Mixer& mixer = pass.config().plans[layer].mixer;
  if (std::holds_alternative<GatedDelta>(mixer)) return gated_delta(pass, layer, read, buffers);
  if (std::holds_alternative<StateSpace>(mixer)) return state_space(pass, layer, read, buffers);
  return self_attention(pass, layer, read, buffers);
}

/// The stream passes by; what attention writes is 0.
void no_attention(const Pass& pass, std::size_t layer, ConstRows before) {
  const Rows written = pass.now(pass.trace.layers[layer].attention_output);
  std::fill(written.all().begin(), written.all().end(), 0.0F);
  std::copy(before.all().begin(), before.all().end(), pass.now(pass.trace.residual[layer + 1]).data);
}

/// What the feed-forward writes is 0.
void no_feed_forward(const Pass& pass, std::size_t layer) {
  const Rows written = pass.now(pass.trace.layers[layer].feed_forward_output);
  std::fill(written.all().begin(), written.all().end(), 0.0F);
}

/// The token-wise half of the layer.
void feed_stream(const Pass& pass, std::size_t layer, ConstRows before, Rows stream, LayerBuffers& buffers) {
  const LayerPlan& plan = pass.config().plans[layer];
  const LayerWeights& w = pass.weights().layers[layer];
  if (plan.feed_forward.width == 0) return no_feed_forward(pass, layer);
  const ConstRows read = is_parallel(plan.norms) ? before : stream;
  const Norm& norm = plan.norms == NormPlace::shared ? w.attention_norm : w.feed_forward_norm;
  block(pass, plan.norms, norm, {read, stream, stream}, buffers,
        [&](ConstRows rows) { return feed_forward(pass, layer, rows, buffers); });
}

/// The stream that a layer finds: of several the one that it predicts.
ConstRows stream_found(const Pass& pass, std::size_t layer, LayerBuffers& buffers) {
  if (!pass.config().streams) return pass.now(pass.trace.residual[layer]);
  predict_streams(pass, layer, buffers);
  return all_rows(buffers.predicted.front());
}

void forward_layer(const Pass& pass, std::size_t layer, LayerBuffers& buffers) {
  const LayerPlan& plan = pass.config().plans[layer];
  const LayerWeights& w = pass.weights().layers[layer];
  const ConstRows before = stream_found(pass, layer, buffers);
  const ConstRows mixed =
      plan.beside ? ConstRows(pass.now(pass.trace.residual[pass.config().stream_read(layer)])) : before;
  const Rows stream = pass.now(pass.trace.residual[layer + 1]);

  if (plan.attention.heads > 0)
    block(pass, plan.norms, w.attention_norm, {mixed, before, stream}, buffers,
          [&](ConstRows read) { return mix_tokens(pass, layer, read, buffers); });
  else
    no_attention(pass, layer, before);
  if (plan.side_rank > 0) take_side_path(pass.model, layer, before, stream, pass.stop);
  if (plan.cross)
    block(pass, plan.norms, w.cross_norm, {stream, stream, stream}, buffers,
          [&](ConstRows read) { return cross_attention(pass, layer, read, buffers); });
  feed_stream(pass, layer, before, stream, buffers);
  if (pass.config().streams) correct_streams(pass, layer, buffers);
  if (w.stream_factor == 1.0F) return;
  for (float& value : stream.all())
    value *= w.stream_factor;
}

}  // namespace

void forward(Pass& pass) {
  LayerBuffers buffers = layer_buffers(pass);
  if (pass.encoder != nullptr) hear_encoder(pass, buffers);
  if (!buffers.embedding.empty()) look_up_again(pass, buffers);
  if (pass.embeds) embed(pass);
  if (pass.embeds && pass.config().streams) spread_streams(pass);
  pass.embedded();
  for (std::size_t layer = pass.first_layer; layer < pass.config().layers; ++layer) {
    forward_layer(pass, layer, buffers);
    pass.layer_done(layer);
  }
}

}  // namespace regard
