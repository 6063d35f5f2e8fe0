// SPDX-License-Identifier: Apache-2.0
// What the model on show is: its sizes, how its numbers are stored, how it tells places apart, what is special about it. Every
// number is its configuration's.
#pragma once

#include "app/panels/common/panel.h"

#include <string>
#include <vector>

namespace regard {

struct CardLine {
  std::string name{};
  std::string value{};
};
[[nodiscard]] std::vector<CardLine> model_card(const Model& model);
/// As lines "name<Tab>value" under the model's name.
[[nodiscard]] std::string as_text(const Model& model, const std::vector<CardLine>& card);

/// Draws what stands inside the overlay's window.
void draw_model_card(PanelContext& context);

}  // namespace regard
