// SPDX-License-Identifier: Apache-2.0
#include "tests/app/session/session_in_parts.h"

#include "app/session/session.h"

namespace regard::testing {

SessionInParts::SessionInParts() : SessionInParts(Session{}) {}
SessionInParts::SessionInParts(const Session& session) : session_(std::make_unique<Session>(session)) {}
SessionInParts::SessionInParts(const SessionInParts& other) : SessionInParts(other.whole()) {}
SessionInParts& SessionInParts::operator=(const SessionInParts& other) {
  whole() = other.whole();
  return *this;
}
SessionInParts::~SessionInParts() = default;

Reading& SessionInParts::reading() const {
  return whole();
}
Selection& SessionInParts::selection() const {
  return whole();
}
Look& SessionInParts::look() const {
  return whole();
}
Kept& SessionInParts::kept() const {
  return whole();
}
GenerateSettings& SessionInParts::generate() const {
  return whole().generate;
}

}  // namespace regard::testing
