// SPDX-License-Identifier: Apache-2.0
// `regard kinds --heads 1,2,4`: a layer's matrices cut into other numbers of heads, in numbers.
#pragma once

#include "core/analysis/head_cuts.h"
#include "core/text/tokenizer.h"

#include <string>
#include <string_view>
#include <vector>

namespace regard::cli {

/// "1,2,4". Throws Error: what is no number, too many, one twice, and head_cut_<obstacle> for what the layer cannot be cut into.
[[nodiscard]] std::vector<std::size_t> parse_cuts(std::string_view text, const LayerOf& of);

/// {"model", "text", "tokens", "layer", "edits_left_out"…, "cuts": [{"heads", "width", "scale", "own", "each": [{"entropy", "distance",
/// "itself", "previous", "next", "first", "strongest", "weights"}]}]}
[[nodiscard]] std::string cuts_json(const Encoding& encoding, const LayerOf& of, const std::vector<HeadCut>& cuts);
/// A row per number: heads, head, number, query, key, value.
[[nodiscard]] std::string cuts_csv(const std::vector<HeadCut>& cuts);

}  // namespace regard::cli
