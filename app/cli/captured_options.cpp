// SPDX-License-Identifier: Apache-2.0
#include "app/cli/captured_options.h"

#include "app/cli/option_parts.h"
#include "app/jobs/captured.h"
#include "app/style/locale.h"

#include <string>
#include <string_view>

namespace regard::cli {
namespace {

std::string check_axes(const std::string& text) {
  CaptureChoices choices;
  if (choose_axes(choices, text)) return {};
  std::string names;
  for (const std::string_view name : {kVectorAxes.usual, kVectorAxes.exchanged, kGridAxes.usual, kGridAxes.exchanged})
    names += (names.empty() ? "" : ", ") + std::string(name);
  return tr("cli.usage.none_of", {{"found", text}, {"names", names}});
}

std::string check_layers(const std::string& text) {
  return layers_in(text) ? std::string() : tr("cli.usage.layers", {{"found", text}});
}

}  // namespace

void add_captured(CLI::App& app, ReadingCapture& captured) {
  add_text(app, "--weights-of", captured.checkpoint, tr("cli.option.weights_of"), tr("cli.type.model"));
  app.add_option_function<std::string>(
         "--states-of", [&captured](const std::string& text) { captured.states_of = *layers_in(text); },
         tr("cli.option.states_of"))
      ->check(CLI::Validator(check_layers, "", ""))
      ->type_name("N,N…");
  app.add_option("--axes", captured.axes, tr("cli.option.axes"))
      ->allow_extra_args(false)
      ->check(CLI::Validator(check_axes, "", ""))
      ->type_name(tr("cli.type.name"));
}

}  // namespace regard::cli
