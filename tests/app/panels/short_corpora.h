// SPDX-License-Identifier: Apache-2.0
// The program's own texts, cut to a few sentences each: the walks through all panels measure heads on them hundreds of times.
#pragma once

namespace regard::test {

/// From now on assets_folder() is a folder with them; before it is first asked for.
void use_short_corpora();

}  // namespace regard::test
