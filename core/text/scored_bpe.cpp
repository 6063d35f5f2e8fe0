// SPDX-License-Identifier: Apache-2.0
#include "core/text/scored_bpe.h"

#include "core/text/unicode.h"

#include <algorithm>
#include <queue>
#include <unordered_map>

namespace regard {
namespace {

using Use = ScoredBpeModel::Use;
constexpr std::int32_t kNone = -1;

/// Bytes [begin, end) of the word, linked to its living neighbours. Not every character is a piece, but two may make one.
struct Symbol {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::int32_t previous = kNone;
  std::int32_t next = kNone;
  bool kept = false;
};

/// A merge that was possible when it was queued.
struct Candidate {
  float score = 0.0F;
  std::int32_t left = 0;
  std::int32_t right = 0;
  std::uint32_t bytes = 0;  // of both then

  bool operator<(const Candidate& other) const {  // std::priority_queue serves the largest first
    return score != other.score ? score < other.score : left > other.left;
  }
};

class WordMerger {
public:
  WordMerger(const ScoredBpeModel& model, const Vocabulary& vocabulary, std::string_view word)
      : model_(model), vocabulary_(vocabulary), word_(word) {}

  void run(std::vector<WordPart>& parts) {
    cut_into_characters();
    for (std::size_t left = 0; left + 1 < symbols_.size(); ++left)
      consider(static_cast<std::int32_t>(left), static_cast<std::int32_t>(left + 1));
    while (!queue_.empty()) {
      const Candidate best = queue_.top();
      queue_.pop();
      merge(best);
    }
    std::vector<WordPart> pieces;
    for (std::int32_t at = symbols_.empty() ? kNone : 0; at != kNone; at = symbol(at).next)
      take_apart(symbol(at).begin, symbol(at).end, pieces);
    put(pieces, parts);
  }

private:
  Symbol& symbol(std::int32_t index) { return symbols_[static_cast<std::size_t>(index)]; }
  [[nodiscard]] std::string_view bytes(std::uint32_t begin, std::uint32_t end) const {
    return word_.substr(begin, end - begin);
  }
  [[nodiscard]] Use use_of(std::int32_t id) const {
    return static_cast<std::size_t>(id) < model_.uses.size() ? model_.uses[static_cast<std::size_t>(id)] : Use::none;
  }
  /// The id of a piece the model may make; −1 where these bytes are none.
  [[nodiscard]] std::int32_t piece(std::uint32_t begin, std::uint32_t end) const {
    const auto id = vocabulary_.find(bytes(begin, end));
    return id && use_of(*id) != Use::none ? *id : kNone;
  }

  void cut_into_characters() {
    symbols_.reserve(word_.size());
    for (std::uint32_t begin = 0; begin < word_.size();) {
      const std::size_t kept = model_.kept ? model_.kept->length_at(word_, begin) : 0;
      const auto end = static_cast<std::uint32_t>(begin + (kept > 0 ? kept : utf8_length(word_[begin])));
      const auto index = static_cast<std::int32_t>(symbols_.size());
      if (index > 0) symbols_.back().next = index;
      symbols_.push_back({begin, end, index - 1, kNone, kept > 0});
      begin = end;
    }
  }

  void consider(std::int32_t left, std::int32_t right) {
    if (left == kNone || right == kNone || symbol(left).kept || symbol(right).kept) return;
    const std::uint32_t begin = symbol(left).begin, end = symbol(right).end;
    const std::int32_t id = piece(begin, end);
    if (id == kNone) return;
    queue_.push({model_.scores[static_cast<std::size_t>(id)], left, right, end - begin});
    if (use_of(id) == Use::on_the_way) halves_.insert_or_assign(id, symbol(left).end - begin);
  }

  void merge(const Candidate& candidate) {
    Symbol& left = symbol(candidate.left);
    Symbol& right = symbol(candidate.right);
    const bool alive = left.begin < left.end && right.begin < right.end && left.next == candidate.right;
    if (!alive || right.end - left.begin != candidate.bytes) return;
    left.end = right.end;
    left.next = right.next;
    right.end = right.begin;
    if (left.next != kNone) symbol(left.next).previous = candidate.left;
    consider(left.previous, candidate.left);
    consider(candidate.left, left.next);
  }

  /// A piece that was made only on the way falls apart again into what it was last made of. Each half is shorter, and no
  /// longer than a piece may be, so the depth is bounded.
  void take_apart(std::uint32_t begin, std::uint32_t end, std::vector<WordPart>& pieces) const {
    const std::int32_t id = piece(begin, end);
    const auto halves = id != kNone && use_of(id) == Use::on_the_way ? halves_.find(id) : halves_.end();
    if (halves == halves_.end()) {
      pieces.push_back({id, begin, end});
      return;
    }
    take_apart(begin, begin + halves->second, pieces);
    take_apart(begin + halves->second, end, pieces);
  }

  void put(const std::vector<WordPart>& pieces, std::vector<WordPart>& parts) const {
    bool joins = false;  // the last part is an unknown one that may still grow
    for (const WordPart& each : pieces) {
      if (each.id != kNone) {
        parts.push_back(each);
        joins = false;
      } else if (put_bytes(each, parts)) {
        joins = false;
      } else if (joins) {
        parts.back().end = each.end;
      } else if (model_.unknown) {
        parts.push_back({*model_.unknown, each.begin, each.end});
        joins = true;
      }
    }
  }

  bool put_bytes(const WordPart& part, std::vector<WordPart>& parts) const {
    if (!model_.byte_fallback) return false;
    const auto id_at = [&](std::uint32_t at) { return model_.byte_ids[static_cast<unsigned char>(word_[at])]; };
    for (std::uint32_t at = part.begin; at < part.end; ++at)
      if (id_at(at) < 0) return false;
    for (std::uint32_t at = part.begin; at < part.end; ++at)
      parts.push_back({id_at(at), at, at + 1});
    return true;
  }

  const ScoredBpeModel& model_;
  const Vocabulary& vocabulary_;
  std::string_view word_;
  std::vector<Symbol> symbols_{};
  std::priority_queue<Candidate> queue_{};
  std::unordered_map<std::int32_t, std::uint32_t> halves_{};  // id → bytes of its left half
};

}  // namespace

void encode_word(const ScoredBpeModel& model, const Vocabulary& vocabulary, std::string_view word,
                 std::vector<WordPart>& parts) {
  WordMerger(model, vocabulary, word).run(parts);
}

}  // namespace regard
