// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/sweep_view.h"

#include "app/session/action.h"
#include "app/session/session.h"
#include "app/viewmodel/publishing.h"
#include "app/viewmodel/views.h"
#include "core/base/text_parts.h"
#include "core/engine/decoder_text.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

namespace regard {
namespace {

constexpr std::size_t kSearchedWords = 16;  ///< of the model's own and of frequent ones, for each token
constexpr std::size_t kSearchResults = 12;

Encoding encode(const SweepText& text, const std::string& sentence) {
  const Model& model = *text.trace->model;
  if (text.decoder) return encode_for_decoder(model, sentence);
  return model.tokenizer->encode(sentence, {.add_special = text.add_special, .max_tokens = model.config.context});
}

/// The word as it would be typed in a token's place; nothing where the tokenizer would read it otherwise.
std::string typed_word(const SweepText& text, std::size_t token, std::int32_t id) {
  std::string word = text.trace->model->tokenizer->readable(id);
  const Substitution made = substitution_of(text, token, word);
  const bool same = made.ids == std::vector{id} && made.tokens == Range{token, token + 1};
  return same ? word : std::string{};
}

std::vector<std::int32_t> candidates(const SweepQuestion& question, const std::stop_token& stop) {
  const std::size_t count = 2 * swept_words;  // some cannot be typed
  if (question.words == SweepWords::model) return own_alternatives(question.text.trace, question.token, count, stop);
  return frequent_words(*question.text.trace->model, question.text.trace->request.ids[question.token], count);
}

SweepRow row_of(const SweepText& text, std::size_t token, std::string word) {
  return {token, label_of(text.encoding->tokens[token]), std::move(word)};
}

/// The rows without their numbers.
SweepView begin_sweep(const SweepQuestion& question, const std::stop_token& stop) {
  SweepView view;
  const auto add = [&](const std::string& word) {
    SweepRow row = row_of(question.text, question.token, word);
    row.numbers.substitution = substitution_of(question.text, question.token, word);
    if (row.numbers.substitution.ids.empty())
      view.refused.push_back(word);
    else
      view.rows.push_back(std::move(row));
  };
  if (question.words == SweepWords::own) {
    std::for_each(question.own.begin(), question.own.end(), add);
    return view;
  }
  for (const std::int32_t id : candidates(question, stop)) {
    throw_if_stopped(stop);
    const std::string word = typed_word(question.text, question.token, id);
    if (!word.empty() && view.rows.size() < swept_words) add(word);
  }
  return view;
}

/// Tokens that a search may replace.
std::vector<std::size_t> replaceable(const SweepText& text, bool watched_too) {
  std::vector<std::size_t> positions;
  for (std::size_t token = 0; token < text.encoding->tokens.size(); ++token) {
    const bool watched = token == text.watch.query || token == text.watch.key;
    if (!text.encoding->tokens[token].special && can_replace(token, *text.encoding) && (watched_too || !watched))
      positions.push_back(token);
  }
  return positions;
}

}  // namespace

std::vector<std::string> words_of(std::string_view typed) {
  std::vector<std::string> words;
  while (!typed.empty()) {
    const std::size_t end = std::min(typed.find_first_of(",;\n"), typed.size());
    std::string word(trimmed(typed.substr(0, end)));
    if (!word.empty() && std::find(words.begin(), words.end(), word) == words.end()) words.push_back(std::move(word));
    typed.remove_prefix(std::min(end + 1, typed.size()));
  }
  return words;
}

const Snapshot& swept(const Snapshot& live) {
  const Snapshot& plain = without_interventions(live);
  return plain.trace ? plain : live;
}

SweepText sweep_text(const Snapshot& live, const Session& session, std::size_t position,
                     std::shared_ptr<const Encoding> encoding) {
  SweepText text{swept(live).trace, std::move(encoding)};
  text.decoder = has_two_texts(live);
  text.add_special = session.add_special;
  text.watch = {shown_head(live, session), selected_query(live, session), selected_key(live, session), position};
  return text;
}

Substitution substitution_of(const SweepText& text, std::size_t token, const std::string& word) {
  Session session;
  session.text = text.encoding->text;
  const ActionContext context{&*text.encoding};
  const Encoding changed = encode(text, apply(session, ReplaceToken{token, word}, context).text);
  const std::vector<std::int32_t>& before = text.trace->request.ids;
  const std::size_t after = changed.tokens.size();
  const auto equal = [&](std::size_t first, std::size_t second) { return before[first] == changed.tokens[second].id; };
  std::size_t begin = 0;
  while (begin < std::min(token, after) && equal(begin, begin))
    ++begin;
  std::size_t kept = 0;  // at the end
  while (kept + begin < after && before.size() - kept - 1 > token && equal(before.size() - kept - 1, after - kept - 1))
    ++kept;
  Substitution made{{begin, before.size() - kept}};
  for (std::size_t at = begin; at + kept < after; ++at)
    made.ids.push_back(changed.tokens[at].id);
  const bool same = std::equal(made.ids.begin(), made.ids.end(), before.begin() + static_cast<std::ptrdiff_t>(begin),
                               before.begin() + static_cast<std::ptrdiff_t>(made.tokens.end));
  return same || changed.dropped > 0 ? Substitution{} : made;
}

std::shared_ptr<const SweepView> make_sweep(const SweepQuestion& question, const PublishSweep& publish,
                                            const std::function<void()>& give_way, const std::stop_token& stop,
                                            Progress* progress) {
  const SweepText& text = question.text;
  SweepView planned = begin_sweep(question, stop);
  SweepView view{watched_weight(*text.trace, {question.token, question.token + 1}, text.watch), {}, planned.refused};
  std::vector<Substitution> substitutions;
  for (const SweepRow& row : planned.rows)
    substitutions.push_back(row.numbers.substitution);
  Publishing<SweepView> parts(publish);
  const auto see = [&](const SweepResult& result) {
    view.rows.push_back(planned.rows[view.rows.size()]);
    view.rows.back().numbers = result;
    parts.offer([&] { return view; });
    if (give_way) give_way();
  };
  (void)sweep(text.trace, substitutions, text.watch, see, stop, progress);
  return std::make_shared<const SweepView>(std::move(view));
}

std::size_t runs_of_search(const SweepText& text, bool watched_too) {
  return replaceable(text, watched_too).size() * 2 * kSearchedWords;
}

std::shared_ptr<const SweepView> make_search(const SweepText& text, bool watched_too, const PublishSweep& publish,
                                             const std::function<void()>& give_way, const std::stop_token& stop,
                                             Progress* progress) {
  SweepView view{watched_weight(*text.trace, {text.watch.query, text.watch.query + 1}, text.watch)};
  Publishing<SweepView> parts(publish);
  const auto see = [&](const SweepResult& result) {
    const std::size_t token = result.substitution.tokens.begin;
    std::string word = typed_word(text, token, result.substitution.ids.front());
    if (word.empty()) return;
    SweepRow row = row_of(text, token, std::move(word));
    row.numbers = result;
    const auto better = [](const SweepRow& a, const SweepRow& b) {
      return a.numbers.weight_change > b.numbers.weight_change;
    };
    view.rows.insert(std::upper_bound(view.rows.begin(), view.rows.end(), row, better), std::move(row));
    if (view.rows.size() > kSearchResults) view.rows.pop_back();
    parts.offer([&] { return view; });
  };
  const SearchOptions options{replaceable(text, watched_too), kSearchedWords, kSearchedWords, 4 * kSearchResults,
                              give_way};
  (void)find_substitution(text.trace, text.watch, options, see, stop, progress);
  return std::make_shared<const SweepView>(std::move(view));
}

std::vector<std::size_t> sorted(const SweepView& view, SweepColumn column, bool reversed) {
  const auto value = [&](std::size_t index) {
    const SweepResult& numbers = view.rows[index].numbers;
    switch (column) {
      case SweepColumn::weight:
        return numbers.weight;
      case SweepColumn::movement:
        return numbers.movement;
      case SweepColumn::divergence:
        return numbers.divergence;
      default:
        return std::abs(numbers.weight_change);
    }
  };
  std::vector<std::size_t> order(view.rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (column == SweepColumn::word) return view.rows[a].word < view.rows[b].word;
    return value(a) > value(b);
  });
  if (reversed) std::reverse(order.begin(), order.end());
  return order;
}

}  // namespace regard
