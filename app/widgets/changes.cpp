// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/changes.h"

#include "app/widgets/paint.h"

namespace regard {

std::string signed_number(float value, int decimals) {
  const std::string text = number(value, decimals);
  const bool nothing = text.find_first_of("123456789") == std::string::npos;
  return value > 0.0F && !nothing ? "+" + text : text;
}

}  // namespace regard
