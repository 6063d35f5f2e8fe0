// SPDX-License-Identifier: Apache-2.0
#include "app/style/locale.h"

#include "app/style/line_layout.h"
#include "app/style/locale_in.h"
#include "core/base/text_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <set>
#include <unordered_map>

namespace regard {
namespace {

using Json = nlohmann::json;

// Lets the table be asked with a string_view without making a string.
struct KeyHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
};
using Table = std::unordered_map<std::string, std::string, KeyHash, std::equal_to<>>;

/// A file of texts and what stands in it.
struct TextFile {
  std::string bytes{};
  Table table{};
};

std::array<TextFile, 2> files_read;
std::array<Table, 2> tables;  // as they are shown
Language current_language = Language::ru;
StringTest string_test = StringTest::none;
std::set<std::string, std::less<>> unknown_keys;  // so that tr() has something lasting to point to

Table& table_of(Language language) {
  return tables[static_cast<std::size_t>(language)];
}

void collect(const Json& node, const std::string& prefix, const std::string& file, Table& table) {
  for (const auto& [name, value] : node.items()) {
    const std::string key = prefix.empty() ? name : prefix + "." + name;
    if (value.is_object())
      collect(value, key, file, table);
    else if (value.is_string())
      table.emplace(key, value.get<std::string>());
    else
      throw Error("json_value",
                  {.file = file, .item = key, .expected = "a string or an object", .found = value.type_name()});
  }
}

/// Nothing where the file has the bytes that were read before: one process may do many commands, and each loads its texts.
std::optional<TextFile> read_texts(const std::filesystem::path& path, const TextFile& before) {
  TextFile file{.bytes = read_file(path, std::size_t{4} << 20)};
  if (!before.bytes.empty() && file.bytes == before.bytes) return std::nullopt;
  const Json tree = Json::parse(file.bytes, nullptr, /*allow_exceptions=*/false);
  if (!tree.is_object())
    throw Error("json_value", {.file = path.string(),
                               .item = "the file",
                               .expected = "an object",
                               .found = tree.is_discarded() ? "no JSON" : tree.type_name()});
  collect(tree, {}, path.string(), file.table);
  return file;
}

const std::string* find(std::string_view key, Language language = current_language) {
  const Table& table = table_of(language);
  const auto found = table.find(key);
  return found == table.end() ? nullptr : &found->second;
}

/// The {name} at the beginning of a text; empty where it begins otherwise.
std::string_view hole_at(std::string_view text) {
  if (!text.starts_with('{')) return {};
  const std::size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789", 1);
  return end == std::string_view::npos || end == 1 || text[end] != '}' ? std::string_view() : text.substr(0, end + 1);
}

std::string only_x(std::string_view text) {
  std::string shown = "X";
  while (!text.empty()) {
    const std::string_view hole = hole_at(text);
    if (!hole.empty()) (shown += ' ') += hole;
    text.remove_prefix(std::max<std::size_t>(hole.size(), 1));
  }
  return shown;
}

std::string repeated(std::string_view text, std::size_t least_bytes) {
  std::string shown(text);
  do
    (shown += ' ') += text;
  while (shown.size() < least_bytes);
  return shown;
}

void show_as_tested() {
  for (std::size_t language = 0; language < tables.size(); ++language) {
    Table& table = tables[language] = files_read[language].table;
    if (string_test == StringTest::none) continue;
    for (auto& [key, text] : table)
      text = tested(text, string_test);
  }
}

}  // namespace

void load_locale(const std::filesystem::path& folder) {
  std::array<std::optional<TextFile>, 2> read{read_texts(folder / "ru.json", files_read[0]),
                                              read_texts(folder / "en.json", files_read[1])};
  unknown_keys.clear();
  if (!read[0] && !read[1]) return;
  for (std::size_t language = 0; language < read.size(); ++language)
    if (read[language]) files_read[language] = std::move(*read[language]);
  show_as_tested();
}

void set_string_test(StringTest test) {
  string_test = test;
  show_as_tested();
}

std::string tested(std::string_view text, StringTest test) {
  constexpr std::size_t kLongLine = 80;  // bytes
  switch (test) {
    case StringTest::x:
      return only_x(text);
    case StringTest::twice:
      return repeated(text, 0);
    case StringTest::lengthened:
      return repeated(text, kLongLine);
    case StringTest::none:
      break;
  }
  return std::string(text);
}

void set_language(Language language) {
  current_language = language;
}
Language language() {
  return current_language;
}
const char* language_code(Language spoken) {
  return spoken == Language::ru ? "ru" : "en";
}

const char* tr(std::string_view key) {
  if (const std::string* text = find(key)) return text->c_str();
  const auto known = unknown_keys.find(key);
  return known != unknown_keys.end() ? known->c_str() : unknown_keys.emplace(key).first->c_str();
}

const char* tr_in(Language language, std::string_view key) {
  const std::string* text = find(key, language);
  return text != nullptr ? text->c_str() : "";
}

std::vector<std::string> keys_without_text() {
  return {unknown_keys.begin(), unknown_keys.end()};
}

std::string filled(std::string_view text, std::initializer_list<TrValue> values) {
  std::string result;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    result += text.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find('}', open);
    const std::string_view name = text.substr(open + 1, close == std::string_view::npos ? 0 : close - open - 1);
    const auto value =
        std::find_if(values.begin(), values.end(), [&](const TrValue& each) { return each.name == name; });
    if (close == std::string_view::npos || value == values.end()) {
      result += '{';
      text.remove_prefix(open + 1);
    } else {
      result += isolated(value->text);
      text.remove_prefix(close + 1);
    }
  }
  return result;
}

std::string tr(std::string_view key, std::initializer_list<TrValue> values) {
  return filled(tr(key), values);
}

std::map<std::string, std::string, std::less<>> texts_under(std::string_view beginning) {
  std::map<std::string, std::string, std::less<>> texts;
  for (const auto& [key, text] : table_of(current_language))
    if (key.starts_with(beginning)) texts.emplace(key, text);
  return texts;
}

std::string tr_plural(std::string_view key, std::size_t count, std::initializer_list<TrValue> values) {
  static constexpr std::array<std::string_view, 4> kForms{".one", ".few", ".many", ".other"};
  const std::string form =
      std::string(key) + std::string(kForms[static_cast<std::size_t>(plural_form(current_language, count))]);
  return filled(filled(tr(form), values), {{"count", count}});
}

std::string tr(const Error& error) {
  const std::string* text = find("error." + error.code());
  if (text == nullptr) return error.what();
  Error::Details details = error.details();
  if (const std::string* said = find("outside." + details.found)) details.found = *said;  // by the system, in English
  return fill_template(*text, details);
}

PluralForm plural_form(Language language, std::size_t count) {
  if (language == Language::en) return count == 1 ? PluralForm::one : PluralForm::other;
  const std::size_t last = count % 10;
  const bool teen = count % 100 >= 11 && count % 100 <= 14;
  if (last == 1 && !teen) return PluralForm::one;
  return last >= 2 && last <= 4 && !teen ? PluralForm::few : PluralForm::many;
}

}  // namespace regard
