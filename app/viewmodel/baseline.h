// SPDX-License-Identifier: Apache-2.0
// Looking at the baseline (A): the same panels draw its snapshot with a session that selects the partners of what is selected in
// the live text (B), and what is clicked there goes back to the live text. Pure.
#pragma once

#include "app/session/action.h"
#include "app/session/shared_session.h"
#include "app/viewmodel/snapshot.h"

#include <cstddef>
#include <optional>

namespace regard {

/// Is there a baseline that was run, to subtract from the live text?
[[nodiscard]] bool has_baseline(const Snapshot& live);

/// What the session asks for, where there is something to compare with; else the live text.
[[nodiscard]] Shown shown_of(const Snapshot& live, const Session& session);

/// The session as the baseline's snapshot shows it. The snapshot must have a comparison with a baseline.
[[nodiscard]] SharedSession session_at_baseline(const Snapshot& live, const Session& session);

/// A token of one text as a token of the other, or nothing where it has no partner. Which text: the side of the attention shown.
[[nodiscard]] std::optional<std::size_t> live_token(const Snapshot& live, TextSide side, std::size_t baseline_token);
[[nodiscard]] std::optional<std::size_t> baseline_token(const Snapshot& live, TextSide side, std::size_t live_token);

/// The texts whose tokens ask and are looked at, as sides of Comparison's alignments.
[[nodiscard]] TextSide asking_text(const Snapshot& live, const Session& session);
[[nodiscard]] TextSide asked_text(const Snapshot& live, const Session& session);

/// What was done in a view of the baseline, as an action on the live text; nothing where a token has no partner there.
[[nodiscard]] std::optional<Action> live_action(const Snapshot& live, const Session& session, const Action& action);

}  // namespace regard
