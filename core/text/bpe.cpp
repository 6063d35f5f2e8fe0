// SPDX-License-Identifier: Apache-2.0
#include "core/text/bpe.h"

#include "core/base/error.h"
#include "core/text/unicode.h"

#include <queue>

namespace regard {
namespace {

constexpr std::int32_t kNone = -1;

// A symbol of the word, linked to its living neighbours.
struct Symbol {
  std::int32_t id = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::int32_t previous = kNone;
  std::int32_t next = kNone;
  bool alive = true;
};

// A merge that was possible when it was queued: of two with one rank the left one goes first.
struct Candidate {
  std::uint32_t rank = 0;
  std::int32_t left = 0;
  std::int32_t merged = 0;
  std::int32_t left_id = 0;
  std::int32_t right_id = 0;

  bool operator<(const Candidate& other) const {  // std::priority_queue serves the largest first
    return rank != other.rank ? rank > other.rank : left > other.left;
  }
};

using Symbols = std::vector<Symbol>;

void put(Symbols& symbols, std::int32_t id, std::uint32_t begin, std::uint32_t end) {
  const auto index = static_cast<std::int32_t>(symbols.size());
  if (!symbols.empty()) symbols.back().next = index;
  symbols.push_back({id, begin, end, index - 1, kNone, true});
}

bool put_bytes(const BpeModel& model, std::string_view word, std::uint32_t begin, std::uint32_t end, Symbols& symbols) {
  for (std::uint32_t at = begin; at < end; ++at)
    if (model.byte_ids[static_cast<unsigned char>(word[at])] < 0) return false;
  for (std::uint32_t at = begin; at < end; ++at)
    put(symbols, model.byte_ids[static_cast<unsigned char>(word[at])], at, at + 1);
  return true;
}

Symbols characters_of(const BpeModel& model, const Vocabulary& vocabulary, std::string_view word) {
  Symbols symbols;
  symbols.reserve(word.size());
  bool fusing = false;  // the last symbol is an unknown one that may still grow
  std::string piece;
  for (std::uint32_t begin = 0; begin < word.size();) {
    const auto end = static_cast<std::uint32_t>(begin + utf8_length(word[begin]));
    piece.clear();
    if (begin > 0) piece += model.continuing_prefix;
    piece.append(word, begin, end - begin);
    if (end == word.size()) piece += model.end_of_word_suffix;
    if (const std::optional<std::int32_t> id = vocabulary.find(piece)) {
      put(symbols, *id, begin, end);
      fusing = false;
    } else if (model.byte_fallback && put_bytes(model, word, begin, end, symbols)) {
      fusing = false;
    } else if (fusing) {
      symbols.back().end = end;
    } else if (model.unknown) {
      put(symbols, *model.unknown, begin, end);
      fusing = model.fuse_unknown;
    } else if (!model.file.empty()) {
      throw Error("tokenizer_no_unknown", {.file = model.file, .found = std::string(word.substr(begin, end - begin))});
    }
    begin = end;
  }
  return symbols;
}

class Merger {
public:
  Merger(const BpeModel& model, Symbols& symbols) : model_(model), symbols_(symbols) {}

  void run() {
    for (std::size_t left = 0; left + 1 < symbols_.size(); ++left)
      consider(static_cast<std::int32_t>(left));
    while (!queue_.empty()) {
      const Candidate best = queue_.top();
      queue_.pop();
      merge(best);
    }
  }

private:
  Symbol& at(std::int32_t index) { return symbols_[static_cast<std::size_t>(index)]; }

  void consider(std::int32_t left) {
    if (left == kNone || at(left).next == kNone) return;
    const std::int32_t left_id = at(left).id;
    const std::int32_t right_id = at(at(left).next).id;
    const auto found = model_.merges.find(merge_key(left_id, right_id));
    if (found != model_.merges.end()) queue_.push({found->second.rank, left, found->second.merged, left_id, right_id});
  }

  void merge(const Candidate& candidate) {
    Symbol& left = at(candidate.left);
    if (!left.alive || left.id != candidate.left_id || left.next == kNone) return;
    Symbol& right = at(left.next);
    if (right.id != candidate.right_id) return;
    left.id = candidate.merged;
    left.end = right.end;
    left.next = right.next;
    right.alive = false;
    if (left.next != kNone) at(left.next).previous = candidate.left;
    consider(left.previous);
    consider(candidate.left);
  }

  const BpeModel& model_;
  Symbols& symbols_;
  std::priority_queue<Candidate> queue_{};
};

}  // namespace

void encode_word(const BpeModel& model, const Vocabulary& vocabulary, std::string_view word,
                 std::vector<WordPart>& parts) {
  if (model.ignore_merges) {
    if (const std::optional<std::int32_t> id = vocabulary.find(word)) {
      parts.push_back({*id, 0, static_cast<std::uint32_t>(word.size())});
      return;
    }
  }
  Symbols symbols = characters_of(model, vocabulary, word);
  Merger(model, symbols).run();
  for (const Symbol& symbol : symbols)
    if (symbol.alive) parts.push_back({symbol.id, symbol.begin, symbol.end});
}

std::array<std::int32_t, 256> byte_pieces(const Vocabulary& vocabulary) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::array<std::int32_t, 256> ids{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    const char piece[] = {'<', '0', 'x', kDigits[byte >> 4], kDigits[byte & 15], '>'};
    ids[byte] = vocabulary.find(std::string_view(piece, sizeof piece)).value_or(-1);
  }
  return ids;
}

std::optional<unsigned char> fallback_byte(std::string_view piece) {
  if (piece.size() != 6 || !piece.starts_with("<0x") || piece.back() != '>') return std::nullopt;
  int value = 0;
  for (const char digit : piece.substr(3, 2)) {
    value *= 16;
    if (digit >= '0' && digit <= '9')
      value += digit - '0';
    else if (digit >= 'A' && digit <= 'F')
      value += digit - 'A' + 10;
    else
      return std::nullopt;
  }
  return static_cast<unsigned char>(value);
}

}  // namespace regard
