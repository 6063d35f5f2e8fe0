// SPDX-License-Identifier: Apache-2.0
// Ctrl-C while something long is made. Private to app/cli; one at a time.
#pragma once

#include <csignal>

namespace regard::cli {

inline volatile std::sig_atomic_t interrupted = 0;

/// Ctrl-C is noted as long as this lives; the second one ends the program at once.
class InterruptWatch {
public:
  InterruptWatch() : before_(std::signal(SIGINT, note)) { interrupted = 0; }
  ~InterruptWatch() { std::signal(SIGINT, before_); }
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

private:
  static void note(int signal) {
    interrupted = 1;
    std::signal(signal, SIG_DFL);
  }
  void (*before_)(int);
};

}  // namespace regard::cli
