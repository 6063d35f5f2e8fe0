// SPDX-License-Identifier: Apache-2.0
// Sliders that also turn with the wheel while hovered; Ctrl-click types a number, with a decimal comma or point. The number
// stands before the frame, where no knob covers it. Probes the frame as "<id>" and the number as "<id>.number".
#pragma once

#include <string>
#include <string_view>

namespace regard {

struct SliderSpec {
  std::string_view id{};         ///< "slider.layer": probe id and ImGui id
  std::string label{};           ///< shown before the number; may be empty
  float width = 0.0F;            ///< pixels, label and number included; 0 = what is left of the line
  float label_width = 0.0F;      ///< pixels kept for the label, so that several sliders align; 0 = its own width
  float number_width = 0.0F;     ///< likewise for the number
  const char* format = nullptr;  ///< printf; nullptr = "%d" or "%.2f"
};

/// True when the value changed in this frame. Values are clamped, also typed ones.
bool slider(const SliderSpec& spec, int& value, int low, int high);
/// `logarithmic` for temperature: the middle of the frame is √(low·high).
bool slider(const SliderSpec& spec, float& value, float low, float high, bool logarithmic = false);

}  // namespace regard
