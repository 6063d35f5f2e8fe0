// SPDX-License-Identifier: Apache-2.0
// Tiles of a run that was made elsewhere: read from the file where it has them, else recomputed from queries and keys; nothing is
// made up. The trace's model is a captured one. Pure but for the capture's memo; any thread.
#pragma once

#include "core/base/multiply.h"
#include "core/base/row_statistics.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace regard {

/// Every accessor of a Trace works on it as far as the file has numbers. No thumbnails, no copies: only what runs keep whole
/// (the stream) is loaded.
[[nodiscard]] std::shared_ptr<const Trace> captured_trace(const std::shared_ptr<const Model>& model);

/// The part of the file that holds this kind of attention.
[[nodiscard]] const Capture& captured_part(const Trace& trace);

/// What scores() gives; NaN where the file has none and nothing to make them of.
[[nodiscard]] PaddedMatrix captured_scores(const Trace& trace, HeadRef head, Range queries, Range keys);

/// What weights() gives.
[[nodiscard]] Matrix captured_weights(const Trace& trace, HeadRef head, Range queries, Range keys);

/// m and z of some rows, of the allowed keys (and the sink); NaN where there are no scores.
[[nodiscard]] std::vector<RowStatistics> captured_statistics(const Trace& trace, HeadRef head, Range queries);

/// What is left of each row to sum to 1, as the file has it.
[[nodiscard]] std::vector<float> captured_sinks(const Trace& trace, HeadRef head, Range queries);
/// The sink's score: the file's, else what follows from its share of the last row.
[[nodiscard]] float captured_sink_score(const Trace& trace, HeadRef head);

enum class CapturedVector { query, key, value, output };
/// Empty where the file has none.
[[nodiscard]] std::span<const float> captured_vector(const Trace& trace, CapturedVector which, HeadRef head,
                                                     std::size_t token);

}  // namespace regard
