// SPDX-License-Identifier: Apache-2.0
#include "core/model/alibi.h"

#include <cmath>

namespace regard {

std::vector<float> alibi_slopes(std::size_t heads) {
  std::size_t power = 1;
  while (2 * power <= heads)
    power *= 2;
  std::vector<float> slopes;
  for (std::size_t head = 1; head <= power; ++head)
    slopes.push_back(std::exp2(-8.0F * static_cast<float>(head) / static_cast<float>(power)));
  for (std::size_t odd = 1; slopes.size() < heads; odd += 2)
    slopes.push_back(std::exp2(-4.0F * static_cast<float>(odd) / static_cast<float>(power)));
  return slopes;
}

}  // namespace regard
