// SPDX-License-Identifier: Apache-2.0
#include "core/engine/embedding.h"

#include "core/engine/linear.h"
#include "core/engine/norm.h"
#include "core/engine/patches.h"
#include "core/trace/switched_positions.h"

namespace regard {
namespace {

void look_up(const Pass& pass, Rows rows) {
  const float scale = pass.config().embedding_scale;
  for (std::size_t row = 0; row < rows.count; ++row) {
    const auto id = static_cast<std::size_t>(pass.trace.request.ids[pass.rows.begin + row]);
    copy_row(pass.weights().token_embedding, id, rows.row(row));
    for (float& value : rows.row(row))
      value *= scale;
  }
}

void add_positions(const Pass& pass, Rows rows) {
  if (without_embedded_positions(pass.trace.request.interventions)) return;
  const EmbeddedPositions& positions = pass.config().embedded_positions;
  if (const auto* learned = std::get_if<LearnedPositions>(&positions)) add_learned_positions(pass, *learned, rows);
  if (const auto* sinusoids = std::get_if<Sinusoids>(&positions)) add_sinusoids(pass, *sinusoids, rows);
}

/// One segment: all tokens are of type 0.
void add_types(const Pass& pass, Rows rows) {
  if (pass.weights().type_embedding.empty()) return;
  for (std::size_t row = 0; row < rows.count; ++row)
    add_row(pass.weights().type_embedding, 0, rows.row(row));
}

}  // namespace

void embed(const Pass& pass) {
  const Weights& w = pass.weights();
  const ModelConfig& config = pass.config();
  const Rows residual = pass.now(pass.trace.residual.front());
  const bool narrow = !config.patches && !w.embedding_projection.weight.empty();
  Matrix narrow_rows(narrow ? residual.count : 0, config.table_width());
  Rows tokens = narrow ? all_rows(narrow_rows) : residual;
  const auto widen = [&](Widening here) {
    if (!narrow || config.widening != here) return;
    project(tokens, w.embedding_projection, residual, pass.stop);
    tokens = residual;
  };
  if (config.patches)
    embed_patches(pass);
  else
    look_up(pass, tokens);
  widen(Widening::before_positions);
  add_positions(pass, tokens);
  add_types(pass, tokens);
  widen(Widening::before_norm);
  normalise(tokens, w.embedding_norm, config.norm_epsilon, tokens);
  widen(Widening::after_norm);
}

}  // namespace regard
