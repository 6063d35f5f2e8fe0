// SPDX-License-Identifier: Apache-2.0
// Several heads that answer a relation together: their looks are added up, and the word that gets most is the answer (after Limisiewicz,
// Rosa and Mareček 2020). Heads are chosen on one half of the sentences and graded on the other. Any thread.
#pragma once

#include "core/analysis/corpus_runs.h"
#include "core/analysis/head_atlas.h"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace regard {

/// How many heads a view and an export let answer together.
inline constexpr std::size_t most_together = 4;

/// One relation.
struct RelationEnsemble {
  /// In the order in which they were chosen, each time the one that helps most; one that does not help where heads are chosen is none.
  std::vector<std::size_t> heads{};
  std::vector<std::size_t>
      chosen_right{};                ///< [heads.size()] of the questions it was chosen by: right with the first n heads
  std::vector<std::size_t> right{};  ///< [heads.size()] of the other half's questions
  std::size_t chosen_rows = 0;
  std::size_t rows = 0;

  /// How many of the heads are to be told: the last ones that add nothing on the other half, either, are left out; 1 at least.
  [[nodiscard]] std::size_t helping() const;
};

/// Relations that both halves ask.
using HeadEnsembles = std::map<std::string, RelationEnsemble>;

/// Reads the corpus most/2 + 1/2 times at most: one head's look at one sentence is in memory at a time. Sentences with odd places choose, those
/// with even ones grade. `most` > 0 heads at most, and never more than there are. Nothing where there are no trees.
/// Throws Error (reads_pictures and those of the engine), Cancelled.
[[nodiscard]] HeadEnsembles measure_ensembles(const std::shared_ptr<const Model>& model, const Corpus& corpus,
                                              std::size_t most, const Pace& pace = {});

}  // namespace regard
