// SPDX-License-Identifier: Apache-2.0
// Do heads look where a sentence's meaning asks them to: from a pronoun to whom it means, from a verb to its subject, from the place of a
// name to the person that is missing (Wang et al. 2022)? On sentences whose answers are written down. Any thread.
#pragma once

#include "core/analysis/corpus_runs.h"
#include "core/analysis/head_atlas.h"
#include "core/analysis/head_evidence.h"
#include "core/analysis/heads_measure.h"
#include "core/format/probe_sentences.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace regard {

/// A probe's sentences and the file they come from.
struct NamedProbe {
  std::string file{};  ///< without its folder
  ProbeSentences probe{};
};
/// Throws Error: those of read_file() and parse_probe_sentences(), corpus_utf8.
[[nodiscard]] NamedProbe load_probe(const std::filesystem::path& file);

/// At word level: summed over the pieces attended to, mean over the pieces that ask. Candidates are answers, rivals and others.
struct SentenceProbe {
  std::string name{}, file{};
  std::size_t sentences = 0;  ///< that were asked
  std::size_t left_out = 0;   ///< longer than the context
  std::size_t unasked =
      0;  ///< the tokens do not tell the words apart, or all answers lie where a causal run cannot look
  std::vector<MeasureTally> answers{};  ///< [heads of the model] weight on all answers
  std::vector<MeasureTally> rivals{};   ///< likewise, in sentences that have some
  std::vector<std::size_t> chosen{};    ///< [heads of the model] sentences whose heaviest candidate is an answer
  std::size_t nearest = 0;              ///< sentences in which the nearest of answers and rivals is an answer
  std::size_t first = 0;                ///< likewise the first
  /// Of a decoder that predicts words, else no sentences: in how many is the right continuation more probable than the wrong one?
  std::size_t continued = 0, preferred = 0;

  /// NAME, NAME_rival where there are any, NAME_choice.
  [[nodiscard]] std::vector<HeadsMeasure> measures() const;
};
/// Throws Error (needs_image and those of the engine), Cancelled.
[[nodiscard]] SentenceProbe measure_probe(const std::shared_ptr<const Model>& model, const NamedProbe& probe,
                                          const Pace& pace = {});

/// The sentences behind a probe's number of one head, those with the most weight on the answers first: the words that ask, the candidate
/// that gets most and whether it is an answer. `share`: weight on all answers. Throws likewise.
[[nodiscard]] std::vector<Evidence> probe_evidence(const std::shared_ptr<const Model>& model, const NamedProbe& probe,
                                                   HeadRef head, const Pace& pace = {});

}  // namespace regard
