// SPDX-License-Identifier: Apache-2.0
// Alternating updates (Baykal et al. 2023, https://arxiv.org/abs/2301.13310): blocks read and write one of several streams; every layer
// predicts them all and corrects them by what its blocks brought. What the letters mean, Streams of core/model/layer_plan.h tells.
// Internal to the engine and to views that show what a layer reads.
#pragma once

#include "core/engine/layer_buffers.h"

#include <cstddef>
#include <vector>

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

/// What a layer of a run did to the streams at one token.
struct StreamStep {
  Matrix found{};                    ///< [S, D] x_i in front of it
  std::vector<float> mixes{};        ///< [S·S] P_ij, i·S + j
  Matrix predicted{};                ///< [S, D] p_i
  Matrix made{};                     ///< [1, D] y
  std::vector<float> corrections{};  ///< [S] c_i
  Matrix brought{};                  ///< [1, D] what the token's row adds to all but x_0; 0 where there is none
  Matrix left{};                     ///< [S, D] x_i behind it, as these numbers make them
};
/// Computed from what the run recorded. The model has streams. Throws Cancelled.
[[nodiscard]] StreamStep stream_step(const Trace& trace, std::size_t layer, std::size_t token,
                                     const std::stop_token& stop = {});

/// What V_i·x_i is multiplied by at the end of the model to be as long as x_0, and then by 1/S: [S] of streams [S, D]; 1/S for x_0.
[[nodiscard]] std::vector<float> shares_at_end(const Model& model, const Matrix& streams,
                                               const std::stop_token& stop = {});

}  // namespace regard
