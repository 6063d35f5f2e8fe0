// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/detectors.h"

#include "core/base/text_file.h"

#include <algorithm>

namespace regard {
namespace {

constexpr std::size_t kLargestRules = std::size_t{1} << 20U;  // bytes

/// The detectors that are asked about the same units, and what a sentence gives them.
void add_units(std::span<const Detector> detectors, bool trees, const DetectorUnits& units, const ReadSentence& one,
               std::vector<DetectorScores>& scores, const std::stop_token& stop) {
  std::vector<std::vector<DetectedRow>> rows(detectors.size());
  bool any = false;
  for (std::size_t detector = 0; detector < detectors.size(); ++detector) {
    if (detectors[detector].asks_tree() != trees) continue;
    throw_if_stopped(stop);
    rows[detector] = detected_rows(detectors[detector], units);
    any = any || !rows[detector].empty();
  }
  if (!any) return;
  const ModelConfig& config = one.trace.model->config;
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    throw_if_stopped(stop);
    const Matrix uniform = uniform_weights(one.trace, layer, units.groups, units.groups);
    for (std::size_t head = 0; head < config.heads; ++head) {
      const Matrix look = grouped_weights(one.trace, {layer, head}, units.groups, units.groups);
      for (std::size_t detector = 0; detector < detectors.size(); ++detector)
        for (const DetectedRow& row : rows[detector]) {
          Measure mass{.rows = 1};
          for (const std::size_t key : row.keys) {
            mass.value += look(row.query, key);
            mass.uniform += uniform(row.query, key);
          }
          if (mass.uniform > 0.0F) scores[detector].heads[layer * config.heads + head].add(mass);
        }
    }
  }
}

}  // namespace

std::vector<Detector> load_detectors(const std::filesystem::path& file) {
  const std::string name = file.string();
  const std::string bytes = read_file(file, kLargestRules);
  check_utf8(bytes, name);
  return parse_detectors(bytes, name);
}

std::vector<DetectorScores> measure_detectors(const std::shared_ptr<const Model>& model, const Corpus& corpus,
                                              std::span<const Detector> detectors, const Pace& pace) {
  const ModelConfig& config = reader_of(model)->config;
  std::vector<DetectorScores> scores;
  scores.reserve(detectors.size());
  for (const Detector& detector : detectors)
    scores.push_back({detector.name, std::vector<MeasureTally>(config.layers * config.heads)});
  static_cast<void>(for_each_sentence(
      model, corpus.sentences,
      [&](const ReadSentence& one) {
        add_units(detectors, false, token_units(one.tokens), one, scores, pace.stop);
        if (!one.sentence.words.empty())
          add_units(detectors, true, word_units(one.sentence, one.tokens), one, scores, pace.stop);
      },
      pace));
  return scores;
}

}  // namespace regard
