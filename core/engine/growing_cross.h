// SPDX-License-Identifier: Apache-2.0
// The parts of an encoder–decoder Trace that hang on the decoder's: the encoder's run, and the cross-attention while it grows
// with the decoder's text. Internal to the engine.
#pragma once

#include "core/base/progress.h"
#include "core/engine/growing_trace.h"

namespace regard {

/// The encoder's run for a request: that of `previous` where nothing it depends on has changed. Null where the model has no
/// encoder. Throws Error (no_tokens, too_many_tokens, token_id), Cancelled.
[[nodiscard]] std::shared_ptr<const Trace> run_encoder(const Model& model, const Request& request,
                                                       const Trace* previous, const std::stop_token& stop);

/// Copies what can be reused of the previous cross-attention; both traces look at the same encoder's run, or at none.
void take_over_cross(Trace& trace, const Trace& previous, Reuse reuse);

/// Makes trace.cross as long as the request, for the pass to fill; null where the model has no encoder.
[[nodiscard]] Trace* extend_cross(Trace& trace);

}  // namespace regard
