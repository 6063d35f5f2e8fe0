// SPDX-License-Identifier: Apache-2.0
// The program's own texts, cut to a few sentences each: the walks through all panels measure heads on them hundreds of times.
#pragma once

#include <filesystem>

namespace regard::test {

/// From now on assets_folder() is a folder with them; before it is first asked for.
void use_short_corpora();
/// A folder whose texts are enough for a council to learn from, to be measured by, and to be compared with another.
[[nodiscard]] std::filesystem::path assets_for_councils();

}  // namespace regard::test
