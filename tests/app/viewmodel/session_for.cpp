// SPDX-License-Identifier: Apache-2.0
#include "tests/app/viewmodel/session_for.h"

#include "app/session/session.h"
#include "app/viewmodel/snapshot.h"

namespace regard::testing {

SessionInParts session_for(const Snapshot& snapshot, HeadRef head, std::size_t query, std::size_t key) {
  Session session;
  session.text = snapshot.encoding.text;
  session.head = head;
  session.query = anchor_of(query, snapshot.encoding);
  session.key = anchor_of(key, snapshot.encoding);
  return session;
}

}  // namespace regard::testing
