// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/changes.h"

#include "app/widgets/paint.h"

namespace regard {

namespace {

std::string with_sign(float value, std::string text) {
  const bool nothing = text.find_first_of("123456789") == std::string::npos;
  return value > 0.0F && !nothing ? "+" + text : text;
}

}  // namespace

std::string signed_number(float value, int decimals) {
  return with_sign(value, number(value, decimals));
}

std::string exact_change(float value) {
  return with_sign(value, exact_number(value));
}

}  // namespace regard
