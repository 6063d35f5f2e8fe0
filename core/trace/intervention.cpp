// SPDX-License-Identifier: Apache-2.0
#include "core/trace/intervention.h"

#include "core/base/error.h"
#include "core/trace/switched_positions.h"
#include "core/trace/trace.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

using Kind = InterventionKind;
using List = std::span<const Intervention>;

constexpr float kMostPlaces = 1e6F;  // whole numbers of this size are exact in float32

std::string up_to(std::size_t count) {
  return count == 0 ? "–" : "0…" + std::to_string(count - 1);
}

/// Builds the complaint about one field of one item.
struct Complaints {
  std::size_t number;
  [[nodiscard]] Error about(const char* field, std::string expected, std::string found) const {
    return {"intervention_value",
            {.item = "interventions[" + std::to_string(number) + "]." + field,
             .expected = std::move(expected),
             .found = std::move(found)}};
  }
};

std::string text_of(const Range& range) {
  return "[" + std::to_string(range.begin) + ", " + (range.end == kToEnd ? "…" : std::to_string(range.end)) + ")";
}

bool fits(const Range& range, std::size_t tokens) {
  return range.begin < range.end && range.begin < tokens && (range.end == kToEnd || range.end <= tokens);
}

bool of_the_whole_model(Kind kind) {
  return kind == Kind::hide_tokens || kind == Kind::shift_positions || kind == Kind::no_positions;
}

bool has_source(Kind kind) {
  return kind == Kind::copy_pattern || kind == Kind::patch;
}

bool of_whole_rows(PatchSite site) {
  return site == PatchSite::residual || site == PatchSite::attention_output || site == PatchSite::feed_forward_output;
}

std::optional<Error> scope_complaint(const Intervention& item, const Complaints& complaints,
                                     const ModelConfig& config) {
  const HeadScope& scope = item.scope;
  const bool patch = item.kind == Kind::patch;
  const std::size_t layers = config.layers + (patch && item.site == PatchSite::residual ? 1 : 0);
  const auto shown = [](const std::optional<std::size_t>& index) { return index ? std::to_string(*index) : "–"; };
  if (of_the_whole_model(item.kind)) {
    if (scope.layer) return complaints.about("layer", "–", shown(scope.layer));
    if (scope.head) return complaints.about("head", "–", shown(scope.head));
    return {};
  }
  const bool needs_layer = patch || scope.head || item.kind == Kind::keep_only;
  if (scope.layer ? *scope.layer >= layers : needs_layer)
    return complaints.about("layer", up_to(layers), shown(scope.layer));
  if (patch && of_whole_rows(item.site) && scope.head) return complaints.about("head", "–", shown(scope.head));
  const std::size_t heads = scope.layer && *scope.layer < config.layers ? config.heads(*scope.layer) : 0;
  if (scope.head ? *scope.head >= heads : item.kind == Kind::keep_only)
    return complaints.about("head", heads == 0 ? "–" : up_to(heads), shown(scope.head));
  return {};
}

/// What acts on scores, or on weights as on shares of 1, has nothing to act on where a layer has no softmax. Linear attention has no
/// scores, but its weights are shares.
std::optional<Error> softmax_complaint(const Intervention& item, std::size_t number, const ModelConfig& config) {
  const bool needs_softmax = item.kind == Kind::mask || item.kind == Kind::add || item.kind == Kind::set_weight ||
                             item.kind == Kind::temperature || item.kind == Kind::copy_pattern ||
                             item.kind == Kind::hide_tokens || item.kind == Kind::attention;
  if (!needs_softmax) return {};
  const bool needs_scores = item.kind == Kind::add || item.kind == Kind::temperature;
  const auto lacks = [&](std::size_t layer) {
    const LayerPlan& plan = config.plans[layer];
    return config.heads(layer) > 0 && (!has_softmax(plan) || (needs_scores && plan.attention.linear));
  };
  std::optional<std::size_t> without;
  for (std::size_t layer = 0; layer < config.layers && !without; ++layer)
    if (item.scope.layer.value_or(layer) == layer && lacks(layer)) without = layer;
  if (!without) return {};
  return Error("intervention_no_softmax",
               {.item = "interventions[" + std::to_string(number) + "]", .found = std::to_string(*without)});
}

std::optional<Error> range_complaint(const Intervention& item, const Complaints& complaints, std::size_t tokens) {
  const bool reads_cells = item.kind == Kind::mask || item.kind == Kind::add || item.kind == Kind::set_weight;
  if (reads_cells) {
    if (item.cells.empty()) return complaints.about("cells", "≥ 1", "0");
    for (const Cells& cells : item.cells) {
      if (!fits(cells.queries, tokens)) return complaints.about("cells.queries", up_to(tokens), text_of(cells.queries));
      if (!fits(cells.keys, tokens)) return complaints.about("cells.keys", up_to(tokens), text_of(cells.keys));
    }
    return {};
  }
  for (const Range& range : item.positions)
    if (!fits(range, tokens)) return complaints.about("positions", up_to(tokens), text_of(range));
  return {};
}

/// Are positions added to the embedding, learned or as sines?
bool embeds_positions(const ModelConfig& config) {
  return !std::holds_alternative<NoPositions>(config.embedded_positions);
}

/// Places where a token may stand; 0: positions that only layers know go on for ever, unless they are those of a picture.
std::size_t count_places(const ModelConfig& config) {
  return embeds_positions(config) || config.patches ? config.context : 0;
}

/// Is there anything that says where a token stands?
bool has_positions(const ModelConfig& config) {
  return embeds_positions(config) || std::any_of(config.plans.begin(), config.plans.end(), [](const LayerPlan& plan) {
           return !std::holds_alternative<NoPositions>(plan.positions);
         });
}

std::optional<Error> amount_complaint(const Intervention& item, const Complaints& complaints, const ModelConfig& config,
                                      std::size_t tokens) {
  const float amount = item.amount;
  const auto wrong = [&](const char* expected) { return complaints.about("amount", expected, std::to_string(amount)); };
  switch (item.kind) {
    case Kind::add:
    case Kind::scale:
      if (!std::isfinite(amount)) return wrong("−3.4e38…3.4e38");
      return {};
    case Kind::set_weight:
      if (!(amount >= 0.0F && amount <= 1.0F)) return wrong("0…1");
      return {};
    case Kind::temperature:
      if (!(amount > 0.0F) || !std::isfinite(amount)) return wrong("> 0");
      return {};
    case Kind::shift_positions: {
      if (!has_positions(config)) return complaints.about("kind", "–", "shift_positions");
      if (!(std::abs(amount) <= kMostPlaces) || amount != std::trunc(amount)) return wrong("…−1, 0, 1…");
      const auto most = static_cast<float>(count_places(config));
      for (std::size_t token = 0; most > 0.0F && token < tokens; ++token) {
        const float place = static_cast<float>(token) + amount;
        if (among(item.positions, token) && (place < 0.0F || place >= most))
          return complaints.about("amount", up_to(count_places(config)), std::to_string(static_cast<long>(place)));
      }
      return {};
    }
    default:
      return {};
  }
}

/// Of an `attention`: another kind than the model's own, with numbers that it may have.
std::optional<Error> kind_complaint_of(const Intervention& item, const Complaints& complaints) {
  if (item.kind != Kind::attention) return {};
  std::string others;
  for (const KindInfo& info : kind_infos())
    if (!is_own_kind(info.form)) others += (others.empty() ? "" : ", ") + std::string(info.name);
  if (is_own_kind(item.as.form)) return complaints.about("as", others, kind_text(item.as));
  const KindOfAttention allowed = within_limits(item.as);
  if (allowed != item.as) return complaints.about("as", kind_text(allowed), kind_text(item.as));
  return {};
}

/// Of `positions`: ones that the heads may have, with a number that is one of theirs.
std::optional<Error> positions_complaint_of(const Intervention& item, const Complaints& complaints,
                                            const ModelConfig& config) {
  if (item.kind != Kind::positions) return {};
  if (!has_allowed_number(item.positioned))
    return complaints.about("as", limits_text(item.positioned.form), positions_text(item.positioned));
  const auto [obstacle, head] = obstacle_to_positions(config, item.scope, item.positioned);
  if (obstacle == PositionObstacle::none) return {};
  return Error("position_obstacle_" + std::string(name_of(obstacle)),
               {.item = "interventions[" + std::to_string(complaints.number) + "]",
                .expected = positions_text(item.positioned),
                .found = std::to_string(head.layer) + "/" + std::to_string(head.head)});
}

bool same_sizes(const ModelConfig& a, const ModelConfig& b) {
  return same_heads(a, b) && a.hidden == b.hidden && a.streams == b.streams;
}

std::optional<Error> source_complaint(const Intervention& item, const Complaints& complaints, const ModelConfig& config,
                                      std::size_t tokens) {
  const std::string place = "interventions[" + std::to_string(complaints.number) + "]";
  if (!item.source || !item.source->model || !same_sizes(item.source->model->config, config))
    return Error("intervention_source", {.item = place, .found = item.source_name});
  const std::vector<std::int32_t>& partners = item.source_positions;
  if (!partners.empty() && partners.size() != tokens)
    return complaints.about("source_positions", std::to_string(tokens), std::to_string(partners.size()));
  for (const std::int32_t partner : partners)
    if (partner >= 0 && static_cast<std::size_t>(partner) >= item.source->tokens())
      return complaints.about("source_positions", up_to(item.source->tokens()), std::to_string(partner));
  return {};
}

/// The first layer an item changes.
std::size_t first_layer(const Intervention& item) {
  const std::size_t layer = item.scope.layer.value_or(0);
  // What comes before the patch is not recorded, so the layer that wrote it is computed again.
  const bool after_layer = item.kind == Kind::patch && item.site == PatchSite::residual;
  return after_layer && layer > 0 ? layer - 1 : layer;
}

/// The first row of a causal run that an item changes.
std::size_t first_position(const Intervention& item) {
  std::size_t first = kToEnd;
  switch (item.kind) {
    case Kind::mask:
    case Kind::add:
    case Kind::set_weight:
      for (const Cells& cells : item.cells)
        first = std::min(first, cells.queries.begin);
      return first;
    case Kind::copy_pattern:
    case Kind::hide_tokens:
    case Kind::shift_positions:
    case Kind::patch:
      for (const Range& range : item.positions)
        first = std::min(first, range.begin);
      return item.positions.empty() ? 0 : first;
    default:
      return 0;
  }
}

}  // namespace

std::optional<Error> complaint(const Intervention& item, std::size_t number, const ModelConfig& config,
                               std::size_t tokens) {
  const Complaints complaints{number};
  if (auto error = scope_complaint(item, complaints, config)) return error;
  if (auto error = softmax_complaint(item, number, config)) return error;
  if (auto error = range_complaint(item, complaints, tokens)) return error;
  if (auto error = amount_complaint(item, complaints, config, tokens)) return error;
  if (auto error = kind_complaint_of(item, complaints)) return error;
  if (auto error = positions_complaint_of(item, complaints, config)) return error;
  return has_source(item.kind) ? source_complaint(item, complaints, config, tokens) : std::nullopt;
}

void check_interventions(List list, const ModelConfig& config, std::size_t tokens) {
  for (std::size_t number = 0; number < list.size(); ++number)
    if (const auto error = complaint(list[number], number, config, tokens)) throw Error(*error);
}

bool among(std::span<const Range> positions, std::size_t position) {
  if (positions.empty()) return true;
  return std::any_of(positions.begin(), positions.end(), [&](const Range& range) { return range.contains(position); });
}

std::optional<std::size_t> partner(const Intervention& item, std::size_t position) {
  if (!item.source_positions.empty()) {
    const std::int32_t found = item.source_positions[position];
    return found < 0 ? std::nullopt : std::optional<std::size_t>(found);
  }
  return position < item.source->tokens() ? std::optional(position) : std::nullopt;
}

FirstChange first_change(List before, List after, const ModelConfig& config) {
  const auto [end_before, end_after] = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
  before = before.subspan(static_cast<std::size_t>(end_before - before.begin()));
  after = after.subspan(static_cast<std::size_t>(end_after - after.begin()));
  while (!before.empty() && !after.empty() && before.back() == after.back()) {
    before = before.first(before.size() - 1);
    after = after.first(after.size() - 1);
  }
  FirstChange change{config.layers, kToEnd};
  for (const List list : {before, after}) {
    for (const Intervention& item : list) {
      change.layer = std::min(change.layer, first_layer(item));
      change.position = std::min(change.position, first_position(item));
    }
  }
  return change;
}

bool averages_from(List list, std::size_t layer) {
  return std::any_of(list.begin(), list.end(), [&](const Intervention& item) {
    const bool averages = (item.kind == Kind::ablate || item.kind == Kind::keep_only) && item.mean;
    return averages && item.scope.layer.value_or(layer) >= layer;
  });
}

std::vector<float> places(List list, std::size_t tokens) {
  std::vector<float> result(tokens);
  if (without_positions(list)) return result;
  for (std::size_t token = 0; token < tokens; ++token) {
    result[token] = static_cast<float>(token);
    for (const Intervention& item : list)
      if (item.kind == Kind::shift_positions && among(item.positions, token)) result[token] += item.amount;
  }
  return result;
}

bool without_positions(List list) {
  return std::any_of(list.begin(), list.end(),
                     [](const Intervention& item) { return item.kind == Kind::no_positions; });
}

}  // namespace regard
