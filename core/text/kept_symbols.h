// SPDX-License-Identifier: Apache-2.0
// SentencePiece's user-defined symbols: stretches of a text that stay whole, neither normalised nor merged with what stands
// beside them. Immutable, any thread.
#pragma once

#include "core/text/added_tokens.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace regard {

class KeptSymbols {
public:
  explicit KeptSymbols(std::vector<AddedToken> symbols) : symbols_(std::move(symbols)), finder_(symbols_) {}

  /// Bytes of the longest symbol that begins at byte `at` of the text; 0 where none does.
  [[nodiscard]] std::size_t length_at(std::string_view text, std::size_t at) const {
    const auto found = finder_.longest_at(text, at);
    return found ? found->second - at : 0;
  }

private:
  std::vector<AddedToken> symbols_;
  AddedTokenFinder finder_;
};

}  // namespace regard
