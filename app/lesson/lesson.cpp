// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/lesson.h"

#include "app/lesson/lesson_blocks.h"
#include "app/lesson/lesson_number.h"
#include "core/base/lines.h"
#include "core/base/text_file.h"
#include "core/base/text_parts.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>
#include <utility>

namespace regard {
namespace {

constexpr std::array kHeadKeys{"format", "title", "model", "minutes"};
constexpr std::array kBlocks{"state", "question", "check", "simplified"};

/// "```name" or "~~~~": the sign, how often it stands, and what follows. At most three blanks may stand before.
struct Fence {
  char sign = 0;
  std::size_t length = 0;
  std::string_view name{};
};
std::optional<Fence> fence_of(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(' ');
  if (begin == std::string_view::npos || begin > 3) return std::nullopt;
  if (std::string_view("`~").find(line[begin]) == std::string_view::npos) return std::nullopt;
  Fence fence;
  fence.sign = line[begin];
  const std::size_t end = std::min(line.find_first_not_of(fence.sign, begin), line.size());
  fence.length = end - begin;
  fence.name = trimmed(line.substr(end));
  if (fence.length < 3 || (fence.sign == '`' && fence.name.find('`') != std::string_view::npos)) return std::nullopt;
  return fence;
}

bool is_own(const Fence& fence) {
  return std::any_of(kBlocks.begin(), kBlocks.end(), [&](const char* name) { return fence.name == name; });
}

/// Of each line the longest closing fence of a sign that stands there or later.
std::vector<std::size_t> closing_fences(const std::vector<std::string_view>& lines, char sign) {
  std::vector<std::size_t> longest(lines.size() + 1, 0);
  for (std::size_t line = lines.size(); line-- > 0;) {
    const std::optional<Fence> fence = fence_of(lines[line]);
    const bool closes = fence && fence->sign == sign && fence->name.empty();
    longest[line] = std::max(longest[line + 1], closes ? fence->length : 0);
  }
  return longest;
}

/// What a file is cut into: its head, and the text and blocks of the introduction and of each step.
struct Section {
  std::string title{};
  std::string text{};          ///< a line for each of the file's, empty where it belongs to a block
  std::size_t first_line = 0;  ///< of the text
  std::size_t line = 0;        ///< of the title
  std::vector<LessonBlock> blocks{};
};

class Cutter {
public:
  Cutter(std::vector<std::string_view> lines, std::size_t from, LessonNotes& notes)
      : lines_(std::move(lines)),
        notes_(notes),
        backticks_(closing_fences(lines_, '`')),
        tildes_(closing_fences(lines_, '~')),
        at_(from) {
    sections_.push_back({{}, {}, from + 1, 0, {}});
  }

  std::vector<Section> cut() {
    while (at_ < lines_.size())
      take_line();
    return std::move(sections_);
  }

private:
  [[nodiscard]] std::string_view line() const { return lines_[at_]; }
  void keep() { sections_.back().text += std::string(lines_[at_++]) + "\n"; }
  void leave_out() {
    sections_.back().text += '\n';
    ++at_;
  }
  void mistake(std::size_t line_number, std::string_view code, Error::Details details) {
    notes_.add(line_number, Error(code, std::move(details)));
  }

  void take_line() {
    const std::optional<Fence> fence = fence_of(line());
    if (fence && is_own(*fence)) return take_block(*fence);
    if (fence) return take_code(*fence);
    if (trimmed(line()).starts_with("<!--")) return take_comment();
    if (begins_step(line())) return begin_step();
    keep();
  }

  static bool begins_step(std::string_view line) { return line.starts_with("## ") || line == "##"; }

  void begin_step() {
    std::string_view title = trimmed(line().substr(2));
    while (title.ends_with('#'))
      title = trimmed(title.substr(0, title.size() - 1));
    ++at_;
    sections_.push_back({std::string(title), {}, at_ + 1, at_, {}});
  }

  /// One of ours: up to its closing line; not closed where a step or another block begins first.
  void take_block(const Fence& fence) {
    LessonBlock block{std::string(fence.name), {}, at_ + 1};
    leave_out();
    for (; at_ < lines_.size(); leave_out()) {
      const std::optional<Fence> here = fence_of(line());
      if (here && here->sign == fence.sign && here->name.empty() && here->length >= fence.length) {
        leave_out();
        sections_.back().blocks.push_back(std::move(block));
        return;
      }
      if (begins_step(line()) || (here && is_own(*here))) break;
      block.lines.push_back(line());
    }
    mistake(block.line, "lesson_open", {.item = block.name, .expected = std::string(fence.length, fence.sign)});
  }

  /// Ordinary code is a part of the text; under a name it is most likely a block of ours that is misspelt.
  void take_code(const Fence& fence) {
    if (!fence.name.empty())
      mistake(at_ + 1, "lesson_value",
              {.item = std::string(fence.length, fence.sign),
               .expected = listed(kBlocks),
               .found = std::string(fence.name)});
    const std::vector<std::size_t>& closing = fence.sign == '`' ? backticks_ : tildes_;
    if (closing[at_ + 1] < fence.length) {
      mistake(at_ + 1, "lesson_open",
              {.item = std::string(trimmed(line())), .expected = std::string(fence.length, fence.sign)});
      return leave_out();
    }
    keep();
    while (at_ < lines_.size()) {
      const std::optional<Fence> here = fence_of(line());
      keep();
      if (here && here->sign == fence.sign && here->name.empty() && here->length >= fence.length) return;
    }
  }

  void take_comment() {
    while (at_ < lines_.size()) {
      const bool ends = line().find("-->") != std::string_view::npos;
      leave_out();
      if (ends) return;
    }
  }

  std::vector<std::string_view> lines_;
  LessonNotes& notes_;
  std::vector<std::size_t> backticks_, tildes_;
  std::vector<Section> sections_{};
  std::size_t at_;
};

/// The lines between the first two "---"; gives the first line after them.
std::size_t read_head(const std::vector<std::string_view>& lines, Lesson& lesson, LessonNotes& notes) {
  const auto is_bar = [&](std::size_t line) { return trimmed(lines[line]) == "---"; };
  std::size_t end = 1;
  while (end < lines.size() && !is_bar(end))
    ++end;
  if (lines.empty() || !is_bar(0) || end == lines.size()) {
    const std::string found = lines.empty() ? "" : std::string(lines[0].substr(0, 60));
    bool repaired = false;
    notes.add(1, Error("lesson_no_head", {.expected = "title: …", .found = repair_utf8(found, repaired)}));
    return 0;
  }
  const LessonBlock head{"---", {lines.begin() + 1, lines.begin() + static_cast<std::ptrdiff_t>(end)}, 1};
  bool has_format = false;
  for (const LessonLine& line : read_lines(head, kHeadKeys, notes)) {
    const std::optional<std::size_t> number = whole_number(line.value);
    if (line.key == "title") lesson.title = line.value;
    if (line.key == "model") lesson.model = line.value;
    if (line.key == "format") has_format = true;
    if (line.key == "format" && number != lesson_format)
      notes.add(line.line, Error("lesson_format", {.expected = std::to_string(lesson_format), .found = line.value}));
    if (line.key == "minutes" && !number)
      notes.add(line.line, Error("lesson_value", {.item = "minutes", .expected = "6", .found = line.value}));
    if (line.key == "minutes") lesson.minutes = number.value_or(0);
  }
  for (const auto& [missing, key] : {std::pair{!has_format, "format: 1"}, {lesson.title.empty(), "title: …"}})
    if (missing) notes.add(1, Error("lesson_missing", {.item = "---", .expected = key}));
  return end + 1;
}

LessonStep read_step(const Section& section, LessonNotes& notes) {
  LessonStep step;
  step.title = section.title;
  step.line = section.line;
  step.prose = parse_prose(section.text, section.first_line, notes);
  bool asked = false, simplified = false;
  for (const LessonBlock& block : section.blocks) {
    const bool again = (block.name == "state" && step.state.given()) || (block.name == "question" && asked) ||
                       (block.name == "simplified" && simplified);
    if (again) {
      notes.add(block.line, Error("lesson_twice", {.item = block.name}));
    } else if (block.name == "state") {
      step.state = read_state(block, notes);
    } else if (block.name == "question") {
      asked = true;
      step.question = read_question(block, notes);
    } else if (block.name == "check") {
      for (LessonCheck& check : read_checks(block, notes))
        step.checks.push_back(std::move(check));
    } else {
      simplified = true;
      std::string text;
      for (const std::string_view line : block.lines)
        text += std::string(line) + "\n";
      step.simplified = parse_prose(text, block.line + 1, notes);
    }
  }
  return step;
}

/// Why these bytes are no text, or nothing.
std::optional<Error> not_a_text(std::string_view bytes, const std::string& file) {
  if (bytes.size() > max_lesson_bytes)
    return Error("file_too_large",
                 {.file = file, .expected = std::to_string(max_lesson_bytes), .found = std::to_string(bytes.size())});
  if (const std::size_t zero = bytes.find('\0'); zero != std::string_view::npos)
    return Error("lesson_binary", {.found = std::to_string(zero)});
  for (std::size_t at = 0; at < bytes.size();) {
    const DecodedCharacter read = decode_utf8(bytes, at);
    if (!read.valid) return Error("lesson_utf8", {.found = std::to_string(at)});
    at += read.length;
  }
  return std::nullopt;
}

void read_sections(const std::vector<Section>& sections, Lesson& lesson, LessonNotes& notes) {
  for (const LessonBlock& block : sections.front().blocks)
    notes.add(block.line, Error("lesson_outside", {.item = block.name, .expected = "## …"}));
  lesson.introduction = parse_prose(sections.front().text, sections.front().first_line, notes);
  for (std::size_t index = 1; index < sections.size() && lesson.steps.size() < max_lesson_steps; ++index)
    lesson.steps.push_back(read_step(sections[index], notes));
  if (sections.size() - 1 > max_lesson_steps)
    notes.add(sections[max_lesson_steps + 1].line,
              Error("lesson_steps",
                    {.expected = std::to_string(max_lesson_steps), .found = std::to_string(sections.size() - 1)}));
  if (lesson.steps.empty()) notes.add(1, Error("lesson_no_steps", {.expected = "## …"}));
  if (!lesson.steps.empty() && !lesson.steps.front().state.given())
    notes.add(lesson.steps.front().line, Error("lesson_no_state", {.expected = "```state"}));
}

/// Steps that links name have to be there.
void check_links(const std::vector<ProseBlock>& blocks, std::size_t steps, LessonNotes& notes) {
  for (const ProseBlock& block : blocks) {
    for (const ProseSpan& span : block.spans)
      if (span.link == ProseLink::step && whole_number(span.target).value_or(0) > steps)
        notes.add(span.line,
                  Error("lesson_link", {.expected = steps == 0 ? "—" : "step:1 … step:" + std::to_string(steps),
                                        .found = "step:" + span.target}));
    check_links(block.blocks, steps, notes);
  }
}

}  // namespace

std::vector<const Prose*> texts_of(const LessonStep& step) {
  std::vector<const Prose*> texts{&step.prose};
  if (step.question)
    for (const Prose* prose : {&step.question->ask, &step.question->nudge, &step.question->after})
      texts.push_back(prose);
  texts.push_back(&step.simplified);
  return texts;
}

std::vector<const Prose*> texts_of(const Lesson& lesson) {
  std::vector<const Prose*> texts{&lesson.introduction};
  for (const LessonStep& step : lesson.steps)
    for (const Prose* prose : texts_of(step))
      texts.push_back(prose);
  return texts;
}

Lesson parse_lesson(std::string_view bytes, const std::string& file) {
  Lesson lesson;
  lesson.file = file;
  if (const std::optional<Error> problem = not_a_text(bytes, file)) {
    lesson.mistakes.push_back({1, *problem});
    return lesson;
  }
  std::vector<std::string_view> lines;
  for_each_line(bytes, [&](std::string_view line) { lines.push_back(line); });
  LessonNotes notes;
  const std::size_t body = read_head(lines, lesson, notes);
  read_sections(Cutter(std::move(lines), body, notes).cut(), lesson, notes);
  for (const Prose* prose : texts_of(lesson))
    check_links(prose->blocks, lesson.steps.size(), notes);
  lesson.mistakes = std::move(notes.mistakes);
  return lesson;
}

Lesson load_lesson(const std::filesystem::path& file) {
  try {
    return parse_lesson(read_file(file, max_lesson_bytes), file.string());
  } catch (const Error& error) {
    Lesson lesson;
    lesson.file = file.string();
    lesson.mistakes.push_back({0, error});
    return lesson;
  }
}

}  // namespace regard
