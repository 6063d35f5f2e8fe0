// SPDX-License-Identifier: Apache-2.0
// How alike the heads of a model are, or of two that are compared, over a corpus: as a matrix, as a map, as a tree of clusters. Too
// slow for a frame: made in background jobs. Pure; any thread. Formulas: core/analysis/{head_likeness,classical_scaling,clusters}.h.
#pragma once

#include "core/analysis/classical_scaling.h"
#include "core/analysis/clusters.h"
#include "core/analysis/head_likeness.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace regard {

struct Snapshot;

struct LikenessQuestion {
  std::vector<std::shared_ptr<const Model>> models{};  ///< one, or A's and B's
  std::filesystem::path corpus{};                      ///< a file of sentences; empty: one text, the runs
  unsigned reading = 0;                                ///< the same file, read anew
  std::vector<std::shared_ptr<const Trace>> runs{};    ///< where there is no corpus: of each model, of as many tokens
  SpecialTokens special{};
  UncomparedTokens left_out{};  ///< of the runs
  friend bool operator==(const LikenessQuestion&, const LikenessQuestion&) = default;
};

/// What is asked of a snapshot with a model that reads text: the baseline's model, if it is another one that reads text, and the live one,
/// over a file of sentences; `corpus` empty: on their runs, of which the snapshot has one. Nothing where the two cut that text into other
/// tokens. `special`: as a person chose, else the usual ones of the live model. Panels and exports ask the same.
[[nodiscard]] std::optional<LikenessQuestion> likeness_question(const Snapshot& snapshot, std::filesystem::path corpus,
                                                                unsigned reading,
                                                                const std::optional<SpecialTokens>& special = {});

struct LikenessView {
  std::vector<std::string> models{};  ///< names
  std::string corpus{};               ///< name of the file; empty: one text
  SpecialTokens special{};            ///< are they among the rows?
  HeadLikeness likeness{};
  PlaneMap map{};
  std::vector<Merge> merges{};
  std::vector<std::size_t> by_cluster{};  ///< [heads] places in likeness.heads, neighbours alike
  std::vector<HeadPair> moved{};          ///< of two models: heads of the same place, those that moved most first
  std::vector<HeadPair> matched{};        ///< of two models: mutually nearest heads
  std::vector<std::size_t> sizes{};       ///< [models] heads
  std::uint64_t revision = 0;             ///< no two views have the same one
};

using PublishLikeness = std::function<void(std::shared_ptr<const LikenessView>)>;

/// Publishes what the first sentences say about once a second. Throws those of load_corpus() and measure_likeness(), and
/// Error (no_tokens) where nothing of the one text is left.
[[nodiscard]] std::shared_ptr<const LikenessView> make_likeness(const LikenessQuestion& question,
                                                                const PublishLikeness& publish = {},
                                                                const std::function<void()>& give_way = {},
                                                                const std::stop_token& stop = {},
                                                                Progress* progress = nullptr);

/// The distances with rows and columns in another order.
[[nodiscard]] Matrix reordered(const Matrix& distances, const std::vector<std::size_t>& order);

/// "council", and with two models "A council": they may have one name.
[[nodiscard]] std::string model_name(const LikenessView& view, std::size_t model);
/// "2.1", and with two models "A 2.1": a head in as few signs as it takes.
[[nodiscard]] std::string short_name(const LikenessView& view, std::size_t head);

/// Clusters with two heads at least, the largest first; heads in the order of the tree.
[[nodiscard]] std::vector<std::vector<std::size_t>> clusters_of(const LikenessView& view, double below);

}  // namespace regard
