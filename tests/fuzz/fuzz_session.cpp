// SPDX-License-Identifier: Apache-2.0
// Any bytes given as a session or preferences file either make a value that survives writing and reading, or an Error.
#include "app/session/session_file.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  try {
    const regard::SessionFile file = regard::session_file_from_json(json, "fuzz");
    if (!(regard::session_file_from_json(regard::to_json(file), "again") == file)) std::abort();
  } catch (const regard::Error&) {}
  try {
    const regard::Preferences preferences = regard::preferences_from_json(json, "fuzz");
    if (!(regard::preferences_from_json(regard::to_json(preferences), "again") == preferences)) std::abort();
  } catch (const regard::Error&) {}
  return 0;
}
