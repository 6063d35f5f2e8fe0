// SPDX-License-Identifier: Apache-2.0
// The two pictures of the KV-cache panel: rows of K and V by layer, and the steps one under another. Private to it.
#pragma once

#include "app/panels/common/panel.h"
#include "app/viewmodel/cache.h"

namespace regard {

/// Columns are tokens, rows layers, each of a K and a V: taken over, computed, or out of every window's reach.
void draw_cache_rows(PanelContext& context, const KvCacheView& view);
/// Columns are tokens, rows the runs, the newest at the bottom.
void draw_cache_steps(const KvCacheView& view);

}  // namespace regard
