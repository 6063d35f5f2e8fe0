// SPDX-License-Identifier: Apache-2.0
// The sentences behind a number of one head: where in a corpus it does what a measure, a relation or a person's rule counts, and where
// not. Any thread; on the calling thread and those of the products.
#pragma once

#include "core/analysis/head_atlas.h"
#include "core/format/detector_rules.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// One sentence.
struct Evidence {
  std::size_t sentence = 0;  ///< of the corpus
  std::string text{};
  Measure share{};  ///< the measure over its rows; of a relation the share of right answers, without a uniform one
  std::size_t query = none,
              key = none;  ///< tokens: the row that shows it best, and the heaviest of the keys that count
  std::string asks{},
      found{};  ///< these two, words where words ask; of a relation or a probe the word the head looks at most
  std::optional<bool> right{};  ///< of a relation or a probe: that word is an answer

  static constexpr std::size_t none = TreeWord::none;
};

struct EvidenceQuestion {
  HeadRef head{};
  std::string what{};              ///< name of a measure or of a relation; the rule's
  bool relation = false;           ///< which of both
  std::optional<Detector> rule{};  ///< of neither: of this rule

  [[nodiscard]] bool of_measure() const { return !relation && !rule; }
  friend bool operator==(const EvidenceQuestion&, const EvidenceQuestion&) = default;
};
/// What a full bar is of these numbers: 1 of shares and of relations; of entropy and distance, which are none, the largest number there
/// is among them and the uniform head's.
[[nodiscard]] float evidence_scale(const EvidenceQuestion& question, const std::vector<Evidence>& list);

/// Puts those with the largest share first. Of those that two digits do not tell apart the ones over more rows come first where they lie
/// above the uniform head, and last where they do not: typical sentences before very short ones, from either end. Equal ones stay in
/// their order.
void sort_by_share(std::vector<Evidence>& list);

/// The sentences that have rows of it, as sort_by_share() has them, in the corpus' order among equals.
struct FoundEvidence {
  std::vector<Evidence> list{};  ///< of a long corpus a thousand or so from both ends
  std::size_t sentences = 0;     ///< that have rows of it, those that are not kept included

  /// Of the sentence at a place in the list, counted from 1 among all of them; nothing for those in the middle, where some are missing.
  [[nodiscard]] std::optional<std::size_t> rank_at(std::size_t place) const;
};
/// `see` gets what is known so far, once in a while. Throws Error(needs_image), Cancelled.
[[nodiscard]] FoundEvidence evidence_of(const std::shared_ptr<const Model>& model, const Corpus& corpus,
                                        const EvidenceQuestion& question, const std::stop_token& stop = {},
                                        Progress* progress = nullptr, const std::function<void()>& between = {},
                                        const std::function<void(const std::vector<Evidence>&)>& see = {});

}  // namespace regard
