// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/head_measures.h"

#include "core/base/progress.h"
#include "core/text/code_classes.h"
#include "core/text/unicode.h"
#include "core/trace/sink.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr std::size_t kBlockNumbers = std::size_t{1} << 18U;  ///< weights in memory at a time
constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();

/// A mean that is still being added up.
struct Sum {
  double value = 0.0;
  double uniform = 0.0;
  std::size_t rows = 0;
  void add(double row_value, double row_uniform) {
    value += row_value;
    uniform += row_uniform;
    ++rows;
  }
  [[nodiscard]] Measure mean() const {
    if (rows == 0) return {};
    const auto count = static_cast<double>(rows);
    return {static_cast<float>(value / count), static_cast<float>(uniform / count), rows};
  }
};

struct Sums {
  Sum entropy{}, normalised_entropy{}, confidence{}, distance{}, previous{}, next{}, self{}, first{}, duplicate{},
      induction{}, separator{}, punctuation{}, same_word{};
};

/// Calls visit(first row of the block, weights [rows, keys]) for the queries, a few rows at a time.
template <class Visit>
void for_each_block(const Trace& trace, HeadRef head, Range queries, const std::stop_token& stop, const Visit& visit) {
  const std::size_t rows = std::max<std::size_t>(kBlockNumbers / std::max<std::size_t>(trace.keys(), 1), 16);
  for (std::size_t begin = queries.begin; begin < queries.end; begin += rows) {
    throw_if_stopped(stop);
    const Range block{begin, std::min(begin + rows, queries.end)};
    const std::size_t keys = trace.causal() && !trace.request.cross ? block.end : trace.keys();
    visit(begin, weights(trace, head, block, {0, keys}));
  }
}

double distance_between(std::size_t query, std::size_t key) {
  return query > key ? static_cast<double>(query - key) : static_cast<double>(key - query);
}

/// Mean distance of the keys that the query sees.
double uniform_distance(std::size_t query, const SeenKeys& seen) {
  double sum = 0.0;
  seen.for_each([&](std::size_t key) { sum += distance_between(query, key); });
  return sum / seen.count;
}

/// −x ln x
double entropy_of(float share) {
  return share > 0.0F ? -static_cast<double>(share * std::log(share)) : 0.0;
}

/// `sink`: its share of the row; nothing: the head has none.
void add_sharpness(Sums& sums, std::span<const float> row, const SeenKeys& seen, std::optional<float> sink) {
  double entropy = entropy_of(sink.value_or(0.0F));
  float largest = 0.0F;
  for (const float weight : row) {
    entropy += entropy_of(weight);
    largest = std::max(largest, weight);
  }
  const double places = seen.count + (sink ? 1.0 : 0.0), widest = std::log(places);
  sums.entropy.add(entropy, widest);
  if (places > 1.5) sums.normalised_entropy.add(entropy / widest, 1.0);
  sums.confidence.add(static_cast<double>(largest), 1.0 / seen.count);
}

void add_places(Sums& sums, std::span<const float> row, std::size_t query, const SeenKeys& seen, bool causal,
                std::size_t tokens) {
  const auto weight = [&](std::size_t key) { return key < row.size() ? static_cast<double>(row[key]) : 0.0; };
  double distance = 0.0;
  for (std::size_t key = 0; key < row.size(); ++key)
    distance += weight(key) * distance_between(query, key);
  sums.distance.add(distance, uniform_distance(query, seen));
  sums.self.add(weight(query), seen.share(query));
  if (query > 0) sums.previous.add(weight(query - 1), seen.share(query - 1));
  if (query > 0) sums.first.add(weight(0), seen.share(0));
  if (!causal && query + 1 < tokens) sums.next.add(weight(query + 1), seen.share(query + 1));
}

/// For every token, the nearest earlier place of the same id, or kNowhere.
std::vector<std::size_t> earlier_places(const std::vector<std::int32_t>& ids) {
  std::vector<std::size_t> places(ids.size(), kNowhere);
  std::unordered_map<std::int32_t, std::size_t> latest;
  for (std::size_t token = 0; token < ids.size(); ++token) {
    const auto [found, is_new] = latest.try_emplace(ids[token], token);
    if (!is_new) places[token] = std::exchange(found->second, token);
  }
  return places;
}

void add_repetitions(Sums& sums, std::span<const float> row, std::size_t query, const SeenKeys& seen,
                     const std::vector<std::size_t>& earlier) {
  if (earlier[query] == kNowhere) return;
  double copies = 0.0, uniform_copies = 0.0, followers = 0.0, uniform_followers = 0.0;
  for (std::size_t place = earlier[query]; place != kNowhere; place = earlier[place]) {
    copies += static_cast<double>(row[place]);
    uniform_copies += seen.share(place);
    if (place + 1 == query) continue;  // "ha ha": looking at oneself is no induction
    followers += static_cast<double>(row[place + 1]);
    uniform_followers += seen.share(place + 1);
  }
  sums.duplicate.add(copies, uniform_copies);
  sums.induction.add(followers, uniform_followers);
}

/// Weight on the marked keys; nothing where none is marked.
void add_marked(Sum& sum, std::span<const float> row, const SeenKeys& seen, const std::vector<bool>& marks) {
  if (marks.empty()) return;
  double mass = 0.0, uniform = 0.0;
  for (std::size_t key = 0; key < row.size(); ++key) {
    if (!marks[key]) continue;
    mass += static_cast<double>(row[key]);
    uniform += seen.share(key);
  }
  sum.add(mass, uniform);
}

void add_same_word(Sum& sum, std::span<const float> row, std::size_t query, const SeenKeys& seen,
                   const std::vector<std::int32_t>& words) {
  if (words.empty() || words[query] < 0) return;
  double mass = 0.0, uniform = 0.0;
  for (std::size_t key = 0; key < row.size(); ++key) {
    if (key == query || words[key] != words[query]) continue;
    mass += static_cast<double>(row[key]);
    uniform += seen.share(key);
  }
  if (uniform > 0.0) sum.add(mass, uniform);
}

bool is_punctuation_alone(std::string_view text) {
  bool any = false;
  for (std::size_t at = 0; at < text.size();) {
    const DecodedCharacter character = decode_utf8(text, at);
    at += character.length;
    if (is_whitespace(character.code)) continue;
    if (!is_punctuation(character.code)) return false;
    any = true;
  }
  return any;
}

bool is_any(const AskingRow& /*row*/, std::size_t /*key*/) {
  return true;
}
bool is_previous(const AskingRow& row, std::size_t key) {
  return key + 1 == row.query;
}
bool is_next(const AskingRow& row, std::size_t key) {
  return key == row.query + 1;
}
bool is_self(const AskingRow& row, std::size_t key) {
  return key == row.query;
}
bool is_first(const AskingRow& row, std::size_t key) {
  return key == 0 && row.query > 0;
}
bool is_separator(const AskingRow& row, std::size_t key) {
  return row.marks.separator[key];
}
bool is_marked_punctuation(const AskingRow& row, std::size_t key) {
  return row.marks.punctuation[key];
}
bool is_of_same_word(const AskingRow& row, std::size_t key) {
  const std::vector<std::int32_t>& words = row.marks.word;
  return key != row.query && words[row.query] >= 0 && words[key] == words[row.query];
}
bool is_duplicate(const AskingRow& row, std::size_t key) {
  const std::vector<std::int32_t>& ids = row.trace.request.ids;
  return key < row.query && ids[key] == ids[row.query];
}
bool follows_duplicate(const AskingRow& row, std::size_t key) {
  return key > 0 && key < row.query && is_duplicate(row, key - 1);
}

constexpr std::array<NamedMeasure, 13> kNamedMeasures = {
    {{"previous_token", &HeadMeasures::previous, is_previous},
     {"next_token", &HeadMeasures::next, is_next},
     {"self", &HeadMeasures::self, is_self},
     {"first_token", &HeadMeasures::first, is_first},
     {"separator", &HeadMeasures::separator, is_separator},
     {"punctuation", &HeadMeasures::punctuation, is_marked_punctuation},
     {"same_word", &HeadMeasures::same_word, is_of_same_word},
     {"duplicate_token", &HeadMeasures::duplicate, is_duplicate},
     {"induction", &HeadMeasures::induction, follows_duplicate},
     {"confidence", &HeadMeasures::confidence, is_any},
     {"entropy", &HeadMeasures::entropy, is_any},
     {"normalised_entropy", &HeadMeasures::normalised_entropy, is_any},
     {"distance", &HeadMeasures::distance, is_any}}};

}  // namespace

std::span<const NamedMeasure> named_measures() {
  return kNamedMeasures;
}

TokenMarks token_marks(std::span<const Token> tokens) {
  TokenMarks marks;
  for (const Token& token : tokens) {
    marks.separator.push_back(token.special && token.begin == token.end);
    marks.punctuation.push_back(!token.special && is_punctuation_alone(token.text));
    marks.word.push_back(token.special ? -1 : token.word);
  }
  return marks;
}

HeadMeasures measure_head(const Trace& trace, HeadRef head, Range queries, const TokenMarks& marks,
                          const std::stop_token& stop) {
  assert(queries.end <= trace.tokens());
  if (!weights_are_softmax(trace, head)) return {};  // no shares
  const bool one_text = !trace.request.cross, sunk = has_sinks(trace, head.layer);
  const std::vector<std::size_t> earlier =
      one_text ? earlier_places(trace.request.ids) : std::vector<std::size_t>(trace.tokens(), kNowhere);
  Sums sums;
  for_each_block(trace, head, queries, stop, [&](std::size_t first, const Matrix& block) {
    for (std::size_t index = 0; index < block.rows; ++index) {
      const std::size_t query = first + index;
      const SeenKeys seen = seen_keys(trace, head, query);
      if (seen.count < 0.5) continue;  // interventions hide every key: the row is empty
      add_sharpness(sums, block.row(index), seen, sunk ? std::optional(sink_share(trace, head, query)) : std::nullopt);
      if (!one_text) continue;
      add_places(sums, block.row(index), query, seen, trace.causal(), trace.tokens());
      add_repetitions(sums, block.row(index), query, seen, earlier);
      add_marked(sums.separator, block.row(index), seen, marks.separator);
      add_marked(sums.punctuation, block.row(index), seen, marks.punctuation);
      add_same_word(sums.same_word, block.row(index), query, seen, marks.word);
    }
  });
  return {sums.entropy.mean(),    sums.normalised_entropy.mean(),
          sums.confidence.mean(), sums.distance.mean(),
          sums.previous.mean(),   sums.next.mean(),
          sums.self.mean(),       sums.first.mean(),
          sums.duplicate.mean(),  sums.induction.mean(),
          sums.separator.mean(),  sums.punctuation.mean(),
          sums.same_word.mean()};
}

HeadMeasures measure_head(const Trace& trace, HeadRef head, Range queries, const std::stop_token& stop) {
  return measure_head(trace, head, queries, {}, stop);
}

HeadMeasures measure_head(const Trace& trace, HeadRef head, const std::stop_token& stop) {
  return measure_head(trace, head, {0, trace.tokens()}, stop);
}

Measure repeated_induction(const Trace& trace, HeadRef head, RepeatedText repeated, const std::stop_token& stop) {
  const Range second{repeated.begin + repeated.period, repeated.begin + 2 * repeated.period};
  assert(repeated.period > 0 && second.end <= trace.tokens());
  Sum sum;
  for_each_block(trace, head, second, stop, [&](std::size_t first, const Matrix& block) {
    for (std::size_t index = 0; index < block.rows; ++index) {
      const std::size_t key = first + index + 1 - repeated.period;
      sum.add(static_cast<double>(block(index, key)), seen_keys(trace, head, first + index).share(key));
    }
  });
  return sum.mean();
}

}  // namespace regard
