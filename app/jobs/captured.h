// SPDX-License-Identifier: Apache-2.0
// Captured runs whose files leave something open, and what a person says of them.
#pragma once

#include "app/session/reading.h"
#include "core/base/error.h"
#include "core/capture/capture.h"
#include "core/model/model.h"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// All but the checkpoint, whose place whoever resolves names finds. Names of orders that there are not are left out.
[[nodiscard]] CaptureChoices capture_choices(const ReadingCapture& captured);

/// What has to be said before a captured run can be opened.
enum class CaptureAsks {
  order,       ///< which of two orders its axes are in
  checkpoint,  ///< whose hidden states these are
  layers       ///< and of which layers
};
/// Nothing where an error is none that a person's word would help.
[[nodiscard]] std::optional<CaptureAsks> asked_of_capture(const Error& error);

/// The model that a file of hidden states names (Error capture_checkpoint), where one of these has its name. Empty: there is none.
[[nodiscard]] std::filesystem::path checkpoint_on_this_machine(const Error& error, std::span<const ModelEntry> known);

/// "0, 16,35" as layers; nothing where it is no such list.
[[nodiscard]] std::optional<std::vector<std::size_t>> layers_in(std::string_view text);

}  // namespace regard
