// SPDX-License-Identifier: Apache-2.0
// What stands between the last matrix of a block and the stream. Pure; any thread.
#pragma once

#include "core/engine/rows.h"
#include "core/model/layer_plan.h"
#include "core/model/weights.h"

namespace regard {

/// What a block wrote becomes what is added to the stream: normalised and multiplied where the plan says so.
void make_addable(const LayerPlan& plan, const Norm& norm, float epsilon, Rows written);

}  // namespace regard
