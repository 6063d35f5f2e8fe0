// SPDX-License-Identifier: Apache-2.0
// The sentences, tunes and pictures of assets/examples.json: each with the word whose question is shown first and the relation
// whose head shows it best.
#pragma once

#include "app/session/preferences.h"
#include "app/viewmodel/snapshot.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

struct Session;  // app/session/session.h

struct Example {
  std::string text{};      ///< empty where the example is a picture
  std::string select{};    ///< the word that asks: the last such one in the text
  std::string relation{};  ///< role of the head to show, where the model has one; may be empty
  std::string title{};     ///< what menus call it; empty: the text itself
  std::string
      image{};  ///< one of the program's own pictures (assets/examples), by its name; empty: the example is a text
};

struct ExampleGroup {
  Language language = Language::ru;
  std::string model{};  ///< name of the built-in model they are meant for
  std::vector<Example> examples{};
  bool apart = false;  ///< no other model reads what these are made of (notes, digits)
};

using Examples = std::vector<ExampleGroup>;

/// Throws Error (file_missing, json_syntax, json_value).
[[nodiscard]] Examples load_examples(const std::filesystem::path& file);

/// What menus call it.
[[nodiscard]] const std::string& label_of(const Example& example);

/// Is it what the session reads?
[[nodiscard]] bool is_shown(const Example& example, const Session& session);

/// The first example in a language, else the first of all; null where there are none.
[[nodiscard]] const Example* first_example(const Examples& examples, Language language);

/// The group whose first text takes the place of the session's when one model gives way to another, since only one of the two
/// reads words (an `apart` group of texts is the other's): in the language, if there is one; null where the text stays.
[[nodiscard]] const ExampleGroup* text_to_begin_with(const Examples& examples, const std::string& from,
                                                     const std::string& to, Language language);

/// Does choosing from the group open another model? From one built-in model to another; one's own model is kept, unless nothing
/// but the group's model reads such examples.
[[nodiscard]] bool opens_model(const ExampleGroup& group, const std::string& current,
                               const std::vector<std::string>& built_in);

/// The session with the example's sentence or picture and its word selected, and its head where the model has the role.
[[nodiscard]] Session with_example(Session session, const Example& example, const Model* model);

/// Forgets what was pinned, compared and changed, and where one looked: another model and another text begin clean.
void start_clean(Session& session);

/// Head that was guided to a relation, if the model has one.
[[nodiscard]] const HeadRole* role_of_relation(const Model* model, std::string_view relation);

}  // namespace regard
