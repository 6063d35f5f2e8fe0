// SPDX-License-Identifier: Apache-2.0
// Texts that are kept to be compared with, and what is remembered of how a text was written.
#pragma once

#include "app/session/reading.h"
#include "core/analysis/kv_cache.h"

#include <cstddef>
#include <string>
#include <vector>

namespace regard {

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

/// How the cache grew with a text that the model wrote. Holds as long as `reading` is what the session reads.
struct WrittenSteps {
  Reading reading{};
  std::vector<CacheStep> steps{};  ///< oldest first, at most max_written_steps; empty: nothing was written
  friend bool operator==(const WrittenSteps&, const WrittenSteps&) = default;
};
inline constexpr std::size_t max_written_steps = 128;

struct Kept {
  std::vector<Pin> pins{};  ///< at most max_pins
  std::string baseline{};   ///< name of the pin that is compared with; else the text without its interventions
  WrittenSteps written{};
  friend bool operator==(const Kept&, const Kept&) = default;
};

[[nodiscard]] const Kept& kept_of(const Session& session);

/// The pin of that name, or null.
[[nodiscard]] const Pin* pin_named(const Kept& kept, const std::string& name);
/// The next letter that no pin is called by; B is left to the live text.
[[nodiscard]] std::string free_pin_name(const Kept& kept);

/// How the cache grew with the session's text, where the model wrote it; else nothing.
[[nodiscard]] std::vector<CacheStep> steps_of_text(const Session& session);

}  // namespace regard
