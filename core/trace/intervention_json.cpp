// SPDX-License-Identifier: Apache-2.0
#include "core/trace/intervention_json.h"

#include "core/base/error.h"
#include "core/format/json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

namespace regard {
namespace {

using nlohmann::json;
using Kind = InterventionKind;

constexpr std::size_t kMostItems = 4096;
constexpr std::size_t kMostRanges = 65'536;
constexpr std::size_t kMostIndex = std::size_t{1} << 40;
constexpr std::size_t kMostNameBytes = 256;
constexpr std::size_t kMostTextBytes = std::size_t{16} << 20;

template <class Value>
using Names = std::pair<Value, const char*>;

/// What a kind is called, and which fields it reads besides layer and head.
struct KindFields {
  Kind kind;
  const char* name;
  bool scope = true, cells = false, positions = false, amount = false, mean = false, site = false, source = false,
       as = false, positioned = false;
};
constexpr std::array<KindFields, 14> kKinds{{
    {.kind = Kind::mask, .name = "mask", .cells = true},
    {.kind = Kind::add, .name = "add", .cells = true, .amount = true},
    {.kind = Kind::set_weight, .name = "set_weight", .cells = true, .amount = true},
    {.kind = Kind::copy_pattern, .name = "copy_pattern", .positions = true, .source = true},
    {.kind = Kind::ablate, .name = "ablate", .mean = true},
    {.kind = Kind::scale, .name = "scale", .amount = true},
    {.kind = Kind::keep_only, .name = "keep_only", .mean = true},
    {.kind = Kind::hide_tokens, .name = "hide_tokens", .scope = false, .positions = true},
    {.kind = Kind::temperature, .name = "temperature", .amount = true},
    {.kind = Kind::shift_positions, .name = "shift_positions", .scope = false, .positions = true, .amount = true},
    {.kind = Kind::no_positions, .name = "no_positions", .scope = false},
    {.kind = Kind::attention, .name = "attention", .as = true},
    {.kind = Kind::positions, .name = "positions", .positioned = true},
    {.kind = Kind::patch, .name = "patch", .positions = true, .site = true, .source = true},
}};

constexpr std::array<Names<PatchSite>, 7> kSites{{
    {PatchSite::residual, "residual"},
    {PatchSite::attention_output, "attention_output"},
    {PatchSite::feed_forward_output, "feed_forward_output"},
    {PatchSite::head_output, "head_output"},
    {PatchSite::query, "query"},
    {PatchSite::key, "key"},
    {PatchSite::value, "value"},
}};

const KindFields& fields_of(Kind kind) {
  return *std::find_if(kKinds.begin(), kKinds.end(), [&](const KindFields& one) { return one.kind == kind; });
}

/// Where we are in the file.
struct Place {
  const std::string& file;
  std::string item;
  [[nodiscard]] Place at(const std::string& key) const { return {file, item + "." + key}; }
  [[nodiscard]] Place at(std::size_t index) const { return {file, item + "[" + std::to_string(index) + "]"}; }
  [[noreturn]] void fail(const std::string& expected, const json& found) const {
    throw Error("json_value", {.file = file, .item = item, .expected = expected, .found = json_excerpt(found)});
  }
};

/// The double with the fewest digits that is still this float.
double shortest_double(float value) {
  std::array<char, 32> digits{};
  const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  double result = 0.0;
  std::from_chars(digits.data(), end, result);
  return result;
}

// ------------------------------------------------------------------------------------------------------------- writing

json range_json(const Range& range) {
  return json::array({range.begin, range.end == kToEnd ? json() : json(range.end)});
}

json item_json(const Intervention& item) {
  const KindFields& reads = fields_of(item.kind);
  json object{{"kind", reads.name}};
  if (item.scope.layer) object["layer"] = *item.scope.layer;
  if (item.scope.head) object["head"] = *item.scope.head;
  if (reads.cells) {
    json cells = json::array();
    for (const Cells& one : item.cells)
      cells.push_back({{"queries", range_json(one.queries)}, {"keys", range_json(one.keys)}});
    object["cells"] = std::move(cells);
  }
  if (reads.positions && !item.positions.empty())
    for (const Range& range : item.positions)
      object["positions"].push_back(range_json(range));
  if (reads.amount) object["amount"] = shortest_double(item.amount);
  if (reads.mean) object["mean"] = item.mean;
  if (reads.as) object["as"] = kind_text(item.as);
  if (reads.positioned) object["as"] = positions_text(item.positioned);
  if (reads.site)
    object["site"] =
        std::find_if(kSites.begin(), kSites.end(), [&](const auto& one) { return one.first == item.site; })->second;
  if (reads.source) object["source"] = item.source_name;
  return object;
}

// ------------------------------------------------------------------------------------------------------------- reading

const json& array_of(const Place& place, const json& value, std::size_t most) {
  if (!value.is_array()) place.fail("[…]", value);
  if (value.size() > most) place.fail("≤ " + std::to_string(most), json(value.size()));
  return value;
}

std::size_t index_of(const Place& place, const json& value) {
  const bool whole = value.is_number_unsigned() || (value.is_number_integer() && value.get<std::int64_t>() >= 0);
  if (!whole || value.get<std::uint64_t>() > kMostIndex) place.fail("0, 1, 2…", value);
  return value.get<std::size_t>();
}

Range range_of(const Place& place, const json& value) {
  if (array_of(place, value, 2).size() != 2) place.fail("[begin, end]", value);
  const Range range{index_of(place.at(0), value[0]), value[1].is_null() ? kToEnd : index_of(place.at(1), value[1])};
  if (range.begin >= range.end) place.fail("begin < end", value);
  return range;
}

std::vector<Range> ranges_of(const Place& place, const json& value) {
  std::vector<Range> ranges;
  for (const json& one : array_of(place, value, kMostRanges))
    ranges.push_back(range_of(place.at(ranges.size()), one));
  if (ranges.empty()) place.fail("[[begin, end], …]", value);
  return ranges;
}

std::vector<Cells> cells_of(const Place& place, const json& value) {
  std::vector<Cells> cells;
  for (const json& one : array_of(place, value, kMostRanges)) {
    const Place here = place.at(cells.size());
    if (!one.is_object()) here.fail("{queries, keys}", one);
    Cells& added = cells.emplace_back();
    for (const auto& [key, range] : one.items()) {
      if (key == "queries")
        added.queries = range_of(here.at(key), range);
      else if (key == "keys")
        added.keys = range_of(here.at(key), range);
      else
        here.fail("{queries, keys}", json(key));
    }
  }
  if (cells.empty()) place.fail("[{queries, keys}, …]", value);
  return cells;
}

float amount_of(const Place& place, const json& value) {
  if (!value.is_number()) place.fail("0.5", value);
  const auto amount = static_cast<float>(value.get<double>());
  if (!std::isfinite(amount)) place.fail("−3.4e38…3.4e38", value);
  return amount;
}

std::string text_of(const Place& place, const json& value, std::size_t most) {
  if (!value.is_string()) place.fail("\"…\"", value);
  const auto& text = value.get_ref<const std::string&>();
  if (text.empty() || text.size() > most) place.fail("1…" + std::to_string(most), json(text.size()));
  return text;
}

/// "window:8"
KindOfAttention attention_from(const Place& place, const json& value) {
  if (!value.is_string()) place.fail("\"window:8\"", value);
  try {
    return parse_kind(value.get_ref<const std::string&>());
  } catch (const Error& error) {
    const std::string& expected = error.details().expected;
    place.fail(error.code() == "kind_numbers" ? "≤ " + expected : expected, value);
  }
}

/// "base:100000"
PositionSwitch positions_from(const Place& place, const json& value) {
  if (!value.is_string()) place.fail("\"none\"", value);
  try {
    return parse_positions(value.get_ref<const std::string&>());
  } catch (const Error& error) {
    place.fail(error.details().expected, value);
  }
}

/// One of some names.
template <class Entries, class NameOf>
const auto& named(const Place& place, const json& value, const Entries& entries, const NameOf& name_of) {
  std::string names;
  for (const auto& entry : entries) {
    if (value.is_string() && value.get_ref<const std::string&>() == name_of(entry)) return entry;
    names += (names.empty() ? "" : ", ") + std::string(name_of(entry));
  }
  place.fail(names, value);
}

Intervention item_of(const Place& place, const json& object) {
  if (!object.is_object()) place.fail("{…}", object);
  const auto kind = object.find("kind");
  const KindFields& reads = named(place.at("kind"), kind == object.end() ? json() : *kind, kKinds,
                                  [](const KindFields& one) { return one.name; });
  Intervention item{.kind = reads.kind};
  for (const auto& [key, value] : object.items()) {
    const Place here = place.at(key);
    if (key == "kind") continue;
    if (key == "layer" && reads.scope)
      item.scope.layer = index_of(here, value);
    else if (key == "head" && reads.scope)
      item.scope.head = index_of(here, value);
    else if (key == "cells" && reads.cells)
      item.cells = cells_of(here, value);
    else if (key == "positions" && reads.positions)
      item.positions = ranges_of(here, value);
    else if (key == "amount" && reads.amount)
      item.amount = amount_of(here, value);
    else if (key == "mean" && reads.mean && value.is_boolean())
      item.mean = value.get<bool>();
    else if (key == "as" && reads.as)
      item.as = attention_from(here, value);
    else if (key == "as" && reads.positioned)
      item.positioned = positions_from(here, value);
    else if (key == "site" && reads.site)
      item.site = named(here, value, kSites, [](const auto& one) { return one.second; }).first;
    else if (key == "source" && reads.source)
      item.source_name = text_of(here, value, kMostNameBytes);
    else if (key == "mean" && reads.mean)
      here.fail("true, false", value);
    else
      here.fail("–", value);
  }
  const auto needs = [&](bool reads_it, const char* key) {
    if (reads_it && !object.contains(key)) place.at(key).fail("…", json());
  };
  needs(reads.cells, "cells");
  needs(reads.amount, "amount");
  needs(reads.site, "site");
  needs(reads.source, "source");
  needs(reads.as || reads.positioned, "as");
  return item;
}

}  // namespace

json interventions_to_json(std::span<const Intervention> list) {
  json result = json::array();
  for (const Intervention& item : list)
    result.push_back(item_json(item));
  return result;
}

std::vector<Intervention> interventions_from_json(const json& list, const std::string& file, const std::string& item) {
  const Place place{file, item};
  std::vector<Intervention> result;
  for (const json& one : array_of(place, list, kMostItems))
    result.push_back(item_of(place.at(result.size()), one));
  return result;
}

InterventionFile parse_interventions(std::string_view text, const std::string& file) {
  const json document = parse_json(text, file);
  if (document.is_array()) return {interventions_from_json(document, file), {}};
  const Place whole{file, "interventions"};
  if (!document.is_object() || !document.contains("interventions")) whole.fail("[…]", document);
  InterventionFile result;
  for (const auto& [key, value] : document.items()) {
    if (key == "interventions") {
      result.interventions = interventions_from_json(value, file);
      continue;
    }
    const Place place{file, key};
    if (key != "sources" || !value.is_object()) place.fail("{interventions, sources}", value);
    for (const auto& [name, source] : value.items())
      result.sources.emplace(name, text_of(place.at(name), source, kMostTextBytes));
  }
  return result;
}

}  // namespace regard
