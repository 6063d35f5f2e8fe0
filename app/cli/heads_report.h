// SPDX-License-Identifier: Apache-2.0
// What `regard heads` found, and how it is written: JSON and CSV with the shortest digits that give the same float32 back.
#pragma once

#include "core/analysis/copying.h"
#include "core/analysis/detectors.h"
#include "core/analysis/head_atlas.h"
#include "core/analysis/head_ensembles.h"
#include "core/analysis/sentence_probe.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace regard::cli {

struct CorpusReport {
  std::string name{};
  HeadAtlas atlas{};
  HeadCopying copying{};
  std::vector<DetectorScores> detectors{};  ///< where rules were given
  HeadEnsembles ensembles{};                ///< where they were asked for
};

struct HeadsReport {
  std::string model{};
  std::vector<CorpusReport> corpora{};  ///< one at least
  InductionProbe repeated{};
  std::vector<SentenceProbe> probes{};
};

void write_heads_json(const HeadsReport& report, std::ostream& out);
/// A line for each head and measure; of an ensemble, for each head in the order of choice.
void write_heads_csv(const HeadsReport& report, std::ostream& out);

}  // namespace regard::cli
