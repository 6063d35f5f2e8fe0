// SPDX-License-Identifier: Apache-2.0
// The keys that one query may look at. Plain values. Pure; any thread.
#pragma once

#include "core/base/range.h"
#include "core/model/layer_plan.h"

#include <cstddef>
#include <vector>

namespace regard {

/// What causality and a window leave of the keys: the window and, where a layer keeps them, the first keys of the text in front
/// of it (Xiao et al. 2023, https://arxiv.org/abs/2309.17453).
struct AllowedKeys {
  Range first{};  ///< ends where the window begins, or before; empty: none
  Range window{};

  [[nodiscard]] bool contains(std::size_t key) const { return first.contains(key) || window.contains(key); }
  [[nodiscard]] std::size_t count() const { return first.size() + window.size(); }
  /// The smallest range that holds them all.
  [[nodiscard]] Range span() const { return {first.size() > 0 ? first.begin : window.begin, window.end}; }
  /// What the span holds besides.
  [[nodiscard]] Range gap() const { return {first.size() > 0 ? first.end : window.begin, window.begin}; }
  /// Those among `keys`.
  [[nodiscard]] AllowedKeys only(Range keys) const { return {intersection(first, keys), intersection(window, keys)}; }
  /// Those among `keys`, counted from keys.begin.
  [[nodiscard]] AllowedKeys within(Range keys) const;
  /// visit(key), in ascending order.
  template <class Visit>
  void for_each(const Visit& visit) const {
    for (const Range& part : {first, window})
      for (std::size_t key = part.begin; key < part.end; ++key)
        visit(key);
  }
  friend bool operator==(const AllowedKeys&, const AllowedKeys&) = default;
};

/// Of a text of `keys` keys; causal: a query sees itself and what stands before it.
[[nodiscard]] AllowedKeys allowed_keys(const KeyWindow& window, bool causal, std::size_t query, std::size_t keys);

/// What a query of a head sees: the allowed keys less those that interventions hide.
struct SeenKeys {
  AllowedKeys allowed{};
  std::size_t begin = 0;       ///< the key of hidden[0]
  std::vector<bool> hidden{};  ///< empty: none
  double count = 0.0;

  [[nodiscard]] bool contains(std::size_t key) const {
    return allowed.contains(key) && (hidden.empty() || !hidden[key - begin]);
  }
  /// Weight of one key for a head that looks at all of them alike.
  [[nodiscard]] double share(std::size_t key) const { return contains(key) ? 1.0 / count : 0.0; }
  /// visit(key), in ascending order.
  template <class Visit>
  void for_each(const Visit& visit) const {
    allowed.for_each([&](std::size_t key) {
      if (contains(key)) visit(key);
    });
  }
};

}  // namespace regard
