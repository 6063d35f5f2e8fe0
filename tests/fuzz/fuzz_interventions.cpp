// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file of interventions: a list that survives writing and reading, or an Error. Whatever was read is either
// applicable to a small model or complained about.
#include "core/base/error.h"
#include "core/trace/intervention_json.h"

#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  regard::ModelConfig config;
  config.layers = 2;
  config.plans.assign(config.layers, {.attention = regard::even_heads(2, 8)});
  config.context = 16;
  try {
    const auto file = regard::parse_interventions({reinterpret_cast<const char*>(data), size}, "fuzz");
    const std::string written = regard::interventions_to_json(file.interventions).dump();
    if (regard::parse_interventions(written, "again").interventions != file.interventions) std::abort();
    for (const regard::Intervention& item : file.interventions) {
      const auto error = regard::complaint(item, 0, config, 8);
      if (!error && !item.source_name.empty()) std::abort();  // nobody has run the source
    }
  } catch (const regard::Error&) {}
  return 0;
}
