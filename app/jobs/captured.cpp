// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/captured.h"

#include "app/base/adapter_base.h"

#include <charconv>

namespace regard {

CaptureChoices capture_choices(const ReadingCapture& captured) {
  CaptureChoices choices{.layers = captured.states_of};
  for (const std::string& name : captured.axes)
    (void)choose_axes(choices, name);
  return choices;
}

std::optional<CaptureAsks> asked_of_capture(const Error& error) {
  if (error.code() == "capture_ambiguous") return CaptureAsks::order;
  if (error.code() == "capture_checkpoint") return CaptureAsks::checkpoint;
  if (error.code() == "capture_state_layers") return CaptureAsks::layers;
  return std::nullopt;
}

std::filesystem::path checkpoint_on_this_machine(const Error& error, std::span<const ModelEntry> known) {
  if (error.code() != "capture_checkpoint" || error.details().found.empty()) return {};
  return base_on_this_machine(error.details().found, known);
}

std::optional<std::vector<std::size_t>> layers_in(std::string_view text) {
  std::vector<std::size_t> layers;
  while (true) {
    const std::size_t begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return std::nullopt;
    text.remove_prefix(begin);
    std::size_t layer = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), layer);
    if (error != std::errc{} || layer >= max_states_of || layers.size() == max_states_of) return std::nullopt;
    layers.push_back(layer);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const std::size_t comma = text.find_first_not_of(' ');
    if (comma == std::string_view::npos) return layers;
    if (text[comma] != ',') return std::nullopt;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace regard
