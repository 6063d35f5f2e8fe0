// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/probing.h"
#include "core/base/random.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr std::uint64_t kControlSeed = 2019;
constexpr std::ptrdiff_t kFarthest = 4;    // words
constexpr std::size_t kMostClasses = 100;  // a file of a stranger may name one for each word

using Counts = std::map<std::string, std::size_t>;

/// The most frequent ones, by name.
Counts most_frequent(const Counts& counts) {
  std::vector<std::pair<std::string, std::size_t>> list(counts.begin(), counts.end());
  std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  list.resize(std::min(list.size(), kMostClasses));
  return {list.begin(), list.end()};
}

std::string governor_class(const TreeSentence& sentence, std::size_t word) {
  const std::size_t head = sentence.words[word].head;
  if (head == TreeWord::none) return "root";
  const std::ptrdiff_t offset = static_cast<std::ptrdiff_t>(head) - static_cast<std::ptrdiff_t>(word);
  if (offset <= -kFarthest) return "<=-" + std::to_string(kFarthest);
  if (offset >= kFarthest) return ">=" + std::to_string(kFarthest);
  return std::to_string(offset);
}

/// Nothing where the tree does not say, and of punctuation.
std::optional<std::string> label_in(const TreeSentence& sentence, std::size_t word, ProbeTask task) {
  const TreeWord& one = sentence.words[word];
  if (one.base() == "punct" || one.tag == "PUNCT") return std::nullopt;
  std::string label = task == ProbeTask::governor   ? governor_class(sentence, word)
                      : task == ProbeTask::relation ? std::string(one.base())
                                                    : one.tag;
  if (label.empty() || label == "_") return std::nullopt;
  return label;
}

}  // namespace

ProbeLabels probe_labels(std::span<const TreeSentence> sentences, ProbeTask task) {
  Counts counts;
  std::vector<std::string> training;  // labels, one for each word
  for (std::size_t sentence = 0; sentence < sentences.size(); ++sentence)
    for (std::size_t word = 0; !held_out(sentence) && word < sentences[sentence].words.size(); ++word)
      if (const std::optional<std::string> label = label_in(sentences[sentence], word, task)) {
        ++counts[*label];
        training.push_back(*label);
      }
  ProbeLabels labels;
  std::map<std::string, std::uint32_t> number;
  for (const auto& [name, count] : most_frequent(counts)) {
    number.emplace(name, static_cast<std::uint32_t>(labels.classes.size()));
    labels.classes.push_back(name);
    labels.counts.push_back(count);
  }
  std::erase_if(training, [&](const std::string& label) { return !number.contains(label); });
  labels.words.resize(sentences.size());
  if (training.empty()) return labels;
  Random random(kControlSeed);
  std::unordered_map<std::string, std::uint32_t> controls;
  for (std::size_t sentence = 0; sentence < sentences.size(); ++sentence)
    for (std::size_t word = 0; word < sentences[sentence].words.size(); ++word) {
      const std::optional<std::string> label = label_in(sentences[sentence], word, task);
      if (!label) continue;
      const auto [control, is_new] = controls.try_emplace(lower_case(sentences[sentence].words[word].form), 0);
      if (is_new) control->second = number.at(training[random.below(training.size())]);
      const auto known = number.find(*label);
      labels.words[sentence].push_back({static_cast<std::uint32_t>(word),
                                        known == number.end() ? ProbeLabels::unseen : known->second, control->second});
    }
  return labels;
}

}  // namespace regard
