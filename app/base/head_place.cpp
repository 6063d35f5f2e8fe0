// SPDX-License-Identifier: Apache-2.0
#include "app/base/head_place.h"

namespace regard {

std::string head_place(HeadRef head) {
  return std::to_string(head.layer) + "." + std::to_string(head.head);
}

}  // namespace regard
