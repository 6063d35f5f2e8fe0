// SPDX-License-Identifier: Apache-2.0
// Everything a person has chosen, as one plain value: undo is a history of these values, a session file is its JSON.
#pragma once

#include "app/session/generate_settings.h"
#include "app/session/kept.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/session/selection.h"

#include <string>
#include <vector>

namespace regard {

/// Its parts stand in headers of their own, and whoever needs one takes that one: a Session is each of them.
struct Session : Reading, Selection, Look, Kept {
  GenerateSettings generate{};

  friend bool operator==(const Session&, const Session&) = default;
};

/// What a session's run reads.
[[nodiscard]] inline const Reading& reading_of(const Session& session) {
  return session;
}
/// How the cache grew with the session's text, where the model wrote it; else nothing.
[[nodiscard]] std::vector<CacheStep> steps_of_text(const Session& session);

/// The next letter that no pin is called by; B is left to the live text.
[[nodiscard]] std::string free_pin_name(const Session& session);

/// Look, and the pace of writing.
void take_views(Session& session, const Session& from);

/// Brings a value from outside into the ranges above: temperature, threshold, compared heads (no repetition, not `head`),
/// pins (names given and different), the baseline's name.
void keep_invariants(Session& session);

}  // namespace regard
