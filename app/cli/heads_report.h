// SPDX-License-Identifier: Apache-2.0
// What `regard heads` found, and how it is written: JSON and CSV. Pure.
#pragma once

#include "core/analysis/copying.h"
#include "core/analysis/detectors.h"
#include "core/analysis/head_atlas.h"
#include "core/analysis/head_ensembles.h"
#include "core/analysis/head_likeness.h"
#include "core/analysis/sentence_probe.h"

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace regard::cli {

struct CorpusReport {
  std::string name{};
  HeadAtlas atlas{};
  HeadCopying copying{};
  std::vector<DetectorScores> detectors{};  ///< where rules were given
  HeadEnsembles ensembles{};                ///< where they were asked for
  std::optional<HeadLikeness> likeness{};   ///< likewise
};

struct HeadsReport {
  std::string model{};
  std::vector<CorpusReport> corpora{};  ///< one at least
  InductionProbe repeated{};
  std::vector<SentenceProbe> probes{};
};

/// Was anything measured of that head? Not of heads without softmax, nor of places beyond the heads of their layer.
[[nodiscard]] bool is_measured(const HeadAtlas& atlas, std::size_t index);

/// Calls visit(head, index) for all heads that were measured, layer by layer.
template <class Visit>
void for_each_head(const HeadAtlas& atlas, const Visit& visit) {
  for (std::size_t layer = 0; layer < atlas.layers; ++layer)
    for (std::size_t head = 0; head < atlas.heads; ++head)
      if (const std::size_t index = atlas.index({layer, head}); is_measured(atlas, index))
        visit(HeadRef{layer, head}, index);
}

void write_heads_json(const HeadsReport& report, std::ostream& out);
/// A line for each head and measure; of an ensemble, for each head in the order of choice.
void write_heads_csv(const HeadsReport& report, std::ostream& out);

}  // namespace regard::cli
