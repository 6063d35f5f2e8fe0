// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/comparison.h"

#include "app/viewmodel/as_said.h"
#include "app/viewmodel/snapshot.h"
#include "core/text/continuation.h"

#include <unordered_map>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t queries_told = 5;  ///< of each head, those that moved most

std::vector<std::int32_t> numbers_of(const Encoding& encoding, std::unordered_map<std::string, std::int32_t>& numbers) {
  std::vector<std::int32_t> ids;
  ids.reserve(encoding.tokens.size());
  for (const Token& token : encoding.tokens)
    ids.push_back(numbers.emplace(as_said(token), static_cast<std::int32_t>(numbers.size())).first->second);
  return ids;
}

bool has_attention(const Snapshot& snapshot, AttentionKind kind) {
  return snapshot.trace && (kind == AttentionKind::self || has_two_texts(snapshot));
}

}  // namespace

Alignment align_encodings(const Encoding& first, const Encoding& second, bool same_tokens,
                          std::span<const AnchoredPair> pairs, TextSide side) {
  std::vector<AlignedPair> fixed;
  for (const AnchoredPair& pair : pairs)
    if (pair.side == side) fixed.push_back({resolve(pair.pinned, first), resolve(pair.live, second)});
  if (same_tokens) return with_equal_gaps(align(ids_of(first), ids_of(second), fixed));
  std::unordered_map<std::string, std::int32_t> numbers;
  const std::vector<std::int32_t> first_numbers = numbers_of(first, numbers);
  return with_equal_gaps(align(first_numbers, numbers_of(second, numbers), fixed));
}

Comparison compare(std::shared_ptr<const Snapshot> baseline, const Snapshot& live, std::string name,
                   std::span<const AnchoredPair> pairs) {
  Comparison comparison;
  comparison.name = std::move(name);
  comparison.baseline = std::move(baseline);
  const bool same = comparison.baseline->model == live.model;
  const bool two_texts = has_two_texts(live);
  comparison.alignment = align_encodings(comparison.baseline->encoding, live.encoding, same, pairs,
                                         two_texts ? TextSide::decoder : TextSide::encoder);
  if (two_texts)
    comparison.encoder_alignment =
        align_encodings(comparison.baseline->encoder_encoding, live.encoder_encoding, same, pairs);
  return comparison;
}

AlignedAxes axes_of(const Comparison& comparison, AttentionKind kind) {
  if (kind == AttentionKind::self) return comparison.alignment;
  if (kind == AttentionKind::encoder) return comparison.encoder_alignment;
  return {comparison.alignment, comparison.encoder_alignment};
}

void add_movements(Comparison& comparison, const Snapshot& live, const std::stop_token& stop) {
  comparison.movements_pending = false;
  if (!comparison.baseline) return;
  for (const AttentionKind kind : {AttentionKind::self, AttentionKind::cross, AttentionKind::encoder}) {
    if (!has_attention(*comparison.baseline, kind) || !has_attention(live, kind)) continue;
    comparison.movements[static_cast<std::size_t>(kind)] =
        head_movements(attention_of(*comparison.baseline->trace, kind), attention_of(*live.trace, kind),
                       axes_of(comparison, kind), queries_told, stop);
  }
}

}  // namespace regard
