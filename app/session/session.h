// SPDX-License-Identifier: Apache-2.0
// Everything a person has chosen, as one plain value: undo is a history of these values, a session file is its JSON.
#pragma once

#include "core/model/model.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <string>
#include <vector>

namespace regard {

/// A place in the text that survives edits: the byte where the token starts, or a template special counted from the front
/// (0 = [CLS]) or from the back (0 = [SEP]).
struct TokenAnchor {
  enum class Kind { byte, special_front, special_back };
  Kind kind = Kind::byte;
  std::size_t value = 0;
  friend bool operator==(const TokenAnchor&, const TokenAnchor&) = default;
};

enum class ScoreMap { blue_orange, purple_green };
enum class WeightMap { viridis, cividis, blues };

struct Session {
  std::string model{};                     ///< folder, or the name of a built-in model
  std::string text{};
  HeadRef head{};                          ///< the head all views show
  std::vector<HeadRef> compared_heads{};   ///< more heads in the arcs, each in its own colour; never contains `head`
  TokenAnchor query{};                     ///< who asks
  TokenAnchor key{};                       ///< whom we look at in detail
  MaskMode mask = MaskMode::as_trained;
  float temperature = 1.0F;                ///< 0.05 … 10
  bool hide_special = false;               ///< leave special tokens out and renormalise (a view, says so)
  bool word_level = false;
  bool sort_bars = false;
  bool arcs_from_all = false;
  float arc_threshold = 0.05F;             ///< arcs below this weight are not drawn
  ScoreMap score_map = ScoreMap::blue_orange;
  WeightMap weight_map = WeightMap::viridis;

  friend bool operator==(const Session&, const Session&) = default;
};

}  // namespace regard
