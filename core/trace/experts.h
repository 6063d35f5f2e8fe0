// SPDX-License-Identifier: Apache-2.0
// Which experts a token goes through, and how much each of them counts: what follows from the router's probabilities. Pure; any thread.
#pragma once

#include "core/trace/trace.h"

#include <cstddef>
#include <span>
#include <vector>

namespace regard {

struct ChosenExpert {
  std::size_t expert = 0;
  float gate = 0.0F;  ///< what the expert's output is multiplied by
  friend bool operator==(const ChosenExpert&, const ChosenExpert&) = default;
};

/// [experts.chosen], the most probable first (with the bias of the choice, where there is one, of the best groups); of two alike the
/// first one. `probabilities`: a row of LayerTrace::router.
[[nodiscard]] std::vector<ChosenExpert> chosen_experts(const Experts& experts, std::span<const float> probabilities);

/// Those that the run used; empty in a layer without experts.
[[nodiscard]] std::vector<ChosenExpert> chosen_experts(const Trace& trace, std::size_t layer, std::size_t token);

}  // namespace regard
