// SPDX-License-Identifier: Apache-2.0
// A Trace as a file that NumPy reads. Any thread.
#pragma once

#include "core/trace/trace.h"

#include <filesystem>
#include <string>
#include <vector>

namespace regard {

/// What a file says besides numbers when it is to be opened again as a captured run (core/capture/capture.h).
struct CaptureNotes {
  std::vector<std::string> tokens{};          ///< [T] pieces
  std::vector<std::string> encoder_tokens{};  ///< [S] of an encoder–decoder model
  std::string metadata{};                     ///< JSON: {"program", "model", "fingerprint", "stored_as"}
};

/// Writes an .npz, float32 but for the ids, which are int32: ids [T], scores [L,H,T,T] (scaled, after position encoding, before the mask), weights [L,H,T,T]
/// (after it), sink [L,H,T] (the shares of sinks, where a layer has them: what the weights leave to 1), q [L,H,T,d], k [L,G,T,d], v [L,G,T,v], head_out [L,H,T,v] (v is d but for latent attention), residual [L+1,T,D], and logits [T,V] if the Trace holds them
/// (Request::all_logits). Latent attention adds latent [L,T,rank] and shared_key [L,T,s], what a cache keeps. Several streams add other_streams [L,S−1,T,D], those beside residual in front of each layer. An encoder–decoder model adds the same for cross-attention (cross_scores [L,H,T,S] …, cross_k [L,H,S,d])
/// and for its encoder (encoder_ids [S], encoder_scores [L',H',S,S] …, encoder_residual). One grid is in memory at a time.
/// With `notes` also scale, cap, window [L] (0: none), causal [1], sink_score [L,H], tokens [T] and metadata, a text; for cross-attention
/// scale, cap and window likewise, for the encoder all of them. What a captured run
/// does not have is left out. Throws Error file_unwritable and then leaves nothing behind.
/// `logits`: in the place of those that the Trace holds, [T, V], or null.
void write_npz(const Trace& trace, const std::filesystem::path& path, const CaptureNotes* notes = nullptr,
               const Matrix* logits = nullptr);

}  // namespace regard
