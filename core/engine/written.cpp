// SPDX-License-Identifier: Apache-2.0
#include "core/engine/written.h"

#include "core/engine/norm.h"

namespace regard {

void make_addable(const LayerPlan& plan, const Norm& norm, float epsilon, Rows written) {
  if (normalises_written(plan.norms)) normalise(written, norm, epsilon, written);
  if (plan.residual_scale == 1.0F) return;
  for (float& value : written.all())
    value *= plan.residual_scale;
}

}  // namespace regard
