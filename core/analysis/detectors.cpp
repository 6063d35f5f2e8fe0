// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/detectors.h"

#include "core/base/text_file.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t kLargestRules = std::size_t{1} << 20U;  // bytes
constexpr std::size_t kQueriesAtOnce = 64;                    // weights in memory: so many rows

/// A unit that looks, what it is to look at, and whose rule that is.
struct DetectedRow {
  std::size_t detector = 0;
  std::size_t place = 0;  ///< of the query in its block
  std::vector<std::size_t> keys{};
};

/// Rows of some queries, [queries.size(), groups], all heads. Memory grows with the text, not with its square.
void add_rows(const std::vector<DetectedRow>& rows, std::span<const TokenGroup> queries,
              std::span<const TokenGroup> groups, const Trace& trace, std::vector<DetectorScores>& scores) {
  const ModelConfig& config = trace.model->config;
  const std::size_t most = most_heads(config);
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    if (!has_softmax(config.plans[layer])) continue;
    const Matrix uniform = uniform_weights(trace, layer, queries, groups);
    for (std::size_t head = 0; head < config.heads(layer); ++head) {
      const Matrix look = grouped_weights(trace, {layer, head}, queries, groups);
      for (const DetectedRow& row : rows) {
        const Measure mass = weight_on(row.keys, look.row(row.place), uniform.row(row.place));
        if (mass.defined()) scores[row.detector].heads[layer * most + head].add(mass);
      }
    }
  }
}

/// What a sentence gives the detectors of words, or those of tokens.
void add_units(std::span<const Detector> detectors, bool trees, const DetectorUnits& units, const Trace& trace,
               std::vector<DetectorScores>& scores, const std::stop_token& stop) {
  std::vector<std::optional<AskedDetector>> asked(detectors.size());
  for (std::size_t detector = 0; detector < detectors.size(); ++detector) {
    if (detectors[detector].asks_tree() != trees) continue;
    asked[detector].emplace(detectors[detector], units);
    scores[detector].queries += asked[detector]->queries();
    scores[detector].keys += asked[detector]->keys();
  }
  const std::span<const TokenGroup> groups = units.groups;
  for (std::size_t begin = 0; begin < groups.size(); begin += kQueriesAtOnce) {
    throw_if_stopped(stop);
    const std::size_t count = std::min(kQueriesAtOnce, groups.size() - begin);
    std::vector<DetectedRow> rows;
    for (std::size_t detector = 0; detector < asked.size(); ++detector)
      for (std::size_t place = 0; asked[detector] && place < count; ++place)
        if (std::vector<std::size_t> keys = asked[detector]->keys_of(begin + place); !keys.empty())
          rows.push_back({detector, place, std::move(keys)});
    if (!rows.empty()) add_rows(rows, groups.subspan(begin, count), groups, trace, scores);
  }
}

}  // namespace

std::vector<Detector> load_detectors(const std::filesystem::path& file) {
  const std::string name = file.string();
  const std::string bytes = read_file(file, kLargestRules);
  check_utf8(bytes, name);
  return parse_detectors(bytes, name);
}

Measure weight_on(std::span<const std::size_t> keys, std::span<const float> look, std::span<const float> uniform) {
  Measure mass{.rows = 1};
  for (const std::size_t key : keys) {
    mass.value += look[key];
    mass.uniform += uniform[key];
  }
  return mass.uniform > 0.0F ? mass : Measure{};
}

std::vector<DetectorScores> measure_detectors(const std::shared_ptr<const Model>& model, const Corpus& corpus,
                                              std::span<const Detector> detectors, const Pace& pace) {
  const ModelConfig& config = reader_of(model)->config;
  std::vector<DetectorScores> scores;
  scores.reserve(detectors.size());
  for (const Detector& detector : detectors)
    scores.push_back({.name = detector.name, .heads = std::vector<MeasureTally>(config.layers * most_heads(config))});
  static_cast<void>(for_each_sentence(
      model, corpus.sentences,
      [&](const ReadSentence& one) {
        add_units(detectors, false, token_units(one.tokens), one.trace, scores, pace.stop);
        if (!one.sentence.words.empty())
          add_units(detectors, true, word_units(one.sentence, one.tokens), one.trace, scores, pace.stop);
      },
      pace));
  return scores;
}

}  // namespace regard
