// SPDX-License-Identifier: Apache-2.0
#include "app/cli/head_cuts_output.h"

#include "app/cli/writers.h"
#include "app/export/text_fields.h"
#include "core/base/error.h"

#include <algorithm>
#include <charconv>

namespace regard::cli {
namespace {

constexpr std::size_t kMostCuts = 16;

std::size_t parse_count(std::string_view digits) {
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (error != std::errc() || end != digits.data() + digits.size() || count == 0)
    throw Error("kind_number", {.item = "--heads", .expected = "1, 2, 4…", .found = std::string(digits)});
  return count;
}

std::string matrix_json(const Matrix& matrix) {
  std::string result = "[";
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    result += row == 0 ? "[" : ",[";
    for (std::size_t col = 0; col < matrix.cols; ++col)
      result += (col == 0 ? "" : ",") + shortest(matrix(row, col));
    result += "]";
  }
  return result + "]";
}

std::string_view strongest_of(const CutHead& head) {
  const std::size_t place = head.strongest();
  return place < looked_places ? name_of(static_cast<LookedPlace>(place)) : "";
}

std::string head_json(const CutHead& head) {
  std::string result = "{\"entropy\":" + shortest(head.entropy) + ",\"distance\":" + shortest(head.distance);
  for (std::size_t place = 0; place < looked_places; ++place)
    result += ",\"" + std::string(name_of(static_cast<LookedPlace>(place))) + "\":" + shortest(head.places[place]);
  const std::string_view strongest = strongest_of(head);
  result += ",\"strongest\":" + (strongest.empty() ? std::string("null") : json_string(strongest));
  return result + ",\"weights\":" + matrix_json(head.weights) + "}";
}

}  // namespace

std::vector<std::size_t> parse_cuts(std::string_view text, const LayerOf& of) {
  std::vector<std::size_t> counts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::size_t count = parse_count(text.substr(begin, end - begin));
    if (std::ranges::find(counts, count) != counts.end()) throw Error("kind_twice", {.item = std::to_string(count)});
    if (const HeadCutObstacle obstacle = obstacle_to_heads(of, count); obstacle != HeadCutObstacle::none)
      throw Error("head_cut_" + std::string(name_of(obstacle)),
                  {.item = std::to_string(of.layer),
                   .expected = std::to_string(of.config().queries_width(of.layer)),
                   .found = std::to_string(count)});
    counts.push_back(count);
    if (counts.size() > kMostCuts)
      throw Error("kind_number", {.item = "--heads", .expected = "≤ " + std::to_string(kMostCuts), .found = "…"});
    begin = end + 1;
  }
  return counts;
}

std::string cuts_json(const Encoding& encoding, const LayerOf& of, const std::vector<HeadCut>& cuts) {
  std::string result = "{\"model\":" + json_string(of.part().model->name) + ",\"text\":" + json_string(encoding.text) +
                       ",\"tokens\":" + tokens_json(encoding) + ",\"layer\":" + std::to_string(of.layer) +
                       ",\"cuts\":[";
  for (std::size_t at = 0; at < cuts.size(); ++at) {
    const HeadCut& cut = cuts[at];
    result += std::string(at == 0 ? "" : ",") + "{\"heads\":" + std::to_string(cut.heads) +
              ",\"width\":" + std::to_string(cut.width) + ",\"scale\":" + shortest(cut.scale) +
              ",\"own\":" + (cut.heads == of.config().heads(of.layer) ? "true" : "false") + ",\"each\":[";
    for (std::size_t head = 0; head < cut.each.size(); ++head)
      result += (head == 0 ? "" : ",") + head_json(cut.each[head]);
    result += "]}";
  }
  return result + "]}\n";
}

std::string cuts_csv(const std::vector<HeadCut>& cuts) {
  std::string text = "heads,head,number,query,key,value\n";
  for (const HeadCut& cut : cuts)
    for (std::size_t head = 0; head < cut.each.size(); ++head) {
      const CutHead& one = cut.each[head];
      const std::string begin = std::to_string(cut.heads) + "," + std::to_string(head) + ",";
      const auto add = [&](std::string_view name, double value) {
        text += begin + std::string(name) + ",,," + shortest(value) + "\n";
      };
      add("entropy", one.entropy);
      add("distance", one.distance);
      for (std::size_t place = 0; place < looked_places; ++place)
        add(name_of(static_cast<LookedPlace>(place)), one.places[place]);
      for (std::size_t query = 0; query < one.weights.rows; ++query)
        for (std::size_t key = 0; key < one.weights.cols; ++key)
          text += begin + "weight," + std::to_string(query) + "," + std::to_string(key) + "," +
                  shortest(one.weights(query, key)) + "\n";
    }
  return text;
}

}  // namespace regard::cli
