// SPDX-License-Identifier: Apache-2.0
#include "app/cli/checkpoint_option.h"

#include "app/base/given_path.h"
#include "app/base/model_path.h"
#include "app/cli/option_parts.h"
#include "core/base/error.h"
#include "core/model/checkpoint_series.h"

#include <CLI/CLI.hpp>

#include <array>
#include <system_error>
#include <utility>

namespace regard::cli {
namespace {

std::string* value_of(std::string& model) {
  return &model;
}
std::string* value_of(std::optional<std::string>& model) {
  return model ? &*model : nullptr;
}

/// What the command calls its model; null where it was not told.
std::string* model_named(const CLI::App& app, Values& values) {
  const std::array<std::pair<const char*, std::string*>, 10> commands{
      {{"trace", value_of(values.trace.model)},
       {"capture", value_of(values.capture.model)},
       {"tokens", value_of(values.tokens.model)},
       {"generate", value_of(values.generate.model)},
       {"heads", value_of(values.heads.model)},
       {"importance", value_of(values.importance.model)},
       {"probe", value_of(values.probe.model)},
       {"drift", value_of(values.drift.model)},
       {"kinds", value_of(values.kinds.model)},
       {"export", value_of(values.picture.model)}}};
  for (const auto& [name, model] : commands)
    if (app.got_subcommand(name)) return model;
  return value_of(values.window.model);
}

void keep_last_step(std::string& model) {
  try {
    const std::filesystem::path found = model_path(model);
    std::error_code ignored;
    if (std::filesystem::equivalent(found.parent_path(), expand_home(path_as_meant(model)), ignored))
      model = found.string();
  } catch (const Error&) {  // the window says so
  }
}

}  // namespace

void add_checkpoint(CLI::App& app, Values& values) {
  const auto add = [&](CLI::App& command) {
    if (command.get_option_no_throw("--model") == nullptr) return;
    add_index(command, "--checkpoint", values.checkpoint, tr("cli.option.checkpoint"))->type_name(tr("cli.type.step"));
  };
  add(app);
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; }))
    add(*command);
}

void choose_checkpoint(const CLI::App& app, Values& values) {
  std::string* model = model_named(app, values);
  if (values.checkpoint) {
    if (model == nullptr || model->empty()) throw Refusal(tr("cli.refusal.checkpoint_model"));
    *model = checkpoint_at(model_path(*model), *values.checkpoint).string();
  } else if (app.get_subcommands().empty() && model != nullptr) {
    keep_last_step(*model);
  }
}

}  // namespace regard::cli
