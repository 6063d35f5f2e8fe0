// SPDX-License-Identifier: Apache-2.0
// Attention from hidden states that were captured elsewhere (vLLM's extract_hidden_states), with the weights of the checkpoint that made
// them: of the layers in the file their norm and their query, key, value and output matrices are read, of the others nothing. Any thread.
#pragma once

#include "core/base/progress.h"
#include "core/capture/capture.h"
#include "core/model/model.h"

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>

namespace regard {

/// A captured run as load_model() opens it, with what a person chose. With a checkpoint queries, keys, values and what heads put out
/// are computed of every layer whose states are there, in the order of sums of an ordinary run: of the same stream the same numbers, to the
/// last bit. Throws Error: what open_capture() and load_model() throw; capture_checkpoint (states without one), capture_no_states,
/// capture_state_layers (nobody says which layers they are of), capture_state_range, capture_state_width (another model),
/// capture_state_family (more than queries and keys has a part in its scores), capture_state_streams (one of several streams does not tell what a
/// layer reads); Cancelled.
[[nodiscard]] std::shared_ptr<const Model> load_captured(const std::filesystem::path& path,
                                                         const CaptureChoices& choices,
                                                         const std::stop_token& stop = {},
                                                         Progress* progress = nullptr);

/// A file that can be read in two orders, both ways.
struct CaptureReadings {
  AxesNames names{};
  /// Weights of the first layer's head 0, [8, 8] or as far as the text goes; of states their first numbers, [tokens, numbers].
  /// Empty where the file cannot be opened so.
  std::array<Matrix, 2> cells{};
  bool of_states = false;
};
/// Of a file that open_capture() refuses with capture_ambiguous; nothing for any other. `choices`: made so far. Throws Cancelled.
[[nodiscard]] std::optional<CaptureReadings> capture_readings(const std::filesystem::path& path,
                                                              const CaptureChoices& choices);

}  // namespace regard
