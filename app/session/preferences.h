// SPDX-License-Identifier: Apache-2.0
// How the program looks on this machine; not part of undo. Kept in $XDG_CONFIG_HOME/regard/preferences.json and in the session file's view.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace regard {

enum class Language { ru, en };
enum class ThemeChoice { dark, light };
/// Who asks for a path: the desktop's own dialog where there is one, or the program.
enum class FileDialogs { automatic, own };

/// How far somebody came in a lesson.
struct LessonProgress {
  std::string lesson{};                 ///< as LessonPlace names it
  std::size_t step = 0;                 ///< the one on show last
  std::size_t furthest = 0;             ///< the last one that was on show
  std::vector<std::size_t> answered{};  ///< steps whose questions were answered, each once, in order
  friend bool operator==(const LessonProgress&, const LessonProgress&) = default;
};

struct Preferences {
  Language language = Language::ru;
  ThemeChoice theme = ThemeChoice::dark;
  float text_scale = 1.0F;       ///< 0.7 … 2.5
  bool classroom = false;        ///< large and plain, for the last row
  float classroom_scale = 1.0F;  ///< of the text there, which the window says the usual size of; 0.7 … 2.5
  float left_share = 0.24F;      ///< splitter: overview column's share of the width
  float grids_share = 0.64F;     ///< splitter: grids' share of the height beside it
  float question_share = 0.35F;  ///< splitter: "one question"'s share of the width right of the overview
  FileDialogs file_dialogs = FileDialogs::automatic;
  bool animate = true;                         ///< pictures of the Steps view appear one after the other
  std::vector<std::string> recent_models{};    ///< newest first, at most 8
  std::vector<std::string> recent_sessions{};  ///< files saved to or opened from, likewise
  bool offers_lesson = true;                   ///< the line about the first lesson has not been put away
  std::vector<LessonProgress> lessons{};       ///< newest first, at most max_lessons_kept

  friend bool operator==(const Preferences&, const Preferences&) = default;
};

/// The scale of the text in the look that is on.
[[nodiscard]] inline float text_scale_of(const Preferences& preferences) {
  return preferences.classroom ? preferences.classroom_scale : preferences.text_scale;
}

inline constexpr std::size_t max_recent = 8, max_lessons_kept = 64, max_answered = 1000;

/// Puts a model, or a session file, first in its recent list, without repetition.
void remember_model(Preferences& preferences, const std::string& model);
void remember_session(Preferences& preferences, const std::string& file);
/// A step of a lesson was shown, or its question answered.
void remember_step(Preferences& preferences, const std::string& lesson, std::size_t step);
void remember_answer(Preferences& preferences, const std::string& lesson, std::size_t step);
/// How far it is; null where it was never opened.
[[nodiscard]] const LessonProgress* progress_of(const Preferences& preferences, const std::string& lesson);

}  // namespace regard
