// SPDX-License-Identifier: Apache-2.0
// Texts that gave way because the model opened next does not read what they are made of: each comes back with the next model that does.
// UI thread only.
#pragma once

#include "app/panels/common/examples.h"
#include "app/session/token_anchor.h"

#include <map>
#include <optional>
#include <string>

namespace regard {
struct Session;  // app/session/session.h
}

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
  std::map<TextKind, LeftText> kept{};
  /// The text that the last change of models left on show, and what it is made of: its model may be one that reads other texts, where
  /// nothing could take its place or the model has failed to load.
  struct Left {
    std::string text{};
    TextKind kind{};
  };
  std::optional<Left> on_show{};
};

/// What the session's text is made of: what its model reads, unless a change of models has left it there.
[[nodiscard]] TextKind text_kind(const LeftTexts& texts, const Examples& examples, const Session& session);

/// What the session reads when a model is opened: a text of that kind that was put aside, else the first example of a group; its text
/// stays where it is neither.
struct NextText {
  std::optional<LeftText> back{};
  const ExampleGroup* begin = nullptr;
};
/// Where another text takes the place of the session's, that one is put aside.
[[nodiscard]] NextText turn_to_model(LeftTexts& texts, const Examples& examples, const Session& session,
                                     const std::string& model, Language language);
/// The same where an example was chosen that opens its model.
void turn_to_example(LeftTexts& texts, const Examples& examples, const Session& session, const ExampleGroup& group,
                     const Example& example);

/// The session with that text and another model: it begins clean.
[[nodiscard]] Session with_text_back(Session session, const LeftText& text, const std::string& model);

}  // namespace regard::shell
