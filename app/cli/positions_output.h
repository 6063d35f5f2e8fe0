// SPDX-License-Identifier: Apache-2.0
// `regard kinds --positions`: how a head knows where tokens stand, in numbers.
#pragma once

#include "app/viewmodel/positions_view.h"
#include "core/text/tokenizer.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace regard::cli {

struct PositionsAsked {
  HeadRef head{};
  std::optional<std::size_t> query{}, key{};  ///< none: the last token, and the first
  std::size_t reach = usual_reach;
};

/// JSON: {"model", "text", "tokens", "layer", "head", "positions", "obstacle", "query", "key", "tokens_held", "places", "first", "mean", "low",
/// "high", "pair", "in_text", "bias", "terms": {…}, "planes": [{…}]}. CSV: number, distance, plane, value. Throws Error: positions_<obstacle>, a
/// token out of range.
[[nodiscard]] std::string told_positions_of(const std::shared_ptr<const Trace>& trace, const Encoding& encoding,
                                            const PositionsAsked& asked, bool csv);

}  // namespace regard::cli
