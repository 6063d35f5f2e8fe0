// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/ablation_map.h"

#include "core/engine/variants.h"

#include <algorithm>

namespace regard {

std::vector<HeadEffect> ablation_map(const std::shared_ptr<const Trace>& base, const AblationOptions& options,
                                     const std::function<void(const HeadEffect&)>& see, const std::stop_token& stop,
                                     Progress* progress) {
  const Model& model = *base->model;
  if (!model.config.has_lm_head || base->tokens() == 0) return {};
  const std::size_t positions[] = {options.position};
  const Matrix before = logits_at(*base, positions);
  const std::int32_t token = options.token < 0 ? most_probable(before.row(0), 1).front().id : options.token;
  const double log_p = log_probability(before.row(0), token);

  std::vector<HeadEffect> effects(head_count(model.config));
  const std::size_t together = variants_at_once(base->tokens());
  std::size_t done = 0, end = effects.size();  // of the heads that come before
  for (std::size_t layer = model.config.layers; layer-- > 0;) {
    const std::size_t heads = model.config.heads(layer);
    end -= heads;
    for (std::size_t first = 0; first < heads; first += together) {
      std::vector<std::vector<Intervention>> variants;
      for (std::size_t head = first; head < std::min(heads, first + together); ++head)
        variants.push_back({{.kind = InterventionKind::ablate, .scope = {layer, head}, .mean = options.mean}});
      const Matrix logits = logits_of(model, run_variants(base, variants, positions, stop), stop);
      for (std::size_t variant = 0; variant < variants.size(); ++variant) {
        HeadEffect& found = effects[end + first + variant];
        found = {{layer, first + variant},
                 divergence(before.row(0), logits.row(variant)),
                 log_probability(logits.row(variant), token) - log_p};
        if (see) see(found);
      }
      done += variants.size();
      if (progress != nullptr) progress->fraction = static_cast<float>(done) / static_cast<float>(effects.size());
    }
  }
  return effects;
}

}  // namespace regard
