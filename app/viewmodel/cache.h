// SPDX-License-Identifier: Apache-2.0
// The KV-cache view: which rows of K and V the last runs took over, what they weigh, and what that saves. A pure function of
// the snapshot and the steps the session keeps; every step in it is one the engine made.
#pragma once

#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/view_inputs.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace regard {

struct Session;  // app/session/session.h

struct KvCacheView {
  /// Why nothing can be taken over; `none`: it can.
  enum class Obstacle { none, no_text, model, mask };
  Obstacle obstacle = Obstacle::no_text;

  std::vector<CacheStep> steps{};     ///< oldest first; those of the last continuation, and edits behind it
  CacheStep last{};                   ///< the run on screen
  std::vector<std::string> labels{};  ///< [tokens] readable
  std::size_t layers = 0, heads = 0, kv_heads = 0, head_dim = 0, hidden = 0, feed_forward = 0, vocabulary = 0;
  std::size_t value_dim = 0;
  std::optional<LatentAttention>
      latent{};  ///< what is kept is a row that keys and values come out of, and a key for all heads
  bool heads_alike =
      true;  ///< of all layers: heads, kv_heads and head_dim are those of every one, else of the first that has any
  std::vector<std::uint64_t>
      states{};  ///< [layers] numbers kept in the place of K and V, of all heads, however long the text is; 0: K and V are kept
  std::uint64_t state_numbers = 0;  ///< Σ states
  std::size_t numbers_of_keys = 0;  ///< of a token in all layers that keep some: Σ G·d
  std::vector<std::optional<std::size_t>>
      keys_of{};                   ///< [layers] the earlier layer whose keys and values a layer reads: it keeps none
  std::size_t layers_without = 0;  ///< of them
  std::size_t layers_of_one_projection = 0;  ///< make a key and its value by one matrix, and keep both
  bool gated = false;                        ///< three matrices of feed-forward
  std::optional<Experts> experts{};          ///< of the first layer; feed_forward is then the width of each
  std::size_t streams = 1;                   ///< that layers predict and correct, which is counted with the projections
  bool blocks_alike = true;                  ///< of all layers: the sizes above tell of every feed-forward block
  std::vector<KeyWindow> windows{};          ///< [layers]; empty: no layer has one
  std::size_t encoded = 0;                   ///< S, tokens of the encoder; 0: there is none
  std::size_t widest_step = 0;               ///< most tokens of a step

  std::uint64_t bytes = 0;             ///< of the keys and values kept, or of what they come out of, float32
  std::uint64_t bytes_half = 0;        ///< the same in F16
  std::uint64_t bytes_ungrouped = 0;   ///< float32, a key and a value for each query head
  std::uint64_t bytes_cross = 0;       ///< float32, a decoder's of what the encoder said; 0 elsewhere
  std::uint64_t bytes_in_windows = 0;  ///< float32, without the rows that no window reaches

  Arithmetic made{};                                 ///< of the last step, with the rows it took over
  Arithmetic from_scratch{};                         ///< of the same step without them
  std::uint64_t all_made = 0, all_from_scratch = 0;  ///< over the steps

  /// Rows of K and V of a layer that no later query will read: they have left the layer's window.
  [[nodiscard]] Range forgotten(std::size_t layer) const;
};

/// Where the text was written by the model, the steps are those of its writing, also after undo or from a file.
[[nodiscard]] KvCacheView make_kv_cache(const Snapshot& snapshot, const CacheInputs& inputs);
[[nodiscard]] KvCacheView make_kv_cache(const Snapshot& snapshot, const Session& session);

}  // namespace regard
