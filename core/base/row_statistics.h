// SPDX-License-Identifier: Apache-2.0
// What softmax needs to know of a row of scores. A plain value.
#pragma once

namespace regard {

struct RowStatistics {
  float maximum = 0.0F;  ///< m = max s over the allowed keys, and the sink's score where the head has one
  float sum = 0.0F;      ///< z = Σ exp((s − m)/temperature) over them
};

}  // namespace regard
