// SPDX-License-Identifier: Apache-2.0
#include "core/model/layer_plan.h"

#include <cmath>

namespace regard {

float usual_scale(std::size_t head_dim) {
  return 1.0F / std::sqrt(static_cast<float>(head_dim));
}

SoftmaxAttention even_heads(std::size_t heads, std::size_t hidden) {
  return {.heads = heads, .kv_heads = heads, .head_dim = hidden / heads, .scale = usual_scale(hidden / heads)};
}

bool normalises_read(NormPlace place) {
  return place != NormPlace::after && place != NormPlace::written;
}

bool normalises_written(NormPlace place) {
  return place == NormPlace::both || place == NormPlace::written;
}

bool is_parallel(NormPlace place) {
  return place == NormPlace::parallel || place == NormPlace::shared;
}

}  // namespace regard
