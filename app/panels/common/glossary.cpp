// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/glossary.h"

#include "app/style/locale.h"
#include "app/viewmodel/word_search.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

namespace regard {
namespace {

constexpr std::string_view kTerm = "term:";

/// A word of a text and where it stands.
struct PlacedWord {
  std::size_t begin = 0, end = 0;
  std::string folded{};
};

bool is_word_byte(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return value >= 0x80U || (value >= '0' && value <= '9') || (value >= 'a' && value <= 'z') ||
         (value >= 'A' && value <= 'Z');
}

std::string without_spaces(std::string text) {
  std::erase(text, ' ');
  return text;
}

/// Letters and digits that stand together; what folds to nothing (dashes, quotes beyond ASCII) parts them.
std::vector<PlacedWord> words_in(std::string_view text) {
  std::vector<PlacedWord> words;
  bool open = false;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    while (end < text.size() && continues_character(text[end]))
      ++end;
    const std::string_view sign = text.substr(at, end - at);
    const bool letter = is_word_byte(text[at]) && !without_spaces(folded(sign)).empty();
    if (letter && !open) words.push_back({at, at, {}});
    if (letter) words.back().end = end;
    open = letter;
    at = end;
  }
  for (PlacedWord& word : words)
    word.folded = folded(text.substr(word.begin, word.end - word.begin));
  return words;
}

void add_phrase(Glossary& glossary, std::size_t term, std::string_view text) {
  GlossaryPhrase phrase{{}, term};
  for (PlacedWord& word : words_in(text))
    phrase.words.push_back(std::move(word.folded));
  if (phrase.words.empty()) return;
  const std::string first = phrase.words.front();
  glossary.phrases.emplace(first, std::move(phrase));
}

struct Match {
  std::size_t term = 0;
  std::size_t words = 0;
};

/// Words of a phrase stand one space or hyphen apart.
bool stands_close(std::string_view text, const PlacedWord& before, const PlacedWord& after) {
  const std::string_view between = text.substr(before.end, after.begin - before.end);
  return between == " " || between == "-" || between == "\u00a0" || between == "\u2011";
}

/// The longest phrase that begins with a word.
std::optional<Match> match_at(std::string_view text, std::span<const PlacedWord> words, const Glossary& glossary) {
  std::optional<Match> best;
  const auto [first, last] = glossary.phrases.equal_range(words.front().folded);
  for (auto candidate = first; candidate != last; ++candidate) {
    const std::vector<std::string>& wanted = candidate->second.words;
    if (wanted.size() > words.size() || (best && best->words >= wanted.size())) continue;
    bool same = true;
    for (std::size_t index = 1; index < wanted.size() && same; ++index)
      same = wanted[index] == words[index].folded && stands_close(text, words[index - 1], words[index]);
    if (same) best = Match{candidate->second.term, wanted.size()};
  }
  return best;
}

class Linker {
public:
  Linker(RichText& text, const Glossary& glossary, std::string_view except)
      : text_(text), glossary_(glossary), except_(except) {
    for (const RichLink& link : text.links)
      if (link.kind == RichLink::Kind::term) told_.insert(link.target);
  }

  void link(RichLine& line) {
    RichLine linked;
    for (RichRun& run : line) {
      if (run.code || run.number || run.link != kNoLink)
        linked.push_back(std::move(run));
      else
        cut(run, linked);
    }
    line = std::move(linked);
  }

private:
  void cut(const RichRun& run, RichLine& line) {
    const std::string_view text = run.text;
    const std::vector<PlacedWord> words = words_in(text);
    std::size_t written = 0;
    const auto append = [&](std::size_t end, std::size_t link) {
      if (end == written) return;
      RichRun part = run;
      part.text = std::string(text.substr(written, end - written));
      part.link = link;
      line.push_back(std::move(part));
      written = end;
    };
    for (std::size_t at = 0; at < words.size();) {
      const auto match = match_at(text, std::span(words).subspan(at), glossary_);
      if (!match || glossary_.terms[match->term].id == except_) {
        ++at;
        continue;
      }
      append(words[at].begin, kNoLink);
      append(words[at + match->words - 1].end, link_to(glossary_.terms[match->term].id));
      at += match->words;
    }
    append(text.size(), kNoLink);
  }

  std::size_t link_to(const std::string& term) {
    const std::string target = std::string(kTerm) + term;
    const bool first = told_.insert(target).second;
    text_.links.push_back({first ? RichLink::Kind::term : RichLink::Kind::quiet, target});
    return text_.links.size() - 1;
  }

  RichText& text_;
  const Glossary& glossary_;
  std::string_view except_;
  std::set<std::string> told_{};
};

}  // namespace

Glossary make_glossary(std::vector<GlossaryTerm> terms) {
  Glossary glossary;
  glossary.terms = std::move(terms);
  std::stable_sort(
      glossary.terms.begin(), glossary.terms.end(),
      [](const GlossaryTerm& one, const GlossaryTerm& other) { return folded(one.name) < folded(other.name); });
  for (std::size_t index = 0; index < glossary.terms.size(); ++index) {
    add_phrase(glossary, index, glossary.terms[index].name);
    for (const std::string& form : glossary.terms[index].forms)
      add_phrase(glossary, index, form);
  }
  return glossary;
}

const GlossaryTerm* term_named(const Glossary& glossary, std::string_view id) {
  const auto found = std::find_if(glossary.terms.begin(), glossary.terms.end(),
                                  [id](const GlossaryTerm& term) { return term.id == id; });
  return found == glossary.terms.end() ? nullptr : &*found;
}

void link_terms(RichText& text, const Glossary& glossary, std::string_view except) {
  Linker linker(text, glossary, except);
  for (RichBlock& block : text.blocks) {
    if (block.kind == RichBlock::Kind::heading || block.kind == RichBlock::Kind::code) continue;
    linker.link(block.runs);
    for (std::size_t row = 1; row < block.rows.size(); ++row)
      for (RichLine& cell : block.rows[row])
        linker.link(cell);
  }
}

std::span<const LabelTerm> label_terms() {
  static constexpr std::array kLabels{
      LabelTerm{"heads.title", "head"},         LabelTerm{"heads.head", "head"},
      LabelTerm{"heads.layer", "layer"},        LabelTerm{"layers.title", "layer"},
      LabelTerm{"grids.scores", "score"},       LabelTerm{"grids.weights", "weight"},
      LabelTerm{"kv_cache.title", "kv-cache"},  LabelTerm{"predictions.title", "logit"},
      LabelTerm{"patching.title", "patching"},  LabelTerm{"intervene.title", "intervention"},
      LabelTerm{"compare.title", "difference"}, LabelTerm{"sweep.title", "sweep"},
      LabelTerm{"router.title", "experts"},
  };
  return kLabels;
}

TermLabels labels_of(const Glossary& glossary) {
  TermLabels labels;
  for (const LabelTerm& label : label_terms())
    if (term_named(glossary, label.term) != nullptr) labels.emplace(tr(label.key), label.term);
  return labels;
}

}  // namespace regard
