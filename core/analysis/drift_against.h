// SPDX-License-Identifier: Apache-2.0
// How far the heads of a model that is stored in fewer bits look elsewhere than those of the model it was made of, beside what adapters
// over it do: two reasons for a head to look elsewhere, in one measure (drift, core/analysis/drift.h). Any thread; on the calling thread
// and those of the products.
#pragma once

#include "core/analysis/drift.h"

#include <memory>
#include <span>
#include <vector>

namespace regard {

/// Can head h of one be held against head h of the other? Throws Error drift_shapes where layers, heads or widths differ.
void check_same_shape(const Model& full, const Model& stored);

/// Do these ids mean the same tokens to both? Throws Error drift_tokens for the first that does not.
void check_same_tokens(const Model& full, const Model& stored, std::span<const Request> requests);

/// [softmax_heads()] drift of every head of `stored`, without its adapters, from the same head of `full`, without its. `own_weights`: every
/// layer reads what it reads in the run of `full`. Throws Error (the checks above), Cancelled.
[[nodiscard]] std::vector<double> drift_of_storage(const std::shared_ptr<const Model>& full,
                                                   const std::shared_ptr<const Model>& stored,
                                                   std::span<const Request> requests, bool own_weights = false,
                                                   const Pace& pace = {});

/// Both reasons.
struct DriftCauses {
  HeadList heads{};
  std::vector<double> stored{};   ///< [heads] 0…1: drift_of_storage()
  std::vector<double> adapted{};  ///< [heads] 0…1: of the adapters at `strengths`, from the stored model without them
  std::vector<float> strengths{};  ///< [adapters]; empty: there is none, and nothing is adapted
  std::size_t texts = 0, rows = 0;
};
[[nodiscard]] DriftCauses measure_causes(const std::shared_ptr<const Model>& full,
                                         const std::shared_ptr<const Model>& stored, std::span<const Request> requests,
                                         const std::vector<float>& strengths, bool own_weights = false,
                                         const Pace& pace = {});

}  // namespace regard
