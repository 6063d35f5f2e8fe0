// SPDX-License-Identifier: Apache-2.0
// Does a head make what it looks at more probable? Its OV circuit E·W_V·W_O·U (Elhage et al. 2021), from each token to each token's logit.
// Pure; any thread.
#pragma once

#include "core/analysis/head_atlas.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace regard {

/// (mean of the diagonal − mean of the rest) of E·W_V·W_O·U over n tokens, in logits.
///
/// E: the embedding alone, without position, as it enters the layer: through the embedding's norm where there is one and the layer's
/// own norm (LayerNorm or RMSNorm, exactly, as if the stream were nothing but the embedding). U: the unembedding, the last norm's gain
/// folded in (of a LayerNorm its centring, too) and the gain of a norm behind the attention (Gemma 2 and 3); what these norms divide by
/// depends on the whole stream and is left out, and so is a cap of the logits. Biases and shifts add the same to a whole column and
/// have no part in the difference. Rotary positions turn queries and keys alone. Query heads that share a value head differ by W_O.
/// In latent attention W_V is W_UV·RMSNorm(W_DKV·), exactly.
struct HeadCopying {
  enum class Absent {
    nothing,           ///< it is there
    no_language_head,  ///< the heads' model predicts no words
    transform,   ///< a transform stands between the stream and the unembedding (encoders) or the embedding (OPT 350M)
    post_norm,   ///< what the heads write is normalised in every layer on the way
    gated,       ///< what some heads write is multiplied on the way by numbers that depend on the text
    streams,     ///< what heads write corrects several streams, by numbers that depend on the text
    few_tokens,  ///< there are no two different ones
    no_weights   ///< a captured run has none
  };
  Absent absent = Absent::nothing;
  std::size_t tokens = 0;  ///< n
  std::vector<Measure>
      heads{};  ///< [layers · most_heads()] uniform = 0: a head whose output has nothing to do with what it reads
};
/// Over different ids of the vocabulary. Memory: one layer's output matrix. Throws Error needs_image, Cancelled.
[[nodiscard]] HeadCopying measure_copying(const std::shared_ptr<const Model>& model, std::span<const std::int32_t> ids,
                                          const std::stop_token& stop = {});

/// The ids that a corpus has most often, specials left out; as often as each other: smaller ids first. Throws Cancelled.
[[nodiscard]] std::vector<std::int32_t> frequent_ids(const Model& model, const Corpus& corpus,
                                                     const std::stop_token& stop = {}, std::size_t most = 256);

}  // namespace regard
