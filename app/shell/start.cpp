// SPDX-License-Identifier: Apache-2.0
#include "app/shell/start.h"

#include "app/base/adapter_base.h"
#include "app/base/assets.h"
#include "app/base/built_in_adapters.h"
#include "app/base/file_kind.h"
#include "app/base/given_path.h"
#include "app/lesson/lesson_files.h"
#include "app/panels/registry.h"
#include "app/session/session.h"
#include "app/session/session_file.h"
#include "app/style/language_of_machine.h"
#include "app/style/locale.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <system_error>

namespace regard::shell {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFirstModel = "council";

Preferences first_preferences(const regard::WindowOptions& options, std::vector<Message>& messages) {
  std::optional<Error> problem;
  const fs::path file = preferences_path();
  std::error_code ignored;
  const bool first_time = !fs::exists(file, ignored);
  Preferences preferences = load_preferences(file, &problem);
  if (problem) messages.push_back(make_message(*problem));
  if (first_time || problem) preferences.language = language_of_machine();
  if (options.lang) preferences.language = *options.lang;
  if (options.theme) preferences.theme = *options.theme;
  return preferences;
}

/// The name of a workspace. Throws Error("unknown_workspace") that names those there are.
std::string known_workspace(const std::string& name) {
  std::string known;
  for (const Workspace& workspace : workspaces()) {
    if (workspace.id == name) return name;
    known += (known.empty() ? "" : ", ") + std::string(workspace.id);
  }
  throw Error("unknown_workspace", {.item = "--workspace", .expected = known, .found = name});
}

/// Over the model that was named, else over the one that the first adapter was trained on, where it is here.
void apply_adapters(Start& start, const regard::WindowOptions& options) {
  start.session.adapters.clear();
  for (const AdapterUse& adapter : options.adapters)
    start.session.adapters.push_back({adapter_named(adapter.path), adapter.strength});
  if (options.model) return;
  try {
    const std::string base = read_adapter_config(options.adapters.front().path).base;
    const fs::path found = base_on_this_machine(base, list_models(assets_folder() / "models"));
    if (!found.empty()) start.session.model = found.string();
  } catch (const Error& error) {
    start.messages.push_back(make_message(error));
  }
}

void apply_options(Start& start, const regard::WindowOptions& options) {
  Session& session = start.session;
  if (options.model || options.captured != ReadingCapture{}) session.captured = options.captured;
  if (options.model) session.model = *options.model;
  if (!options.adapters.empty()) apply_adapters(start, options);
  if (options.text) {
    bool repaired = false;  // the field edits UTF-8 alone
    session.text = repair_utf8(*options.text, repaired);
    session.query = session.key = {};
    start.choose_query = start.choose_key = true;
  }
  if (options.workspace) {
    session.stage.workspace = known_workspace(*options.workspace);
    session.stage.filling.clear();
  }
  std::error_code ignored;
  if (options.image) session.image = fs::absolute(expand_home(*options.image), ignored).string();
  if (options.layer) session.head.layer = *options.layer;
  if (options.head) session.head.head = *options.head;
  if (options.layer || options.head) start.relation.clear();
}

/// A model that reads no words begins with a text of its own.
void begin_with_own_text(Start& start, const regard::WindowOptions& options) {
  if (!options.model || options.text || !options.session.empty()) return;
  const ExampleGroup* group = text_to_begin_with(start.examples, "", *options.model, start.preferences.language);
  if (group == nullptr) return;
  const Example& first = group->examples.front();
  start.session = with_example(std::move(start.session), first, nullptr);
  if (!options.layer && !options.head) start.relation = first.relation;
}

/// A start that asks for nothing goes on where the last window ended. False where there is nothing to go on with.
bool go_on(Start& start, const regard::WindowOptions& options) {
  const bool asks = options.fresh || options.model || options.captured != ReadingCapture{} ||
                    !options.adapters.empty() || options.text || options.image || options.layer || options.head;
  start.state_file = StateFile(state_folder(), !asks);
  std::optional<Error> problem;
  std::optional<KeptState> kept = take_up(start.state_file, problem);
  if (problem) start.messages.push_back(make_message(*problem));
  if (!kept) return false;
  start.session = std::move(kept->current);
  start.past = std::move(kept->past);
  start.messages.push_back(make_message("log.went_on"));
  return true;
}

bool is_model_folder(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_regular_file(folder / "config.json", ignored);
}

}  // namespace

Start make_start(const regard::WindowOptions& options, const fs::path& assets) {
  if (assets.empty()) throw Error("file_missing", {.file = "assets/locale"});
  set_string_test(options.string_test);
  load_locale(assets / "locale");
  Start start;
  start.preferences = first_preferences(options, start.messages);
  set_language(start.preferences.language);
  try {
    start.examples = load_examples(assets / "examples.json");
  } catch (const Error& error) {
    start.messages.push_back(make_message(error));
  }
  if (!options.session.empty()) {
    refuse_other(options.session, FileKind::session);
    SessionFile file = load_session(options.session);
    start.session = std::move(file.session);
    start.proof = std::move(file.proof);
    start.choose_key = false;
    start.state_file = StateFile(state_folder(), false);
  } else if (go_on(start, options)) {
    start.choose_key = false;
  } else {
    Start first = first_start(start.examples, start.preferences.language, assets);
    start.session = std::move(first.session);
    start.relation = std::move(first.relation);
  }
  if (start.session.model.empty()) start.session.model = default_model(assets);
  start.proved = reading_of(start.session);
  apply_options(start, options);
  begin_with_own_text(start, options);
  if (!options.lesson.empty()) start.lesson = lesson_meant(options.lesson, built_in_lessons(assets));
  return start;
}

Start first_start(const Examples& examples, Language language, const fs::path& assets) {
  Start start;
  if (const Example* first = first_example(examples, language)) {
    start.session = with_example({}, *first, nullptr);
    start.relation = first->relation;
  }
  start.session.model = default_model(assets);
  return start;
}

fs::path built_in_models(const fs::path& assets) {
  return assets / "models";
}

fs::path built_in_lessons(const fs::path& assets) {
  return assets / "lessons";
}

std::string default_model(const fs::path& assets) {
  if (is_model_folder(built_in_models(assets) / kFirstModel)) return kFirstModel;
  std::vector<std::string> names;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(built_in_models(assets), ignored))
    if (is_model_folder(entry.path())) names.push_back(entry.path().filename().string());
  return names.empty() ? std::string() : *std::min_element(names.begin(), names.end());
}

}  // namespace regard::shell
