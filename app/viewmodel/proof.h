// SPDX-License-Identifier: Apache-2.0
// Does this machine show what the one showed that saved the session? A few numbers of the run are kept in the file and compared
// when it is opened. Pure; any thread.
#pragma once

#include "app/session/proof.h"
#include "app/viewmodel/snapshot.h"

#include <string>
#include <utility>
#include <vector>

namespace regard {

struct Session;  // app/session/session.h

/// Weights may differ by so much, and scores by so much times max(1, |score|): what other instructions of a processor, or another
/// order of sums, do to float32 stays below it.
inline constexpr float proof_tolerance = 1e-4F;

/// Tokens and cells of the run on show (which may have no trace: then none). Of every kind of attention the selected head's
/// selected cell, and rows of the first, middle and last layer. The fingerprint is left to the caller.
[[nodiscard]] Proof make_proof(const Snapshot& snapshot, const Session& session);

struct ProofCheck {
  std::string expected{}, found{};  ///< fingerprints
  bool same_tokens = true;
  std::size_t expected_tokens = 0, found_tokens = 0;
  std::size_t cells = 0, differing = 0;
  float largest = 0.0F;  ///< |Δweight| or |Δscore| / max(1, |score|), whichever is larger, over all cells
};

/// `fingerprint` of the model's files, `adapters` of its adapters. Cells that the run does not have count as differing; other tokens: no cell is compared.
[[nodiscard]] ProofCheck check_proof(const Proof& proof, const Snapshot& snapshot, std::string fingerprint,
                                     const std::string& adapters = {});

/// What to say about it: a key of the locale and its values.
struct ProofVerdict {
  std::string key{};  ///< empty: there was nothing to check
  std::vector<std::pair<std::string, std::string>> values{};
  bool agrees = true;
};
[[nodiscard]] ProofVerdict verdict_of(const ProofCheck& check);

}  // namespace regard
