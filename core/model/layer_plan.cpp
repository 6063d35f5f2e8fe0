// SPDX-License-Identifier: Apache-2.0
#include "core/model/layer_plan.h"

#include <cmath>

namespace regard {

float usual_scale(std::size_t head_dim) {
  return 1.0F / std::sqrt(static_cast<float>(head_dim));
}

}  // namespace regard
