// SPDX-License-Identifier: Apache-2.0
// A Hugging Face folder whose tokenizer is a SentencePiece file: which one it is, and what its family makes of the ids. For
// load_tokenizer() only.
#pragma once

#include "core/text/json_fields.h"
#include "core/text/pipeline.h"

#include <filesystem>
#include <optional>

namespace regard {

/// The parts, or nothing where the folder has no such file. `place` and `config` are tokenizer_config.json, an empty object
/// where there is none. Reads config.json for the kind of model where the other does not tell. Throws Error.
[[nodiscard]] std::optional<TokenizerParts> read_sentencepiece_folder(const std::filesystem::path& folder,
                                                                      const JsonPlace& place,
                                                                      const nlohmann::json& config);

/// What reads the texts of a decoder that has a file of its own (Marian's target.spm); nothing elsewhere. Throws Error.
[[nodiscard]] std::optional<TokenizerParts> read_target_sentencepiece(const std::filesystem::path& folder);

/// The names looked for, for an error.
inline constexpr std::string_view kSentencePieceFiles =
    "spiece.model / sentencepiece.bpe.model / tokenizer.model / spm.model / source.spm + vocab.json";

}  // namespace regard
