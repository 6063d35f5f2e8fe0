// SPDX-License-Identifier: Apache-2.0
// Lessons and the glossary, read beside the window: those that come with the program and those of a person's folder. UI thread
// only; the reading runs elsewhere.
#pragma once

#include "app/jobs/errand.h"
#include "app/panels/common/lesson_news.h"
#include "app/session/preferences.h"
#include "app/shell/file_watch.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace regard::shell {

/// $XDG_DATA_HOME/regard/lessons, ~/.local/share/regard/lessons; empty where there is no home either.
[[nodiscard]] std::filesystem::path own_lessons_folder();

/// What a frame found new.
struct LessonsCame {
  bool lesson = false;  ///< the one on show was read, for the first time or again
  bool shelf = false;   ///< entries and glossary
};

/// A lesson's file was written again with a mistake in it, and the one read before stays.
struct LessonKept {
  std::string file{};
  LessonMistake mistake;
};

class LessonHost {
public:
  /// `built_in`: the folder of the program's lessons. `wake` is called from other threads when there is news. Whether the file of
  /// the lesson on show was written is looked at with such pauses.
  LessonHost(std::filesystem::path built_in, std::function<void()> wake,
             std::chrono::milliseconds pause = std::chrono::seconds(1))
      : built_in_(std::move(built_in)), wake_(std::move(wake)), watch_(wake_, pause) {}

  /// Once a frame: what is wanted is read, what came is taken. `lesson` empty: none is on show.
  LessonsCame follow(const std::string& lesson, Language language);
  /// Looks again at which lessons there are.
  void look_again() { looked_in_.reset(); }
  /// Reads the file again, as it may have been changed.
  void read_again() { read_.reset(); }

  [[nodiscard]] const std::vector<LessonEntry>& entries() const { return shelf_.entries; }
  [[nodiscard]] const std::shared_ptr<const Glossary>& glossary() const { return shelf_.glossary; }
  [[nodiscard]] const std::shared_ptr<const OpenedLesson>& open() const { return open_; }
  /// The language that `open()` was asked for in.
  [[nodiscard]] Language language() const { return open_in_; }
  /// What was wrong with the glossary, or why something could not be read, once.
  [[nodiscard]] std::vector<Error> take_problems();
  /// Why a lesson that was written again was not taken, once.
  [[nodiscard]] std::optional<LessonKept> take_kept();
  [[nodiscard]] bool busy() const { return reading_.under_way() || looking_.under_way(); }

private:
  struct Shelf {
    std::vector<LessonEntry> entries{};
    std::shared_ptr<const Glossary> glossary{};
    std::vector<Error> problems{};
  };
  struct Wanted {
    std::string lesson{};
    Language language = Language::ru;
    friend bool operator==(const Wanted&, const Wanted&) = default;
  };
  struct Read {
    std::shared_ptr<const OpenedLesson> lesson{};
    FileStamp stamp{};  ///< of before its file was read
  };
  [[nodiscard]] static Shelf shelf_of(const std::filesystem::path& built_in, Language language);
  [[nodiscard]] static Read read(const Wanted& wanted, const std::filesystem::path& built_in);
  bool take_shelf();
  bool take_lesson();

  std::filesystem::path built_in_;
  std::function<void()> wake_;
  Shelf shelf_{};
  std::optional<Language> looked_in_{};
  Errand<Shelf> looking_{};
  std::shared_ptr<const OpenedLesson> open_{};
  Language open_in_ = Language::ru;
  std::optional<Wanted> read_{};  ///< what `open_` is, or what is being read
  Errand<Read> reading_{};
  bool reads_what_was_written_ = false;  ///< a mistake in it leaves `open_` as it is
  std::vector<Error> problems_{};
  std::optional<LessonKept> kept_{};
  FileWatch watch_;
};

}  // namespace regard::shell
