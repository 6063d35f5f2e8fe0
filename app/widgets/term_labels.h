// SPDX-License-Identifier: Apache-2.0
// Words of the window that name a term of the glossary: headings, tabs, names of controls. Whoever draws such words says
// where they stand; which words are terms is told from outside, so no panel knows any term. UI thread only.
#pragma once

#include <imgui.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace regard {

/// The words in the language on show, and the terms they name.
using TermLabels = std::map<std::string, std::string, std::less<>>;
void set_term_labels(TermLabels labels);

/// These words were drawn in the current window.
void label_drawn(std::string_view text, ImVec2 min, ImVec2 max);
/// Those of the item before.
void label_drawn(std::string_view text);

struct LabelledTerm {
  std::string term{};
  ImVec2 min{}, max{};
};
/// The term whose words the mouse is over in this frame; asking forgets it.
[[nodiscard]] std::optional<LabelledTerm> take_term_under_mouse();

}  // namespace regard
