// SPDX-License-Identifier: Apache-2.0
// The first step of ViT (Dosovitskiy et al. 2020) and its relatives: learned tokens, behind them the patches of
// a picture, each projected to the width of the stream. What follows is as in GPT-2, without its mask.
#include "core/engine/patches.h"

#include "core/base/error.h"
#include "core/engine/linear.h"

#include <algorithm>
#include <string>

namespace regard {

void check_picture(const Model& model, const Request& request) {
  const ModelConfig& config = model.config;
  if (!config.patches && request.patches) throw Error("needs_text", {.file = "PNG", .item = model.name});
  if (!config.patches) return;
  const Matrix* patches = request.patches.get();
  if (patches == nullptr || patches->rows != config.patches->patches() ||
      patches->cols != config.patches->patch_numbers())
    throw Error("needs_image", {.item = model.name});
  const bool whole = request.ids.size() == config.context;
  for (std::size_t token = 0; token < config.context; ++token)
    if (!whole || request.ids[token] != static_cast<std::int32_t>(token))
      throw Error("token_id", {.item = model.name,
                               .expected = std::to_string(config.context),
                               .found = std::to_string(whole ? request.ids[token] : -1)});
}

void embed_patches(const Pass& pass) {
  const Weights& w = pass.weights();
  const std::size_t specials = pass.config().patches->specials();
  Matrix& residual = pass.trace.residual.front();
  const Range tokens = pass.positions();
  const Range patches{std::max(tokens.begin, specials), std::max(tokens.end, specials)};
  for (std::size_t text = 0; text < pass.text_count(); ++text) {
    const std::size_t first = text * pass.text_tokens();  // row of its [CLS]
    for (std::size_t token = tokens.begin; token < std::min(tokens.end, specials); ++token)
      copy_row(w.token_embedding, token, residual.row(first + token));
    project(rows_of(*pass.request(text).patches, {patches.begin - specials, patches.end - specials}),
            w.embedding_projection, rows_of(residual, {first + patches.begin, first + patches.end}), pass.stop);
  }
}

}  // namespace regard
