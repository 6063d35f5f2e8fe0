// SPDX-License-Identifier: Apache-2.0
// The sentences of assets/examples.json: each with the word whose question is shown first and the relation whose head
// shows it best.
#pragma once

#include "app/session/preferences.h"
#include "app/session/session.h"
#include "app/viewmodel/snapshot.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

struct Example {
  std::string text{};
  std::string select{};    ///< the word that asks: the last such one in the text
  std::string relation{};  ///< guided head to show, where the model has one; may be empty
};

struct ExampleGroup {
  Language language = Language::ru;
  std::string model{};  ///< name of the built-in model they are meant for
  std::vector<Example> examples{};
};

using Examples = std::vector<ExampleGroup>;

/// Throws Error (file_missing, json_syntax, json_value).
[[nodiscard]] Examples load_examples(const std::filesystem::path& file);

/// The first example in a language, else the first of all; null where there are none.
[[nodiscard]] const Example* first_example(const Examples& examples, Language language);

/// Does choosing from the group open another model? Only from one built-in model to another; one's own model is kept.
[[nodiscard]] bool opens_model(const ExampleGroup& group, const std::string& current,
                               const std::vector<std::string>& built_in);

/// The session with the example's sentence and its word selected, and its head where the model has the role.
[[nodiscard]] Session with_example(Session session, const Example& example, const Model* model);

/// Forgets what was pinned, compared and changed, and where one looked: another model and another text begin clean.
void start_clean(Session& session);

/// Head that was guided to a relation, if the model has one.
[[nodiscard]] const HeadRole* role_of_relation(const Model* model, std::string_view relation);

}  // namespace regard
