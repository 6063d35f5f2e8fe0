// SPDX-License-Identifier: Apache-2.0
// The score of a head against the distance between query and key, with what the tokens are held fixed: each query of a text against each
// of its keys, placed d apart. Pure; any thread.
//   rotary              q and k as they are before they are turned, turned to places that are d apart; exact for every d
//   ALiBi, T5           q·k plus the bias of d
//   DeBERTa             q·k, plus q and k with what offsets have of their own at d
//   none                q·k
//   learned, sinusoidal in layer 0 alone: every token read at every place, so that there are queries and keys of all places; the mean is
//                       over all pairs of places d apart
// Patches of queries and keys stay in; those of the embedding, `add` and masks have no part in it.
#pragma once

#include "core/analysis/positions.h"
#include "core/base/matrix.h"

#include <cstddef>
#include <optional>
#include <stop_token>
#include <vector>

namespace regard {

/// Content is averaged over at most so many tokens, spread evenly over longer texts.
inline constexpr std::size_t most_held_tokens = 64;
/// Places at most that a token is read at where positions are added to the embedding.
inline constexpr std::size_t most_held_places = 128;
inline constexpr std::size_t most_reach = 1024;

struct DistanceOptions {
  std::size_t reach =
      64;  ///< largest distance; as far as the context and most_reach allow, among learned positions the places
  std::optional<std::size_t> query{}, key{};  ///< of one pair that is also looked at by itself
  bool spread = true;                         ///< low and high
};

struct ScoreByDistance {
  PositionsKind kind = PositionsKind::none;
  std::ptrdiff_t first = 0;    ///< d of entry 0: 0 where the run is causal, else −reach; the others follow one by one
  std::vector<double> mean{};  ///< over all pairs of tokens; NaN where no token takes a place
  /// The 10th and the 90th part of a hundred of what the mean is of: pairs of tokens, or, of what is added to the embedding, pairs of places,
  /// each the mean over tokens. Empty without `spread`.
  std::vector<double> low{}, high{};
  Matrix
      by_place{};  ///< [places, places] mean over tokens, by the query's place and the key's, where there are `places`
  std::vector<double> pair{};  ///< of the pair asked for; empty where positions are added to the embedding
  std::vector<double>
      in_text{};  ///< mean of the run's own scores of tokens that stand so far apart; NaN where none may look so far
  std::size_t tokens = 0;            ///< held
  std::size_t places = 0;            ///< that each was read at; 0: they were turned or had a bias
  std::optional<double> asked_at{};  ///< distance of the pair in the text
  [[nodiscard]] std::ptrdiff_t last() const { return first + static_cast<std::ptrdiff_t>(mean.size()) - 1; }
  [[nodiscard]] std::ptrdiff_t distance(std::size_t at) const { return first + static_cast<std::ptrdiff_t>(at); }
};

/// The head has no obstacle_to_planes(), the run a token. Where it has an obstacle_to_distance() nothing but in_text is there, the mean is
/// NaN. Throws Cancelled.
[[nodiscard]] ScoreByDistance score_by_distance(const Trace& trace, HeadRef head, const DistanceOptions& options,
                                                const std::stop_token& stop = {});

/// ScoreByDistance::pair alone.
[[nodiscard]] std::vector<double> pair_by_distance(const Trace& trace, HeadRef head, std::size_t query, std::size_t key,
                                                   std::size_t reach);

/// The means of all heads of a layer, [heads][distances]; empty where one has an obstacle_to_distance(). Throws Cancelled.
[[nodiscard]] std::vector<std::vector<double>> means_by_distance(const Trace& trace, std::size_t layer,
                                                                 std::size_t reach, const std::stop_token& stop = {});

/// ALiBi's or T5's number for a distance; 0 in a head without.
[[nodiscard]] double bias_at(const Trace& trace, HeadRef head, std::ptrdiff_t distance);

}  // namespace regard
