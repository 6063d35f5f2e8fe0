// SPDX-License-Identifier: Apache-2.0
// vocab.json and merges.txt from a stranger, parted by the first zero byte. The first byte chooses the options.
#include "core/base/error.h"
#include "core/text/pipeline.h"
#include "tests/fuzz/tokenizer_promises.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view both(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t cut = both.find('\0');
  const std::string_view vocab = both.substr(0, cut);
  const std::string_view merges = cut == std::string_view::npos ? std::string_view() : both.substr(cut + 1);
  regard::ByteLevelOptions options;
  options.add_prefix_space = (data[0] & 1) != 0;
  if ((data[0] & 2) != 0) options.opening = "<s>";
  if ((data[0] & 4) != 0) options.closing = "</s>";
  try {
    check_promises(
        *regard::make_tokenizer(regard::parse_vocab_merges_parts(vocab, merges, options, "vocab.json", "merges.txt")),
        both);
  } catch (const regard::Error&) {}
  return 0;
}
