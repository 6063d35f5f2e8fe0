// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/session/shared_session.h"

#include <memory>

namespace regard {
struct GenerateSettings;  // app/session/generate_settings.h
struct Kept;              // app/session/kept.h
struct Look;              // app/session/look.h
struct Reading;           // app/session/reading.h
struct Selection;         // app/session/selection.h
}  // namespace regard

namespace regard::testing {

/// A session of a test's own, changed by its parts (a const one, too): the test compiles without those that it does not look into.
class SessionInParts {
public:
  SessionInParts();
  SessionInParts(const Session& session);
  SessionInParts(const SessionInParts& other);
  SessionInParts& operator=(const SessionInParts& other);
  ~SessionInParts();

  [[nodiscard]] Reading& reading() const;
  [[nodiscard]] Selection& selection() const;
  [[nodiscard]] Look& look() const;
  [[nodiscard]] Kept& kept() const;
  [[nodiscard]] GenerateSettings& generate() const;
  [[nodiscard]] Session& whole() const { return *session_; }
  operator const Session&() const { return *session_; }
  operator SharedSession() const { return whole(); }

private:
  std::unique_ptr<Session> session_;
};

}  // namespace regard::testing
