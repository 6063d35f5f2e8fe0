// SPDX-License-Identifier: Apache-2.0
// What people added to the vocabulary of a folder without tokenizer.json: {"id": {…}} under added_tokens_decoder of
// tokenizer_config.json, {"content": id} in added_tokens.json. For load_tokenizer() only.
#pragma once

#include "core/text/json_fields.h"
#include "core/text/pipeline.h"

#include <filesystem>

namespace regard {

/// Whether tokens that are not special are looked for in the normalised text, as they are where the library normalises, or in
/// the text as it stands, as where SentencePiece does.
enum class OwnTokens { in_normalized_text, in_text };

/// Puts them behind the tokens that are there; of one that is known already the configuration may change how it is found.
/// `place` and `config` are tokenizer_config.json, an empty object where there is none. Throws Error.
void add_own_tokens(const std::filesystem::path& folder, const JsonPlace& place, const nlohmann::json& config,
                    OwnTokens where, TokenizerParts& parts);

}  // namespace regard
