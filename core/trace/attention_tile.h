// SPDX-License-Identifier: Apache-2.0
// The arithmetic of one head that the run and the accessors of a Trace share, so that a tile shows to the last bit what the
// run used. Pure; any thread.
#pragma once

#include "core/base/multiply.h"
#include "core/base/row_statistics.h"
#include "core/trace/kernel_scores.h"
#include "core/trace/offset_scores.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <limits>
#include <optional>
#include <span>

namespace regard {

/// Columns [first_column, first_column + width) of some rows, transposed: [width, rows.size()], padded.
void pack_transposed(const Matrix& from, std::size_t first_column, std::size_t width, Range rows, PaddedMatrix& to);

/// The same, not transposed: [rows.size(), width], padded.
void pack_columns(const Matrix& from, std::size_t first_column, std::size_t width, Range rows, PaddedMatrix& to);

/// How a head makes scores: t = q·k · scale; with a cap, cap·tanh(t/cap) (Gemma 2); minus slope·(i − j) (ALiBi),
/// plus a learned number for j − i (T5), plus what offsets have to do with q and k (DeBERTa).
struct ScoreRule {
  float scale = 1.0F;
  float cap = 0.0F;                    ///< 0 = none
  float slope = 0.0F;                  ///< 0 = none
  bool both_ways = false;              ///< −slope·|i − j| in place of −slope·(i − j)
  std::span<const float> by_offset{};  ///< [2·D + 1] by j − i + D, the ends go on for ever; empty = none. Of the config
  HeadOffsets offsets{};
  std::optional<KernelRule>
      kernel{};  ///< scores are made otherwise (core/trace/kernel_scores.h), and all of the above is not used
  [[nodiscard]] bool has_bias() const { return slope != 0.0F || !by_offset.empty(); }  ///< that no token has a part in
  [[nodiscard]] bool knows_positions() const { return has_bias() || offsets.table != nullptr; }
  [[nodiscard]] float bias(std::size_t query, std::size_t key) const;
  [[nodiscard]] float bias_of(std::ptrdiff_t offset) const;  ///< of the offset j − i
};
[[nodiscard]] ScoreRule score_rule(const ModelConfig& config, HeadRef head);

/// Where the first row and column of a tile stand in the text.
struct TileOrigin {
  std::size_t query = 0;
  std::size_t key = 0;
};

// How a row of q·k becomes a row of scores, step by step, in place; score_rows() does the same to many.
/// s · scale, then cap·tanh(s / cap) where there is a cap, for columns [begin, end), multiples of kPadding.
void scale_and_cap(const ScoreRule& rule, std::size_t begin, std::size_t end, float* scores);
/// + bias of the positions, for columns [begin, end); `origin` is where the row and column 0 stand in the text.
void add_bias(const ScoreRule& rule, TileOrigin origin, std::size_t begin, std::size_t end, float* scores);

/// + the offsets' part, for a tile that is scaled already.
void add_offset_parts(const ScoreRule& rule, const ScoreTile& tile, float* scores, std::size_t stride);

/// Scores of `count` rows of queries against columns [begin, end) of transposed keys (multiples of kPadding).
void score_rows(Strided queries, std::size_t count, const PaddedMatrix& transposed_keys, std::size_t begin,
                std::size_t end, const ScoreRule& rule, TileOrigin origin, float* out, std::size_t out_stride);

/// The tile that a rule makes of what a head recorded, before any mask and intervention; padded.
[[nodiscard]] PaddedMatrix score_tile(const Trace& trace, HeadRef head, const ScoreRule& rule, Range queries,
                                      Range keys);

/// The score of the sink of a head that has none.
inline constexpr float kNoSink = -std::numeric_limits<float>::infinity();

/// Turns scores into exp((s − m)/temperature)/z in place over [0, padded(length)) with m and z of the allowed columns and of the sink's
/// score (core/trace/sink.h); 0 elsewhere. A row of −∞ alone becomes a row of zeros, without a sink with m = −∞ and z = 0.
RowStatistics softmax_row(float* scores, std::size_t length, const AllowedKeys& allowed, float temperature,
                          float sink = kNoSink);

/// The same with m and z known: the columns are any part of the row.
void weights_row(float* scores, std::size_t length, const AllowedKeys& allowed, float temperature,
                 RowStatistics statistics);

}  // namespace regard
