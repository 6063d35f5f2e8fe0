// SPDX-License-Identifier: Apache-2.0
// How much heads look at what a person's rules name, over a corpus. Any thread.
#pragma once

#include "core/analysis/corpus_runs.h"
#include "core/analysis/head_atlas.h"
#include "core/format/detector_rules.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace regard {

/// Throws Error: those of read_file() and parse_detectors(), corpus_utf8.
[[nodiscard]] std::vector<Detector> load_detectors(const std::filesystem::path& file);

/// What a detector is asked about: a token, or a word of a tree as all its tokens.
struct DetectorUnits {
  std::vector<TokenGroup> groups{};
  std::vector<std::string> texts{};  ///< in lower case, without spaces around them
  std::vector<std::size_t> words{};  ///< of each group: its word in `sentence`, or TreeWord::none
  std::vector<bool> capitals{}, separators{};
  const TreeSentence* sentence = nullptr;  ///< null: tokens
  std::vector<std::int32_t> ids{};         ///< of tokens: same id, same token; empty: same text, same word
};
[[nodiscard]] DetectorUnits token_units(std::span<const Token> tokens);
[[nodiscard]] DetectorUnits word_units(const TreeSentence& sentence, std::span<const Token> tokens);

/// A detector and what it is asked about; both must outlive it.
class AskedDetector {
public:
  AskedDetector(const Detector& detector, const DetectorUnits& units);
  /// The units that a unit is to look at, ascending; none where it is no query. Detectors of trees ask words alone.
  [[nodiscard]] std::vector<std::size_t> keys_of(std::size_t query) const;
  /// Units for which all conditions of the query hold; those for which the key's hold that ask one unit alone.
  [[nodiscard]] std::size_t queries() const;
  [[nodiscard]] std::size_t keys() const;

private:
  const Detector& detector_;
  const DetectorUnits& units_;
  std::vector<bool> queries_, keys_;  ///< units for which all conditions hold that ask one alone
};

/// What a row gives a rule: the weight on these keys beside a head's that looks at all allowed ones alike, [units]; not defined where
/// none of them may be looked at.
[[nodiscard]] Measure weight_on(std::span<const std::size_t> keys, std::span<const float> look,
                                std::span<const float> uniform);

/// Of one detector.
struct DetectorScores {
  std::string name{};
  std::size_t queries = 0,
              keys = 0;  ///< units of the corpus that fit either side, whether or not the other is in sight
  std::vector<MeasureTally> heads{};  ///< [heads of the model] weight on the keys; rows that may look at one of them
};
/// In the order of `detectors`; those of trees read the sentences that have one.
/// Throws Error (needs_image and those of the engine), Cancelled.
[[nodiscard]] std::vector<DetectorScores> measure_detectors(const std::shared_ptr<const Model>& model,
                                                            const Corpus& corpus, std::span<const Detector> detectors,
                                                            const Pace& pace = {});

}  // namespace regard
