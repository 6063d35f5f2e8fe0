// SPDX-License-Identifier: Apache-2.0
// Texts that gave way because the model opened next does not read what they are made of: each comes back with the next model that does.
// UI thread only.
#pragma once

#include "app/panels/common/examples.h"
#include "app/session/session.h"

#include <map>
#include <optional>
#include <string>

namespace regard::shell {

/// What a text is made of: the name of the one model that reads such texts (notes), or empty: words.
using TextKind = std::string;

/// What the model's texts are made of; nothing where its examples are pictures, so that the text stays as it is.
[[nodiscard]] std::optional<TextKind> text_kind_of(const Examples& examples, const std::string& model);

struct LeftText {
  std::string text{};
  TokenAnchor query{}, key{};
};
struct LeftTexts {
  TextKind shown{};  ///< of the session's text
  std::map<TextKind, LeftText> kept{};
};

/// Puts the session's text aside and says what kind takes its place → the text of that kind that was put aside last, if there is one.
std::optional<LeftText> put_aside(LeftTexts& texts, const Session& session, const TextKind& next);

/// The session with that text and another model: it begins clean.
[[nodiscard]] Session with_text_back(Session session, const LeftText& text, const std::string& model);

}  // namespace regard::shell
