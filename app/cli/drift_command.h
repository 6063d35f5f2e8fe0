// SPDX-License-Identifier: Apache-2.0
// `regard drift`: how far every head moves as an adapter grows, how much it changes the head's matrices, and how far the head moves by
// the storage of the model alone. In numbers.
#pragma once

#include "app/cli/commands.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace regard::cli {

struct DriftCommand {
  std::string model{};
  std::vector<AdapterUse> adapters{};  ///< their strengths are those at α = 1
  std::string against{};               ///< the same model in full precision; empty: storage is not measured
  std::optional<std::string> text{};
  std::filesystem::path text_file{};  ///< a sentence a line, or CoNLL-U; where `text` is not given
  std::string alphas = "0:1:0.1";     ///< "FIRST:LAST:STEP", or numbers with commas between
  bool own_weights = false;           ///< each layer reads what it reads in the base
  bool matrices = false;              ///< the sizes of changes in the place of drift, as CSV; JSON has both
  bool csv = false;
};

/// At most so many strengths.
inline constexpr std::size_t most_alphas = 201;

/// "0:1:0.25" → 0, 0.25, 0.5, 0.75, 1; "0,1,2" → as they stand; empty where it is neither, or outside ±100, or too many.
[[nodiscard]] std::vector<float> parse_alphas(const std::string& text);
/// Nothing, or the sentence about what is no list of strengths.
[[nodiscard]] std::string check_alphas(const std::string& text);

/// JSON {"model", "adapters", "own_weights", "texts", "rows", "alphas", "drift": [{"layer", "head", "movement": […]}],
/// "changes": [{"layer", "head", "query", "key", "value", "output"}]}, or CSV "layer,head,alpha,drift" (of matrices
/// "layer,head,matrix,change"). With `against` JSON has "stored_as", "against": {"model", "stored_as"} and in each head of "drift"
/// "storage", too, CSV a last column "storage"; without an adapter there are no alphas, movements or changes, and CSV is
/// "layer,head,storage".
void run_drift(const DriftCommand& command, Streams streams);

}  // namespace regard::cli
