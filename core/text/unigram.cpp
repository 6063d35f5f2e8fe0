// SPDX-License-Identifier: Apache-2.0
#include "core/text/unigram.h"

#include "core/base/error.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace regard {
namespace {

constexpr double kPenaltyOfUnknown = 10.0;
constexpr std::int32_t kNoPiece = -1;

/// The best way found so far to cut the bytes before a place: where its last piece begins, and which it is.
struct Best {
  double score = -std::numeric_limits<double>::infinity();
  std::uint32_t begin = 0;
  std::int32_t id = kNoPiece;
  bool reached = false;

  void offer(double candidate, double kept, std::size_t from, std::int32_t piece) {
    if (reached && candidate <= score) return;
    *this = {kept, static_cast<std::uint32_t>(from), piece, true};
  }
};

/// Calls visit(length, id) for every piece that `text` starts with, the shortest first.
template <typename Visit>
void for_each_prefix(const UnigramModel& model, const Vocabulary& vocabulary, std::string_view text, Visit&& visit) {
  const auto piece = [&](std::int32_t id) -> const std::string& {
    return vocabulary.pieces[static_cast<std::size_t>(id)];
  };
  auto first = model.sorted.begin();
  auto last = model.sorted.end();  // the pieces in [first, last) share the bytes before `depth`
  for (std::size_t depth = 0; depth < text.size(); ++depth) {
    const int wanted = static_cast<unsigned char>(text[depth]);
    const auto byte = [&](std::int32_t id) {
      return depth < piece(id).size() ? static_cast<int>(static_cast<unsigned char>(piece(id)[depth])) : -1;
    };
    first = std::partition_point(first, last, [&](std::int32_t id) { return byte(id) < wanted; });
    last = std::partition_point(first, last, [&](std::int32_t id) { return byte(id) <= wanted; });
    if (first == last) return;
    if (piece(*first).size() == depth + 1) visit(depth + 1, *first);
  }
}

std::vector<Best> best_paths(const UnigramModel& model, const Vocabulary& vocabulary, std::string_view word) {
  const auto kept = [&](double sum) { return model.single_precision ? double{static_cast<float>(sum)} : sum; };
  std::vector<Best> best(word.size() + 1);
  best[0] = {0.0, 0, kNoPiece, true};
  for (std::size_t begin = 0; begin < word.size(); begin += utf8_length(word[begin])) {
    const double so_far = best[begin].score;
    const std::size_t character = utf8_length(word[begin]);
    bool is_piece = false;
    for_each_prefix(model, vocabulary, word.substr(begin), [&](std::size_t length, std::int32_t id) {
      const double sum = so_far + model.scores[static_cast<std::size_t>(id)];
      best[begin + length].offer(sum, kept(sum), begin, id);
      is_piece = is_piece || length == character;
    });
    if (is_piece) continue;
    const double sum = kept(so_far + model.unknown_score);
    best[begin + character].offer(sum, sum, begin, model.unknown.value_or(kNoPiece));
  }
  return best;
}

void put_unknown(const UnigramModel& model, std::string_view word, WordPart part, std::vector<WordPart>& parts) {
  const std::string_view bytes = word.substr(part.begin, part.end - part.begin);
  const auto id_of = [&](char byte) { return model.byte_ids[static_cast<unsigned char>(byte)]; };
  if (model.byte_fallback && std::all_of(bytes.begin(), bytes.end(), [&](char byte) { return id_of(byte) >= 0; })) {
    for (std::uint32_t at = part.begin; at < part.end; ++at)
      parts.push_back({id_of(word[at]), at, at + 1});
  } else if (model.unknown) {
    parts.push_back({*model.unknown, part.begin, part.end});
  } else if (!model.file.empty()) {
    throw Error("tokenizer_no_unknown", {.file = model.file, .found = std::string(bytes.substr(0, 60))});
  }
}

}  // namespace

void prepare(UnigramModel& model, const Vocabulary& vocabulary) {
  std::vector<std::int32_t> ids;
  for (std::size_t id = 0; id < model.scores.size(); ++id)
    if (!vocabulary.pieces[id].empty()) ids.push_back(static_cast<std::int32_t>(id));
  prepare(model, vocabulary, std::move(ids));
  const auto least = std::min_element(model.scores.begin(), model.scores.end());
  model.unknown_score = (least == model.scores.end() ? 0.0 : *least) - kPenaltyOfUnknown;
}

void prepare(UnigramModel& model, const Vocabulary& vocabulary, std::vector<std::int32_t> ids) {
  model.sorted = std::move(ids);
  std::stable_sort(model.sorted.begin(), model.sorted.end(), [&](std::int32_t a, std::int32_t b) {
    return vocabulary.pieces[static_cast<std::size_t>(a)] < vocabulary.pieces[static_cast<std::size_t>(b)];
  });
}

void encode_word(const UnigramModel& model, const Vocabulary& vocabulary, std::string_view word,
                 std::vector<WordPart>& parts) {
  const std::vector<Best> best = best_paths(model, vocabulary, word);
  std::vector<WordPart> path;  // from the end
  for (auto end = static_cast<std::uint32_t>(word.size()); end > 0; end = best[end].begin)
    path.push_back({best[end].id, best[end].begin, end});
  const std::int32_t unknown = model.unknown.value_or(kNoPiece);
  for (auto part = path.rbegin(); part != path.rend(); ++part) {
    if (part->id != unknown) {
      parts.push_back(*part);
      continue;
    }
    WordPart run = *part;
    for (; std::next(part) != path.rend() && std::next(part)->id == unknown; ++part)
      run.end = std::next(part)->end;
    put_unknown(model, word, run, parts);
  }
}

}  // namespace regard
