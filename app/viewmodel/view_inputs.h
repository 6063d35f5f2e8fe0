// SPDX-License-Identifier: Apache-2.0
// What each view follows from, beside the snapshot: plain values compared by ==. A view's function sees its own inputs and not
// the session, so nothing can change what is drawn without changing them. Derived from the session here and nowhere else. Pure.
#pragma once

#include "app/session/look.h"
#include "app/viewmodel/snapshot.h"
#include "core/analysis/kv_cache.h"
#include "core/base/range.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace regard {

struct Session;  // app/session/session.h

struct Axis;

/// Which units an axis has.
struct AxisInputs {
  bool hide_special = false;
  bool word_level = false;
  friend bool operator==(const AxisInputs&, const AxisInputs&) = default;
};
[[nodiscard]] AxisInputs axis_inputs(const Session& session);

/// The axes of a grid, as long as the text is.
struct WholeAxesInputs {
  AttentionKind kind = AttentionKind::self;
  AxisInputs axis{};
  friend bool operator==(const WholeAxesInputs&, const WholeAxesInputs&) = default;
};
[[nodiscard]] WholeAxesInputs whole_axes_inputs(const Snapshot& snapshot, const Session& session);

/// The windows of rows and columns that show the selection. In self-attention both are the query's.
struct GridWindows {
  Range rows{}, cols{};
  friend bool operator==(const GridWindows&, const GridWindows&) = default;
};

/// The grid moves with the selection only where the text is longer than it: then `windows` are its part of the whole axes.
struct GridInputs {
  WholeAxesInputs axes{};
  HeadRef head{};
  std::optional<GridWindows> windows{};       ///< null: everything
  std::optional<ScorePartKind> score_part{};  ///< of the scores; null: the sum
  friend bool operator==(const GridInputs&, const GridInputs&) = default;
};

struct QuestionInputs {
  AttentionKind kind = AttentionKind::self;
  HeadRef head{};
  std::size_t query = 0, key = 0;  ///< tokens
  bool hide_special = false;
  bool sorted = false;
  friend bool operator==(const QuestionInputs&, const QuestionInputs&) = default;
};

struct ArcsInputs {
  GridInputs grid{};
  std::vector<HeadRef> compared{};
  std::size_t query = 0;  ///< token
  bool from_all = false;
  float threshold = 0.0F;
  friend bool operator==(const ArcsInputs&, const ArcsInputs&) = default;
};

struct StripInputs {
  TextSide side = TextSide::encoder;
  AttentionKind kind = AttentionKind::self;
  HeadRef head{};
  std::size_t query = 0, key = 0;  ///< tokens
  bool hide_special = false;
  friend bool operator==(const StripInputs&, const StripInputs&) = default;
};

struct PredictionInputs {
  std::size_t query = 0;  ///< token
  friend bool operator==(const PredictionInputs&, const PredictionInputs&) = default;
};

struct CacheInputs {
  std::vector<CacheStep> written{};  ///< how the cache grew while the model wrote this text; empty: it did not
  friend bool operator==(const CacheInputs&, const CacheInputs&) = default;
};

/// All of one session, as this snapshot can show it.
struct ViewInputs {
  GridInputs grid{};
  std::size_t query = 0, key = 0;  ///< selected tokens of the texts that ask and are asked
  QuestionInputs question{};
  ArcsInputs arcs{};
  StripInputs strip{};
  std::optional<StripInputs> decoder_strip{};  ///< of a model with two texts
  PredictionInputs predictions{};
  CacheInputs cache{};
};
/// `rows` and `cols` are the whole axes of a text longer than a grid, else null.
[[nodiscard]] ViewInputs view_inputs(const Snapshot& snapshot, const Session& session, const Axis* rows,
                                     const Axis* cols);
[[nodiscard]] StripInputs strip_inputs(const Snapshot& snapshot, const Session& session, TextSide side);
[[nodiscard]] QuestionInputs question_inputs(const Snapshot& snapshot, const Session& session);
[[nodiscard]] CacheInputs cache_inputs(const Snapshot& snapshot, const Session& session);

}  // namespace regard
