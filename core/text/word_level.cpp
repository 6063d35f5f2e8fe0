// SPDX-License-Identifier: Apache-2.0
#include "core/text/word_level.h"

#include "core/base/error.h"

namespace regard {

void encode_word(const WordLevelModel& model, const Vocabulary& vocabulary, std::string_view word,
                 std::vector<WordPart>& parts) {
  const std::optional<std::int32_t> own = vocabulary.find(word);
  const std::optional<std::int32_t> id = own ? own : model.unknown;
  if (!id) throw Error("tokenizer_no_unknown", {.file = model.file, .found = std::string(word.substr(0, 60))});
  parts.push_back({*id, 0, static_cast<std::uint32_t>(word.size())});
}

}  // namespace regard
