// SPDX-License-Identifier: Apache-2.0
// The glossary's file: Markdown, a heading of level 2 for every term.
//
//   ## голова {#head}
//   also: голову, головы, головой
//   show: panel=weights head=3.0
//
//   What it is, its formula …
//
// `also` and `show` may be left out. A paragraph that has a sign of a formula (=, ·, Σ, √) and no full stop at its end is set as one. Pure but for load_glossary(). Any thread.
#pragma once

#include "app/lesson/prose.h"
#include "app/panels/common/glossary.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

inline constexpr std::size_t max_glossary_bytes = std::size_t{1} << 20;

struct GlossaryFile {
  std::vector<GlossaryTerm> terms{};
  std::vector<LessonMistake> mistakes{};  ///< what they are about is left out
};

/// Never throws.
[[nodiscard]] GlossaryFile parse_glossary(std::string_view bytes, const std::string& file);
/// Throws Error file_…
[[nodiscard]] GlossaryFile load_glossary(const std::filesystem::path& file);

}  // namespace regard
