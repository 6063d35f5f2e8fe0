// SPDX-License-Identifier: Apache-2.0
// The glossary's file (app/lesson/glossary_text.h) as its cards draw it. A paragraph that has a sign of a formula (=, ·, Σ, √) and no
// full stop at its end is set as one. Pure but for load_glossary(). Any thread.
#pragma once

#include "app/lesson/prose.h"
#include "app/panels/common/glossary.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

struct GlossaryFile {
  std::vector<GlossaryTerm> terms{};
  std::vector<LessonMistake> mistakes{};  ///< what they are about is left out
};

/// Never throws.
[[nodiscard]] GlossaryFile parse_glossary(std::string_view bytes, const std::string& file);
/// Throws Error file_…
[[nodiscard]] GlossaryFile load_glossary(const std::filesystem::path& file);

}  // namespace regard
