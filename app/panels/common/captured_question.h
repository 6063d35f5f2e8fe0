// SPDX-License-Identifier: Apache-2.0
// What a captured run is asked about before it can be opened. UI thread only.
#pragma once

#include "app/jobs/captured.h"
#include "app/panels/common/dialog_state.h"
#include "app/panels/common/message.h"
#include "core/engine/captured_states.h"

#include <optional>
#include <string>

namespace regard {

struct CapturedQuestion {
  std::string model{};  ///< as the session would name it
  CaptureAsks asks = CaptureAsks::order;
  ReadingCapture said{};  ///< so far
  std::string found{};    ///< shape of the array, name of the model, number of layers: as the error tells it
  std::optional<CaptureReadings> readings{};  ///< of an order; none: they are still being read
  PathFieldState field{};                     ///< a checkpoint, or layers
  std::optional<Message> problem{};           ///< why the last answer did not do
};

}  // namespace regard
