// SPDX-License-Identifier: Apache-2.0
// What a person looks for in heads, as a file says it: from which tokens or words, to which. The format is told in the README. Pure; any
// thread; fuzzed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// One condition. The first of them ask one token or word alone, the others a key together with its query.
struct DetectorCondition {
  enum class Kind {
    any,
    token,        ///< its text, in any case; `word` may have * for any signs
    punctuation,  ///< nothing but punctuation
    number,       ///< nothing but digits
    capital,      ///< begins with a capital letter
    separator,    ///< what the tokenizer puts around a text
    upos,
    lemma,    ///< in any case; may have *
    feature,  ///< "Case=Nom"
    relation,
    self,
    offset,                     ///< key − query
    previous_occurrence,        ///< an earlier place of the same token or word
    after_previous_occurrence,  ///< what stands behind one, the query itself left out
    governor,
    dependent  ///< of the relation `word`; empty: of any
  };
  Kind kind = Kind::any;
  bool negated = false;
  std::string word{};
  std::ptrdiff_t offset = 0;

  [[nodiscard]] bool asks_pair() const { return kind >= Kind::self; }
  [[nodiscard]] bool asks_tree() const {
    return (kind >= Kind::upos && kind <= Kind::relation) || kind >= Kind::governor;
  }
  friend bool operator==(const DetectorCondition&, const DetectorCondition&) = default;
};

/// How much do heads look from the queries to the keys? All conditions of a list hold.
struct Detector {
  std::string name{};
  std::vector<DetectorCondition> query{}, key{};

  /// Such a detector is about the words of a tree, any other about tokens.
  [[nodiscard]] bool asks_tree() const;
  friend bool operator==(const Detector&, const Detector&) = default;
};

/// "detector: NAME", "query: …", "key: …", again and again; at most 100. The caller sees to it that the bytes are UTF-8.
/// Throws Error, item a line: detector_line, detector_condition, detector_word, detector_pair, detector_missing, detector_twice, detector_many;
/// detector_none.
[[nodiscard]] std::vector<Detector> parse_detectors(std::string_view bytes, const std::string& file);

}  // namespace regard
