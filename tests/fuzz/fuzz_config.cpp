// SPDX-License-Identifier: Apache-2.0
// Any bytes as config.json: consistent, bounded sizes or a regard::Error, nothing else.
#include "core/base/error.h"
#include "core/model/config.h"
#include "core/model/family.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto config = regard::parse_model_config({reinterpret_cast<const char*>(data), size}, "fuzz");
    const bool sound = config.layers > 0 && config.layers <= regard::bounds::kLayers && config.kv_heads > 0 &&
                       config.heads % config.kv_heads == 0 && config.head_dim > 0 && config.hidden > 0 &&
                       config.vocabulary > 0 && config.context > 0 && config.window.size() == config.layers &&
                       config.norm_epsilon > 0.0F && config.rope.factor >= 1.0F && config.rope.base > 0.0F;
    if (!sound) std::abort();
  } catch (const regard::Error&) {}
  return 0;
}
