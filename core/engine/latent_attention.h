// SPDX-License-Identifier: Apache-2.0
// Queries, keys and values that come out of narrow rows (DeepSeek-AI 2024, https://arxiv.org/abs/2405.04434, equations 9 to 19). The
// keys and values of every head are made and recorded: the products that can be drawn together instead give the same numbers only
// to rounding. For the engine, and for what computes again what a run did not record.
#pragma once

#include "core/engine/layer_buffers.h"

namespace regard {

/// W_Q·x, or W_UQ·RMSNorm(W_DQ·x), as queries are before they are turned: [n, H·d]. `narrow` is scratch, [n, query rank] at least.
void project_latent_queries(const Model& model, std::size_t layer, ConstRows read, Matrix& narrow, Rows queries,
                            const std::stop_token& stop);

/// c = RMSNorm(W_DKV·x): [n, rank].
void project_latent(const Model& model, std::size_t layer, ConstRows read, Rows latent, const std::stop_token& stop);

/// v = W_UV·c of rows of c: [n, H·v].
void project_latent_values(const Model& model, std::size_t layer, ConstRows latent, Rows values,
                           const std::stop_token& stop);

/// Of what a layer reads: its queries, keys and values as they enter the scores, and the narrow rows, recorded. Throws Cancelled.
void make_latent_heads(const Pass& pass, std::size_t layer, ConstRows read, LayerBuffers& buffers);

}  // namespace regard
