// SPDX-License-Identifier: Apache-2.0
#include "app/style/positions_text.h"

#include "app/style/locale.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace regard {
namespace {

std::string six_digits(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6g", value);
  return text.data();
}

constexpr std::array<const char*, 6> kScalings{"none", "linear", "dynamic", "llama3", "yarn", "longrope"};

std::string told_rotary(const Rotary& rotary, std::size_t head_dim) {
  const RopeConfig& rope = rotary.rope;
  const std::string pairs = rotary.interleaved ? tr("positions.pairs.neighbours")
                                               : tr("positions.pairs.halves", {{"half", rotary.width / 2}});
  const std::size_t turned = rotary.pairs > 0 ? 2 * rotary.pairs : rotary.width;
  std::string text = tr("positions.kind.rotary",
                        {{"width", turned}, {"dim", head_dim}, {"pairs", pairs}, {"base", six_digits(rope.base)}});
  if (rope.scaling == RopeConfig::Scaling::none) return text;
  return text + " " +
         tr(std::string("positions.scaling.") + kScalings[static_cast<std::size_t>(rope.scaling)],
            {{"factor", six_digits(rope.factor)}, {"context", six_digits(rope.original_context)}});
}

}  // namespace

std::string told_positions(const Trace& trace, HeadRef head) {
  const LayerPlan& plan = trace.model->config.plans[head.layer];
  if (without_positions(trace.request.interventions)) return tr("positions.taken_away");
  const std::string key = "positions.kind." + std::string(name_of(positions_kind(trace, head.layer)));
  if (const auto* rotary = std::get_if<Rotary>(&plan.positions)) return told_rotary(*rotary, plan.attention.head_dim);
  if (const auto* alibi = std::get_if<Alibi>(&plan.positions))
    return tr(key, {{"slope", six_digits(alibi->slopes[head.head])}});
  if (const auto* relative = std::get_if<RelativeBias>(&plan.positions))
    return tr(key, {{"buckets", relative->buckets}, {"distance", relative->distance}});
  return tr(key);
}

std::string told_wavelength(double tokens) {
  if (!std::isfinite(tokens)) return "∞";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), tokens < 100.0 ? "%.3g" : "%.0f", tokens);
  return text.data();
}

std::vector<std::pair<std::string, double>> named_terms(const ScoreTerms& terms) {
  std::vector<std::pair<std::string, double>> named;
  const auto add = [&](const char* key, double value) {
    if (value != 0.0) named.emplace_back(tr(std::string("positions.term.") + key), value);
  };
  if (!terms.planes.empty()) named.emplace_back(tr_plural("positions.turned", terms.planes.size()), terms.turned());
  add(terms.planes.empty() ? "content" : "unturned", terms.unturned);
  add("capped", terms.capped);
  add("bias", terms.bias);
  add("content_to_position", terms.content_to_position);
  add("position_to_content", terms.position_to_content);
  add("added", terms.added);
  return named;
}

}  // namespace regard
