// SPDX-License-Identifier: Apache-2.0
// Lessons and the glossary, read beside the window: those that come with the program and those of a person's folder. UI thread
// only; the reading runs elsewhere.
#pragma once

#include "app/jobs/errand.h"
#include "app/panels/common/lesson_news.h"
#include "app/session/preferences.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace regard::shell {

/// $XDG_DATA_HOME/regard/lessons, ~/.local/share/regard/lessons; empty where there is no home either.
[[nodiscard]] std::filesystem::path own_lessons_folder();

class LessonHost {
public:
  /// `built_in`: the folder of the program's lessons. `wake` is called from other threads when there is news.
  LessonHost(std::filesystem::path built_in, std::function<void()> wake)
      : built_in_(std::move(built_in)), wake_(std::move(wake)) {}

  /// Once a frame: what is wanted is read, what came is taken. `lesson` empty: none is on show. True when that lesson has just
  /// come.
  bool follow(const std::string& lesson, Language language);
  /// Looks again at which lessons there are.
  void look_again() { looked_in_.reset(); }
  /// Reads the file again, as it may have been changed.
  void read_again() { read_.reset(); }

  [[nodiscard]] const std::vector<LessonEntry>& entries() const { return shelf_.entries; }
  [[nodiscard]] const std::shared_ptr<const Glossary>& glossary() const { return shelf_.glossary; }
  [[nodiscard]] const std::shared_ptr<const OpenedLesson>& open() const { return open_; }
  /// What was wrong with the glossary, once.
  [[nodiscard]] std::vector<Error> take_problems();
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
  [[nodiscard]] static Shelf shelf_of(const std::filesystem::path& built_in, Language language);

  std::filesystem::path built_in_;
  std::function<void()> wake_;
  Shelf shelf_{};
  std::optional<Language> looked_in_{};
  Errand<Shelf> looking_{};
  std::shared_ptr<const OpenedLesson> open_{};
  std::optional<Wanted> read_{};  ///< what `open_` is, or what is being read
  Errand<std::shared_ptr<const OpenedLesson>> reading_{};
};

}  // namespace regard::shell
