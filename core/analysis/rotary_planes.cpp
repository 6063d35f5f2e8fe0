// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/rotary_planes.h"

#include "core/trace/head_edits.h"
#include "core/trace/score_parts.h"
#include "core/trace/switched_positions.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace regard {
namespace {

RotaryPlane plane_of(PlaneDimensions at, float frequency, std::span<const float> query, std::span<const float> key,
                     double scale) {
  const double qx = query[at.x], qy = query[at.y], kx = key[at.x], ky = key[at.y];
  return {.dimensions = at,
          .frequency = frequency,
          .query_angle = std::atan2(qy, qx),
          .key_angle = std::atan2(ky, kx),
          .query_length = std::hypot(qx, qy),
          .key_length = std::hypot(kx, ky),
          .share = (qx * kx + qy * ky) * scale};
}

double part_at(std::span<const ScorePart> parts, ScorePartKind kind) {
  const ScorePart* part = part_of(parts, kind);
  return part == nullptr ? 0.0 : static_cast<double>(part->scores(0, 0));
}

}  // namespace

std::optional<Rotary> turning_of(const Trace& trace, HeadRef head) {
  if (trace.request.cross || without_positions(trace.request.interventions)) return std::nullopt;
  return turning_of(trace.model->config, trace.request.interventions, head);
}

std::vector<float> frequencies_of(const Trace& trace, HeadRef head) {
  const std::optional<Rotary> rotary = turning_of(trace, head);
  if (!rotary) return {};
  std::vector<float> frequencies = rotary_frequencies(rotary->rope, rotary->width, trace.tokens());
  if (const auto turned = rotary->rope.turned; turned && *turned < frequencies.size()) frequencies.resize(*turned);
  return frequencies;
}

PlaneDimensions plane_dimensions(const Rotary& rotary, std::size_t plane) {
  if (rotary.interleaved) return {rotary.first + 2 * plane, rotary.first + 2 * plane + 1};
  return {rotary.first + plane, rotary.first + plane + rotary.width / 2};
}

void turn_row(std::span<float> row, const Rotary& rotary, std::span<const float> frequencies, double place) {
  for (std::size_t plane = 0; plane < frequencies.size(); ++plane) {
    const auto [x, y] = plane_dimensions(rotary, plane);
    const double angle = place * static_cast<double>(frequencies[plane]);
    const double cosine = std::cos(angle), sine = std::sin(angle), a = row[x], b = row[y];
    row[x] = static_cast<float>(a * cosine - b * sine);
    row[y] = static_cast<float>(b * cosine + a * sine);
  }
}

double RotaryPlane::wavelength() const {
  return frequency == 0.0 ? std::numeric_limits<double>::infinity() : 2.0 * std::numbers::pi / frequency;
}

double ScoreTerms::turned() const {
  double sum = 0.0;
  for (const RotaryPlane& plane : planes)
    sum += plane.share;
  return sum;
}

double ScoreTerms::sum() const {
  return turned() + unturned + capped + bias + content_to_position + position_to_content + added;
}

ScoreTerms score_terms(const Trace& trace, HeadRef head, std::size_t query, std::size_t key) {
  const ScoreRule rule = score_rule(trace.model->config, trace.request, head);
  const std::vector<float> stand = places(trace.request.interventions, trace.tokens());
  const std::span<const float> q = query_of(trace, head, query), k = key_of(trace, head, key);
  ScoreTerms terms{
      .query = query, .key = key, .distance = static_cast<double>(stand[query]) - static_cast<double>(stand[key])};
  std::vector<bool> turned(q.size());
  const std::optional<Rotary> rotary = turning_of(trace, head);
  const std::vector<float> frequencies = frequencies_of(trace, head);
  for (std::size_t plane = 0; plane < frequencies.size(); ++plane) {
    const PlaneDimensions at = plane_dimensions(*rotary, plane);
    turned[at.x] = turned[at.y] = true;
    terms.planes.push_back(plane_of(at, frequencies[plane], q, k, rule.scale));
  }
  for (std::size_t at = 0; at < q.size(); ++at)
    if (!turned[at]) terms.unturned += static_cast<double>(q[at]) * static_cast<double>(k[at]) * rule.scale;
  if (const double product = terms.turned() + terms.unturned; rule.cap > 0.0F)
    terms.capped = rule.cap * std::tanh(product / rule.cap) - product;
  const Range one_query{query, query + 1}, one_key{key, key + 1};
  const std::vector<ScorePart> parts = score_parts(trace, head, one_query, one_key);
  terms.bias = part_at(parts, ScorePartKind::position);
  terms.content_to_position = part_at(parts, ScorePartKind::content_to_position);
  terms.position_to_content = part_at(parts, ScorePartKind::position_to_content);
  float added = 0.0F;
  raise_scores(head_edits(trace.model->config, trace.request, head), query, one_key, &added);
  terms.added = added;
  terms.score = scores(trace, head, one_query, one_key)(0, 0);
  return terms;
}

}  // namespace regard
