// SPDX-License-Identifier: Apache-2.0
#include "app/style/language_of_machine.h"

#include <cstdlib>
#include <string_view>

namespace regard {

Language language_of_machine() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    return std::string_view(value).starts_with("ru") ? Language::ru : Language::en;
  }
  return Language::en;
}

}  // namespace regard
