// SPDX-License-Identifier: Apache-2.0
// The sections "normalizer" and "pre_tokenizer" of tokenizer.json. Pure; both throw Error.
#pragma once

#include "core/text/json_fields.h"
#include "core/text/normalizer.h"
#include "core/text/pre_tokenizer.h"

namespace regard {

[[nodiscard]] Normalizer parse_normalizer(const JsonPlace& place, const nlohmann::json& section);
[[nodiscard]] PreTokenizer parse_pre_tokenizer(const JsonPlace& place, const nlohmann::json& section);

}  // namespace regard
