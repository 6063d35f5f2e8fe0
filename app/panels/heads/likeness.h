// SPDX-License-Identifier: Apache-2.0
// How alike the heads are: the distances of all pairs as a matrix, all heads as a map, those that are nearly the same or have
// collapsed, and of two models, how far training has moved each head.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_likeness(PanelContext& context);

}  // namespace regard
