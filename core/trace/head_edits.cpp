// SPDX-License-Identifier: Apache-2.0
#include "core/trace/head_edits.h"

#include "core/model/alibi.h"
#include "core/trace/sink.h"
#include "core/trace/switched_positions.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>

namespace regard {
namespace {

using Kind = InterventionKind;

constexpr float kNothing = -std::numeric_limits<float>::infinity();
constexpr float kFree = -1.0F;  // a weight that nobody set

/// visit(begin, end): the keys of the row that the item covers, as offsets from keys.begin.
template <class Visit>
void for_covered(const Intervention& item, std::size_t query, Range keys, const Visit& visit) {
  const auto cut = [&](Range columns) {
    const std::size_t begin = std::max(columns.begin, keys.begin);
    const std::size_t end = std::min(columns.end, keys.end);
    if (begin < end) visit(begin - keys.begin, end - keys.begin);
  };
  if (item.kind == Kind::hide_tokens) {
    if (item.positions.empty()) cut(keys);
    for (const Range& range : item.positions)
      cut(range);
    return;
  }
  for (const Cells& cells : item.cells)
    if (cells.queries.contains(query)) cut(cells.keys);
}

/// The source's row on the keys here, and its sink's share where this head has a sink, too. A key of the source without a partner
/// takes its weight with it. `sink` is the share here, which is changed.
void copy_row(const Intervention& item, HeadRef head, std::size_t query, const AllowedKeys& allowed,
              float* weights_here, bool has_sink, float& sink) {
  const std::optional<std::size_t> asking = partner(item, query);
  if (!asking) return;
  const Trace& source = *item.source;
  const Matrix row = weights(source, head, {*asking, *asking + 1}, {0, source.tokens()});
  const float theirs = sink_share(source, head, *asking), kept = has_sink ? theirs : 0.0F;
  double mass = static_cast<double>(theirs), carried = static_cast<double>(kept);
  for (const float weight : row.values)
    mass += weight;
  const std::size_t begin = allowed.span().begin;
  std::vector<float> copied(allowed.span().size());
  allowed.for_each([&](std::size_t key) {
    if (const auto asked = partner(item, key)) copied[key - begin] = row(0, *asked);
    carried += copied[key - begin];
  });
  if (mass > 0.0 && carried == 0.0) return;  // nothing of the pattern has a place here
  const bool lost = std::abs(mass - carried) > 1e-7;
  allowed.for_each([&](std::size_t key) {
    weights_here[key] = lost ? static_cast<float>(copied[key - begin] / carried) : copied[key - begin];
  });
  sink = has_sink && carried == 0.0 ? 1.0F : lost ? static_cast<float>(kept / carried) : kept;
}

/// Gives the set keys their weights and the others what is left, in their old proportions; `sink` is one of the others.
void share(std::span<const float> set, float* weights, bool has_sink, float& sink) {
  double asked = 0.0, others = static_cast<double>(sink);
  for (std::size_t key = 0; key < set.size(); ++key)
    (set[key] == kFree ? others : asked) += set[key] == kFree ? weights[key] : set[key];
  const bool full = asked >= 1.0 || others <= 0.0;
  if (full && asked <= 0.0) {  // everything there is was set to 0
    std::fill_n(weights, set.size(), 0.0F);
    sink = has_sink ? 1.0F : 0.0F;
    return;
  }
  sink = full ? 0.0F : static_cast<float>(sink * ((1.0 - asked) / others));
  for (std::size_t key = 0; key < set.size(); ++key) {
    const double weight =
        set[key] == kFree ? (full ? 0.0 : weights[key] * ((1.0 - asked) / others)) : set[key] / (full ? asked : 1.0);
    weights[key] = static_cast<float>(weight);
  }
}

/// The kind of the last `attention`, or that the head was trained in, where it has scores of its own.
void set_kernel(const LayerPlan& plan, const Request& request, HeadRef head, ScoreRule& rule) {
  KindOfAttention kind = trained_kind(plan);
  float temperature = request.temperature;
  for (const Intervention& item : request.interventions) {
    if (!item.scope.covers(head)) continue;
    if (item.kind == Kind::attention) kind = item.as;
    if (item.kind == Kind::temperature) temperature = item.amount;
  }
  if (has_scores_of_its_own(kind.form)) rule.kernel = KernelRule{kind, rule.scale, temperature};
}

/// What `positions` puts in the place of the head's biases. How queries and keys are turned is no matter of scores.
void switch_positions(const ModelConfig& config, const Request& request, HeadRef head, ScoreRule& rule) {
  const std::optional<PositionSwitch> switched = switched_positions(request.interventions, head);
  if (!are_replaced(switched)) return;
  rule.slope = 0.0F;
  rule.by_offset = {};
  rule.offsets = {};
  if (switched->form != PositionForm::alibi) return;
  rule.slope = alibi_slopes(config.heads(head.layer))[head.head];
  rule.both_ways = !reads_one_way(config, request);
}

/// σ(s/τ − ln n) of the open keys, 0 elsewhere.
void sigmoid_row(std::size_t length, const AllowedKeys& allowed, float temperature, float* scores) {
  std::size_t open = 0;
  allowed.for_each([&](std::size_t key) { open += scores[key] == kNothing ? 0 : 1; });
  const double bias = -std::log(static_cast<double>(std::max<std::size_t>(open, 1)));
  std::vector<float> weights(length);
  allowed.for_each([&](std::size_t key) {
    if (scores[key] == kNothing) return;
    const double score = static_cast<double>(scores[key]) / static_cast<double>(temperature) + bias;
    weights[key] = static_cast<float>(1.0 / (1.0 + std::exp(-score)));
  });
  std::fill_n(scores, padded(length), 0.0F);
  std::copy(weights.begin(), weights.end(), scores);
}

/// Tokens stand elsewhere.
bool shifts(const Request& request) {
  return !request.cross && !without_positions(request.interventions) &&
         std::any_of(request.interventions.begin(), request.interventions.end(),
                     [](const Intervention& item) { return item.kind == Kind::shift_positions; });
}

}  // namespace

KindOfAttention trained_kind(const LayerPlan& plan) {
  return plan.attention.linear ? usual_kind(KindForm::linear) : KindOfAttention{};
}

HeadEdits head_edits(const ModelConfig& config, const Request& request, HeadRef head) {
  HeadEdits edits{.temperature = request.temperature,
                  .sink = !request.cross && config.plans[head.layer].attention.sink,
                  .kind = trained_kind(config.plans[head.layer])};
  for (const Intervention& item : request.interventions) {
    if (!item.scope.covers(head)) continue;
    if (item.kind == Kind::add) edits.added.push_back(&item);
    if (item.kind == Kind::mask || item.kind == Kind::hide_tokens) edits.masked.push_back(&item);
    if (item.kind == Kind::set_weight || item.kind == Kind::copy_pattern) edits.set.push_back(&item);
    if (item.kind == Kind::temperature) edits.temperature = item.amount;
    if (item.kind == Kind::attention) edits.kind = item.as;
  }
  if (request.interventions.empty()) return edits;
  if (!shifts(request)) return edits;
  const ScoreRule rule = score_rule(config, request, head);
  if (!rule.has_bias()) return edits;
  std::vector<float> standing = places(request.interventions, request.ids.size());
  if (!rule.by_offset.empty() || rule.both_ways) {
    edits.places = std::move(standing);
    edits.by_offset = rule.by_offset;
    edits.slope = rule.slope;
    return edits;
  }
  edits.bias_shifts = std::move(standing);
  for (std::size_t token = 0; token < edits.bias_shifts.size(); ++token)
    edits.bias_shifts[token] = (edits.bias_shifts[token] - static_cast<float>(token)) * rule.slope;
  return edits;
}

ScoreRule score_rule(const ModelConfig& config, const Request& request, HeadRef head) {
  ScoreRule rule = score_rule(config, head);
  set_kernel(config.plans[head.layer], request, head, rule);
  if (!request.cross) switch_positions(config, request, head, rule);
  if (rule.slope != 0.0F && without_positions(request.interventions)) rule.slope = 0.0F;
  if (request.cross || without_positions(request.interventions)) {
    rule.by_offset = {};
    rule.offsets = {};
  }
  if (rule.offsets.table != nullptr && shifts(request))
    for (const float place : places(request.interventions, request.ids.size()))
      rule.offsets.places.push_back(static_cast<std::ptrdiff_t>(place));  // whole numbers
  return rule;
}

float moved_bias(const HeadEdits& edits, std::size_t query, std::size_t key) {
  if (!edits.bias_shifts.empty()) return edits.bias_shifts[key] - edits.bias_shifts[query];
  if (edits.places.empty()) return 0.0F;
  const ScoreRule rule{.slope = edits.slope, .both_ways = true, .by_offset = edits.by_offset};
  const auto offset = static_cast<std::ptrdiff_t>(edits.places[key] - edits.places[query]);  // whole numbers
  return rule.bias_of(offset) - rule.bias(query, key);
}

void move_bias(const HeadEdits& edits, std::size_t query, Range keys, float* scores) {
  if (!edits.moves_bias()) return;
  for (std::size_t key = keys.begin; key < keys.end; ++key)
    scores[key - keys.begin] += moved_bias(edits, query, key);
}

void add_to_scores(const HeadEdits& edits, std::size_t query, Range keys, float* scores) {
  move_bias(edits, query, keys, scores);
  raise_scores(edits, query, keys, scores);
}

void raise_scores(const HeadEdits& edits, std::size_t query, Range keys, float* scores) {
  std::vector<bool> done;  // cells may overlap; each is raised once
  for (const Intervention* item : edits.added) {
    done.assign(item->cells.size() > 1 ? keys.size() : 0, false);
    for_covered(*item, query, keys, [&](std::size_t begin, std::size_t end) {
      for (std::size_t key = begin; key < end; ++key) {
        if (!done.empty() && done[key]) continue;
        scores[key] += item->amount;
        if (!done.empty()) done[key] = true;
      }
    });
  }
}

void mask_scores(const HeadEdits& edits, std::size_t query, Range keys, float* scores) {
  for (const Intervention* item : edits.masked)
    for_covered(*item, query, keys,
                [&](std::size_t begin, std::size_t end) { std::fill(scores + begin, scores + end, kNothing); });
  if (!chooses_by_place(edits.kind.form)) return;
  for (std::size_t key = keys.begin; key < keys.end; ++key)
    if (!leaves_open(edits.kind, query, key)) scores[key - keys.begin] = kNothing;
}

void choose_keys(const HeadEdits& edits, const AllowedKeys& allowed, float* scores) {
  if (!chooses_by_score(edits.kind.form)) return;
  const std::size_t count = edits.kind.form == KindForm::hard ? 1 : edits.kind.first;
  std::vector<std::size_t> keys;
  allowed.for_each([&](std::size_t key) {
    if (scores[key] != kNothing) keys.push_back(key);
  });
  if (keys.size() <= count) return;
  std::ranges::stable_sort(keys, std::greater<>{}, [&](std::size_t key) { return scores[key]; });
  for (std::size_t rank = count; rank < keys.size(); ++rank)
    scores[keys[rank]] = kNothing;
}

RowStatistics soften_row(const HeadEdits& edits, std::size_t length, const AllowedKeys& allowed, float sink,
                         float* scores) {
  if (is_softmax(edits.kind.form)) {
    choose_keys(edits, allowed, scores);
    return softmax_row(scores, length, allowed, edits.temperature, sink);
  }
  sigmoid_row(length, allowed, edits.temperature, scores);
  constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
  return {kNone, kNone};
}

bool needs_whole_rows(const HeadEdits& edits) {
  return chooses_by_score(edits.kind.form) || !is_softmax(edits.kind.form);
}

float edit_weights(const HeadEdits& edits, HeadRef head, std::size_t query, const AllowedKeys& allowed, float* weights,
                   float sink) {
  const Range span = allowed.span(), gap = allowed.gap();
  std::vector<float> set(span.size(), kFree);
  bool any = false;
  for (const Intervention* item : edits.set) {
    if (item->kind == Kind::copy_pattern) {
      if (!among(item->positions, query) || !partner(*item, query)) continue;
      copy_row(*item, head, query, allowed, weights, edits.sink, sink);
      std::fill(set.begin(), set.end(), kFree);
      any = false;
      continue;
    }
    for_covered(*item, query, span, [&](std::size_t begin, std::size_t end) {
      std::fill(set.data() + begin, set.data() + end, item->amount);
      any = true;
    });
  }
  if (!any) return sink;
  std::fill(set.data() + (gap.begin - span.begin), set.data() + (gap.end - span.begin), kFree);  // of weight 0
  share(set, weights + span.begin, edits.sink, sink);
  return sink;
}

}  // namespace regard
