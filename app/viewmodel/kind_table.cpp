// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/kind_table.h"

#include "app/base/assets.h"
#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/format/json.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace regard {
namespace {

using nlohmann::json;

constexpr std::size_t kMostKindRows = 256;

struct KindColumn {
  std::string_view name;
  std::string KindRow::*cell;
};
constexpr std::array<KindColumn, kind_columns> kColumns{{{"name", &KindRow::name},
                                                         {"formula", &KindRow::formula},
                                                         {"cost", &KindRow::cost},
                                                         {"cache", &KindRow::cache},
                                                         {"who", &KindRow::who},
                                                         {"since", &KindRow::since}}};

struct TablePlace {
  const std::string& file;
  std::string item;
  std::string_view language;
  [[noreturn]] void fail(const std::string& expected, const json& found) const {
    throw Error("json_value", {.file = file, .item = item, .expected = expected, .found = json_excerpt(found)});
  }
};

std::string text_in(const TablePlace& place, const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_object()) place.fail("\"…\"", value);
  const auto spoken = value.find(std::string(place.language));
  if (spoken == value.end() || !spoken->is_string()) place.fail(std::string(place.language), value);
  return spoken->get<std::string>();
}

KindRow row_from(const TablePlace& place, const json& object) {
  if (!object.is_object()) place.fail("{…}", object);
  KindRow row;
  for (const auto& [key, value] : object.items()) {
    const TablePlace here{place.file, place.item + "." + key, place.language};
    const auto column = std::ranges::find(kColumns, std::string_view(key), &KindColumn::name);
    if (column != kColumns.end())
      row.*(column->cell) = text_in(here, value);
    else if ((key == "id" || key == "show") && value.is_string())
      (key == "id" ? row.id : row.show) = value.get<std::string>();
    else
      here.fail("–", value);
  }
  if (row.id.empty() || row.name.empty()) place.fail("{id, name, …}", object);
  return row;
}

}  // namespace

std::vector<KindRow> parse_kind_table(std::string_view text, const std::string& file, std::string_view language) {
  const json document = parse_json(text, file);
  const TablePlace whole{file, "kinds", language};
  if (!document.is_array() || document.size() > kMostKindRows) whole.fail("[…]", document);
  std::vector<KindRow> rows;
  for (const json& one : document) {
    const TablePlace place{file, "kinds[" + std::to_string(rows.size()) + "]", language};
    KindRow row = row_from(place, one);
    if (std::ranges::find(rows, row.id, &KindRow::id) != rows.end()) place.fail("–", json(row.id));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<KindRow> load_kind_table(std::string_view language) {
  const std::filesystem::path file = assets_folder() / "kinds" / "table.json";
  return parse_kind_table(read_file(file, max_kind_table_bytes), file.string(), language);
}

const std::string& cell_of(const KindRow& row, std::size_t column) {
  return row.*(kColumns[column].cell);
}

std::string_view column_name(std::size_t column) {
  return kColumns[column].name;
}

std::string kind_table_as_text(const std::vector<KindRow>& rows, const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t column = 0; column < kind_columns; ++column)
    text += (column == 0 ? "" : "\t") + names[column];
  for (const KindRow& row : rows) {
    text += "\n";
    for (std::size_t column = 0; column < kind_columns; ++column)
      text += (column == 0 ? "" : "\t") + cell_of(row, column);
  }
  return text + "\n";
}

}  // namespace regard
