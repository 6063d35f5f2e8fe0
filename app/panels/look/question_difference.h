// SPDX-License-Identifier: Apache-2.0
// "One question" of two texts: every key's score and weight in A and in B side by side, what changed, and by which dimensions.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

/// The sections under the title and the formula (those are of the live text). The difference must be shown.
void draw_question_difference(PanelContext& context);

}  // namespace regard
