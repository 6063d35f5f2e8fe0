// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/sweep.h"

#include "core/analysis/difference.h"
#include "core/analysis/effect.h"
#include "core/base/error.h"
#include "core/engine/engine.h"
#include "core/text/unicode.h"

#include <algorithm>

namespace regard {
namespace {

void check_range(const Trace& base, const Substitution& substitution) {
  const Range range = substitution.tokens;
  if (range.begin < range.end && range.end <= base.tokens() && !substitution.ids.empty()) return;
  throw Error("intervention_value", {.item = "substitution",
                                     .expected = "0…" + std::to_string(base.tokens()),
                                     .found = std::to_string(range.begin) + "…" + std::to_string(range.end)});
}

Request request_with(const Trace& base, const Substitution& substitution) {
  Request request = base.request;
  const auto begin = request.ids.begin() + static_cast<std::ptrdiff_t>(substitution.tokens.begin);
  const auto after = request.ids.erase(begin, begin + static_cast<std::ptrdiff_t>(substitution.tokens.size()));
  request.ids.insert(after, substitution.ids.begin(), substitution.ids.end());
  return request;
}

/// Where a position of the text as it was stands when `tokens` have become `count`.
Range place_of(std::size_t position, Range tokens, std::size_t count) {
  if (tokens.contains(position)) return {tokens.begin, tokens.begin + count};
  const std::size_t moved = position < tokens.begin ? position : position - tokens.size() + count;
  return {moved, moved + 1};
}

/// Summed over pieces attended to, averaged over pieces that ask.
double weight_between(const Trace& trace, HeadRef head, Range queries, Range keys) {
  const Matrix tile = weights(trace, head, queries, keys);
  double sum = 0.0;
  for (const float weight : tile.values)
    sum += weight;
  return sum / static_cast<double>(queries.size());
}

Alignment alignment_of(const Substitution& substitution, std::size_t tokens) {
  const std::size_t count = substitution.ids.size();
  const std::size_t changed = tokens - substitution.tokens.size() + count;
  Alignment alignment{{}, std::vector<std::int32_t>(tokens, -1), std::vector<std::int32_t>(changed, -1)};
  for (std::size_t first = 0; first < tokens; ++first) {
    const bool inside = substitution.tokens.contains(first);
    if (inside && count != substitution.tokens.size()) continue;
    const std::size_t second = inside ? first : place_of(first, substitution.tokens, count).begin;
    alignment.pairs.push_back({first, second});
    alignment.to_second[first] = static_cast<std::int32_t>(second);
    alignment.to_first[second] = static_cast<std::int32_t>(first);
  }
  return alignment;
}

SweepResult result_of(const std::shared_ptr<const Trace>& base, const Substitution& substitution, const Watch& watch,
                      const std::stop_token& stop) {
  check_range(*base, substitution);
  const auto changed = run(base->model, request_with(*base, substitution), base, stop);
  const auto place = [&](std::size_t position) {
    return place_of(position, substitution.tokens, substitution.ids.size());
  };
  SweepResult result{.substitution = substitution};
  result.weight = weight_between(*changed, watch.head, place(watch.query), place(watch.key));
  result.weight_change = result.weight - watched_weight(*base, substitution.tokens, watch);
  result.movement = head_movement(*base, *changed, alignment_of(substitution, base->tokens()), watch.head, 0).movement;
  const std::size_t before = place_of(watch.position, substitution.tokens, substitution.tokens.size()).end - 1;
  const EffectOptions options{.position = before, .changed_position = place(watch.position).end - 1, .count = 0};
  result.divergence = effect(*base, *changed, options).divergence;
  return result;
}

bool continues_word(const Tokenizer& tokenizer, std::int32_t id) {
  return tokenizer.id_of("##" + tokenizer.readable(id)) == id;
}

/// Letters alone, after the space that begins a word.
bool is_word(std::string_view text) {
  if (text.starts_with(' ')) text.remove_prefix(1);
  std::size_t letters = 0;
  for (std::size_t at = 0; at < text.size(); ++letters) {
    const DecodedCharacter next = decode_utf8(text, at);
    if (!is_letter(next.code)) return false;
    at += next.length;
  }
  return letters >= 2;
}

/// Candidates of a position: the model's own, then frequent words, each once.
std::vector<std::int32_t> candidates_at(const std::shared_ptr<const Trace>& base, std::size_t position,
                                        const SearchOptions& options, const std::stop_token& stop) {
  const std::int32_t present = base->request.ids[position];
  std::vector<std::int32_t> ids = own_alternatives(base, position, options.alternatives, stop);
  for (const std::int32_t id : frequent_words(*base->model, present, options.words + ids.size())) {
    if (ids.size() >= options.alternatives + options.words) break;
    if (id != present && std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  }
  return ids;
}

/// The candidates of all positions, the first of each before the second of any.
std::vector<Substitution> candidates_of(const std::shared_ptr<const Trace>& base, const SearchOptions& options,
                                        const std::stop_token& stop) {
  std::vector<std::vector<std::int32_t>> by_position;
  std::size_t most = 0;
  for (const std::size_t position : options.positions) {
    by_position.push_back(candidates_at(base, position, options, stop));
    most = std::max(most, by_position.back().size());
  }
  std::vector<Substitution> candidates;
  for (std::size_t rank = 0; rank < most; ++rank)
    for (std::size_t at = 0; at < by_position.size(); ++at)
      if (rank < by_position[at].size())
        candidates.push_back({{options.positions[at], options.positions[at] + 1}, {by_position[at][rank]}});
  return candidates;
}

}  // namespace

double watched_weight(const Trace& base, Range tokens, const Watch& watch) {
  return weight_between(base, watch.head, place_of(watch.query, tokens, tokens.size()),
                        place_of(watch.key, tokens, tokens.size()));
}

std::vector<SweepResult> sweep(const std::shared_ptr<const Trace>& base, std::span<const Substitution> substitutions,
                               const Watch& watch, const std::function<void(const SweepResult&)>& see,
                               const std::stop_token& stop, Progress* progress) {
  std::vector<SweepResult> results;
  for (const Substitution& substitution : substitutions) {
    throw_if_stopped(stop);
    results.push_back(result_of(base, substitution, watch, stop));
    if (see) see(results.back());
    if (progress != nullptr)
      progress->fraction = static_cast<float>(results.size()) / static_cast<float>(substitutions.size());
  }
  return results;
}

std::vector<std::int32_t> own_alternatives(const std::shared_ptr<const Trace>& base, std::size_t position,
                                           std::size_t count, const std::stop_token& stop) {
  const auto mask = base->model->tokenizer ? base->model->tokenizer->mask_id() : std::nullopt;
  std::vector<Prediction> predictions;
  if (mask && !base->causal()) {
    Request request = base->request;
    request.ids[position] = *mask;
    predictions = predict(*run(base->model, std::move(request), base, stop), position, count + 1);
  } else if (base->causal() && position > 0) {
    predictions = predict(*base, position - 1, count + 1);
  }
  std::vector<std::int32_t> ids;
  for (const Prediction& prediction : predictions)
    if (prediction.id != base->request.ids[position] && ids.size() < count) ids.push_back(prediction.id);
  return ids;
}

std::vector<std::int32_t> frequent_words(const Model& model, std::int32_t like, std::size_t count) {
  std::vector<std::int32_t> ids;
  if (!model.tokenizer) return ids;
  const Tokenizer& tokenizer = *model.tokenizer;
  const bool spaced = tokenizer.readable(like).starts_with(' ');
  const bool continues = continues_word(tokenizer, like);
  const std::size_t vocabulary = std::min(tokenizer.vocabulary_size(), model.config.vocabulary);
  for (std::int32_t id = 0; static_cast<std::size_t>(id) < vocabulary && ids.size() < count; ++id) {
    const std::string text = tokenizer.readable(id);
    if (text.starts_with(' ') == spaced && is_word(text) && continues_word(tokenizer, id) == continues)
      ids.push_back(id);
  }
  return ids;
}

std::vector<SweepResult> find_substitution(const std::shared_ptr<const Trace>& base, const Watch& watch,
                                           const SearchOptions& options,
                                           const std::function<void(const SweepResult&)>& see,
                                           const std::stop_token& stop, Progress* progress) {
  std::vector<SweepResult> best;
  const auto better = [](const SweepResult& a, const SweepResult& b) { return a.weight_change > b.weight_change; };
  const auto enter = [&](const SweepResult& result) {
    if (options.between) options.between();
    if (result.weight_change <= 0.0) return;
    const auto place = std::upper_bound(best.begin(), best.end(), result, better);
    if (static_cast<std::size_t>(place - best.begin()) >= options.keep) return;
    best.insert(place, result);
    if (best.size() > options.keep) best.pop_back();
    if (see) see(result);
  };
  (void)sweep(base, candidates_of(base, options, stop), watch, enter, stop, progress);
  return best;
}

}  // namespace regard
