// SPDX-License-Identifier: Apache-2.0
// What adapter_config.json says, and what it makes of a module's name.
#include "core/base/error.h"
#include "core/model/adapter.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const regard::AdapterConfig config =
        regard::parse_adapter_config({reinterpret_cast<const char*>(data), size}, "adapter_config.json");
    const std::size_t rank = regard::rank_of(config, "model.layers.0.self_attn.q_proj", "adapter_config.json");
    if (rank == 0) std::abort();
    if (!(regard::scale_of(config, "model.layers.0.self_attn.q_proj", rank, "adapter_config.json") > 0.0F))
      std::abort();
  } catch (const regard::Error&) {
    // a sentence for a person
  }
  return 0;
}
