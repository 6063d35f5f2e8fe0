// SPDX-License-Identifier: Apache-2.0
// tokenizer.json from a stranger: it gives an Error or a tokenizer that keeps its promises for any text.
#include "core/base/error.h"
#include "core/text/tokenizer.h"
#include "tests/fuzz/tokenizer_promises.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    check_promises(*regard::parse_tokenizer_json(bytes, "tokenizer.json"), bytes);
  } catch (const regard::Error&) {}
  return 0;
}
