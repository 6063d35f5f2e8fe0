// SPDX-License-Identifier: Apache-2.0
// vocab.txt from a stranger. The first byte chooses the options.
#include "core/base/error.h"
#include "core/text/tokenizer.h"
#include "tests/fuzz/tokenizer_promises.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view lines(reinterpret_cast<const char*>(data) + 1, size - 1);
  const regard::WordPieceOptions options{(data[0] & 1) != 0, (data[0] & 2) != 0, (data[0] & 4) != 0};
  try {
    check_promises(*regard::parse_vocab_txt(lines, options, "vocab.txt"), lines);
  } catch (const regard::Error&) {}
  return 0;
}
