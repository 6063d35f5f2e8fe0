// SPDX-License-Identifier: Apache-2.0
// What stands in each of the five pictures: matrices with their names, shapes and scales, and the formula with this layer's
// numbers. The window and the files draw the same list. Pure; any thread. Texts are locale keys.
#pragma once

#include "app/viewmodel/steps.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

enum class StepRows { queries, keys, contributions, movers };
enum class StepCols { dimensions, keys, heads };

/// One matrix of a picture. It borrows its numbers from the view it was made of.
struct StepPicture {
  const char* id = "";     ///< "q": its name in files
  std::string symbol{};    ///< "Q"
  const char* about = "";  ///< locale key: what it is, in words
  const Matrix* values = nullptr;
  const std::vector<bool>* masked = nullptr;
  const PartedHeads* parted = nullptr;  ///< StepCols::heads: where its heads stand
  StepRows rows = StepRows::queries;
  StepCols cols = StepCols::dimensions;
  bool weights = false;    ///< 0 … limit in the colours of weights; else −limit … limit
  float limit = 1.0F;      ///< of the colours: numbers beyond it look as if they were there
  std::size_t beyond = 0;  ///< how many numbers are
  std::size_t band = 0;    ///< pictures of a band stand beside each other, bands below each other
  Range lit{};             ///< columns of the shown head, where all heads are there
  Projection projection = Projection::query;
  bool is_projection = false;               ///< each number is a sum over the input
  [[nodiscard]] std::string shape() const;  ///< "14 × 128"
  [[nodiscard]] float low() const { return weights ? 0.0F : -limit; }
};
/// The pictures of a step, 1 … count_of_steps. Those that need `token` are left out without it.
[[nodiscard]] std::vector<StepPicture> step_pictures(const StepsView& view, const StepsToken* token, std::size_t step);

/// Which of so many heads a piece stands for, where there are so many pieces: "3", or "2–3" where they share it.
[[nodiscard]] std::string head_span(std::size_t heads, std::size_t pieces, std::size_t piece);
/// The row that is lit while one token asks and another is asked: those tokens' own; in self-attention the asking token is a row
/// of keys and values, too. Nothing where it is not in the window.
[[nodiscard]] std::optional<std::size_t> lit_row_of(const StepsView& view, const StepPicture& picture,
                                                    std::size_t query, std::size_t key);
/// The formula of a step, in lines: "Q = x·W_Q + b_Q" and "[14 × 128]·[128 × 128] → [14 × 128]".
struct StepFormula {
  std::string formula{};
  std::string shapes{};
};
[[nodiscard]] std::vector<StepFormula> step_formulas(const StepsView& view, std::size_t step);

/// "0.125", "50": without zeros behind it.
[[nodiscard]] std::string short_number(float value);

}  // namespace regard
