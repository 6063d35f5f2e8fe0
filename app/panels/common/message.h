// SPDX-License-Identifier: Apache-2.0
// A line for the person at the screen: kept as key and values, so that it follows the language when that is switched.
#pragma once

#include "core/base/error.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace regard {

struct Message {
  enum class Kind { note, warning, error };
  Kind kind = Kind::note;
  std::string key{};                                          ///< locale key; unused where `error` is set
  std::vector<std::pair<std::string, std::string>> values{};  ///< {name} -> text
  std::optional<Error> error{};
  std::string time{};                    ///< "14:05:09"
  std::optional<std::string> of_text{};  ///< it tells of this text: where another stands it is history
};

/// The sentence in the current language.
[[nodiscard]] std::string text_of(const Message& message);
/// Messages stamped with the local time of now.
[[nodiscard]] Message make_message(const Error& error);
[[nodiscard]] Message make_message(std::string key, std::vector<std::pair<std::string, std::string>> values = {},
                                   Message::Kind kind = Message::Kind::note);

}  // namespace regard
