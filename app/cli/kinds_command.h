// SPDX-License-Identifier: Apache-2.0
// `regard kinds`: one head of a text through other kinds of attention, in numbers.
#pragma once

#include "app/cli/commands.h"

#include <cstddef>
#include <optional>
#include <string>

namespace regard::cli {

struct KindsCommand {
  std::string model{};
  std::optional<std::string> text{};  ///< none: a captured run's own
  std::size_t layer = 0;
  std::size_t head = 0;
  std::string kinds{};     ///< "window:8,linear"; empty: every kind with its usual numbers
  std::string heads{};     ///< "1,2,4": the layer's matrices cut into so many heads, instead of kinds
  bool positions = false;  ///< what positions do to the head's scores, instead of kinds
  std::optional<std::size_t> query{},
      key{};               ///< of `positions`: whose score is taken apart; none: the last token, the first
  std::size_t reach = 64;  ///< of `positions`: the largest distance
  bool stretch = false;    ///< what it costs to stretch rotary positions, instead of kinds
  bool table = false;      ///< what kinds there are, instead of a text's numbers
  bool special = true;
  MaskMode mask = MaskMode::as_trained;
  bool csv = false;  ///< else JSON
};

/// Grids, what belongs to each, and costs from 16 to a million tokens, as the README tells. Of an encoder–decoder model the encoder's
/// heads. A kind that the head cannot be shown in has its obstacle's name instead. Throws Error, Refusal.
void run_kinds(const KindsCommand& command, Streams streams);

}  // namespace regard::cli
