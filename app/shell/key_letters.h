// SPDX-License-Identifier: Apache-2.0
// Shortcuts go by what is printed on a key, not by where it stands. GLFW names keys by their places on an American keyboard:
// on a French one its "Q" is the key with an A on it. Where the layout has no Latin letters (Russian, Greek, Hebrew …) the
// place goes on counting, for such keyboards have the Latin letters printed beside the others, there. No GLFW calls in it:
// key codes are GLFW's. UI thread only.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>

namespace regard::shell {

/// What stands on keys, as the layout now in use has it without Shift; both empty where nothing is printed.
struct KeyNames {
  std::function<std::string(int scancode)> pressed{};  ///< the key that was pressed
  std::function<std::string(int key)> at_place{};      ///< the key that stands where GLFW's key does
};

/// GLFW's code of the key that shortcuts mean by what is printed; `key` itself where that is no sign, or the layout has no
/// Latin letters. Digits stay where they are (French ones need Shift), except under a − or + that no other key has. A key
/// that prints something else (ß) means no key of the American keyboard: GLFW_KEY_WORLD_1.
[[nodiscard]] int key_by_letter(int key, int scancode, const KeyNames& names);

/// A key is let go as what it was pressed as, whatever the layout is by then.
class KeyLetters {
public:
  explicit KeyLetters(KeyNames names) : names_(std::move(names)) {}
  [[nodiscard]] int pressed(int key, int scancode);
  [[nodiscard]] int released(int key, int scancode);

private:
  KeyNames names_;
  std::map<int, int> held_{};  ///< scan code → key
};

}  // namespace regard::shell
