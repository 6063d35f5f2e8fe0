// SPDX-License-Identifier: Apache-2.0
// One pass over the new rows of a Trace, for every model. Internal to the engine.
#pragma once

#include "core/base/progress.h"
#include "core/engine/rows.h"
#include "core/model/weights.h"
#include "core/trace/trace.h"

#include <span>
#include <stop_token>
#include <vector>

namespace regard {

/// Computes the rows [rows.begin, rows.end) of the matrices of `trace` from `first_layer` on. All of them are sized already; the
/// rows before and the layers before are there (a causal prefix, layers that nothing changes) or do not exist.
struct Pass {
  const Model& model;
  Trace& trace;
  Range rows{};
  const std::stop_token& stop;
  Progress* progress = nullptr;
  std::size_t first_layer = 0;  ///< layers before it, and the stream it reads, are there
  bool embeds = true;           ///< residual[0] has to be computed; then first_layer is 0
  /// Several texts of one length whose rows stand below each other in `trace`, each with its own interventions (run_variants());
  /// empty: trace.request alone. Layers then share one LayerTrace, which moves on when a layer is done.
  std::span<const Request> texts{};
  const Trace* encoder = nullptr;  ///< of a decoder that looks at an encoder: what it looks at
  Trace* cross = nullptr;          ///< likewise: there goes what cross-attention records

  [[nodiscard]] const ModelConfig& config() const { return model.config; }
  [[nodiscard]] const Weights& weights() const { return *model.weights; }
  [[nodiscard]] Rows now(Matrix& matrix) const { return rows_of(matrix, rows); }

  [[nodiscard]] std::size_t text_count() const { return texts.empty() ? 1 : texts.size(); }
  [[nodiscard]] const Request& request(std::size_t text) const { return texts.empty() ? trace.request : texts[text]; }
  [[nodiscard]] std::size_t text_tokens() const { return trace.tokens() / text_count(); }
  /// Positions within a text that the pass computes.
  [[nodiscard]] Range positions() const { return texts.empty() ? rows : Range{0, text_tokens()}; }
  /// Where position encodings put each row of the pass, [rows.size()] (interventions applied).
  [[nodiscard]] std::vector<float> places() const;

  /// After the embedding and after each layer, when the stream is complete: interventions on it, progress. Throws Cancelled, and
  /// Error where the stream is no longer made of numbers.
  void embedded() const;
  void layer_done(std::size_t layer) const;
};

/// Embeds what the model reads, then layer after layer as its plan says. Throws Cancelled, Error where numbers are no longer finite.
void forward(Pass& pass);

/// Rows of the last residual stream as the model hands them on to its heads: behind the final norm, where there is one, as wide
/// as the tables. Throws Cancelled.
[[nodiscard]] Matrix last_states(const Model& model, ConstRows residual, const std::stop_token& stop);

/// Logits of rows of the last residual stream, [residual.count × V]; empty where the model has no LM head. Throws Cancelled.
[[nodiscard]] Matrix unembed(const Model& model, ConstRows residual, const std::stop_token& stop);

}  // namespace regard
