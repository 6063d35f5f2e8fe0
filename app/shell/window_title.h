// SPDX-License-Identifier: Apache-2.0
// What stands in the window's title bar, and when there is something to save. Pure.
#pragma once

#include <string>
#include <string_view>

namespace regard {
struct Session;  // app/session/session.h
}

namespace regard::shell {

/// "● sentence — model — Regard": the dot where there is something to save, the sentence on one line and cut behind about sixty
/// characters, the model that is shown. What is empty is left out.
[[nodiscard]] std::string window_title(std::string_view sentence, std::string_view model, bool changed);

/// Would another file be written for the second than for the first? What merely stands on screen (the view at the side, A, B or
/// their difference) does not count.
[[nodiscard]] bool has_changed(const Session& kept, const Session& now);

}  // namespace regard::shell
