// SPDX-License-Identifier: Apache-2.0
// What the window's parts share about comparing: the names of A, B and Δ, the button that pins, and how far heads moved.
// UI thread only.
#pragma once

#include "app/panels/common/panel.h"
#include "app/viewmodel/comparison.h"
#include "core/analysis/difference.h"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace regard {

/// Is there something to compare the live text with: the pin chosen, the text without the interventions that act, or its base where
/// adapters do?
[[nodiscard]] bool can_compare(const Session& session);
/// Have the texts compared the same tokens, model, mask …: can nothing differ?
[[nodiscard]] bool same_reading(const Session& session);

/// What stands for the baseline, the live text and their difference: "A", "B", "Δ", or "before", "after", "Δ", or "base", "adapted", "Δ".
struct ComparedNames {
  std::string baseline{};
  std::string live{};
};
[[nodiscard]] ComparedNames compared_names(const Session& session);

/// What these are, and the keys that show them; or why there is nothing to compare.
[[nodiscard]] std::string compared_hint(const Session& session);

/// Shows A, B or Δ; what is shown already gives way to the live text.
void toggle_shown(PanelContext& context, Shown shown);

/// The button that keeps the text. `height` in pixels, 0 = a frame's. Probe "pin.button".
void draw_pin_button(PanelContext& context, float height = 0.0F);
[[nodiscard]] float pin_button_width(const PanelContext& context);

/// How far the heads moved.
struct Movements {
  std::span<const HeadMovement> heads{};  ///< empty: not known
  bool pending = false;                   ///< of the text before, or not there yet: the right ones are on their way
  float largest = 0.0F;
};
/// Of the attention that is shown. While a long text is being compared, those of the text before stay.
[[nodiscard]] Movements movements_of(const PanelContext& context);

/// Kept by the shell between frames.
struct CompareState {
  // The last movements that are there, and whose. A comparison holds its runs, and those their models: they are not kept here.
  std::array<std::vector<HeadMovement>, 3> known{};
  std::string known_name{};
  std::weak_ptr<const Comparison> known_of{};
  std::weak_ptr<const Model> known_model{};
  std::optional<std::size_t> renaming{};  ///< the pin whose name is being typed
  std::string name{};                     ///< what was typed
  struct Drag {
    TextSide side = TextSide::encoder;
    bool from_baseline = false;
    std::size_t token = 0;
    bool moved = false;  ///< far enough to be a drag and no click
  };
  std::optional<Drag> drag{};  ///< from one text's chip to the other's
};
[[nodiscard]] CompareState& compare_state(const PanelContext& context);

}  // namespace regard
