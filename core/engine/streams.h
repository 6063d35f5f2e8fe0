// SPDX-License-Identifier: Apache-2.0
// Alternating updates (Baykal et al. 2023, https://arxiv.org/abs/2301.13310): blocks read and write one of several streams; every layer
// predicts them all and corrects them by what its blocks brought. What the letters mean, Streams of core/model/layer_plan.h tells.
// Internal to the engine and to views that show what a layer reads.
#pragma once

#include "core/engine/layer_buffers.h"

namespace regard {

/// x_i = U_i·x_0, as long as x_0, of the embedding. Throws Cancelled.
void spread_streams(const Pass& pass);

/// p_i of all streams, into buffers.predicted. Throws Cancelled.
void predict_streams(const Pass& pass, std::size_t layer, LayerBuffers& buffers);

/// Trace::residual[layer + 1] holds y, what the blocks made of p_0: the streams are corrected, what the tokens bring is added, and all
/// is put where the next layer finds it, or behind the last one joined. Throws Cancelled.
void correct_streams(const Pass& pass, std::size_t layer, LayerBuffers& buffers);

/// [rows, D] p_0 of a layer of a run: what its blocks read. The model has streams. Throws Cancelled.
[[nodiscard]] Matrix predicted_stream(const Trace& trace, std::size_t layer, Range rows,
                                      const std::stop_token& stop = {});

/// [rows, D] of Trace::residual[place], what the end of the model would make of the streams there; of one stream, that one. Throws
/// Cancelled.
[[nodiscard]] Matrix joined_streams(const Trace& trace, std::size_t place, Range rows,
                                    const std::stop_token& stop = {});

}  // namespace regard
