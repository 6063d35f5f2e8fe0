// SPDX-License-Identifier: Apache-2.0
// Visible sentences in a language of one's own choice: what is found by its name in either. UI thread only.
#pragma once

#include "app/session/preferences.h"

#include <string_view>

namespace regard {

/// The text of a key in that language, valid until the next load_locale(); "" for a key that it lacks.
[[nodiscard]] const char* tr_in(Language language, std::string_view key);

}  // namespace regard
