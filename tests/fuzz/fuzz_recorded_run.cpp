// SPDX-License-Identifier: Apache-2.0
// Any bytes as training.json: a run that is written as it was read, or a regard::Error, nothing else.
#include "core/base/error.h"
#include "core/train/recorded_run.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const regard::train::RecordedRun run =
        regard::train::parse_run({reinterpret_cast<const char*>(data), size}, "training.json");
    const std::string text = regard::train::run_json(run);
    if (regard::train::run_json(regard::train::parse_run(text, "training.json")) != text) std::abort();
  } catch (const regard::Error&) {
    // a sentence for a person
  }
  return 0;
}
