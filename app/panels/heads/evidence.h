// SPDX-License-Identifier: Apache-2.0
// The sentences behind a badge or a number: where a head does it most, and where not; a click goes there. UI thread only.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_evidence(PanelContext& context);
/// Nobody has asked for any.
[[nodiscard]] bool evidence_rests(const PanelContext& context);

}  // namespace regard
