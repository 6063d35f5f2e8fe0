// SPDX-License-Identifier: Apache-2.0
// Between the clipboard and ImGui's fields: they hold one line of 16-bit characters. UI thread only.
#pragma once

#include <string>
#include <string_view>

namespace regard::shell {

/// Line breaks and tabs turned into spaces: what a field of one line can show.
[[nodiscard]] std::string one_line(std::string_view text);

/// Pasted text has its line breaks and tabs turned into spaces and its wide characters kept (app/style/bmp_text.h); copied
/// text gets them back. Call once, after the backend has set its own functions.
void install_clipboard();

}  // namespace regard::shell
