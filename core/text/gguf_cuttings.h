// SPDX-License-Identifier: Apache-2.0
// How a text is cut before byte-level merging, by the name a GGUF file gives (tokenizer.ggml.pre): the patterns are those
// published with each model's tokenizer. For parse_tokenizer_gguf() only.
#pragma once

#include "core/text/pre_tokenizer.h"

#include <string>
#include <vector>

namespace regard {

struct GgufCutting {
  std::vector<std::string> names{};
  std::vector<std::string> patterns{};  ///< one after the other, each match a word of its own
  bool opens = false;                   ///< adds BOS where the file does not say
  bool whole_pieces = false;            ///< a word that is a piece needs no merging
  bool composes = false;                ///< NFC first, as the published tokenizer does
  bool by_signs_and_digits = false;     ///< Falcon's way: runs of signs, GPT-2's words, digits by three
};

[[nodiscard]] const std::vector<GgufCutting>& gguf_cuttings();

/// The steps of a cutting, the byte alphabet among them. `file` and `item` are named where a pattern is stopped.
[[nodiscard]] PreTokenizer steps_of(const GgufCutting& cutting, const std::string& file, const std::string& item);

}  // namespace regard
