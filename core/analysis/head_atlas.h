// SPDX-License-Identifier: Apache-2.0
// What every head of a model does over a corpus: measures and relations of all heads, a sentence at a time, so that memory does not
// grow with the corpus. Any thread; on the calling thread and those of the products.
#pragma once

#include "core/analysis/head_measures.h"
#include "core/analysis/relation_scores.h"
#include "core/base/progress.h"
#include "core/format/conllu.h"
#include "core/model/model.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// Sentences, with trees or without (no words).
struct Corpus {
  std::string name{};  ///< of the file
  std::vector<TreeSentence> sentences{};
};
/// A CoNLL-U file (its name ends with .conllu), or a text of one sentence a line; empty lines are skipped.
/// Throws Error: those of read_file() and parse_conllu(), corpus_utf8, corpus_empty.
[[nodiscard]] Corpus load_corpus(const std::filesystem::path& file);

/// The model whose heads read a text: an encoder–decoder's encoder. Throws Error (needs_image).
[[nodiscard]] std::shared_ptr<const Model> reader_of(const std::shared_ptr<const Model>& model);
/// Throws Error corpus_utf8 with the line where the bytes are not UTF-8.
void check_utf8(std::string_view bytes, const std::string& file);

/// A mean over the rows of a corpus.
struct MeasureTally {
  double value = 0.0, uniform = 0.0;  ///< Σ over rows
  std::size_t rows = 0;
  void add(const Measure& mean);
  [[nodiscard]] Measure mean() const;
};

/// On a corpus. Heads are numbered layer by layer.
struct HeadAtlas {
  std::size_t layers = 0, heads = 0;                  ///< heads of a layer
  std::size_t sentences = 0;                          ///< that were read
  std::size_t left_out = 0;                           ///< longer than the context
  std::size_t tokens = 0;                             ///< of those that were read
  std::vector<std::vector<MeasureTally>> measures{};  ///< [named_measures()][heads of the model]
  RelationTallies relations{};                        ///< of the sentences with trees

  [[nodiscard]] std::size_t index(HeadRef head) const { return head.layer * heads + head.head; }
};
/// Runs the model on every sentence and measures all its heads, those of the encoder where it has one. `between` is called
/// before each run, on the calling thread: a place to let others run.
/// Throws Error (needs_image; corpus_too_long where no sentence fits), Cancelled.
[[nodiscard]] HeadAtlas measure_corpus(const std::shared_ptr<const Model>& model, const Corpus& corpus,
                                       const std::stop_token& stop = {}, Progress* progress = nullptr,
                                       const std::function<void()>& between = {});
/// The same of a run that there is, with the interventions it was made with: measures, no relations.
[[nodiscard]] HeadAtlas measure_trace(const Trace& trace, std::span<const Token> tokens,
                                      const std::stop_token& stop = {});

/// A sentence as a model reads it: null where it is longer than the context.
struct SentenceRun {
  std::shared_ptr<const Trace> trace{};
  std::vector<Token> tokens{};
};
/// Throws Error(needs_image), Cancelled.
[[nodiscard]] SentenceRun run_sentence(const std::shared_ptr<const Model>& model, const std::string& text,
                                       const std::stop_token& stop = {});

/// Random tokens said twice (Olsson et al. 2022), over several seeds, periods and beginnings: a fixed offset would be cheated by
/// position alone.
struct InductionProbe {
  std::size_t seeds = 0, rows = 0;
  std::vector<MeasureTally> scores{};  ///< [heads of the model] A at the token behind the first copy
  /// [heads of the model] Σ of the larger of A at its two neighbours: a head that looks about there gets as much.
  std::vector<double> neighbours{};

  /// Mean of the target's weight / mean of its larger neighbour's; 0: the head has no weight there at all.
  [[nodiscard]] float contrast(std::size_t head) const;
};
/// Nothing is measured (seeds = 0) where the context is too short or the vocabulary has no ordinary tokens. Throws Cancelled.
[[nodiscard]] InductionProbe probe_induction(const std::shared_ptr<const Model>& model,
                                             const std::stop_token& stop = {}, Progress* progress = nullptr,
                                             const std::function<void()>& between = {});

}  // namespace regard
