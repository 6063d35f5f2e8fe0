// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/lesson_blocks.h"

#include "app/lesson/lesson_number.h"
#include "core/base/text_parts.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace regard {
namespace {

constexpr std::array kStateKeys{"model", "workspace",    "panel",   "panels", "text",        "decoder",
                                "image", "head",         "compare", "query",  "key",         "attention",
                                "step",  "hide-special", "words",   "mask",   "temperature", "intervene",
                                "pin",   "shown",        "lit",     "session"};

struct KindKeys {
  QuestionKind kind;
  const char* name;
  std::array<const char*, 5> keys;  ///< beside kind, ask, nudge, after
};
constexpr std::array<KindKeys, 6> kKinds{{
    {QuestionKind::choice, "choice", {"answer", "option", "when"}},
    {QuestionKind::mark_keys, "mark-keys", {"head", "query", "keys"}},
    {QuestionKind::arrows, "arrows", {"head", "query"}},
    {QuestionKind::rank_token, "rank-token", {"option", "at"}},
    {QuestionKind::find_head, "find-head", {"answer"}},
    {QuestionKind::make_it, "make-it", {"until", "example"}},
}};
constexpr std::array kCommonKeys{"kind", "ask", "nudge", "after"};
constexpr std::array kAllQuestionKeys{"kind", "ask", "answer", "option",  "when",  "head", "query",
                                      "keys", "at",  "until",  "example", "nudge", "after"};

const KindKeys& keys_of(QuestionKind kind) {
  return *std::find_if(kKinds.begin(), kKinds.end(), [kind](const KindKeys& each) { return each.kind == kind; });
}

std::vector<const char*> allowed_keys(QuestionKind kind) {
  std::vector<const char*> keys(kCommonKeys.begin(), kCommonKeys.end());
  for (const char* key : keys_of(kind).keys)
    if (key != nullptr) keys.push_back(key);
  return keys;
}

bool among_keys(std::span<const char* const> keys, std::string_view key) {
  return std::any_of(keys.begin(), keys.end(), [key](const char* each) { return each == key; });
}

/// What a question is read into, line by line.
class QuestionReader {
public:
  QuestionReader(const LessonBlock& block, LessonNotes& notes) : notes_(notes) {
    question_.line = block.line;
    lines_ = read_lines(block, kAllQuestionKeys, notes);
  }

  std::optional<LessonQuestion> read() {
    if (!read_kind()) return std::nullopt;
    const std::vector<const char*> keys = allowed_keys(question_.kind);
    for (const LessonLine& line : lines_) {
      if (!among_keys(keys, line.key)) {
        fail(line.line, Error("lesson_key", {.item = std::string("question: ") + name_of(question_.kind),
                                             .expected = listed(keys),
                                             .found = line.key}));
        continue;
      }
      try {
        take(line);
      } catch (const Error& error) {
        fail(line.line, error);
      }
    }
    check_whole();
    if (failed_) return std::nullopt;
    return std::move(question_);
  }

private:
  void fail(std::size_t line, const Error& error) {
    failed_ = true;
    notes_.add(line, error);
  }
  void lacks(const char* key) {
    fail(question_.line,
         Error("lesson_missing", {.item = std::string("question: ") + name_of(question_.kind), .expected = key}));
  }

  bool read_kind() {
    const auto found = std::find_if(lines_.begin(), lines_.end(), [](const auto& line) { return line.key == "kind"; });
    std::vector<const char*> names;
    names.reserve(kKinds.size());
    for (const KindKeys& each : kKinds)
      names.push_back(each.name);
    if (found == lines_.end()) {
      fail(question_.line, Error("lesson_missing", {.item = "question", .expected = "kind: " + listed(names)}));
      return false;
    }
    const auto kind =
        std::find_if(kKinds.begin(), kKinds.end(), [&](const KindKeys& each) { return each.name == found->value; });
    if (kind == kKinds.end()) {
      fail(found->line, Error("lesson_value", {.item = "kind", .expected = listed(names), .found = found->value}));
      return false;
    }
    question_.kind = kind->kind;
    return true;
  }

  void take(const LessonLine& line) {
    const std::string& key = line.key;
    if (key == "ask") question_.ask = prose(line);
    if (key == "nudge") question_.nudge = prose(line);
    if (key == "after") question_.after = prose(line);
    if (key == "answer") question_.answer = parse_lesson_expression(line.value, line.line);
    if (key == "until") question_.until = parse_lesson_condition(line.value, line.line);
    if (key == "example") question_.example = line.value;
    if (key == "head") question_.head = line.value;
    if (key == "query") question_.query = line.value;
    if (key == "at") question_.at = line.value;
    if (key == "option") add_option(line);
    if (key == "when") add_when(line);
    if (key == "keys") {
      const std::optional<std::size_t> count = whole_number(line.value);
      if (!count || *count < 1 || *count > max_marked_keys)
        throw Error("lesson_value",
                    {.item = "keys", .expected = "1 … " + std::to_string(max_marked_keys), .found = line.value});
      question_.keys = *count;
    }
  }

  Prose prose(const LessonLine& line) { return parse_prose(line.value, line.line, notes_); }

  void add_option(const LessonLine& line) {
    if (question_.options.size() == max_lesson_options)
      throw Error("lesson_value",
                  {.item = "option", .expected = "≤ " + std::to_string(max_lesson_options), .found = line.value});
    question_.options.push_back({line.value, std::nullopt, line.line});
  }

  void add_when(const LessonLine& line) {
    if (question_.options.empty() || question_.options.back().when)
      throw Error("lesson_line", {.item = "question", .expected = "option: …", .found = "when: " + line.value});
    question_.options.back().when = parse_lesson_condition(line.value, line.line);
  }

  void check_whole() {
    const QuestionKind kind = question_.kind;
    if (question_.ask.empty()) lacks("ask");
    const bool chooses = kind == QuestionKind::choice || kind == QuestionKind::rank_token;
    if (chooses && question_.options.size() < 2) lacks("option");
    if (kind == QuestionKind::make_it && !question_.until) lacks("until");
    if (kind == QuestionKind::find_head && !question_.answer) lacks("answer");
    if (kind == QuestionKind::find_head && question_.answer) check_head_is_free(*question_.answer);
    const auto has_when = [](const LessonOption& option) { return option.when.has_value(); };
    const std::vector<LessonOption>& options = question_.options;
    if (kind == QuestionKind::choice && !question_.answer && !std::all_of(options.begin(), options.end(), has_when))
      lacks("answer");
  }

  /// A head is what is looked for: the measure must be able to take one, and names none.
  void check_head_is_free(const LessonExpression& answer) {
    const LessonMeasure& measure = *lesson_measure(answer.measure);
    const bool takes_head = names_contain(measure.required, "head") || names_contain(measure.optional_, "head");
    if (takes_head && !measure.word && answer.argument("head") == nullptr && answer.argument("layer") == nullptr)
      return;
    fail(answer.line, Error("lesson_value",
                            {.item = "answer", .expected = "weight query=\"…\" key=\"…\"", .found = written(answer)}));
  }

  LessonNotes& notes_;
  std::vector<LessonLine> lines_{};
  LessonQuestion question_{};
  bool failed_ = false;
};

}  // namespace

std::string listed(std::span<const char* const> names) {
  std::string list;
  for (const char* name : names)
    list += (list.empty() ? "" : ", ") + std::string(name);
  return list;
}

std::vector<std::string> words_in_list(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find_first_of(" ,\t\n"), list.size());
    if (end > 0) words.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return words;
}

bool names_contain(std::string_view list, std::string_view name) {
  const std::vector<std::string> names = words_in_list(list);
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::span<const char* const> lesson_state_keys() {
  return kStateKeys;
}

const char* name_of(QuestionKind kind) {
  return keys_of(kind).name;
}

const LessonLine* LessonState::find(std::string_view key) const {
  const auto found = std::find_if(lines.rbegin(), lines.rend(), [key](const auto& each) { return each.key == key; });
  return found == lines.rend() ? nullptr : &*found;
}

std::vector<LessonLine> read_lines(const LessonBlock& block, std::span<const char* const> keys, LessonNotes& notes) {
  std::vector<LessonLine> read;
  bool goes_on = false;  // an indented line belongs to the value before it
  std::size_t number = block.line;
  for (const std::string_view line : block.lines) {
    ++number;
    const std::string_view text = trimmed(line);
    const bool indented = line.starts_with(' ') || line.starts_with('\t');
    if (goes_on && indented && !text.empty()) {
      read.back().value += "\n" + std::string(text);
      continue;
    }
    if (text.empty() || text.starts_with('#')) {
      if (goes_on && text.empty()) read.back().value += '\n';
      continue;
    }
    goes_on = false;
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0) {
      notes.add(number,
                Error("lesson_line", {.item = block.name, .expected = "key: value", .found = std::string(text)}));
      continue;
    }
    const std::string key(trimmed(text.substr(0, colon)));
    if (!among_keys(keys, key)) {
      notes.add(number, Error("lesson_key", {.item = block.name, .expected = listed(keys), .found = key}));
      continue;
    }
    read.push_back({key, std::string(trimmed(text.substr(colon + 1))), number});
    goes_on = true;
  }
  for (LessonLine& line : read)
    while (line.value.ends_with('\n'))
      line.value.pop_back();
  return read;
}

LessonState read_state(const LessonBlock& block, LessonNotes& notes) {
  LessonState state{block.line, read_lines(block, kStateKeys, notes)};
  std::vector<LessonLine> once;
  std::set<std::string> seen;
  for (LessonLine& line : state.lines) {
    if (!seen.insert(line.key).second && line.key != "intervene")
      notes.add(line.line, Error("lesson_twice", {.item = line.key}));
    else
      once.push_back(std::move(line));
  }
  state.lines = std::move(once);
  return state;
}

std::optional<LessonQuestion> read_question(const LessonBlock& block, LessonNotes& notes) {
  return QuestionReader(block, notes).read();
}

std::vector<LessonCheck> read_checks(const LessonBlock& block, LessonNotes& notes) {
  std::vector<LessonCheck> checks;
  std::size_t number = block.line;
  for (const std::string_view line : block.lines) {
    ++number;
    const std::string_view text = trimmed(line);
    if (text.empty() || text.starts_with('#')) continue;
    try {
      checks.push_back({parse_lesson_condition(text, number), number});
    } catch (const Error& error) {
      notes.add(number, error);
    }
  }
  return checks;
}

}  // namespace regard
