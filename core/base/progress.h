// SPDX-License-Identifier: Apache-2.0
// How far a long computation is, and how to stop it. One writer (the worker), any reader.
#pragma once

#include <atomic>
#include <stdexcept>
#include <stop_token>

namespace regard {

/// Fraction done, 0…1. Written by the worker, read by the window once a frame.
struct Progress {
  std::atomic<float> fraction{0.0F};
};

/// Thrown inside a worker when its stop_token asks to stop; caught by the worker loop, never shown as an error.
struct Cancelled : std::runtime_error {
  Cancelled() : std::runtime_error("cancelled") {}
};

inline void throw_if_stopped(const std::stop_token& stop) {
  if (stop.stop_requested()) throw Cancelled{};
}

}  // namespace regard
