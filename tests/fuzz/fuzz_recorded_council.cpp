// SPDX-License-Identifier: Apache-2.0
// Any bytes as council.json: a council that is written as it was read, or a regard::Error, nothing else.
#include "core/base/error.h"
#include "core/train/council/recorded_council.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const regard::train::RecordedCouncil council =
        regard::train::parse_council({reinterpret_cast<const char*>(data), size}, "council.json");
    const std::string text = regard::train::council_json(council);
    if (regard::train::council_json(regard::train::parse_council(text, "council.json")) != text) std::abort();
  } catch (const regard::Error&) {
    // a sentence for a person
  }
  return 0;
}
