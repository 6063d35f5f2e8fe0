// SPDX-License-Identifier: Apache-2.0
// Which language a person at this machine reads, before anybody has chosen one. Any thread that may read the environment.
#pragma once

#include "app/session/preferences.h"

namespace regard {

/// By $LC_ALL, $LC_MESSAGES or $LANG, the first that says anything: ru… is Russian, everything else English.
[[nodiscard]] Language language_of_machine();

}  // namespace regard
