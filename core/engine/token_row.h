// SPDX-License-Identifier: Apache-2.0
// What each token brings into a layer besides the stream: a row made of its embedding and of a table of the layer's own (Gemma 3n and
// 4, https://ai.google.dev/gemma/docs/gemma-3n). Internal to the engine.
#pragma once

#include "core/engine/layer_buffers.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>

namespace regard {

/// The embeddings of the pass's tokens ÷ √D, into buffers.embedding: what the rows of all layers are made of.
void look_up_again(const Pass& pass, LayerBuffers& buffers);

/// norm(W_out·(f(W_in·x)·u)) in the place of x, u the tokens' rows (LayerPlan::token_row). `x` may lie in buffers.read. Throws Cancelled.
void bring_token_rows(const Pass& pass, std::size_t layer, LayerBuffers& buffers, Rows x);

/// The same for one token, x [D]. Throws Cancelled.
void bring_token_row(const Model& model, std::size_t layer, std::int32_t id, std::span<float> x,
                     const std::stop_token& stop);

/// With x the stream behind the feed-forward block, which wrote `written`: written += what x brings. Throws Cancelled.
void add_token_row(const Pass& pass, std::size_t layer, LayerBuffers& buffers, Rows written);

}  // namespace regard
