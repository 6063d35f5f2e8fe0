// SPDX-License-Identifier: Apache-2.0
// What can be read off a model's states by a linear probe: a word's part of speech, where its governor stands, its relation; from the
// residual stream over depth, or from the output of every head. A probe is a ridge classifier (ridge.h), trained on four sentences of
// five and graded on the fifth, beside the most frequent class and a control task (Hewitt & Liang 2019): every word form gets
// a random label for good, so that what the probe scores there it has learned by heart. Sentence by sentence: memory does not grow
// with the corpus' text. Any thread; on the calling thread and those of the products.
#pragma once

#include "core/analysis/head_atlas.h"
#include "core/base/progress.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace regard {

/// Of every word but punctuation.
enum class ProbeTask {
  part_of_speech,  ///< UPOS
  governor,        ///< how many words away the governor stands: <=-4, -3 … 3, >=4, or root
  relation,        ///< DEPREL without its subtype
};
enum class ProbeSource {
  residual,  ///< the stream after 0, 1 … L layers (Trace::residual, which tells what that is of several streams)
  heads,     ///< what each head puts out, before the output projection
};

struct ProbeOptions {
  ProbeTask task = ProbeTask::part_of_speech;
  ProbeSource source = ProbeSource::residual;
  std::size_t sentences = std::numeric_limits<std::size_t>::max();  ///< at most so many, the first ones
  double shrinkage = 0.1;                                           ///< solve_ridge()
};

/// A word as a probe sees it.
struct ProbeWord {
  std::uint32_t word = 0;     ///< index into TreeSentence::words
  std::uint32_t label = 0;    ///< class, or ProbeLabels::unseen
  std::uint32_t control = 0;  ///< class
};
struct ProbeLabels {
  static constexpr std::uint32_t unseen = std::numeric_limits<std::uint32_t>::max();  ///< none of the classes
  std::vector<std::string> classes{};           ///< of the training sentences, by name; the 100 most frequent
  std::vector<std::size_t> counts{};            ///< [classes] words of training sentences
  std::vector<std::vector<ProbeWord>> words{};  ///< [sentences]
};
/// Every fifth sentence is held out.
[[nodiscard]] constexpr bool held_out(std::size_t sentence) {
  return sentence % 5 == 4;
}
/// The control label of a form is that of a training word drawn at random, so that classes are as frequent as in the task.
[[nodiscard]] ProbeLabels probe_labels(std::span<const TreeSentence> sentences, ProbeTask task);

/// What all places' probes may take while they learn.
inline constexpr std::size_t most_probe_bytes = std::size_t{512} << 20U;
/// What one place takes of that: its sums, and the classifier that is solved in their memory, of the task's classes and the control's.
[[nodiscard]] std::size_t probe_bytes(const ModelConfig& config, ProbeSource source, std::size_t classes);
/// Places that are probed, as many as there is memory for, but two at least, evenly, the first and the last among them: layers read, or
/// numbers of heads.
[[nodiscard]] std::vector<std::size_t> probed_places(const ModelConfig& config, ProbeSource source,
                                                     std::size_t classes);

/// How a probe is graded.
struct ProbeScore {
  std::size_t place = 0;                     ///< layers read, or the head's place in the grid, layer · heads + head
  std::size_t right = 0, control_right = 0;  ///< words held out
};
struct ProbeScores {
  std::size_t layers = 0, heads = 0;  ///< of the model; heads: most_heads()
  std::vector<std::string> classes{};
  std::size_t train_sentences = 0, train_words = 0;
  std::size_t test_sentences = 0, test_words = 0;
  std::size_t left_out = 0;          ///< sentences longer than the context or without a tree
  std::string majority{};            ///< the most frequent class of the training words
  std::size_t majority_right = 0;    ///< words held out that are of it
  std::vector<ProbeScore> scores{};  ///< by place, of probed_places()

  [[nodiscard]] double share(std::size_t right) const {
    return test_words > 0 ? static_cast<double>(right) / static_cast<double>(test_words) : 0.0;
  }
  /// Half of the 95 % interval about a share of the words held out (normal approximation); words of one sentence alone tell none.
  [[nodiscard]] std::optional<double> half_width(std::size_t right) const;
};

struct ProbeTools {
  std::function<void(const ProbeScores&)> see{};  ///< after each sentence that is graded; may be empty
  std::function<void()> between{};                ///< between runs of the model; may be empty
  std::stop_token stop{};
  Progress* progress = nullptr;
};

/// Runs the model on every sentence once; of an encoder–decoder, the encoder. A word's state is the mean over its tokens.
/// Throws Error (reads_pictures; probe_no_trees, probe_few, probe_none_held_out, where there is nothing to learn from or to grade
/// by; corpus_too_long where none fits), Cancelled.
[[nodiscard]] ProbeScores probe_corpus(const std::shared_ptr<const Model>& model, const Corpus& corpus,
                                       const ProbeOptions& options, const ProbeTools& tools = {});

}  // namespace regard
