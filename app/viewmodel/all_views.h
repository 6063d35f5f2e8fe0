// SPDX-License-Identifier: Apache-2.0
// The views of one snapshot and one session together.
#pragma once

#include "app/viewmodel/cache.h"
#include "app/viewmodel/views.h"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace regard {

/// What the panels draw. All of one snapshot and one session.
struct Views {
  GridView grid{};
  std::uint64_t grid_revision = 0;                     ///< changes with the grid's numbers, not with the selection
  std::shared_ptr<const Axis> all_rows{}, all_cols{};  ///< the whole axes of a text longer than the grid; else null
  QuestionView question{};
  ArcsView arcs{};
  StripView strip{};          ///< of the encoder's text, where there are two
  StripView decoder_strip{};  ///< empty where there is but one
  PredictionView predictions{};
  KvCacheView kv_cache{};
  std::size_t query = 0, key = 0;  ///< selected tokens of the texts that ask and are asked
};

}  // namespace regard
