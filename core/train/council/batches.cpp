// SPDX-License-Identifier: Apache-2.0
#include "core/train/council/batches.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace regard::train {
namespace {

constexpr float kNeighbourWeight = 0.3F;
constexpr float kHiddenShare = 0.1F, kShownAsMask = 0.8F, kShownAsAnother = 0.1F;
constexpr float kUnknownShare = 0.05F;  // of pieces that are read as [UNK]: words of which nothing is known come, too
constexpr std::int32_t kFirstPlain = 5;

/// Tokens of a word within its sentence.
struct WordPlace {
  std::size_t first = 0, count = 0;
};

std::vector<WordPlace> pack(const GuidedSet& set, const ReadWords& sentence, PackedSentences& packed) {
  std::vector<WordPlace> places;
  const std::size_t start = packed.ids.size();
  packed.ids.push_back(set.opening);
  for (const std::vector<std::int32_t>* pieces : sentence.pieces) {
    places.push_back({packed.ids.size() - start, pieces->size()});
    packed.ids.insert(packed.ids.end(), pieces->begin(), pieces->end());
  }
  packed.ids.push_back(set.closing);
  packed.starts.push_back(packed.ids.size());
  return places;
}

float total(const Ask& ask) {
  float sum = ask.separator;
  for (const Wanted& wanted : ask.words)
    sum += wanted.weight;
  return sum;
}

/// The words of a batch, and what the losses are divided by.
struct PackedWords {
  std::vector<std::vector<WordPlace>> words{};  ///< [sentences]
  std::size_t asking = 0;                       ///< tokens that the first question tells something
  std::size_t pairs = 0;                        ///< of neighbours
};

class WishMaker {
public:
  WishMaker(const GuidedSet& set, const std::vector<ReadWords>& sentences, const PackedWords& packed,
            const PackedSentences& of)
      : set_(set), sentences_(sentences), packed_(packed), of_(of) {}

  /// `asked`: the questions of one head.
  std::vector<Wish> make(const std::vector<std::size_t>& asked) const {
    std::vector<Wish> wishes;
    std::vector<std::size_t> relations;
    for (const std::size_t question : asked) {
      const std::string& relation = set_.questions.of[question].relation;
      if (is_neighbour(relation))
        add_neighbours(relation == kNextToken, wishes);
      else
        relations.push_back(question);
    }
    if (relations.empty()) return wishes;
    for (std::size_t sentence = 0; sentence < sentences_.size(); ++sentence)
      for (std::size_t word = 0; word < sentences_[sentence].from->words.size(); ++word)
        add_word(relations, sentence, word, wishes);
    return wishes;
  }

private:
  void add_neighbours(bool next, std::vector<Wish>& wishes) const {
    const float weight = kNeighbourWeight / static_cast<float>(packed_.pairs);
    for (std::size_t sentence = 0; sentence < sentences_.size(); ++sentence)
      for (std::size_t token = 0; token + 1 < of_.tokens(sentence); ++token)
        wishes.push_back({sentence, next ? token : token + 1, next ? token + 1 : token, 1, weight});
  }

  void add_word(const std::vector<std::size_t>& relations, std::size_t sentence, std::size_t word,
                std::vector<Wish>& wishes) const {
    const std::vector<WordPlace>& places = packed_.words[sentence];
    const float share = 1.0F / static_cast<float>(packed_.asking);
    float separator = 1.0F;
    for (const std::size_t question : relations) {
      const Ask& ask = sentences_[sentence].from->asks[question][word];
      separator = std::min(separator, ask.separator);
      for (const Wanted& wanted : ask.words)
        add_rows(sentence, places[word], places[wanted.word], wanted.weight * share, wishes);
    }
    add_rows(sentence, places[word], {of_.tokens(sentence) - 1, 1}, separator * share, wishes);
  }

  static void add_rows(std::size_t sentence, const WordPlace& asks, const WordPlace& wanted, float weight,
                       std::vector<Wish>& wishes) {
    if (weight <= 0.0F || wanted.count == 0) return;
    for (std::size_t piece = 0; piece < asks.count; ++piece)
      wishes.push_back({sentence, asks.first + piece, wanted.first, wanted.count, weight});
  }

  const GuidedSet& set_;
  const std::vector<ReadWords>& sentences_;
  const PackedWords& packed_;
  const PackedSentences& of_;
};

std::size_t first_relation(const Questions& questions) {
  std::size_t question = 0;
  while (question + 1 < questions.of.size() && is_neighbour(questions.of[question].relation))
    ++question;
  return question;
}

PackedWords pack_all(const GuidedSet& set, const std::vector<ReadWords>& sentences, GuidedBatch& batch) {
  PackedWords packed;
  const std::size_t first = first_relation(set.questions);
  for (std::size_t sentence = 0; sentence < sentences.size(); ++sentence) {
    const GuidedSentence& from = *sentences[sentence].from;
    const std::size_t start = batch.packed.ids.size();
    packed.words.push_back(pack(set, sentences[sentence], batch.packed));
    packed.pairs += batch.packed.tokens(sentence) - 1;
    for (std::size_t word = 0; word < from.words.size(); ++word) {
      const WordPlace& place = packed.words.back()[word];
      if (place.count == 0) continue;
      batch.labels.push_back({start + place.first, from.words[word].labels});
      if (!from.asks[first].empty() && total(from.asks[first][word]) > 0.0F) packed.asking += place.count;
    }
  }
  packed.asking = std::max<std::size_t>(packed.asking, 1);
  return packed;
}

std::size_t draw_sentence(const GuidedSet& set, Deck& deck, Random& random) {
  if (deck.next == deck.order.size()) {
    deck.order.resize(set.sentences.size());
    std::iota(deck.order.begin(), deck.order.end(), std::size_t{0});
    for (std::size_t at = deck.order.size(); at > 1; --at)
      std::swap(deck.order[at - 1], deck.order[random.below(at)]);
    deck.next = 0;
  }
  return deck.order[deck.next];
}

std::size_t tokens_of(const ReadWords& sentence) {
  std::size_t tokens = 2;
  for (const std::vector<std::int32_t>* pieces : sentence.pieces)
    tokens += pieces->size();
  return tokens;
}

/// Some words are swapped, unless the sentence would be too long for it.
ReadWords vary(const GuidedSet& set, const GuidedSentence& sentence, Random& random) {
  ReadWords read{.from = &sentence};
  for (const GuidedWord& word : sentence.words) {
    read.pieces.push_back(&word.pieces);
    if (word.kind.empty() || word.pieces.empty() || random.uniform() >= word.swapped) continue;
    const auto others = set.swaps.find(word.kind);
    if (others != set.swaps.end()) read.pieces.back() = &others->second[random.below(others->second.size())];
  }
  if (tokens_of(read) > kLongestSentence)
    for (std::size_t word = 0; word < sentence.words.size(); ++word)
      read.pieces[word] = &sentence.words[word].pieces;
  return read;
}

/// As BERT does: most of the hidden pieces are shown as [MASK], some as another one, some as they are.
void hide(const GuidedSet& set, GuidedBatch& batch, Random& random) {
  const std::size_t others = set.pieces() - static_cast<std::size_t>(kFirstPlain);
  for (std::size_t row = 0; row < batch.packed.ids.size(); ++row) {
    std::int32_t& id = batch.packed.ids[row];
    if (id < kFirstPlain) continue;
    const float luck = random.uniform();
    if (luck < kHiddenShare) {
      batch.hidden.push_back(row);
      batch.wanted.push_back(id);
      const float shown = random.uniform();
      if (shown < kShownAsMask)
        id = set.mask;
      else if (shown < kShownAsMask + kShownAsAnother)
        id = kFirstPlain + static_cast<std::int32_t>(random.below(others));
    } else if (luck < kHiddenShare + kUnknownShare) {
      id = set.unknown;
    }
  }
}

}  // namespace

GuidedBatch make_batch(const GuidedSet& set, const std::vector<HeadRef>& places,
                       const std::vector<ReadWords>& sentences) {
  GuidedBatch batch;
  const PackedWords packed = pack_all(set, sentences, batch);
  batch.heads = places;
  std::sort(batch.heads.begin(), batch.heads.end());
  batch.heads.erase(std::unique(batch.heads.begin(), batch.heads.end()), batch.heads.end());
  const WishMaker maker(set, sentences, packed, batch.packed);
  for (const HeadRef head : batch.heads) {
    std::vector<std::size_t> asked;
    for (std::size_t question = 0; question < places.size(); ++question)
      if (places[question] == head) asked.push_back(question);
    batch.wishes.push_back(maker.make(asked));
  }
  return batch;
}

GuidedBatch draw_batch(const GuidedSet& set, const std::vector<HeadRef>& places, std::size_t pieces, Deck& deck,
                       Random& random) {
  std::vector<ReadWords> sentences;
  for (std::size_t tokens = 0;;) {
    ReadWords read = vary(set, set.sentences[draw_sentence(set, deck, random)], random);
    tokens += tokens_of(read);
    if (tokens > pieces && !sentences.empty()) break;  // it is drawn again, as the next batch's first
    ++deck.next;
    sentences.push_back(std::move(read));
  }
  GuidedBatch batch = make_batch(set, places, sentences);
  hide(set, batch, random);
  return batch;
}

}  // namespace regard::train
