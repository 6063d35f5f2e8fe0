// SPDX-License-Identifier: Apache-2.0
// Interventions as sentences a person reads. UI thread (they are in the language chosen).
#pragma once

#include "core/base/error.h"
#include "core/text/tokenizer.h"
#include "core/trace/intervention.h"

#include <cstddef>
#include <string>

namespace regard {

/// "head 2.5", "layer 2, all heads", "all heads"
[[nodiscard]] std::string where_of(const HeadScope& scope);
/// «the king», «the … sword», or "the whole text"
[[nodiscard]] std::string words_of(const Range& range, const Encoding& encoding);
/// "head 2.5: mask on «king» → «sword» and 3 more pairs". The item on the tokens of this text.
[[nodiscard]] std::string sentence_of(const Intervention& item, const Encoding& encoding);
/// "mask", "added to the score" …: what a frame of the kind's colour means.
[[nodiscard]] std::string kind_name(InterventionKind kind);
/// Why an item does not act.
[[nodiscard]] std::string left_out_sentence(const Intervention& item, const Error& error);

}  // namespace regard
