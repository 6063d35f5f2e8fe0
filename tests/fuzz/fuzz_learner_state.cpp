// SPDX-License-Identifier: Apache-2.0
// Any bytes as learner.state: a learner that is written as it was read, or a regard::Error, nothing else.
#include "core/base/error.h"
#include "core/train/learner_state.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

regard::train::Learner tiny_learner() {
  return regard::train::make_learner(
      {.task = {.kind = regard::train::TaskKind::repeat, .symbols = 4, .least_period = 2, .most_period = 3},
       .shape = {.layers = 1, .heads = 1, .width = 2, .context = 8},
       .batch = 1});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static regard::train::Learner learner = tiny_learner();
  try {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    regard::train::read_state(bytes, "learner.state", learner);
    if (regard::train::state_bytes(learner) != bytes) std::abort();
  } catch (const regard::Error&) {
    // a sentence for a person
  }
  return 0;
}
