// SPDX-License-Identifier: Apache-2.0
// Which question to show first for a sentence that nobody has clicked into yet.
#pragma once

#include "app/viewmodel/snapshot.h"

namespace regard {
struct Session;  // app/session/session.h
}

namespace regard::shell {

/// The session with the key that its query looks at most (special tokens and the query itself left out); with
/// `choose_query` the query of the strongest such look, too. Unchanged where there is none, or more than 512 tokens.
[[nodiscard]] Session with_first_look(Session session, const Snapshot& snapshot, bool choose_query);

}  // namespace regard::shell
