// SPDX-License-Identifier: Apache-2.0
// The fonts stand beside the built program, not in the source tree: said before anybody asks for the folder.
#pragma once

#include <cstdlib>

namespace regard::testing {

[[maybe_unused]] inline const int assets_chosen = ::setenv("REGARD_ASSETS", REGARD_ASSETS_DIR, 0);

}  // namespace regard::testing
