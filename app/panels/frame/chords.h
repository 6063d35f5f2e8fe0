// SPDX-License-Identifier: Apache-2.0
// How the table of commands writes its chords.
#pragma once

#include "app/panels/frame/commands.h"

namespace regard {

[[nodiscard]] constexpr Chord plain(int key) {
  return {key, false, false, false};
}
[[nodiscard]] constexpr Chord shift(int key) {
  return {key, false, true, false};
}
[[nodiscard]] constexpr Chord ctrl(int key) {
  return {key, true, false, false};
}
[[nodiscard]] constexpr Chord ctrl_shift(int key) {
  return {key, true, true, false};
}
[[nodiscard]] constexpr Chord alt(int key) {
  return {key, false, false, true};
}

}  // namespace regard
