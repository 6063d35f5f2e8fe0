// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/message.h"

#include "app/style/locale.h"

#include <array>
#include <ctime>

namespace regard {
namespace {

std::string time_of_day() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  std::array<char, 16> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%H:%M:%S", &local)};
}

}  // namespace

std::string text_of(const Message& message) {
  if (message.error) return tr(*message.error);
  std::string text = tr(message.key);
  for (const auto& [name, value] : message.values) {
    const std::string place = "{" + name + "}";
    for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place, at + value.size()))
      text.replace(at, place.size(), value);
  }
  return text;
}

Message make_message(const Error& error) {
  Message message;
  message.kind = Message::Kind::error;
  message.error = error;
  message.time = time_of_day();
  return message;
}

Message make_message(std::string key, std::vector<std::pair<std::string, std::string>> values, Message::Kind kind) {
  return {kind, std::move(key), std::move(values), std::nullopt, time_of_day()};
}

}  // namespace regard
