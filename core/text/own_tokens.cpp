// SPDX-License-Identifier: Apache-2.0
#include "core/text/own_tokens.h"

#include "core/base/text_file.h"
#include "core/format/json.h"

#include <charconv>
#include <string>
#include <system_error>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace regard {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::size_t kLargestTokenList = std::size_t{4} << 20;
constexpr std::size_t kMostAdded = 65'536;
constexpr std::size_t kLongestAdded = 1024;  // bytes

class TokenAdder {
public:
  TokenAdder(TokenizerParts& parts, OwnTokens where) : parts_(parts), where_(where) {
    for (std::size_t index = 0; index < parts.added.size(); ++index)
      known_.try_emplace(parts.added[index].content, index);
  }

  /// `says_how`: the entry says how the token is found, not only which number it has.
  void add(const JsonPlace& place, AddedToken token, bool says_how) {
    if (token.content.empty() || token.content.size() > kLongestAdded)
      fail_value(place, "1…1024 B", token.content.size());
    if (where_ == OwnTokens::in_text) token.normalized = false;
    parts_.vocabulary.add_whole(token.content, token.id);
    if (const auto id = parts_.vocabulary.find_any(token.content)) token.id = *id;
    const auto [known, is_new] = known_.try_emplace(token.content, parts_.added.size());
    if (is_new)
      parts_.added.push_back(std::move(token));
    else if (says_how)
      parts_.added[known->second] = std::move(token);
  }

private:
  TokenizerParts& parts_;
  OwnTokens where_;
  std::unordered_map<std::string, std::size_t> known_{};  ///< content -> index
};

std::int32_t number_of(const JsonPlace& place, const std::string& number, std::size_t limit) {
  std::int32_t id = -1;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), id);
  if (error != std::errc() || end != number.data() + number.size() || id < 0 || static_cast<std::size_t>(id) >= limit)
    fail_value(place, "0…" + std::to_string(limit - 1), number);
  return id;
}

void add_from_configuration(const JsonPlace& place, const json& config, std::size_t limit, TokenAdder& adder) {
  const json* tokens = member(place, config, "added_tokens_decoder");
  if (tokens == nullptr) return;
  const JsonPlace list = place.at("added_tokens_decoder");
  if (!tokens->is_object() || tokens->size() > kMostAdded) fail_value(list, "{…}", *tokens);
  for (const auto& [number, token] : tokens->items()) {
    const JsonPlace here = list.at(number);
    const bool special = bool_member(here, token, "special", false);
    adder.add(here.at("content"),
              {.content = string_member(here, token, "content"),
               .id = number_of(list, number, limit),
               .special = special,
               .strip_left = bool_member(here, token, "lstrip", false),
               .strip_right = bool_member(here, token, "rstrip", false),
               .single_word = bool_member(here, token, "single_word", false),
               .normalized = bool_member(here, token, "normalized", !special)},
              true);
  }
}

/// The tokens that the configuration gives a role: "mask_token", "additional_special_tokens" …
std::unordered_set<std::string> named_specials(const JsonPlace& place, const json& config) {
  std::unordered_set<std::string> names;
  for (const char* role : {"bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"})
    names.insert(token_member(place, config, role));
  const json* more = member(place, config, "additional_special_tokens");
  if (more != nullptr && more->is_array())
    for (const json& token : *more)
      names.insert(token.is_object()   ? string_member(place.at("additional_special_tokens"), token, "content")
                   : token.is_string() ? token.get<std::string>()
                                       : std::string());
  return names;
}

}  // namespace

void add_own_tokens(const fs::path& folder, const JsonPlace& place, const json& config, OwnTokens where,
                    TokenizerParts& parts) {
  const std::size_t limit = parts.vocabulary.pieces.size() + kMostAdded;
  TokenAdder adder(parts, where);
  add_from_configuration(place, config, limit, adder);
  const fs::path path = folder / "added_tokens.json";
  std::error_code error;
  if (!fs::exists(path, error)) return;
  const json tokens = parse_json(read_file(path, kLargestTokenList), path.string());
  const JsonPlace list{path.string(), {}};
  if (!tokens.is_object() || tokens.size() > kMostAdded) fail_value(list, "{\"…\": 0, …}", tokens);
  const std::unordered_set<std::string> specials = named_specials(place, config);
  for (const auto& [content, id] : tokens.items()) {
    const bool special = specials.contains(content);
    adder.add(
        list.at(content),
        {.content = content, .id = as_id(list.at(content), id, limit), .special = special, .normalized = !special},
        false);
  }
}

}  // namespace regard
