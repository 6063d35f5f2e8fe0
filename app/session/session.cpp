// SPDX-License-Identifier: Apache-2.0
#include "app/session/session.h"

#include "core/engine/engine.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

float clamped(float value, float low, float high, float otherwise) {
  return std::isfinite(value) ? std::clamp(value, low, high) : otherwise;
}

bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

}  // namespace

void keep_invariants(Session& session) {
  const Session defaults;
  session.temperature = clamped(session.temperature, min_temperature, max_temperature, defaults.temperature);
  session.arc_threshold = clamped(session.arc_threshold, 0.0F, 1.0F, defaults.arc_threshold);
  GenerateSettings& generate = session.generate;
  generate.temperature =
      clamped(generate.temperature, min_sampling_temperature, max_sampling_temperature, defaults.generate.temperature);
  generate.top_k = std::min(generate.top_k, max_top_k);
  generate.seed = std::min(generate.seed, max_seed);
  generate.tokens = std::clamp<std::size_t>(generate.tokens, 1, max_generated_tokens);
  std::vector<HeadRef> kept;
  for (const HeadRef& head : session.compared_heads)
    if (head != session.head && std::find(kept.begin(), kept.end(), head) == kept.end() &&
        kept.size() < max_compared_heads)
      kept.push_back(head);
  session.compared_heads = std::move(kept);
}

GenerateOptions options_of(const GenerateSettings& settings) {
  if (settings.greedy) return {.tokens = settings.tokens};
  return {settings.tokens, settings.temperature, settings.top_k, settings.seed};
}

TextEdit edit_between(std::string_view from, std::string_view to) {
  const std::size_t shorter = std::min(from.size(), to.size());
  const auto split = std::mismatch(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(shorter), to.begin());
  auto prefix = static_cast<std::size_t>(split.first - from.begin());
  const auto inside = [](std::string_view text, std::size_t at) {
    return at > 0 && at < text.size() && continues_character(text[at]);
  };
  while (inside(from, prefix) || inside(to, prefix))
    --prefix;

  std::size_t suffix = 0;
  while (suffix < shorter - prefix && from[from.size() - 1 - suffix] == to[to.size() - 1 - suffix])
    ++suffix;
  while (suffix > 0 && inside(from, from.size() - suffix))
    --suffix;
  return {prefix, from.size() - suffix, to.size() - suffix - prefix};
}

TokenAnchor moved(TokenAnchor anchor, const TextEdit& edit) {
  if (anchor.kind != TokenAnchor::Kind::byte || anchor.value < edit.begin) return anchor;
  anchor.value = anchor.value >= edit.end ? anchor.value - (edit.end - edit.begin) + edit.inserted : edit.begin;
  return anchor;
}

}  // namespace regard
