// SPDX-License-Identifier: Apache-2.0
// heads.json: which heads were guided, and what a person should read about them.
#include "core/base/error.h"
#include "core/format/json.h"
#include "core/model/model.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace regard {
namespace {

/// One complaint about the value under a key of the entry `where`.
[[noreturn]] void fail(const std::string& file, const std::string& where, const nlohmann::json* value,
                       std::string expected) {
  if (value == nullptr) throw Error("json_missing", {.file = file, .item = where, .expected = std::move(expected)});
  throw Error("json_value",
              {.file = file, .item = where, .expected = std::move(expected), .found = json_excerpt(*value)});
}

const nlohmann::json* find(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

std::size_t read_number(const nlohmann::json& entry, const char* key, std::size_t count, const std::string& where,
                        const std::string& file) {
  const std::string last = count == 0 ? "–" : std::to_string(count - 1);
  const nlohmann::json* value = find(entry, key);
  if (value == nullptr || !value->is_number_unsigned()) fail(file, where + key, value, "0…" + last);
  const auto number = value->get<std::uint64_t>();
  if (number >= count)
    throw Error("heads_range", {.file = file, .item = where + key, .expected = last, .found = std::to_string(number)});
  return static_cast<std::size_t>(number);
}

Bilingual read_bilingual(const nlohmann::json& entry, const char* key, bool required, const std::string& where,
                         const std::string& file) {
  const nlohmann::json* value = find(entry, key);
  if (value == nullptr && !required) return {};
  if (value == nullptr || !value->is_object()) fail(file, where + key, value, R"({"ru": "…", "en": "…"})");
  const auto text = [&](const char* language) {
    const nlohmann::json* part = find(*value, language);
    if (part == nullptr || !part->is_string()) fail(file, where + key + "." + language, part, "\"…\"");
    return part->get<std::string>();
  };
  return {.ru = text("ru"), .en = text("en")};
}

HeadRole read_role(const nlohmann::json& entry, const ModelConfig& config, const std::string& where,
                   const std::string& file) {
  if (!entry.is_object()) fail(file, where, &entry, "{…}");
  const std::string prefix = where + ".";
  HeadRole role;
  role.head.layer = read_number(entry, "layer", config.layers, prefix, file);
  role.head.head = read_number(entry, "head", config.heads(role.head.layer), prefix, file);
  const nlohmann::json* relation = find(entry, "relation");
  if (relation == nullptr || !relation->is_string()) fail(file, prefix + "relation", relation, "\"…\"");
  role.relation = relation->get<std::string>();
  if (const nlohmann::json* guided = find(entry, "guided")) {
    if (!guided->is_boolean()) fail(file, prefix + "guided", guided, "true / false");
    role.guided = guided->get<bool>();
  }
  role.name = read_bilingual(entry, "name", true, prefix, file);
  role.badge = read_bilingual(entry, "short", false, prefix, file);
  role.asks = read_bilingual(entry, "asks", false, prefix, file);
  return role;
}

}  // namespace

std::vector<HeadRole> parse_heads(std::string_view json, const ModelConfig& config, const std::string& file) {
  const nlohmann::json document = parse_json(json, file);
  const nlohmann::json* list = document.is_object() ? find(document, "heads") : nullptr;
  if (list == nullptr || !list->is_array()) fail(file, "heads", list, "[{…}, …]");
  std::vector<HeadRole> roles;
  std::set<HeadRef> seen;
  for (const auto& entry : *list) {
    HeadRole role = read_role(entry, config, "heads[" + std::to_string(roles.size()) + "]", file);
    if (!seen.insert(role.head).second)
      throw Error("heads_duplicate",
                  {.file = file, .item = std::to_string(role.head.layer) + ":" + std::to_string(role.head.head)});
    roles.push_back(std::move(role));
  }
  return roles;
}

const HeadRole* role_of(const Model& model, HeadRef head) {
  const auto found =
      std::find_if(model.roles.begin(), model.roles.end(), [&](const HeadRole& role) { return role.head == head; });
  return found == model.roles.end() ? nullptr : &*found;
}

}  // namespace regard
