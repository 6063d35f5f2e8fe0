// SPDX-License-Identifier: Apache-2.0
// How a layer with experts spreads a text over them. Pure; any thread.
#pragma once

#include "core/trace/trace.h"

#include <cstddef>
#include <vector>

namespace regard {

struct ExpertLoad {
  std::size_t rows = 0;    ///< T, tokens of the text
  std::size_t chosen = 0;  ///< experts of a token
  std::vector<std::size_t>
      tokens{};  ///< [experts] how many tokens go through each; Σ = rows · chosen. Empty: no experts
  /// Entropy of the shares tokens[e]/(rows · chosen), divided by ln experts: 1 where all are alike, 0 where one does all; 0
  /// where there is but one expert.
  double entropy = 0.0;

  /// The share of the text that goes through an expert, 0 … 1.
  [[nodiscard]] float share(std::size_t expert) const {
    return rows == 0 ? 0.0F : static_cast<float>(static_cast<double>(tokens[expert]) / static_cast<double>(rows));
  }
  /// What each would have if all were alike: chosen / experts.
  [[nodiscard]] float even_share() const {
    return tokens.empty() ? 0.0F : static_cast<float>(static_cast<double>(chosen) / static_cast<double>(tokens.size()));
  }
  friend bool operator==(const ExpertLoad&, const ExpertLoad&) = default;
};
[[nodiscard]] ExpertLoad expert_load(const Trace& trace, std::size_t layer);

/// Experts by their load, the largest first; of equal ones the first. [experts]
[[nodiscard]] std::vector<std::size_t> experts_by_load(const ExpertLoad& load);

/// Has any layer of the model experts?
[[nodiscard]] bool has_experts(const ModelConfig& config);

}  // namespace regard
