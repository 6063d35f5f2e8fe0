// SPDX-License-Identifier: Apache-2.0
#include "app/cli/adapters.h"

#include "app/base/adapter_base.h"
#include "app/base/built_in_adapters.h"
#include "app/base/given_path.h"
#include "app/base/model_path.h"
#include "app/cli/commands.h"
#include "app/jobs/captured.h"
#include "app/session/reading.h"
#include "app/style/locale.h"
#include "core/capture/capture.h"
#include "core/engine/captured_states.h"
#include "core/model/captured.h"

#include <charconv>
#include <filesystem>
#include <optional>
#include <system_error>

namespace regard::cli {
namespace {

struct Parts {
  std::string path{};
  std::optional<std::string> strength{};
};

Parts parts_of(const std::string& given) {
  std::error_code ignored;
  const std::size_t sign = given.rfind('=');
  if (sign == std::string::npos || std::filesystem::exists(given_path(given), ignored)) return {given, {}};
  return {given.substr(0, sign), given.substr(sign + 1)};
}

std::optional<float> number_of(const std::string& text) {
  float number = 0.0F;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

AdapterUse adapter_use(const std::string& given) {
  const Parts parts = parts_of(given);
  return {adapter_path(parts.path), parts.strength ? number_of(*parts.strength).value_or(1.0F) : 1.0F};
}

std::string check_adapter(const std::string& given) {
  const Parts parts = parts_of(given);
  if (parts.path.empty()) return tr("cli.usage.adapter_path", {{"found", given}});
  if (!parts.strength) return {};
  const std::optional<float> strength = number_of(*parts.strength);
  if (strength && *strength >= min_strength && *strength <= max_strength) return {};
  return tr("cli.usage.strength", {{"found", *parts.strength},
                                   {"least", static_cast<int>(min_strength)},
                                   {"most", static_cast<int>(max_strength)}});
}

std::filesystem::path place_of_model(const std::string& model, const std::vector<AdapterUse>& adapters) {
  if (!model.empty()) return model_path(model);
  if (adapters.empty()) return model_path(kDefaultModel);
  const std::string base = read_adapter_config(adapters.front().path).base;
  std::filesystem::path found = base_on_this_machine(base, list_models(assets_folder() / "models"));
  if (found.empty())
    throw Refusal(tr(base.empty() ? "cli.refusal.unnamed_base" : "cli.refusal.no_base",
                     {{"adapter", adapters.front().path.string()}, {"base", base}}));
  return found;
}

ReadingCapture with_checkpoint(ReadingCapture captured, const std::filesystem::path& path) {
  if (!captured.checkpoint.empty() || !is_capture(path)) return captured;
  try {
    refuse_states_alone(*open_capture(path, capture_choices(captured)));
  } catch (const Error& error) {  // of another error whoever opens the file tells
    captured.checkpoint = checkpoint_on_this_machine(error, list_models(assets_folder() / "models")).string();
  }
  return captured;
}

std::shared_ptr<const Model> open_model(const std::string& model, const std::vector<AdapterUse>& adapters,
                                        const ReadingCapture& captured) {
  const std::filesystem::path path = place_of_model(model, adapters);
  const ReadingCapture said = with_checkpoint(captured, path);
  if (said == ReadingCapture{}) return load_model(path, adapters);
  CaptureChoices choices = capture_choices(said);
  if (!said.checkpoint.empty()) choices.checkpoint = model_path(said.checkpoint);
  return load_captured(path, choices);
}

}  // namespace regard::cli
