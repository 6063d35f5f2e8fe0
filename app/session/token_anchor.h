// SPDX-License-Identifier: Apache-2.0
// Places in a text that survive its edits. Pure.
#pragma once

#include "core/text/tokenizer.h"

#include <cstddef>
#include <string_view>

namespace regard {

/// An encoder–decoder model reads two texts; every other model one, which counts as the encoder's.
enum class TextSide { encoder, decoder };

/// A place in the text that survives edits: the byte where the token starts, or a template special counted from the front
/// (0 = [CLS]) or from the back (0 = [SEP]).
struct TokenAnchor {
  enum class Kind { byte, special_front, special_back };
  Kind kind = Kind::byte;
  std::size_t value = 0;
  std::size_t repeat =
      0;  ///< among the tokens that start at this very byte (the byte pieces of one emoji), counted from 0
  friend bool operator==(const TokenAnchor&, const TokenAnchor&) = default;
};

/// Index of the token an anchor stands on; the nearest one where the text has changed; 0 for an empty encoding.
[[nodiscard]] std::size_t resolve(const TokenAnchor& anchor, const Encoding& encoding);
[[nodiscard]] TokenAnchor anchor_of(std::size_t token, const Encoding& encoding);

/// One replacement in a text: bytes [begin, end) of the old text gave way to `inserted` bytes.
struct TextEdit {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t inserted = 0;
};

/// A space, a tab or the end of a line.
[[nodiscard]] constexpr bool is_blank(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/// The smallest edit that leads from one text to the other (longest common prefix, then suffix), on whole UTF-8 characters.
[[nodiscard]] TextEdit edit_between(std::string_view from, std::string_view to);

/// Where an anchor stands after an edit: behind it, it moves along; inside, it goes to the edit's start.
[[nodiscard]] TokenAnchor moved(TokenAnchor anchor, const TextEdit& edit);

/// Where an anchor stands in a text that takes the place of another: on the same word, at its nearest place, else behind the end
/// (resolve() gives the last token then). An edit that leaves most of the text, or touches one word, moves it as moved() does.
[[nodiscard]] TokenAnchor kept_on_word(TokenAnchor anchor, std::string_view from, std::string_view to,
                                       const TextEdit& edit);

}  // namespace regard
