// SPDX-License-Identifier: Apache-2.0
// tokenizer.json from a stranger: it gives an Error or a tokenizer that keeps its promises for any text.
#include "core/base/error.h"
#include "core/text/tokenizer.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const auto tokenizer = regard::parse_tokenizer_json(bytes, "tokenizer.json");
    const std::string_view texts[] = {
        "Кошка, которая сидела на крыше, [MASK] on птицу: 42 é 我 \xF0\x9F\x90\x88 <s>\n\n  x", bytes.substr(0, 256),
        ""};
    for (const std::string_view text : texts) {
      const regard::Encoding encoding = tokenizer->encode(text, {.max_tokens = 64});
      if (encoding.tokens.size() > 64) std::abort();
      for (const regard::Token& token : encoding.tokens) {
        if (token.begin > token.end || token.end > encoding.text.size()) std::abort();
        if (token.id < 0 || static_cast<std::size_t>(token.id) >= tokenizer->vocabulary_size()) std::abort();
        (void)tokenizer->decode({&token.id, 1});
      }
    }
  } catch (const regard::Error&) {}
  return 0;
}
