// SPDX-License-Identifier: Apache-2.0
// What changed, computed again only when what it depends on has changed. UI thread only.
#pragma once

#include "app/session/shared_session.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/difference_views.h"

#include <cstdint>
#include <memory>

namespace regard {

class DifferenceMemo {
public:
  /// Null where the snapshot has no baseline that was run. `views` are those of the same snapshot and session.
  const DifferenceViews* update(const std::shared_ptr<const Snapshot>& live, const Session& session,
                                const Views& views);

private:
  DifferenceViews views_{};
  std::shared_ptr<const Snapshot> snapshot_{};
  SharedSession session_{};
  std::shared_ptr<const Axis> all_rows_{}, all_cols_{};
  std::uint64_t seen_revision_ = 0;
};

}  // namespace regard
