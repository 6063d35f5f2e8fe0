// SPDX-License-Identifier: Apache-2.0
// vocab.txt from a stranger. The first byte chooses the options.
#include "core/base/error.h"
#include "core/text/tokenizer.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view lines(reinterpret_cast<const char*>(data) + 1, size - 1);
  const regard::WordPieceOptions options{(data[0] & 1) != 0, (data[0] & 2) != 0, (data[0] & 4) != 0};
  try {
    const auto tokenizer = regard::parse_vocab_txt(lines, options, "vocab.txt");
    for (const std::string_view text :
         {std::string_view("Кошка, ёж и [MASK]: café 我 \xF0\x9F\x90\x88"), lines.substr(0, 512)}) {
      const regard::Encoding encoding = tokenizer->encode(text);
      for (const regard::Token& token : encoding.tokens) {
        if (token.begin > token.end || token.end > encoding.text.size()) std::abort();
        (void)tokenizer->readable(token.id);
      }
    }
  } catch (const regard::Error&) {}
  return 0;
}
