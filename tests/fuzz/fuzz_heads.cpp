// SPDX-License-Identifier: Apache-2.0
// Any bytes as heads.json of a model of 4 layers × 8 heads: roles of heads it has or a regard::Error, nothing else.
#include "core/base/error.h"
#include "core/model/model.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  regard::ModelConfig config;
  config.layers = 4;
  config.plans.assign(config.layers, {.attention = regard::even_heads(8, 16)});
  config.plans[2].attention.heads = 0;
  config.plans[3].attention.heads = 3;
  try {
    for (const auto& role : regard::parse_heads({reinterpret_cast<const char*>(data), size}, config, "fuzz"))
      if (!regard::has_head(config, role.head)) std::abort();
  } catch (const regard::Error&) {}
  return 0;
}
