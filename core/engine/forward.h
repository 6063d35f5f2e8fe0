// SPDX-License-Identifier: Apache-2.0
// What the files of the families share: one pass over the new rows of a Trace. Internal to the engine.
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
  Trace* cross = nullptr;          ///< there goes what cross-attention records, if somebody wants it

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

void bert_forward(Pass& pass);
void gpt_forward(Pass& pass);
void llama_forward(Pass& pass);
/// Whichever the model is.
void forward(Pass& pass);
void seq2seq_forward(Pass& pass);

/// Logits of rows of the last residual stream, [residual.count × V]; the model has an LM head. Throws Cancelled.
[[nodiscard]] Matrix bert_unembed(const Model& model, ConstRows residual, const std::stop_token& stop);
[[nodiscard]] Matrix gpt_unembed(const Model& model, ConstRows residual, const std::stop_token& stop);
[[nodiscard]] Matrix llama_unembed(const Model& model, ConstRows residual, const std::stop_token& stop);
[[nodiscard]] Matrix seq2seq_unembed(const Model& model, ConstRows residual, const std::stop_token& stop);
[[nodiscard]] Matrix unembed(const Model& model, ConstRows residual, const std::stop_token& stop);

}  // namespace regard
