// SPDX-License-Identifier: Apache-2.0
// How changes look in every picture: two colours and signed numbers.
#pragma once

#include <imgui.h>

#include <array>
#include <string>

namespace regard {

/// What became less, what became more.
using ChangeColours = std::array<ImVec4, 2>;

/// "+0.42", "−1.3", "0.00": a change; what would round to zero has no sign.
[[nodiscard]] std::string signed_number(float value, int decimals);
/// The same of a number as a tooltip tells it (exact_number()).
[[nodiscard]] std::string exact_change(float value);

}  // namespace regard
