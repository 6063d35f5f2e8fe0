// SPDX-License-Identifier: Apache-2.0
#include "app/session/preferences.h"

#include "app/session/json_fields.h"
#include "app/session/session_file.h"
#include "app/session/session_parts.h"
#include "app/session/stage.h"
#include "core/base/text_file.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <system_error>

namespace regard {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr std::size_t newest_preferences_format = 1;
constexpr std::size_t most_preferences_bytes = 1U << 20;
constexpr std::size_t most_listed = 1000;  // recent ones, of which the newest eight are kept

constexpr std::array<Named<Language>, 2> language_names{{{Language::ru, "ru"}, {Language::en, "en"}}};
constexpr std::array<Named<ThemeChoice>, 2> theme_names{{{ThemeChoice::dark, "dark"}, {ThemeChoice::light, "light"}}};
constexpr std::array<Named<FileDialogs>, 2> file_dialog_names{
    {{FileDialogs::automatic, "auto"}, {FileDialogs::own, "own"}}};

void put_first(std::vector<std::string>& recent, const std::string& newest) {
  std::erase(recent, newest);
  recent.insert(recent.begin(), newest);
  if (recent.size() > max_recent) recent.resize(max_recent);
}

LessonProgress& lesson_put_first(Preferences& preferences, const std::string& lesson) {
  std::vector<LessonProgress>& list = preferences.lessons;
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const LessonProgress& each) { return each.lesson == lesson; });
  LessonProgress progress = found == list.end() ? LessonProgress{.lesson = lesson} : *found;
  if (found != list.end()) list.erase(found);
  list.insert(list.begin(), std::move(progress));
  if (list.size() > max_lessons_kept) list.resize(max_lessons_kept);
  return list.front();
}

ordered_json json_of_lessons(const Preferences& preferences) {
  ordered_json lessons = ordered_json::array();
  for (const LessonProgress& each : preferences.lessons)
    lessons.push_back(
        {{"lesson", each.lesson}, {"step", each.step}, {"furthest", each.furthest}, {"answered", each.answered}});
  return lessons;
}

void read_lesson(const Fields& fields, Preferences& preferences) {
  LessonProgress progress;
  fields.read("lesson", progress.lesson, max_lesson_name);
  fields.read("step", progress.step, max_lesson_step);
  fields.read("furthest", progress.furthest, max_lesson_step);
  std::vector<std::int32_t> answered;
  fields.read("answered", answered, max_answered);
  for (const std::int32_t step : answered)
    progress.answered.push_back(static_cast<std::size_t>(step));
  if (!progress.lesson.empty() && preferences.lessons.size() < max_lessons_kept)
    preferences.lessons.push_back(std::move(progress));
}

void read_recent(const Fields& fields, const char* name, std::vector<std::string>& recent) {
  std::vector<std::string> listed;
  fields.read(name, listed, most_listed, most_name_bytes);
  for (auto each = listed.rbegin(); each != listed.rend(); ++each)
    put_first(recent, *each);
}

}  // namespace

void remember_model(Preferences& preferences, const std::string& model) {
  put_first(preferences.recent_models, model);
}

void remember_session(Preferences& preferences, const std::string& file) {
  put_first(preferences.recent_sessions, file);
}

void remember_step(Preferences& preferences, const std::string& lesson, std::size_t step) {
  LessonProgress& progress = lesson_put_first(preferences, lesson);
  progress.step = step;
  progress.furthest = std::max(progress.furthest, step);
}

void remember_answer(Preferences& preferences, const std::string& lesson, std::size_t step) {
  std::vector<std::size_t>& answered = lesson_put_first(preferences, lesson).answered;
  const auto place = std::lower_bound(answered.begin(), answered.end(), step);
  if (answered.size() < max_answered && (place == answered.end() || *place != step)) answered.insert(place, step);
}

const LessonProgress* progress_of(const Preferences& preferences, const std::string& lesson) {
  const auto found = std::find_if(preferences.lessons.begin(), preferences.lessons.end(),
                                  [&](const LessonProgress& each) { return each.lesson == lesson; });
  return found == preferences.lessons.end() ? nullptr : &*found;
}

std::string to_json(const Preferences& preferences) {
  const ordered_json json = {
      {"format", newest_preferences_format},
      {"language", name_of(language_names, preferences.language)},
      {"theme", name_of(theme_names, preferences.theme)},
      {"text_scale", shortest_double(preferences.text_scale)},
      {"classroom", preferences.classroom},
      {"classroom_scale", shortest_double(preferences.classroom_scale)},
      {"left_share", shortest_double(preferences.left_share)},
      {"grids_share", shortest_double(preferences.grids_share)},
      {"question_share", shortest_double(preferences.question_share)},
      {"file_dialogs", name_of(file_dialog_names, preferences.file_dialogs)},
      {"animate", preferences.animate},
      {"recent_models", preferences.recent_models},
      {"recent_sessions", preferences.recent_sessions},
      {"offers_lesson", preferences.offers_lesson},
      {"lessons", json_of_lessons(preferences)},
  };
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Preferences preferences_from_json(std::string_view json, const std::string& file) {
  const Document document(json, file, newest_preferences_format);
  const Fields fields = document.fields();
  Preferences preferences;
  fields.read("language", preferences.language, language_names);
  fields.read("theme", preferences.theme, theme_names);
  fields.read("text_scale", preferences.text_scale);
  fields.read("classroom", preferences.classroom);
  fields.read("classroom_scale", preferences.classroom_scale);
  fields.read("left_share", preferences.left_share);
  fields.read("grids_share", preferences.grids_share);
  fields.read("question_share", preferences.question_share);
  fields.read("file_dialogs", preferences.file_dialogs, file_dialog_names);
  fields.read("animate", preferences.animate);
  read_recent(fields, "recent_models", preferences.recent_models);
  read_recent(fields, "recent_sessions", preferences.recent_sessions);
  fields.read("offers_lesson", preferences.offers_lesson);
  fields.read_list("lessons", most_listed, [&](const Fields& lesson) { read_lesson(lesson, preferences); });
  preferences.text_scale = std::clamp(preferences.text_scale, 0.7F, 2.5F);
  preferences.classroom_scale = std::clamp(preferences.classroom_scale, 0.7F, 2.5F);
  preferences.left_share = std::clamp(preferences.left_share, 0.05F, 0.95F);
  preferences.grids_share = std::clamp(preferences.grids_share, 0.05F, 0.95F);
  preferences.question_share = std::clamp(preferences.question_share, 0.05F, 0.95F);
  return preferences;
}

Preferences load_preferences(const fs::path& path, std::optional<Error>* problem) {
  try {
    return preferences_from_json(read_file(path, most_preferences_bytes), path.string());
  } catch (const Error& error) {
    if (problem != nullptr && error.code() != "file_missing") *problem = error;
  }
  return {};
}

void save_preferences(const Preferences& preferences, const fs::path& path) {
  std::error_code ignored;  // what matters is whether the file can be written, and the writer says so
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), ignored);
  write_file_atomically(path, to_json(preferences));
}

fs::path preferences_path() {
  // The XDG specification: a relative path in the variable is to be ignored.
  if (const char* config = std::getenv("XDG_CONFIG_HOME"); config != nullptr && fs::path(config).is_absolute())
    return fs::path(config) / "regard" / "preferences.json";
  const char* home = std::getenv("HOME");
  if (home == nullptr || !fs::path(home).is_absolute()) return {};
  return fs::path(home) / ".config" / "regard" / "preferences.json";
}

}  // namespace regard
