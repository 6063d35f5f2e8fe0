// SPDX-License-Identifier: Apache-2.0
// Everything a person has chosen, as one plain value: undo is a history of these values, a session file is its JSON.
#pragma once

#include "app/session/generate_settings.h"
#include "app/session/kept.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/session/selection.h"

namespace regard {

/// Its parts stand in headers of their own, and whoever needs one takes that one (look_of(), selection_of() …): a Session is each
/// of them. Whoever only hands one on or keeps one does with app/session/shared_session.h.
struct Session : Reading, Selection, Look, Kept {
  GenerateSettings generate{};

  friend bool operator==(const Session&, const Session&) = default;
};

/// Look, and the pace of writing.
void take_views(Session& session, const Session& from);

/// Brings a value from outside into the ranges above: temperature, threshold, compared heads (no repetition, not `head`),
/// pins (names given and different), the baseline's name.
void keep_invariants(Session& session);

}  // namespace regard
