// SPDX-License-Identifier: Apache-2.0
// The glossary's file: Markdown, a heading of level 2 for every term.
//
//   ## голова {#head}
//   also: голову, головы, головой
//   show: panel=weights head=3.0
//
//   What it is, its formula …
//
// `also` and `show` may be left out. Plain values as the file says them; what they look like in the window is
// app/panels/lesson/glossary_file.h. Pure but for load_glossary_text(). Any thread.
#pragma once

#include "app/lesson/prose.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

inline constexpr std::size_t max_glossary_bytes = std::size_t{1} << 20;

struct GlossaryEntry {
  std::string id{};                  ///< "head"
  std::string name{};                ///< "голова"
  std::vector<std::string> forms{};  ///< "голову", "головы": other shapes of the word in running text
  std::string show{};                ///< the state that shows it, as a lesson writes it; may be empty
  Prose text{};
};

struct GlossaryText {
  std::vector<GlossaryEntry> entries{};
  std::vector<LessonMistake> mistakes{};  ///< as add_mistake() keeps them; what they are about is left out
};

/// `file`: as mistakes name it. Never throws.
[[nodiscard]] GlossaryText parse_glossary_text(std::string_view bytes, const std::string& file);
/// Throws Error file_…
[[nodiscard]] GlossaryText load_glossary_text(const std::filesystem::path& file);

}  // namespace regard
