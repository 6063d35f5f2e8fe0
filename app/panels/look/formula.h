// SPDX-License-Identifier: Apache-2.0
// q·k → ÷√d → exp → ÷Σ for the selected query and key, each step with its own number.
#pragma once

#include "app/viewmodel/views.h"

#include <string>
#include <vector>

namespace regard {

/// What colours a piece of the formula.
enum class FormulaInk { plain, muted, query, key, result };

struct FormulaPiece {
  FormulaInk ink = FormulaInk::plain;
  std::string text{};
};

/// The steps in order; each is kept on one line. Numbers are rounded to three decimals. A masked key has only the steps
/// up to its score.
[[nodiscard]] std::vector<std::vector<FormulaPiece>> formula_steps(const QuestionView& view);

/// Draws the steps in a row, going on in the next line where the window ends.
void draw_formula(const QuestionView& view);

}  // namespace regard
