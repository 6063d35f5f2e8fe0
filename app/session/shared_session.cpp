// SPDX-License-Identifier: Apache-2.0
#include "app/session/shared_session.h"

#include "app/session/session.h"

#include <utility>

namespace regard {

SharedSession::SharedSession() : SharedSession(Session{}) {}
SharedSession::SharedSession(const Session& session) : session_(std::make_shared<const Session>(session)) {}
SharedSession::SharedSession(Session&& session) : session_(std::make_shared<const Session>(std::move(session))) {}

bool SharedSession::equal(const Session& left, const Session& right) {
  return &left == &right || left == right;
}

}  // namespace regard
