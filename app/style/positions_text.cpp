// SPDX-License-Identifier: Apache-2.0
#include "app/style/positions_text.h"

#include "app/style/kinds_text.h"
#include "app/style/locale.h"
#include "core/trace/head_edits.h"
#include "core/trace/switched_positions.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>

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
  const std::size_t turned = 2 * rope.turned.value_or(rotary.width / 2);
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
  const std::vector<Intervention>& list = trace.request.interventions;
  if (without_positions(list)) return tr("positions.taken_away");
  const PositionsKind kind = positions_kind(trace, head);
  const std::string key = "positions.kind." + std::string(name_of(kind));
  std::string told = tr(key);
  if (const std::optional<Rotary> rotary = turning_of(trace, head))
    told = told_rotary(*rotary, plan.attention.head_dim);
  else if (kind == PositionsKind::alibi)
    told = tr(key, {{"slope", six_digits(score_rule(trace.model->config, trace.request, head).slope)}});
  else if (const auto* relative = std::get_if<RelativeBias>(&plan.positions); kind == PositionsKind::relative)
    told = tr(key, {{"buckets", relative->buckets}, {"distance", relative->distance}});
  const std::string note = switch_note(switched_positions(list, head));
  return note.empty() ? told : note + ". " + told;
}

std::string switch_title(const PositionSwitch& positions) {
  return tr("position_switch.name." + std::string(info_of(positions.form).name),
            {{"number", six_digits(positions.number)}});
}

std::string switch_about(PositionForm form) {
  return tr("position_switch.about." + std::string(info_of(form).name));
}

std::string switch_note(const std::optional<PositionSwitch>& positions) {
  if (!positions) return {};
  return tr("labelled", {{"name", switch_title(*positions)}, {"value", tr("kinds.untrained")}});
}

std::string untrained_note(const KindOfAttention& kind, const std::optional<PositionSwitch>& positions) {
  if (!positions) return kind_note(kind);
  if (kind.form == KindForm::softmax) return switch_note(positions);
  return tr("labelled",
            {{"name", kind_title(kind) + ", " + switch_title(*positions)}, {"value", tr("kinds.untrained")}});
}

std::string switch_refusal(const Error& error) {
  constexpr std::string_view kObstacle = "position_obstacle_";
  if (!error.code().starts_with(kObstacle))
    return error.code().starts_with("kind_obstacle_") ? kind_refusal(error) : tr(error);
  return tr("position_switch.obstacle." + error.code().substr(kObstacle.size()));
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
