// SPDX-License-Identifier: Apache-2.0
// What is said where a picture of changes would be empty, or nearly so. UI thread only.
#pragma once

#include <string>

namespace regard {

/// "0.00042": two meaningful digits, rounded upwards, so that "no more than" stays true; "0" for nothing at all.
[[nodiscard]] std::string at_most_text(float most);

/// "nothing changed by more than 0.00042" where the largest change is below what a picture shows (`seen`), "nothing changed:
/// exactly 0" where there is none; empty where something can be seen.
[[nodiscard]] std::string small_change_note(float most, float seen);

}  // namespace regard
