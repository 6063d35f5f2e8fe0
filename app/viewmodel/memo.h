// SPDX-License-Identifier: Apache-2.0
// The views of this frame, each computed again only when what it depends on has changed. UI thread only.
#pragma once

#include "app/viewmodel/cache.h"
#include "app/viewmodel/views.h"

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

class ViewMemo {
public:
  /// Pure in (snapshot, session). `snapshot` must not be null.
  const Views& update(const std::shared_ptr<const Snapshot>& snapshot, const Session& session);

private:
  Views views_{};
  WholeAxesInputs axes_{};  ///< what views_ were made of
  ViewInputs inputs_{};
  std::shared_ptr<const Snapshot> snapshot_{};
  Session session_{};
};

}  // namespace regard
