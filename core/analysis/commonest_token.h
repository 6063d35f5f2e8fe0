// SPDX-License-Identifier: Apache-2.0
// Can a model tell the words of a text apart? Where its vocabulary lacks them, most of the text is one unknown token to it, and nothing
// that is measured there is about the words. Pure; any thread.
#pragma once

#include "core/analysis/head_atlas.h"

#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>

namespace regard {

/// The most frequent token of a text, those that the template adds aside.
struct CommonestToken {
  std::string text{};                 ///< readable
  std::size_t times = 0, tokens = 0;  ///< it, and all

  [[nodiscard]] double share() const {
    return tokens > 0 ? static_cast<double>(times) / static_cast<double>(tokens) : 0.0;
  }
  /// Is more than half of the text this token? Not said of a few tokens.
  [[nodiscard]] bool is_most() const { return tokens >= 10 && 2 * times > tokens; }
};
/// In the first `sentences` of the corpus. The model has a tokenizer. Throws Error (of the tokenizer), Cancelled.
[[nodiscard]] CommonestToken commonest_token(const Model& model, const Corpus& corpus, std::size_t sentences = 50,
                                             const std::stop_token& stop = {});

}  // namespace regard
