// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/relations.h"

#include "core/text/unicode.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace regard {
namespace {

constexpr std::size_t kFarthestClause = 80;    ///< steps up to the head of a clause
constexpr std::size_t kFarthestRelative = 20;  ///< from a relative word to its clause

constexpr std::array<std::string_view, 8> kClauses = {"root", "ccomp", "xcomp",     "advcl",
                                                      "acl",  "csubj", "parataxis", "list"};
constexpr std::array<std::string_view, 3> kBroken = {"goeswith", "reparandum", "dep"};  ///< say nothing of grammar
constexpr std::array<std::string_view, 16> kRelativeWords = {"который", "что",   "кто",   "чей", "где",   "куда",
                                                             "откуда",  "какой", "когда", "who", "which", "that",
                                                             "whom",    "whose", "where", "when"};
constexpr std::array<std::string_view, 4> kRelativeKinds = {"Rel", "Int,Rel", "Int", "Dem"};  ///< PronType

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_article(const TreeWord& word) {
  return word.tag == "DET" && word.feature("PronType") == "Art";
}

class Asker {
public:
  explicit Asker(const TreeSentence& sentence) : words_(sentence.words), clause_(words_.size()) {
    for (std::size_t word = 0; word < words_.size(); ++word)
      clause_[word] = heads_clause(word);
  }

  RelationQuestions ask() {
    for (std::size_t word = 0; word < words_.size(); ++word) {
      const TreeWord& one = words_[word];
      if (one.head == TreeWord::none || one.base() == "punct") continue;
      add(std::string(one.base()) + ":up", word, one.head);
      add(std::string(one.base()) + ":down", one.head, word);
      if (is_one_of(kBroken, one.base())) continue;
      add("governor", word, one.head);
      ask_for_clause(word);
      ask_by_relation(word);
      if (one.relation == "acl:relcl") ask_for_antecedent(word);
    }
    for (const auto& [verb, subject] : subjects_) {
      const auto recipient = recipients_.find(verb);
      if (recipient == recipients_.end()) continue;
      add("subject_recipient", subject, recipient->second);
      add("subject_recipient", recipient->second, subject);
    }
    for (auto& [name, questions] : questions_)
      std::sort(questions.begin(), questions.end(),
                [](const RelationQuestion& left, const RelationQuestion& right) { return left.asks < right.asks; });
    return std::move(questions_);
  }

private:
  void add(const std::string& relation, std::size_t asks, std::size_t answers) {
    std::vector<RelationQuestion>& list = questions_[relation];
    const auto known = std::find_if(list.begin(), list.end(), [asks](const auto& one) { return one.asks == asks; });
    if (known == list.end())
      list.push_back({asks, {answers}});
    else
      known->answers.push_back(answers);
  }

  /// Is the word the head of a clause? A conjunct is one if it is joined to one and is a verb or has a subject.
  [[nodiscard]] bool heads_clause(std::size_t word) const {
    while (words_[word].base() == "conj" && words_[word].head != TreeWord::none) {
      const bool has_subject = std::any_of(words_.begin(), words_.end(), [word](const TreeWord& other) {
        return other.head == word && other.base() == "nsubj";
      });
      if (words_[word].tag != "VERB" && words_[word].tag != "AUX" && !has_subject) return false;
      word = words_[word].head;
    }
    return is_one_of(kClauses, words_[word].base());
  }

  void ask_for_clause(std::size_t word) {
    if (clause_[word]) return;
    std::size_t up = words_[word].head;
    for (std::size_t steps = 0; !clause_[up] && words_[up].head != TreeWord::none && steps < kFarthestClause; ++steps)
      up = words_[up].head;
    add("clause_predicate", word, up);
  }

  void ask_by_relation(std::size_t word) {
    const TreeWord& one = words_[word];
    const std::string_view base = one.base();
    const bool possessive = one.relation == "nmod:poss" && (one.tag == "PRON" || one.tag == "DET");
    if (base == "amod" || base == "nummod" || base == "det" || possessive) {
      add("attr_noun", word, one.head);
      if (!is_article(one)) add("noun_attr", one.head, word);
    } else if (base == "case") {
      add("case_noun", word, one.head);
    } else if (base == "aux" || base == "cop" || base == "mark") {
      add("function_predicate", word, one.head);
    } else if (base == "nsubj" || base == "csubj") {
      add("subject_predicate", word, one.head);
      if (base == "csubj") return;
      add("predicate_subject", one.head, word);
      subjects_.try_emplace(one.head, word);
    } else if (base == "obj" || base == "iobj" || base == "obl") {
      add("argument_predicate", word, one.head);
      add(base == "obj"    ? "predicate_object"
          : base == "iobj" ? "predicate_recipient"
                           : "predicate_oblique",
          one.head, word);
      if (base == "iobj") recipients_.try_emplace(one.head, word);
    } else if (base == "advmod") {
      add("advmod_head", word, one.head);
    } else if (base == "nmod") {
      add("nmod_noun", word, one.head);
    } else if (base == "conj") {
      add("conjunct_first", word, one.head);
    }
  }

  /// The predicate of a relative clause asks for the noun it tells about, and so do the relative words between the two.
  void ask_for_antecedent(std::size_t predicate) {
    const std::size_t noun = words_[predicate].head;
    add("relative_antecedent", predicate, noun);
    const auto [nearest, farthest] = std::minmax(noun, predicate);
    for (std::size_t word = nearest + 1; word <= farthest && word < words_.size(); ++word) {
      if (word == predicate || !is_one_of(kRelativeWords, lower_case(words_[word].lemma))) continue;
      const std::string_view kind = words_[word].feature("PronType");
      if (!kind.empty() && !is_one_of(kRelativeKinds, kind)) continue;
      std::size_t up = word;
      for (std::size_t steps = 0; up != TreeWord::none && up != predicate && !clause_[up] && steps < kFarthestRelative;
           ++steps)
        up = words_[up].head;
      if (up == predicate) add("relative_antecedent", word, noun);
    }
  }

  const std::vector<TreeWord>& words_;
  std::vector<bool> clause_;
  std::map<std::size_t, std::size_t> subjects_{}, recipients_{};  ///< of a verb: the first
  RelationQuestions questions_{};
};

}  // namespace

RelationQuestions relation_questions(const TreeSentence& sentence) {
  return Asker(sentence).ask();
}

}  // namespace regard
