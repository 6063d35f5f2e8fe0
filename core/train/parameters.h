// SPDX-License-Identifier: Apache-2.0
// The parameters of a small decoder: all numbers in one array, so that an optimiser is one loop and a copy is one copy, and where
// in it each tensor lies. Plain values; any thread.
#pragma once

#include "core/base/aligned.h"
#include "core/train/shape.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace regard::train {

/// A row-major tensor within the array; empty where the shape has none.
struct Slot {
  std::size_t first = 0;
  std::size_t rows = 0;
  std::size_t cols = 0;
  [[nodiscard]] std::size_t size() const { return rows * cols; }
};

/// Scale and shift of a norm, [1, D] each; RMSNorm has no shift.
struct NormSlots {
  Slot scale{}, shift{};
};

struct LayerSlots {
  NormSlots attention_norm{};
  Slot query_key_value{};  ///< [3·D, D]: D rows of queries, then of keys, then of values
  Slot output{};           ///< [D, D]
  NormSlots feed_forward_norm{};
  Slot up{};    ///< [F, D]
  Slot down{};  ///< [D, F]
};

struct Layout {
  Slot token_embedding{};     ///< [V, D]
  Slot position_embedding{};  ///< [T, D]
  std::vector<LayerSlots> layers{};
  NormSlots final_norm{};
  Slot unembedding{};    ///< [V, D]
  std::size_t size = 0;  ///< of the array; between tensors lie zeros, so that each begins at a cache line
};
[[nodiscard]] Layout layout_of(const Shape& shape);

/// Queries, keys or values (0, 1, 2) of LayerSlots::query_key_value, [D, D].
[[nodiscard]] Slot part_of(const Slot& query_key_value, std::size_t part);

/// A tensor by the name that a checkpoint has for it (core/model/regard_decoder.cpp).
struct NamedSlot {
  std::string name{};
  Slot slot{};
  bool vector = false;  ///< [cols], not [1, cols]
};
/// All of them, each once, in the order of the forward pass.
[[nodiscard]] std::vector<NamedSlot> named_slots(const Layout& layout);

/// Numbers that are learned.
[[nodiscard]] std::size_t parameter_count(const Layout& layout);

/// As PyTorch begins: matrices uniform within ±1/√inputs, embeddings normal with deviation 1, scales 1, shifts 0. The same for equal
/// shapes and seeds.
[[nodiscard]] AlignedFloats first_parameters(const Layout& layout, std::uint64_t seed);

}  // namespace regard::train
