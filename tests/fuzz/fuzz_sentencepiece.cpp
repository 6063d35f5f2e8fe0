// SPDX-License-Identifier: Apache-2.0
// A SentencePiece file from a stranger: it gives an Error or a tokenizer that keeps its promises for any text.
#include "core/base/error.h"
#include "core/text/sentencepiece.h"
#include "tests/fuzz/tokenizer_promises.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const regard::SentencePieceFile file = regard::parse_sentencepiece(bytes, "fuzz");
    if (file.pieces.size() > size / 2) std::abort();  // no piece without its bytes
    const regard::SentencePieceNumbering fairseq{
        .offset = 1, .specials = {{"<s>", 0}, {"<pad>", 1}, {"</s>", 2}, {"<unk>", 3}}, .opening = {"<s>"}};
    for (const auto& numbering : {regard::SentencePieceNumbering{}, fairseq})
      check_promises(*regard::make_tokenizer(regard::sentencepiece_parts(file, numbering)), text);
  } catch (const regard::Error&) {}
  return 0;
}
