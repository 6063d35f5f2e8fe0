// SPDX-License-Identifier: Apache-2.0
#include "core/capture/headvis.h"

#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/format/json.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <utility>

namespace regard {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t kHeadFile = 64 << 20;                    // bytes
constexpr std::size_t kHeadvisNumbers = std::size_t{1} << 28;  // of all grids together
constexpr std::size_t kMostHeadNumber = 4096;

const json& list_of(const json& object, const char* key, const std::string& file) {
  if (!object.is_object() || !object.contains(key)) throw Error("json_missing", {file, key, "[…]", ""});
  const json& list = object[key];
  if (!list.is_array()) throw Error("json_value", {file, key, "[…]", json_excerpt(list)});
  return list;
}

HeadvisSequence sequence_of(const json& object, const std::string& file) {
  HeadvisSequence sequence;
  for (const json& token : list_of(object, "tokens", file)) {
    if (!token.is_string()) throw Error("json_value", {file, "tokens", "\"…\"", json_excerpt(token)});
    sequence.tokens.push_back(token.get<std::string>());
  }
  const std::size_t tokens = sequence.tokens.size();
  const json &indices = list_of(object, "attention_indices", file), &values = list_of(object, "attention_values", file);
  if (indices.size() != values.size())
    throw Error("json_value",
                {file, "attention_values", std::to_string(indices.size()), std::to_string(values.size())});
  for (std::size_t at = 0; at < indices.size(); ++at) {
    const bool whole = indices[at].is_number_unsigned();
    const auto index = whole ? indices[at].get<std::uint64_t>() : 0;
    if (!whole || index >= tokens * tokens)
      throw Error("json_value",
                  {file, "attention_indices", "0…" + std::to_string(tokens * tokens), json_excerpt(indices[at])});
    if (!values[at].is_number()) throw Error("json_value", {file, "attention_values", "0…1", json_excerpt(values[at])});
    sequence.cells.push_back({index / tokens, index % tokens, values[at].get<float>()});
  }
  return sequence;
}

struct HeadPlace {
  std::size_t layer = 0;
  std::size_t head = 0;
  friend auto operator<=>(const HeadPlace&, const HeadPlace&) = default;
};

/// "L3H11.json"
std::optional<HeadPlace> place_of(const std::string& name) {
  HeadPlace place;
  const char* end = name.data() + name.size();
  if (!name.starts_with('L') || !name.ends_with(".json")) return std::nullopt;
  const auto layer = std::from_chars(name.data() + 1, end, place.layer);
  if (layer.ec != std::errc{} || *layer.ptr != 'H') return std::nullopt;
  const auto head = std::from_chars(layer.ptr + 1, end, place.head);
  if (head.ec != std::errc{} || std::string_view(head.ptr, end) != ".json") return std::nullopt;
  if (place.layer >= kMostHeadNumber || place.head >= kMostHeadNumber) return std::nullopt;
  return place;
}

using Heads = std::map<HeadPlace, std::vector<HeadvisSequence>>;

/// The tokens that most heads have a sequence of.
std::vector<std::string> commonest_text(const Heads& heads) {
  std::map<std::vector<std::string>, std::size_t> counts;
  const std::vector<std::string>* best = nullptr;
  for (const auto& [place, sequences] : heads)
    for (const HeadvisSequence& sequence : sequences) {
      const auto counted = counts.try_emplace(sequence.tokens, 0).first;
      ++counted->second;
      if (!sequence.tokens.empty() && (best == nullptr || counted->second > counts[*best])) best = &counted->first;
    }
  return best == nullptr ? std::vector<std::string>{} : *best;
}

const HeadvisSequence& sequence_with(const Heads& heads, HeadPlace place, const std::vector<std::string>& text,
                                     const std::string& file) {
  const std::string name = "L" + std::to_string(place.layer) + "H" + std::to_string(place.head);
  const auto found = heads.find(place);
  if (found == heads.end() || text.empty()) throw Error("capture_head", {.file = file, .item = name});
  for (const HeadvisSequence& sequence : found->second)
    if (sequence.tokens == text) return sequence;
  throw Error("capture_head", {.file = file, .item = name});
}

}  // namespace

std::vector<HeadvisSequence> parse_headvis(std::string_view text, const std::string& file) {
  const json document = parse_json(text, file);
  std::vector<HeadvisSequence> sequences;
  for (const json& each : list_of(document, "sequences", file))
    sequences.push_back(sequence_of(each, file));
  return sequences;
}

fs::path headvis_folder(const fs::path& path) {
  for (const fs::path& folder : {path / "heads", path}) {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
      if (place_of(entry->path().filename().string())) return folder;
  }
  return {};
}

Capture open_headvis(const fs::path& folder) {
  Heads heads;
  Capture capture{.rows = CapturedRows::largest_only};
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::optional<HeadPlace> place = place_of(entry.path().filename().string());
    if (!place) continue;
    const std::string bytes = read_file(entry.path(), kHeadFile);
    capture.bytes += bytes.size();
    heads[*place] = parse_headvis(bytes, entry.path().string());
  }
  capture.tokens = commonest_text(heads);
  const std::size_t tokens = capture.tokens.size();
  capture.ids.resize(tokens);
  std::iota(capture.ids.begin(), capture.ids.end(), 0);
  capture.layers.resize(heads.empty() ? 0 : heads.rbegin()->first.layer + 1);
  std::size_t numbers = 0;
  for (const auto& [place, sequences] : heads) {
    std::size_t& count = capture.layers[place.layer].heads;
    count = std::max(count, place.head + 1);
  }
  for (std::size_t number = 0; number < capture.layers.size(); ++number) {
    CapturedLayer& layer = capture.layers[number];
    layer.kv_heads = layer.heads;
    if (layer.heads == 0) continue;
    for (std::size_t head = 0; head < layer.heads; ++head)  // before any memory is asked for
      (void)sequence_with(heads, {number, head}, capture.tokens, folder.string());
    numbers += layer.heads * tokens * tokens;
    if (numbers > kHeadvisNumbers)
      throw Error(
          "capture_too_large",
          {.file = folder.string(), .expected = std::to_string(kHeadvisNumbers), .found = std::to_string(numbers)});
    auto grid = std::make_shared<std::vector<float>>(layer.heads * tokens * tokens);
    for (std::size_t head = 0; head < layer.heads; ++head)
      for (const HeadvisSequence::Cell& cell :
           sequence_with(heads, {number, head}, capture.tokens, folder.string()).cells)
        (*grid)[(head * tokens + cell.query) * tokens + cell.key] = cell.weight;
    layer.weights.array = {.name = "L" + std::to_string(number),
                           .shape = {layer.heads, tokens, tokens},
                           .strides = {tokens * tokens, tokens, 1},
                           .bytes = std::as_bytes(std::span(*grid))};
    capture.storage.push_back(std::move(grid));
  }
  capture.causal = capture.causal_is_guessed = true;
  return capture;
}

}  // namespace regard
