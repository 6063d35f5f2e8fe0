// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/proof.h"

#include "app/viewmodel/views.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace regard {
namespace {

constexpr std::size_t shown_digits = 12;  // of a fingerprint

std::vector<AttentionKind> kinds_of(const Trace& trace) {
  if (trace.encoder == nullptr) return {AttentionKind::self};
  return {AttentionKind::self, AttentionKind::cross, AttentionKind::encoder};
}

void add_cell(std::vector<CheckedCell>& cells, const Trace& trace, CheckedCell cell) {
  const Range query{cell.query, cell.query + 1}, key{cell.key, cell.key + 1};
  cell.score = scores(trace, cell.head, query, key)(0, 0);
  cell.weight = weights(trace, cell.head, query, key)(0, 0);
  const bool known = std::any_of(cells.begin(), cells.end(), [&](const CheckedCell& other) { return other == cell; });
  if (!known && std::isfinite(cell.score) && std::isfinite(cell.weight)) cells.push_back(cell);
}

/// The cell a query looks at most.
void add_strongest(std::vector<CheckedCell>& cells, const Trace& trace, CheckedCell cell) {
  const Matrix row = weights(trace, cell.head, {cell.query, cell.query + 1}, {0, trace.keys()});
  const auto strongest = std::max_element(row.values.begin(), row.values.end());
  cell.key = static_cast<std::size_t>(strongest - row.values.begin());
  add_cell(cells, trace, cell);
}

void add_cells(std::vector<CheckedCell>& cells, const Trace& trace, AttentionKind kind) {
  const std::size_t layers = trace.layers.size(), tokens = trace.tokens();
  if (layers == 0 || tokens == 0 || trace.keys() == 0) return;
  const ModelConfig& config = trace.model->config;
  for (const std::size_t wanted : {std::size_t{0}, layers / 2, layers - 1}) {
    const std::size_t layer = nearest_head(config, {wanted, 0}).layer, heads = config.heads(layer);
    for (const std::size_t head : {std::size_t{0}, heads / 2, heads - 1})
      for (const std::size_t query : {tokens / 2, tokens - 1})
        add_strongest(cells, trace, {.attention = kind, .head = {layer, head}, .query = query});
  }
}

/// |Δ| as proof_tolerance measures it; infinite where the run has no such cell.
float difference(const CheckedCell& cell, const Trace& run) {
  const Trace& trace = attention_of(run, cell.attention);
  const bool there = has_head(trace.model->config, cell.head) && cell.query < trace.tokens() && cell.key < trace.keys();
  if (!there) return INFINITY;
  const Range query{cell.query, cell.query + 1}, key{cell.key, cell.key + 1};
  const float score = scores(trace, cell.head, query, key)(0, 0);
  const float weight = weights(trace, cell.head, query, key)(0, 0);
  const float apart =
      std::max(std::abs(weight - cell.weight), std::abs(score - cell.score) / std::max(1.0F, std::abs(cell.score)));
  return std::isfinite(apart) ? apart : INFINITY;
}

std::vector<std::int32_t> checked_ids_of(const Encoding& encoding) {
  std::vector<std::int32_t> ids;
  ids.reserve(std::min(encoding.tokens.size(), max_checked_ids));
  for (const Token& token : encoding.tokens)
    if (ids.size() < max_checked_ids) ids.push_back(token.id);
  return ids;
}

std::string few_digits(float value) {
  if (!std::isfinite(value)) return "∞";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1e", static_cast<double>(value));
  return text.data();
}

}  // namespace

Proof make_proof(const Snapshot& snapshot, const Session& session) {
  Proof proof;
  if (!snapshot.trace) return proof;
  proof.ids = checked_ids_of(snapshot.encoding);
  proof.encoder_ids = checked_ids_of(snapshot.encoder_encoding);
  const Trace& shown = shown_trace(snapshot, session);
  const std::size_t query = selected_query(snapshot, session), key = selected_key(snapshot, session);
  if (query < shown.tokens() && key < shown.keys())
    add_cell(proof.cells, shown,
             {.attention = shown_kind(snapshot, session),
              .head = shown_head(snapshot, session),
              .query = query,
              .key = key});
  for (const AttentionKind kind : kinds_of(*snapshot.trace))
    add_cells(proof.cells, attention_of(*snapshot.trace, kind), kind);
  return proof;
}

ProofCheck check_proof(const Proof& proof, const Snapshot& snapshot, std::string fingerprint,
                       const std::string& adapters) {
  ProofCheck check{.expected = proof.fingerprint, .found = std::move(fingerprint)};
  if (check.expected == check.found && proof.adapters != adapters) {
    check.expected = proof.adapters.empty() ? "–" : proof.adapters;
    check.found = adapters.empty() ? "–" : adapters;
  }
  const std::vector<std::int32_t> ids = checked_ids_of(snapshot.encoding),
                                  encoder = checked_ids_of(snapshot.encoder_encoding);
  check.expected_tokens = proof.ids.size() + proof.encoder_ids.size();
  check.found_tokens = ids.size() + encoder.size();
  check.same_tokens = proof.cells.empty() || (ids == proof.ids && encoder == proof.encoder_ids);
  if (!check.same_tokens || !snapshot.trace) return check;
  check.cells = proof.cells.size();
  for (const CheckedCell& cell : proof.cells) {
    const float apart = difference(cell, *snapshot.trace);
    check.differing += apart > proof_tolerance ? 1U : 0U;
    check.largest = std::max(check.largest, apart);
  }
  return check;
}

ProofVerdict verdict_of(const ProofCheck& check) {
  const bool known = !check.expected.empty();
  if (!known && check.cells == 0 && check.same_tokens) return {};
  const bool same_model = !known || check.expected == check.found;
  std::string key = !check.same_tokens    ? "tokens"
                    : check.differing > 0 ? "differ"
                    : check.cells == 0    ? "no_cells"
                                          : "agree";
  key = std::string("hand_over.") + (!known ? "unknown_" : same_model ? "same_" : "other_") + key;
  return {std::move(key),
          {{"expected", check.expected.substr(0, shown_digits)},
           {"found", check.found.substr(0, shown_digits)},
           {"expected_tokens", std::to_string(check.expected_tokens)},
           {"found_tokens", std::to_string(check.found_tokens)},
           {"cells", std::to_string(check.cells)},
           {"differing", std::to_string(check.differing)},
           {"largest", few_digits(check.largest)},
           {"tolerance", few_digits(proof_tolerance)}},
          check.same_tokens && check.differing == 0 && same_model};
}

}  // namespace regard
