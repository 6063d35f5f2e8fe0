// SPDX-License-Identifier: Apache-2.0
// A row of vertical bars with labels under them and numbers over them: raw scores, softmax weights, per-dimension products.
// Labels and numbers thin out when bars are narrow; too many keys scroll sideways. Probes "<id>.bar.<index>".
#pragma once

#include <imgui.h>

#include <optional>
#include <span>
#include <string_view>

#include "app/widgets/changes.h"
#include "app/widgets/heat_map.h"

namespace regard {

struct Bar {
  std::string_view label{};  ///< lives as long as the call
  float value = 0.0F;
  bool muted = false;   ///< a special token
  bool masked = false;  ///< hatched, no number
  // Of a row in pairs: the same bar of another text, drawn at the left in grey.
  std::optional<float> before{};  ///< nothing: that text has no such bar
  bool before_masked = false;
  bool gone = false;  ///< only `before` is there
};

/// What a bar's colour tells. `sign`: the diverging pair of the theme, for numbers around 0.
enum class BarTint { query, key, value, sign, neutral };

struct BarsSpec {
  std::string_view id{};  ///< "question.weights"
  ImVec2 size{};
  std::span<const Bar> bars{};
  float low = 0.0F;   ///< bottom of the scale; negative: bars grow from a zero line
  float high = 1.0F;  ///< top of the scale
  BarTint tint = BarTint::neutral;
  int decimals = 2;              ///< of the numbers over the bars
  bool numbers = true;           ///< false: only the selected and hovered bar's number (per-dimension bars)
  bool labels = true;            ///< false: bars stand where labelled ones would, the row below names them
  float* scroll = nullptr;       ///< pixels, shared by rows that scroll together; null: each for itself
  bool index_labels = false;     ///< labels are dimension numbers: a few round ones are enough
  bool fit = false;              ///< never scroll: bars may become as thin as a pixel (per-dimension bars)
  std::size_t selected = kNone;  ///< drawn in key orange-red
  std::size_t linked = kNone;    ///< hovered in another view
  bool pairs = false;            ///< Bar::before is drawn too
  /// Bars are changes: in these colours, the selected one too, with signed numbers; a bar that is gone counts as masked.
  const ChangeColours* change_colours = nullptr;
};

struct BarsResult {
  std::optional<std::size_t> hovered{};
  std::optional<std::size_t> clicked{};
};

BarsResult bars(const BarsSpec& spec);

}  // namespace regard
