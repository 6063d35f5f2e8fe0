// SPDX-License-Identifier: Apache-2.0
#include "core/train/text_task.h"

#include "core/base/error.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace regard::train {
namespace {

constexpr std::size_t kRemembered = 3;        // characters that may tell the next one
constexpr std::size_t kMostCharacters = 512;  // different ones

using Before = std::array<std::int32_t, kRemembered>;

std::vector<std::string> characters_of(const std::string& text) {
  std::vector<std::string> characters;
  for (std::size_t at = 0; at < text.size();) {
    const DecodedCharacter character = decode_utf8(text, at);
    if (!character.valid) throw Error("training_text_utf8", {.found = std::to_string(at)});
    characters.push_back(text.substr(at, character.length));
    at += character.length;
  }
  return characters;
}

Before before(const std::vector<std::int32_t>& ids, std::size_t place) {
  Before ids_before{};
  std::copy_n(ids.begin() + static_cast<std::ptrdiff_t>(place - kRemembered), kRemembered, ids_before.begin());
  return ids_before;
}

}  // namespace

void prepare_text(PreparedTask& task) {
  const std::vector<std::string> characters = characters_of(task.task.text);
  if (characters.size() < task.tokens + 2)
    throw Error("training_text_short",
                {.expected = std::to_string(task.tokens + 2), .found = std::to_string(characters.size())});
  std::map<std::string, std::int32_t> known;
  for (const std::string& character : characters)
    known.emplace(character, 0);
  if (known.size() > kMostCharacters || known.size() < 2)
    throw Error("training_text_characters",
                {.expected = "2 … " + std::to_string(kMostCharacters), .found = std::to_string(known.size())});
  for (auto& [character, id] : known) {
    id = static_cast<std::int32_t>(task.pieces.size());
    task.pieces.push_back(character);
  }
  for (const std::string& character : characters)
    task.ids.push_back(known.at(character));
  std::map<Before, std::set<std::int32_t>> following;
  for (std::size_t place = kRemembered; place < task.ids.size(); ++place)
    following[before(task.ids, place)].insert(task.ids[place]);
  task.expects.assign(task.ids.size(), Expect::chance);
  for (std::size_t place = kRemembered; place < task.ids.size(); ++place)
    if (following.at(before(task.ids, place)).size() == 1) task.expects[place] = Expect::rule;
}

}  // namespace regard::train
