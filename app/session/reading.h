// SPDX-License-Identifier: Apache-2.0
// What one run reads, and texts that are kept to be compared with. Plain values.
#pragma once

#include "app/session/placed_intervention.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <string>
#include <vector>

namespace regard {

/// A text, the model that reads it, and how.
struct Reading {
  std::string model{};  ///< folder or built-in name
  std::string text{};
  MaskMode mask = MaskMode::as_trained;
  float temperature = 1.0F;
  bool add_special =
      true;  ///< what the tokenizer puts around a text: [CLS] … [SEP], <s> …; pictures always have theirs
  std::string image{};         ///< a .png file, read where the model reads pictures
  std::string decoder_text{};  ///< of a model with a decoder beside its encoder; empty: it writes its own
  std::vector<PlacedIntervention> interventions{};  ///< in the order they act
  friend bool operator==(const Reading&, const Reading&) = default;
};

/// Is an item of the list switched on?
[[nodiscard]] bool intervenes(const Reading& reading);

/// A person's own partner of a token.
struct AnchoredPair {
  TokenAnchor pinned{};  ///< in the pin's text
  TokenAnchor live{};    ///< in the text that is being edited
  TextSide side = TextSide::encoder;
  friend bool operator==(const AnchoredPair&, const AnchoredPair&) = default;
};

/// A text that is kept.
struct Pin {
  std::string name{};  ///< "A"; no two alike
  Reading reading{};
  std::vector<AnchoredPair> pairs{};  ///< what a person corrected in its alignment with the live text
  friend bool operator==(const Pin&, const Pin&) = default;
};

inline constexpr std::size_t max_pins = 8;
inline constexpr std::size_t max_interventions = 256;

}  // namespace regard
