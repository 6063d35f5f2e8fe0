// SPDX-License-Identifier: Apache-2.0
// The tokens of a text that was cut elsewhere, behind the interface of every tokenizer: it knows this one text.
#pragma once

#include "core/text/tokenizer.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace regard {

/// A text in tokens. `pieces` are as a vocabulary or a person writes them ("Ġthe", "▁the", "##ка", " the"); without pieces a token
/// is called by its id, "‹17›", and without ids of its own by its number, "17".
struct GivenText {
  std::string name{};                 ///< of what it was read from, for errors
  std::vector<std::string> pieces{};  ///< [T], or empty
  std::vector<std::int32_t> ids{};    ///< [T]
  bool has_ids = false;               ///< else they only count
};

/// encode() gives these tokens for the text that they make and for "", and throws Error capture_fixed for every other one.
[[nodiscard]] std::unique_ptr<const Tokenizer> make_given_tokenizer(GivenText text);

}  // namespace regard
