// SPDX-License-Identifier: Apache-2.0
// Any bytes given as a lesson or a glossary make one, with its mistakes; nothing of it lies outside of the file, mistakes stand by
// line, and expressions are read again as they were written.
#include "app/lesson/glossary_text.h"
#include "app/lesson/lesson.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace {

void hold(bool promise) {
  if (!promise) std::abort();
}

void check(const std::vector<regard::ProseBlock>& blocks, std::size_t lines) {
  for (const regard::ProseBlock& block : blocks) {
    for (const regard::ProseSpan& span : block.spans) {
      hold(span.line <= lines);
      if (span.number)
        hold(regard::parse_lesson_expression(regard::written(*span.number), span.number->line) == *span.number);
    }
    check(block.blocks, lines);
  }
}

void check(const std::vector<regard::LessonMistake>& mistakes, std::size_t lines) {
  hold(mistakes.size() <= regard::max_lesson_mistakes);
  for (std::size_t index = 0; index < mistakes.size(); ++index) {
    hold(mistakes[index].line >= 1 && mistakes[index].line <= lines);
    hold(index == 0 || mistakes[index - 1].line <= mistakes[index].line);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const regard::Lesson lesson = regard::parse_lesson(bytes, "fuzz");
  const std::size_t lines = static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n')) + 1;
  hold(!lesson.steps.empty() || !lesson.mistakes.empty());
  check(lesson.mistakes, lines);
  check(lesson.introduction.blocks, lines);
  for (const regard::LessonStep& step : lesson.steps) {
    hold(step.line >= 1 && step.line <= lines);
    check(step.prose.blocks, lines);
    check(step.simplified.blocks, lines);
    for (const regard::LessonCheck& each : step.checks)
      hold(regard::parse_lesson_condition(regard::written(each.condition), each.condition.left.line) == each.condition);
  }
  const regard::GlossaryText glossary = regard::parse_glossary_text(bytes, "fuzz");
  check(glossary.mistakes, lines);
  for (const regard::GlossaryEntry& entry : glossary.entries) {
    hold(!entry.id.empty() && !entry.name.empty());
    check(entry.text.blocks, lines);
  }
  return 0;
}
