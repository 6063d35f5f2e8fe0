// SPDX-License-Identifier: Apache-2.0
// An intervention as a person makes it: on words rather than on token numbers, so that it stays where it is while the text is edited.
// Pure.
#pragma once

#include "app/session/token_anchor.h"
#include "core/trace/intervention.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace regard {

/// Tokens from the first to the last, both included; an end that is not given reaches as far as the text does.
struct TokenSpan {
  std::optional<TokenAnchor> first{};
  std::optional<TokenAnchor> last{};
  friend bool operator==(const TokenSpan&, const TokenSpan&) = default;
};

struct CellSpan {
  TokenSpan queries{};
  TokenSpan keys{};
  friend bool operator==(const CellSpan&, const CellSpan&) = default;
};

/// One line of the list. `item` is as in core/trace/intervention.h but for its cells, positions, source and source_positions,
/// which are empty: the first two stand here as anchors, the others are known when a run is made (Intervention::source_name says
/// which pin they come from).
struct PlacedIntervention {
  bool on = true;
  Intervention item{};
  std::vector<CellSpan> cells{};
  std::vector<TokenSpan> positions{};
  std::uint64_t stroke = 0;  ///< of the brush that draws it; 0: none. Of this moment: not kept in files
  friend bool operator==(const PlacedIntervention&, const PlacedIntervention&) = default;
};

/// The item on the words of this text. Its source is left out.
[[nodiscard]] PlacedIntervention placed(Intervention item, const Encoding& encoding);

/// The item on the tokens of this text; without a source. A span whose words are gone stands on their nearest neighbour.
[[nodiscard]] Intervention resolved(const PlacedIntervention& intervention, const Encoding& encoding);

/// Moves its anchors along with an edit of the text.
void move_along(PlacedIntervention& intervention, const TextEdit& edit);

}  // namespace regard
