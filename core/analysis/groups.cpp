// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/groups.h"

#include <algorithm>

namespace regard {
namespace {

using Groups = std::span<const TokenGroup>;

constexpr std::size_t kBlockGroups = 64;  // rows of groups whose tokens' tile is held at a time
constexpr std::size_t kBlockKeys = 2048;  // columns, where only sums are kept

/// The tokens from the first to the last of some groups (those between them included).
Range tokens_of(Groups groups) {
  if (groups.empty()) return {};
  return {groups.front().front(), groups.back().back() + 1};
}

/// visit(first, groups): consecutive pieces of a list of groups.
template <class Visit>
void by_blocks(Groups groups, std::size_t size, const Visit& visit) {
  for (std::size_t first = 0; first < groups.size(); first += size)
    visit(first, groups.subspan(first, std::min(size, groups.size() - first)));
}

/// The tile's first query and first key.
struct Corner {
  std::size_t query = 0;
  std::size_t key = 0;
};

/// Σ over the pieces of `keys`, mean over the pieces of `queries`.
float weight_between(const Matrix& tile, Corner origin, const TokenGroup& queries, const TokenGroup& keys) {
  double sum = 0.0;
  for (const std::size_t query : queries)
    for (const std::size_t key : keys)
      sum += tile(query - origin.query, key - origin.key);
  return static_cast<float>(sum / static_cast<double>(queries.size()));
}

struct ScoreCell {
  float score = 0.0F;
  bool masked = true;
};

/// `seen` is what each query of the tile sees.
ScoreCell score_between(const Matrix& tile, std::span<const SeenKeys> seen, Corner origin, const TokenGroup& queries,
                        const TokenGroup& keys) {
  double allowed_sum = 0.0, sum = 0.0;
  std::size_t allowed_pairs = 0;
  for (const std::size_t query : queries) {
    const SeenKeys& visible = seen[query - origin.query];
    for (const std::size_t key : keys) {
      const double score = tile(query - origin.query, key - origin.key);
      sum += score;
      if (!visible.contains(key)) continue;
      allowed_sum += score;
      ++allowed_pairs;
    }
  }
  if (allowed_pairs > 0) return {static_cast<float>(allowed_sum / static_cast<double>(allowed_pairs)), false};
  return {static_cast<float>(sum / static_cast<double>(queries.size() * keys.size())), true};
}

/// The tokens of groups that all hold one token; empty if some hold more. Most pictures are of that kind, and a sum of one
/// number is the number.
std::vector<std::size_t> lone_tokens(Groups groups) {
  std::vector<std::size_t> tokens;
  tokens.reserve(groups.size());
  for (const TokenGroup& group : groups) {
    if (group.size() != 1) return {};
    tokens.push_back(group.front());
  }
  return tokens;
}

/// The groups that are looked at, and what all rows ask of them.
struct ScoreColumns {
  explicit ScoreColumns(Groups groups) : cols(groups), keys(tokens_of(groups)), lone_keys(lone_tokens(groups)) {}
  Groups cols;
  Range keys;                          ///< of the tile
  std::vector<std::size_t> lone_keys;  ///< see lone_tokens()
};

/// put(row, col, cell) for all groups of a block of rows; `tile` [tokens of the block, columns.keys], `seen` for each of its rows.
template <class Put>
void for_score_cells(const Matrix& tile, std::span<const SeenKeys> seen, Groups block, const ScoreColumns& columns,
                     const Put& put) {
  const Corner origin{block.front().front(), columns.keys.begin};
  for (std::size_t row = 0; row < block.size(); ++row) {
    const bool lone = block[row].size() == 1 && !columns.lone_keys.empty();
    const std::size_t query = block[row].front() - origin.query;
    for (std::size_t col = 0; col < columns.cols.size(); ++col) {
      if (lone)
        put(row, col,
            ScoreCell{tile(query, columns.lone_keys[col] - origin.key), !seen[query].contains(columns.lone_keys[col])});
      else
        put(row, col, score_between(tile, seen, origin, block[row], columns.cols[col]));
    }
  }
}

std::vector<SeenKeys> seen_by(const Trace& trace, HeadRef head, Range queries, Range keys) {
  std::vector<SeenKeys> seen;
  seen.reserve(queries.size());
  for (std::size_t query = queries.begin; query < queries.end; ++query)
    seen.push_back(seen_keys(trace, head, query, keys));
  return seen;
}

}  // namespace

Matrix grouped_weights(const Trace& trace, HeadRef head, Groups rows, Groups cols) {
  Matrix result(rows.size(), cols.size());
  if (result.empty()) return result;
  const Range keys = tokens_of(cols);
  const std::vector<std::size_t> lone_keys = lone_tokens(cols);
  by_blocks(rows, kBlockGroups, [&](std::size_t first, Groups block) {
    const Range queries = tokens_of(block);
    const Matrix tile = weights(trace, head, queries, keys);
    for (std::size_t row = 0; row < block.size(); ++row) {
      const std::span<float> out = result.row(first + row);
      if (block[row].size() == 1 && !lone_keys.empty()) {
        const std::span<const float> from = tile.row(block[row].front() - queries.begin);
        for (std::size_t col = 0; col < out.size(); ++col)
          out[col] = from[lone_keys[col] - keys.begin];
      } else {
        for (std::size_t col = 0; col < out.size(); ++col)
          out[col] = weight_between(tile, {queries.begin, keys.begin}, block[row], cols[col]);
      }
    }
  });
  return result;
}

GroupedAttention grouped_attention(const Trace& trace, HeadRef head, Groups rows, Groups cols) {
  GroupedAttention result{Matrix(rows.size(), cols.size()), grouped_weights(trace, head, rows, cols),
                          std::vector<bool>(rows.size() * cols.size())};
  if (result.weights.empty()) return result;
  const ScoreColumns columns(cols);
  by_blocks(rows, kBlockGroups, [&](std::size_t first, Groups block) {
    const Range queries = tokens_of(block);
    const Matrix tile = scores(trace, head, queries, columns.keys);
    const std::vector<SeenKeys> seen = seen_by(trace, head, queries, columns.keys);
    for_score_cells(tile, seen, block, columns, [&](std::size_t row, std::size_t col, ScoreCell cell) {
      result.scores(first + row, col) = cell.score;
      result.masked[(first + row) * cols.size() + col] = cell.masked;
    });
  });
  return result;
}

std::vector<ScorePart> grouped_score_parts(const Trace& trace, HeadRef head, Groups rows, Groups cols) {
  std::vector<ScorePart> result;
  for (const ScorePartKind kind : kinds_of_parts(trace, head))
    result.push_back({kind, Matrix(rows.size(), cols.size())});
  if (rows.empty() || cols.empty()) return result;
  const ScoreColumns columns(cols);
  by_blocks(rows, kBlockGroups, [&](std::size_t first, Groups block) {
    const Range queries = tokens_of(block);
    const std::vector<ScorePart> parts = score_parts(trace, head, queries, columns.keys);
    const std::vector<SeenKeys> seen = seen_by(trace, head, queries, columns.keys);
    for (std::size_t part = 0; part < parts.size(); ++part)
      for_score_cells(parts[part].scores, seen, block, columns, [&](std::size_t row, std::size_t col, ScoreCell cell) {
        result[part].scores(first + row, col) = cell.score;
      });
  });
  return result;
}

std::vector<double> grouped_mass(const Trace& trace, HeadRef head, Groups rows, Groups cols) {
  std::vector<double> mass(rows.size());
  by_blocks(cols, kBlockKeys, [&](std::size_t, Groups block) {
    const Matrix part = grouped_weights(trace, head, rows, block);
    for (std::size_t row = 0; row < part.rows; ++row)
      for (const float weight : part.row(row))
        mass[row] += weight;
  });
  return mass;
}

void renormalise_rows(Matrix& weights) {
  std::vector<double> mass(weights.rows);
  for (std::size_t row = 0; row < weights.rows; ++row)
    for (const float weight : weights.row(row))
      mass[row] += weight;
  renormalise_rows(weights, mass);
}

void renormalise_rows(Matrix& weights, std::span<const double> mass) {
  for (std::size_t row = 0; row < weights.rows; ++row)
    if (mass[row] > 0.0)
      for (float& weight : weights.row(row))
        weight = static_cast<float>(weight / mass[row]);
}

}  // namespace regard
