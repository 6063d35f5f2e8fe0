// SPDX-License-Identifier: Apache-2.0
// A Session as a value for those who keep it without looking into it: they compile without its parts.
#pragma once

#include <memory>

namespace regard {

struct Session;  // app/session/session.h

/// Copies are the same session in memory, which nobody changes.
class SharedSession {
public:
  SharedSession();  ///< a new one
  SharedSession(const Session& session);
  SharedSession(Session&& session);
  SharedSession(const SharedSession&) = default;  // and no moving: none is ever empty
  SharedSession& operator=(const SharedSession&) = default;
  ~SharedSession() = default;
  operator const Session&() const { return *session_; }
  [[nodiscard]] const Session* operator->() const { return session_.get(); }
  /// Of what the sessions hold.
  friend bool operator==(const SharedSession& left, const SharedSession& right) { return equal(left, right); }
  friend bool operator==(const SharedSession& left, const Session& right) { return equal(left, right); }

private:
  [[nodiscard]] static bool equal(const Session& left, const Session& right);

  std::shared_ptr<const Session> session_;
};

}  // namespace regard
