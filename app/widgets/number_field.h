// SPDX-License-Identifier: Apache-2.0
// Fields in which numbers are typed. ImGui's own take a decimal point only and drop a comma without a word: "0,5" would be 5.
// UI thread, inside a frame.
#pragma once

#include <imgui.h>

#include <cstdint>

struct ImRect;

namespace regard {

enum class TakenWhen { typed, entered };  ///< with every letter, or with Enter only

/// A field for a whole number, of ImGui's item width. True when another value was taken. What is no number changes nothing.
/// `suffix` stands behind the number: " %".
bool whole_number_field(const char* id, std::uint64_t& value, TakenWhen when, const char* suffix = "");

/// What is typed into the frame of a slider while TempInputIsActive(): the item `label` in that rectangle. True when a number
/// was taken into `value`, not clamped. `shown`: what stands there at first.
bool number_over_slider(const char* label, const ImRect& frame, const char* shown, double& value);

}  // namespace regard
