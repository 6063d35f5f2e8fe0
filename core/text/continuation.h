// SPDX-License-Identifier: Apache-2.0
// The text side of a continuation: what new ids add to a text, and which bytes each of them stands for. Any thread.
#pragma once

#include "core/text/tokenizer.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace regard {

/// The encoding without the closing specials of the template, which would end the text; one token stays in any case.
[[nodiscard]] Encoding prompt_of(Encoding encoding);

[[nodiscard]] std::vector<std::int32_t> ids_of(const Encoding& encoding);

/// The prompt's text as it was given and what the new ids add to it, up to the last whole character: bytes of a character
/// whose end has not come yet are held back. Special tokens add nothing.
[[nodiscard]] std::string continued_text(const Tokenizer& tokenizer, const Encoding& prompt,
                                         std::span<const std::int32_t> made);

/// A prompt and the tokens added to it, as an Encoding of the text so far: the tokenizer's own where it cuts this text into
/// these very ids (it nearly always does), else the prompt's tokens with the new ones behind it, each over the bytes it
/// added. Words are then told apart by the space before them.
class Continuation {
public:
  /// `tokenizer` must outlive this; `prompt` is what prompt_of() gave; `add_special` as it was encoded.
  Continuation(const Tokenizer& tokenizer, Encoding prompt, bool add_special = true);
  void add(std::int32_t id);

  [[nodiscard]] const Encoding& encoding() const { return encoding_; }
  /// Does reading `encoding().text` afresh give the very ids of this continuation? Not while a character is incomplete.
  [[nodiscard]] bool reads_back() const { return reads_back_; }

private:
  [[nodiscard]] Token token_of(std::int32_t id, std::size_t begin, std::size_t end) const;

  const Tokenizer& tokenizer_;
  Encoding prompt_;
  bool add_special_ = true;
  std::vector<std::int32_t> ids_;  ///< prompt and new ones
  std::vector<std::int32_t> made_{};
  Encoding as_written_;  ///< token by token
  Encoding encoding_;
  bool reads_back_ = true;
};

}  // namespace regard
