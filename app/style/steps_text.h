// SPDX-License-Identifier: Apache-2.0
// What is said of a step in words, in the language chosen: what this model does otherwise than the plain formula, and what the
// switches make of it that the model did not compute. The window and the files say the same.
#pragma once

#include "app/style/locale.h"
#include "app/viewmodel/steps.h"

#include <cstddef>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

struct StepRemark {
  std::string text{};
  bool warns = false;  ///< the model did not compute it so
};
/// The sentences of the Steps view in one language, for a thread that may not ask for it. Made on the UI thread.
class StepWords {
public:
  StepWords();
  /// The sentence with its numbers.
  [[nodiscard]] std::string say(std::string_view key, std::initializer_list<TrValue> values = {}) const;

private:
  std::map<std::string, std::string, std::less<>> sentences_{};
};

/// Of a step, 1 … count_of_steps. Any thread.
[[nodiscard]] std::vector<StepRemark> step_remarks(const StepWords& words, const StepsView& view, std::size_t step);

/// Which block moved the token further, and how far; empty where one of them moved it nowhere, or a path stands beside attention.
/// Any thread.
[[nodiscard]] std::string who_moved(const StepWords& words, const StepsToken& token, const std::string& label);

/// Names of the rows of step 5: the blocks that move a token, `kind` first, and the other attention of the layer where it has one.
[[nodiscard]] std::vector<std::string> names_of_blocks(const StepWords& words, AttentionKind kind, bool with_other);
/// Likewise the heads, the bias where there is one, and the sum.
[[nodiscard]] std::vector<std::string> names_of_contributions(const StepsToken& token);

/// "Focus". UI thread.
[[nodiscard]] const char* step_name(std::size_t step);

}  // namespace regard
