// SPDX-License-Identifier: Apache-2.0
// A frame's keys and panels, of the live text, the baseline, or the difference, as the session asks. UI thread only.
#pragma once

#include "app/panels/common/panel.h"
#include "app/viewmodel/difference_memo.h"
#include "app/viewmodel/difference_views.h"
#include "app/viewmodel/memo.h"

#include <memory>

namespace regard::shell {

/// What is remembered of the other text.
struct ComparedViews {
  ViewMemo baseline{};  ///< while it is looked at
  DifferenceMemo difference{};
};

/// Keys, then the window. Looking at the baseline, the views get a context of its own; what is done there is done to the live
/// text. `live` is of `snapshot`; its fields `shown` and `difference` are set and stay.
void draw_texts(PanelContext& live, const std::shared_ptr<const Snapshot>& snapshot, ComparedViews& views);

}  // namespace regard::shell
