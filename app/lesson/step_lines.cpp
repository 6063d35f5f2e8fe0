// SPDX-License-Identifier: Apache-2.0
// Which lines of its state blocks hold for a step, and what they name outside of the lesson.
#include "app/base/model_path.h"
#include "app/lesson/step_state.h"
#include "app/session/reading.h"
#include "app/session/session_file.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace regard {
namespace {

/// What shows stays until a step says otherwise; what it depends on takes it away.
constexpr std::array kInherited{"model", "workspace", "panel", "panels",    "text",         "decoder", "image",
                                "head",  "query",     "key",   "attention", "hide-special", "words"};
bool says(const LessonState& state, std::initializer_list<const char*> keys) {
  return std::any_of(keys.begin(), keys.end(), [&](const char* key) { return state.find(key) != nullptr; });
}
bool is_left_behind(const LessonState& now, std::string_view key) {
  if (now.find(key) != nullptr || now.find("session") != nullptr) return true;
  const auto is = [&](std::initializer_list<std::string_view> keys) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  };
  if (is({"panel", "panels"}) && says(now, {"workspace", "panel", "panels"})) return true;
  if (is({"workspace"}) && says(now, {"panel", "panels"})) return false;
  if (is({"text", "decoder", "image", "head", "query", "key", "attention"}) && says(now, {"model"})) return true;
  if (is({"query", "key"}) && says(now, {"text", "image", "decoder"})) return true;
  return is({"decoder"}) && says(now, {"text"});
}

}  // namespace

LessonSessions load_lesson_sessions(Lesson& lesson) {
  LessonSessions sessions;
  for (const LessonStep& step : lesson.steps) {
    const LessonLine* line = step.state.find("session");
    if (line == nullptr || sessions.count(line->value) > 0) continue;
    try {
      sessions[line->value] = load_session(std::filesystem::path(lesson.file).parent_path() / line->value).session;
    } catch (const Error& error) {
      add_mistake(lesson.mistakes, {line->line, error});
    }
  }
  return sessions;
}

LessonState state_of_step(const Lesson& lesson, std::size_t step) {
  LessonState state;
  for (std::size_t each = 0; each <= step && each < lesson.steps.size(); ++each) {
    const LessonState& now = lesson.steps[each].state;
    if (!now.given()) continue;
    std::vector<LessonLine> lines;
    for (const LessonLine& line : state.lines) {
      const bool lasts = std::find_if(kInherited.begin(), kInherited.end(),
                                      [&](const char* key) { return line.key == key; }) != kInherited.end();
      if (lasts && !is_left_behind(now, line.key)) lines.push_back(line);
    }
    lines.insert(lines.end(), now.lines.begin(), now.lines.end());
    state = {now.line, std::move(lines)};
  }
  return state;
}

std::optional<std::string> model_named_for_step(const Lesson& lesson, std::size_t step,
                                                const LessonSessions& sessions) {
  const LessonState state = state_of_step(lesson, step);
  if (const LessonLine* line = state.find("model")) return line->value;
  if (const LessonLine* line = state.find("session"))
    if (const auto kept = sessions.find(line->value); kept != sessions.end() && !reading_of(kept->second).model.empty())
      return reading_of(kept->second).model;
  return lesson.model.empty() ? std::nullopt : std::optional(lesson.model);
}

std::string model_of_step(const Lesson& lesson, std::size_t step, const LessonSessions& sessions) {
  return model_named_for_step(lesson, step, sessions).value_or(kDefaultModel);
}

}  // namespace regard
