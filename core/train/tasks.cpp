// SPDX-License-Identifier: Apache-2.0
#include "core/train/tasks.h"

#include "core/base/error.h"
#include "core/train/shape.h"
#include "core/train/text_task.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

namespace regard::train {
namespace {

constexpr std::size_t kSorted = 10;   // numbers that are put in order at a time
constexpr std::size_t kDeepest = 12;  // brackets that are open at a time
constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-";
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kBrackets{
    {{"(", ")"}, {"[", "]"}, {"{", "}"}, {"<", ">"}, {"«", "»"}, {"⌊", "⌋"}}};
constexpr std::string_view kNothingOpen = "∅";

/// One sequence while it is written, token by token.
struct Sequence {
  std::span<std::int32_t> ids{}, targets{};
  std::span<Expect> expects{};
  [[nodiscard]] std::size_t size() const { return ids.size(); }
};

Sequence sequence_of(Batch& batch, std::size_t index) {
  const std::size_t first = index * batch.tokens;
  return {std::span(batch.ids).subspan(first, batch.tokens), std::span(batch.targets).subspan(first, batch.tokens),
          std::span(batch.expects).subspan(first, batch.tokens)};
}

std::int32_t any_of(std::size_t symbols, Random& random) {
  return static_cast<std::int32_t>(random.below(symbols));
}

/// Token `place` of a text that is one longer than the sequence: read there, asked one place before.
void say(const Sequence& sequence, std::size_t place, std::int32_t id, Expect expect) {
  if (place < sequence.size()) sequence.ids[place] = id;
  if (place == 0 || place > sequence.size()) return;
  sequence.targets[place - 1] = id;
  sequence.expects[place - 1] = expect;
}

// Before anything has been said twice nobody can know the period, unless it is always the same.
void draw_repeated(const Task& task, const Sequence& sequence, Random& random) {
  const std::size_t period = task.least_period + random.below(task.most_period - task.least_period + 1);
  const std::size_t told = task.least_period == task.most_period ? period : period + 1;
  std::vector<std::int32_t> said(period);
  for (std::int32_t& id : said)
    id = any_of(task.symbols, random);
  for (std::size_t place = 0; place <= sequence.size(); ++place)
    say(sequence, place, said[place % period], place < told ? Expect::chance : Expect::rule);
}

// n numbers, →, the same in order, ; — again and again
void draw_sorted(const Task& task, const Sequence& sequence, Random& random) {
  const auto arrow = static_cast<std::int32_t>(task.symbols), stop = arrow + 1;
  std::array<std::int32_t, kSorted> numbers{};
  for (std::size_t place = 0; place <= sequence.size();) {
    for (std::int32_t& number : numbers)
      say(sequence, place++, number = any_of(task.symbols, random), Expect::chance);
    say(sequence, place++, arrow, Expect::symbol);
    std::sort(numbers.begin(), numbers.end());
    for (const std::int32_t number : numbers)
      say(sequence, place++, number, Expect::rule);
    say(sequence, place++, stop, Expect::symbol);
  }
}

// a + b = c — again and again
void draw_sums(const Task& task, const Sequence& sequence, Random& random) {
  const auto modulus = static_cast<std::int32_t>(task.symbols), plus = modulus, equals = modulus + 1;
  for (std::size_t place = 0; place <= sequence.size();) {
    const std::int32_t a = any_of(task.symbols, random), b = any_of(task.symbols, random);
    say(sequence, place++, a, Expect::chance);
    say(sequence, place++, plus, Expect::symbol);
    say(sequence, place++, b, Expect::chance);
    say(sequence, place++, equals, Expect::symbol);
    say(sequence, place++, (a + b) % modulus, Expect::rule);
  }
}

void draw_previous(const Task& task, const Sequence& sequence, Random& random) {
  for (std::size_t place = 0; place < sequence.size(); ++place) {
    sequence.ids[place] = any_of(task.symbols, random);
    sequence.targets[place] = place == 0 ? kNotAsked : sequence.ids[place - 1];
    sequence.expects[place] = Expect::rule;
  }
}

// ids: opening and closing bracket of each kind by turns, then "nothing is open"
void draw_brackets(const Task& task, const Sequence& sequence, Random& random) {
  std::vector<std::int32_t> open;
  for (std::size_t place = 0; place < sequence.size(); ++place) {
    const bool opens = open.empty() || (open.size() < kDeepest && random.below(2) == 0);
    if (opens) open.push_back(any_of(task.symbols, random));
    sequence.ids[place] = 2 * open.back() + (opens ? 0 : 1);
    if (!opens) open.pop_back();
    sequence.targets[place] = open.empty() ? static_cast<std::int32_t>(2 * task.symbols) : 2 * open.back() + 1;
    sequence.expects[place] = Expect::rule;
  }
}

void draw_text(const PreparedTask& task, const Sequence& sequence, Random& random) {
  const std::size_t first = random.below(task.ids.size() - sequence.size());
  for (std::size_t place = 0; place <= sequence.size(); ++place)
    say(sequence, place, task.ids[first + place], task.expects[first + place]);
}

std::vector<std::string> numbers(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t number = 0; number < count; ++number)
    names.push_back(std::to_string(number));
  return names;
}

/// One letter each where there are as many.
std::vector<std::string> symbols(std::size_t count) {
  if (count > kLetters.size()) return numbers(count);
  std::vector<std::string> names;
  for (std::size_t letter = 0; letter < count; ++letter)
    names.emplace_back(1, kLetters[letter]);
  return names;
}

std::vector<std::string> pieces_of(const Task& task) {
  std::vector<std::string> names;
  switch (task.kind) {
    case TaskKind::repeat:
    case TaskKind::previous:
      return symbols(task.symbols);
    case TaskKind::sort:
      names = numbers(task.symbols);
      names.insert(names.end(), {"→", ";"});
      return names;
    case TaskKind::add:
      names = numbers(task.symbols);
      names.insert(names.end(), {"+", "="});
      return names;
    case TaskKind::brackets:
      for (std::size_t kind = 0; kind < task.symbols; ++kind)
        names.insert(names.end(), {std::string(kBrackets[kind].first), std::string(kBrackets[kind].second)});
      names.emplace_back(kNothingOpen);
      return names;
    case TaskKind::text:
      break;
  }
  return names;
}

}  // namespace

std::size_t usual_symbols(TaskKind kind) {
  switch (kind) {
    case TaskKind::repeat:
    case TaskKind::previous:
      return 64;
    case TaskKind::sort:
      return 32;
    case TaskKind::add:
      return 23;
    case TaskKind::brackets:
      return 4;
    case TaskKind::text:
      break;
  }
  return 0;
}

PreparedTask prepare(Task task, std::size_t tokens) {
  if (task.symbols == 0) task.symbols = usual_symbols(task.kind);
  PreparedTask ready{.task = task, .tokens = tokens, .pieces = pieces_of(task)};
  if (task.kind == TaskKind::text) {
    prepare_text(ready);
    return ready;
  }
  check_between("symbols", task.symbols, 2, task.kind == TaskKind::brackets ? kBrackets.size() : 2'048);
  if (task.kind != TaskKind::repeat) return ready;
  check_between("period", task.most_period, 1, tokens - 1);
  check_between("period", task.least_period, 1, task.most_period);
  return ready;
}

void draw(const PreparedTask& task, std::size_t sequences, Random& random, Batch& batch) {
  batch.tokens = task.tokens;
  batch.ids.resize(sequences * task.tokens);
  batch.targets.resize(batch.ids.size());
  batch.expects.resize(batch.ids.size());
  for (std::size_t index = 0; index < sequences; ++index) {
    const Sequence sequence = sequence_of(batch, index);
    switch (task.task.kind) {
      case TaskKind::repeat:
        draw_repeated(task.task, sequence, random);
        break;
      case TaskKind::sort:
        draw_sorted(task.task, sequence, random);
        break;
      case TaskKind::add:
        draw_sums(task.task, sequence, random);
        break;
      case TaskKind::previous:
        draw_previous(task.task, sequence, random);
        break;
      case TaskKind::brackets:
        draw_brackets(task.task, sequence, random);
        break;
      case TaskKind::text:
        draw_text(task, sequence, random);
        break;
    }
  }
}

}  // namespace regard::train
