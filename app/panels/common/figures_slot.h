// SPDX-License-Identifier: Apache-2.0
// A slot of Background for figures that ship, read from their file once for each language. Private to app/panels.
#pragma once

#include "app/jobs/background.h"
#include "app/style/locale.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace regard {

/// `load` takes the code of a language. Who asks with the same one shares the slot.
template <auto load>
struct FiguresSlot {
  struct Asked {
    Language language = Language::en;
    friend bool operator==(const Asked&, const Asked&) = default;
  };
  using Answer = decltype(load(std::string_view()));
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>&) {
    return std::make_shared<const Answer>(load(language_code(asked.language)));
  }
  static Models stays_with(const Asked&) { return {}; }
};

/// Where the window's language stands among these; 0 where it does not.
[[nodiscard]] inline std::size_t place_of_language(std::span<const std::string_view> codes) {
  const auto found = std::ranges::find(codes, language_code(language()));
  return found == codes.end() ? 0 : static_cast<std::size_t>(found - codes.begin());
}

}  // namespace regard
