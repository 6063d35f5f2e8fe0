// SPDX-License-Identifier: Apache-2.0
// What a lesson calls by name: words of a text and heads of a model. Pure; any thread.
//
//   смотрела       the word, as a whole; capitals count only where the text has both
//   "the#2"        its second place in the text
//   [CLS]  </s>    a special token, by its text;  r3 c4: a patch of a picture
//   last           the last token that is not special
//   #5             a token by its number, counted from 0
//   3.0            layer 3, head 0;  relation:predicate_subject, role:induction: the first head that the model says does this
#pragma once

#include "core/model/model.h"
#include "core/text/tokenizer.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace regard {

/// Bytes [begin, end) of a text.
struct WordPlace {
  std::size_t begin = 0, end = 0;
  friend bool operator==(const WordPlace&, const WordPlace&) = default;
};
/// Where a word stands in a text; nothing where it does not.
[[nodiscard]] std::optional<WordPlace> place_of_word(std::string_view word, std::string_view text);

/// The tokens that are meant, in their order; never empty. Throws Error lesson_word.
[[nodiscard]] std::vector<std::size_t> tokens_of_word(std::string_view word, const Encoding& encoding);

/// Does the name say layer and head in figures?
[[nodiscard]] std::optional<HeadRef> head_by_number(std::string_view name);
/// Of the model's own stack, or of its encoder. Throws Error: lesson_head, lesson_role.
[[nodiscard]] HeadRef head_named(std::string_view name, const Model& model, bool of_encoder = false);

}  // namespace regard
