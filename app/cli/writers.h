// SPDX-License-Identifier: Apache-2.0
// How results are written as text: JSON and CSV with the shortest digits that give the same float32 back. Pure.
#pragma once

#include "core/text/tokenizer.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace regard::cli {

/// [{"id":…,"piece":…,"text":…,"start":…,"end":…,"word":…,"special":…}, …]; start and end count bytes of the text.
[[nodiscard]] std::string tokens_json(const Encoding& encoding);

/// Whose tokens the rows and the columns of a trace are.
struct TracedTexts {
  const Encoding& queries;
  const Encoding& keys;
  std::string_view attention{};  ///< "self", "cross" or "encoder"; empty where the model has but one kind
};

/// One line without a newline: model, text, tokens, and scores and weights of the asked heads as rows of queries. Where there
/// are several kinds of attention also which one, and "key_text" and "key_tokens" of the columns. A head with a sink has also
/// "sink": {"score", "shares": one of each row, what its weights leave to 1}.
[[nodiscard]] std::string trace_json(const Trace& trace, const TracedTexts& texts, const std::vector<HeadRef>& heads);

/// The line above the rows of trace_csv().
[[nodiscard]] std::string_view trace_csv_header();
/// A row per head, query and key. `text` is the number of the text, from 0.
[[nodiscard]] std::string trace_csv(const Trace& trace, const TracedTexts& texts, const std::vector<HeadRef>& heads,
                                    std::size_t text);

}  // namespace regard::cli
