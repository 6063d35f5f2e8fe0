// SPDX-License-Identifier: Apache-2.0
// What the files of the families share: one pass over the new rows of a Trace. Internal to the engine.
#pragma once

#include "core/base/progress.h"
#include "core/engine/rows.h"
#include "core/model/weights.h"
#include "core/trace/trace.h"

#include <stop_token>

namespace regard {

/// Computes the rows [rows.begin, rows.end) of every matrix of `trace`, which are all sized already; the rows before them
/// are there (a causal prefix) or do not exist.
struct Pass {
  const Model& model;
  Trace& trace;
  Range rows{};
  const std::stop_token& stop;
  Progress* progress = nullptr;

  [[nodiscard]] const ModelConfig& config() const { return model.config; }
  [[nodiscard]] const Weights& weights() const { return *model.weights; }
  [[nodiscard]] Rows now(Matrix& matrix) const { return rows_of(matrix, rows); }
  /// After each layer. Throws Cancelled.
  void layer_done(std::size_t layer) const;
};

void bert_forward(Pass& pass);
void gpt_forward(Pass& pass);
void llama_forward(Pass& pass);

/// Logits of rows of the last residual stream, [residual.count × V]; the model has an LM head. Throws Cancelled.
[[nodiscard]] Matrix bert_unembed(const Model& model, ConstRows residual, const std::stop_token& stop);
[[nodiscard]] Matrix gpt_unembed(const Model& model, ConstRows residual, const std::stop_token& stop);
[[nodiscard]] Matrix llama_unembed(const Model& model, ConstRows residual, const std::stop_token& stop);
[[nodiscard]] Matrix unembed(const Model& model, ConstRows residual, const std::stop_token& stop);

}  // namespace regard
