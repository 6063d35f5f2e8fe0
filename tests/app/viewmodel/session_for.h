// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/session/session.h"
#include "app/session/token_anchor.h"
#include "app/viewmodel/views.h"

namespace regard::testing {

/// A session that shows `snapshot`'s text, with a head, a query and a key chosen.
inline Session session_for(const Snapshot& snapshot, HeadRef head = {1, 3}, std::size_t query = 2,
                           std::size_t key = 1) {
  Session session;
  session.text = snapshot.encoding.text;
  session.head = head;
  session.query = anchor_of(query, snapshot.encoding);
  session.key = anchor_of(key, snapshot.encoding);
  return session;
}

}  // namespace regard::testing
