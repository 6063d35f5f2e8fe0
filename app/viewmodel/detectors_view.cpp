// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/detectors_view.h"

#include <algorithm>
#include <numeric>

namespace regard {

DetectorReports make_detectors(const std::shared_ptr<const Model>& model, const std::filesystem::path& corpus,
                               const std::filesystem::path& rules, const Pace& pace) {
  const std::vector<Detector> detectors = load_detectors(rules);
  const std::vector<DetectorScores> scores = measure_detectors(model, load_corpus(corpus), detectors, pace);
  const ModelConfig& config = reader_of(model)->config;
  DetectorReports reports{config.layers, most_heads(config), {}};
  for (std::size_t index = 0; index < scores.size(); ++index) {
    DetectorReport& report = reports.detectors.emplace_back();
    report.rule = detectors[index];
    report.queries = scores[index].queries;
    report.keys = scores[index].keys;
    for (const MeasureTally& tally : scores[index].heads)
      report.heads.push_back(tally.mean());
    report.best.resize(report.heads.size());
    std::iota(report.best.begin(), report.best.end(), std::size_t{0});
    std::erase_if(report.best, [&](std::size_t head) { return !report.heads[head].defined(); });
    std::stable_sort(report.best.begin(), report.best.end(), [&](std::size_t left, std::size_t right) {
      return report.heads[left].value > report.heads[right].value;
    });
  }
  return reports;
}

}  // namespace regard
