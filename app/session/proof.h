// SPDX-License-Identifier: Apache-2.0
// What a session file keeps beside the session, so that another machine can tell whether it shows the same: which model it was,
// how it cut the text, and a few numbers of the run. Not chosen by a person and therefore no part of Session or of undo. Plain values.
#pragma once

#include "core/trace/trace.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace regard {

/// One number of the run that was on screen when the file was saved.
struct CheckedCell {
  AttentionKind attention = AttentionKind::self;
  HeadRef head{};
  std::size_t query = 0, key = 0;  ///< tokens
  float score = 0.0F, weight = 0.0F;
  friend bool operator==(const CheckedCell&, const CheckedCell&) = default;
};

struct Proof {
  std::string fingerprint{};                ///< of the model, see core/model/fingerprint.h; empty: not known
  std::size_t bytes = 0;                    ///< of the files it was taken from
  std::string adapters{};                   ///< fingerprint of the model's adapters; empty: it has none
  std::vector<std::int32_t> ids{};          ///< the tokens of the run; the decoder's, where there are two texts
  std::vector<std::int32_t> encoder_ids{};  ///< of a model with an encoder beside its decoder
  std::vector<CheckedCell> cells{};         ///< at most max_checked_cells
  friend bool operator==(const Proof&, const Proof&) = default;
};

inline constexpr std::size_t max_checked_cells = 256;
inline constexpr std::size_t max_checked_ids = std::size_t{1} << 20;

}  // namespace regard
