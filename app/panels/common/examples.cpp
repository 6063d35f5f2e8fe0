// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/examples.h"

#include "app/session/look.h"
#include "app/session/session.h"
#include "core/base/text_file.h"
#include "core/format/json.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace regard {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostBytes = std::size_t{1} << 20;

std::string text_field(const Json& object, const char* key, const std::string& file) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (!object.is_object() || found == object.end() || !found->is_string())
    throw Error("json_missing", {.file = file, .item = key, .expected = "a string"});
  return found->get<std::string>();
}

std::string optional_field(const Json& object, const char* key, const std::string& file) {
  return object.is_object() && object.contains(key) ? text_field(object, key, file) : std::string();
}

const Json& list_field(const Json& object, const char* key, const std::string& file) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (!object.is_object() || found == object.end() || !found->is_array())
    throw Error("json_missing", {.file = file, .item = key, .expected = "a list"});
  return *found;
}

}  // namespace

Examples load_examples(const std::filesystem::path& file) {
  const std::string name = file.string();
  const Json document = parse_json(read_file(file, kMostBytes), name);
  Examples groups;
  for (const Json& entry : list_field(document, "groups", name)) {
    ExampleGroup& group = groups.emplace_back();
    group.language = text_field(entry, "language", name) == "ru" ? Language::ru : Language::en;
    group.model = text_field(entry, "model", name);
    group.apart = entry.value("apart", Json(false)) == Json(true);
    for (const Json& example : list_field(entry, "examples", name)) {
      const std::string image = optional_field(example, "image", name);
      group.examples.push_back({image.empty() ? text_field(example, "text", name) : std::string(),
                                image.empty() ? text_field(example, "select", name) : std::string(),
                                text_field(example, "relation", name), optional_field(example, "title", name), image});
    }
  }
  return groups;
}

const std::string& label_of(const Example& example) {
  return example.title.empty() ? example.text : example.title;
}

bool is_shown(const Example& example, const Session& session) {
  return example.image.empty() ? session.text == example.text : session.image == example.image;
}

const ExampleGroup* text_to_begin_with(const Examples& examples, const std::string& from, const std::string& to,
                                       Language language) {
  const auto has_texts = [](const ExampleGroup& group) {
    return !group.examples.empty() && group.examples.front().image.empty();
  };
  const auto stands_apart = [&](const std::string& model) {
    return std::any_of(examples.begin(), examples.end(), [&](const ExampleGroup& group) {
      return group.model == model && group.apart && has_texts(group);
    });
  };
  if (from == to || (!stands_apart(from) && !stands_apart(to))) return nullptr;
  const ExampleGroup* found = nullptr;
  for (const ExampleGroup& group : examples)
    if (group.model == to && has_texts(group) && (found == nullptr || group.language == language)) found = &group;
  return found;
}

const HeadRole* role_of_relation(const Model* model, std::string_view relation) {
  if (model == nullptr || relation.empty()) return nullptr;
  const auto found = std::find_if(model->roles.begin(), model->roles.end(),
                                  [&](const HeadRole& role) { return role.relation == relation; });
  return found == model->roles.end() ? nullptr : &*found;
}

bool opens_model(const ExampleGroup& group, const std::string& current, const std::vector<std::string>& built_in) {
  const auto known = [&](const std::string& name) {
    return std::find(built_in.begin(), built_in.end(), name) != built_in.end();
  };
  return group.model != current && known(group.model) && (group.apart || known(current));
}

const Example* first_example(const Examples& examples, Language language) {
  const auto has_any = [](const ExampleGroup& group) { return !group.examples.empty(); };
  auto found = std::find_if(examples.begin(), examples.end(),
                            [&](const ExampleGroup& group) { return group.language == language && has_any(group); });
  if (found == examples.end()) found = std::find_if(examples.begin(), examples.end(), has_any);
  return found == examples.end() ? nullptr : &found->examples.front();
}

void start_clean(Session& session) {
  session.head = {};
  session.compared_heads.clear();
  session.pins.clear();
  session.baseline.clear();
  session.shown = Shown::live;
  session.interventions.clear();
  session.adapters.clear();
  session.decoder_text.clear();
  session.decoder_query = session.decoder_key = {};
}

Session with_example(Session session, const Example& example, const Model* model) {
  (example.image.empty() ? session.text : session.image) = example.image.empty() ? example.text : example.image;
  const std::size_t word = example.text.rfind(example.select);
  session.query = {TokenAnchor::Kind::byte, word == std::string::npos ? 0 : word, 0};
  session.key = {TokenAnchor::Kind::byte, 0, 0};
  if (const HeadRole* role = role_of_relation(model, example.relation)) session.head = role->head;
  return session;
}

}  // namespace regard
