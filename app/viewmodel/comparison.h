// SPDX-License-Identifier: Apache-2.0
// Two runs side by side: the baseline (A) and the live text (B). Made by the worker; plain values.
#pragma once

#include "app/session/kept.h"
#include "app/session/reading.h"
#include "core/analysis/alignment.h"
#include "core/analysis/difference.h"
#include "core/base/error.h"

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace regard {

struct Snapshot;

struct Comparison {
  std::string name{};                          ///< of the pin; empty: the same text without its interventions
  std::shared_ptr<const Snapshot> baseline{};  ///< null where `error` says why, or the pin's text has no token
  std::optional<Error> error{};
  Alignment alignment{};          ///< first: tokens of baseline->encoding; second: of the live snapshot's `encoding`
  Alignment encoder_alignment{};  ///< likewise of encoder_encoding, where both have an encoder
  /// [AttentionKind] how far each head moved, by layer, then head; empty where either run has no such attention.
  std::array<std::vector<HeadMovement>, 3> movements{};
  bool movements_pending = false;  ///< not there yet: the next snapshot brings them
};

/// Partners of two tokenized texts. `same_tokens`: both are of one vocabulary, so ids are compared; else what the tokens say.
/// A person's own pairs come first; then the longest common subsequence; then gaps of equal size one by one.
[[nodiscard]] Alignment align_encodings(const Encoding& first, const Encoding& second, bool same_tokens,
                                        std::span<const AnchoredPair> pairs = {}, TextSide side = TextSide::encoder);

/// The alignments of two snapshots, without movements.
[[nodiscard]] Comparison compare(std::shared_ptr<const Snapshot> baseline, const Snapshot& live, std::string name,
                                 std::span<const AnchoredPair> pairs = {});

/// Fills in how far the heads moved. Throws Cancelled.
void add_movements(Comparison& comparison, const Snapshot& live, const std::stop_token& stop = {});

/// The alignment whose first and second are the tokens that ask, and those that are looked at.
[[nodiscard]] AlignedAxes axes_of(const Comparison& comparison, AttentionKind kind);

}  // namespace regard
