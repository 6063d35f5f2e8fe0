// SPDX-License-Identifier: Apache-2.0
#include "app/cli/positions_output.h"

#include "app/cli/writers.h"
#include "app/export/positions_table.h"
#include "app/export/text_fields.h"
#include "core/base/error.h"

#include <cmath>

namespace regard::cli {
namespace {

std::string finite_json(double value) {
  return std::isfinite(value) ? shortest(value) : "null";
}

std::string numbers_json(const std::vector<std::pair<std::string_view, double>>& numbers) {
  std::string result;
  for (const auto& [name, value] : numbers)
    result += (result.empty() ? "{\"" : ",\"") + std::string(name) + "\":" + finite_json(value);
  return result + "}";
}

std::string curve_json(const std::vector<double>& values) {
  std::string result;
  for (const double value : values)
    result += (result.empty() ? "[" : ",") + finite_json(value);
  return result.empty() ? "[]" : result + "]";
}

std::string positions_json(const Encoding& encoding, const DistancesAnswer& distances, const TermsAnswer& terms) {
  const ScoreByDistance& curve = distances.curve;
  std::string result = "{\"model\":" + json_string(distances.of.trace->model->name) +
                       ",\"text\":" + json_string(encoding.text) + ",\"tokens\":" + tokens_json(encoding);
  const auto add = [&](const char* name, const std::string& value) {
    result += ",\"" + std::string(name) + "\":" + value;
  };
  add("layer", std::to_string(distances.of.head.layer));
  add("head", std::to_string(distances.of.head.head));
  add("positions", json_string(name_of(curve.kind)));
  add("obstacle", json_string(name_of(distances.obstacle)));
  add("query", std::to_string(terms.of.query));
  add("key", std::to_string(terms.of.key));
  add("tokens_held", std::to_string(curve.tokens));
  add("places", std::to_string(curve.places));
  add("first", std::to_string(curve.first));
  for (const auto& [name, values] : curves_of(distances, terms))
    add(std::string(name).c_str(), curve_json(values));
  add("distance", finite_json(terms.terms.distance));
  add("terms", numbers_json(terms_of_score(terms.terms)));
  std::string planes;
  for (const RotaryPlane& plane : terms.terms.planes)
    planes += (planes.empty() ? "[" : ",") + numbers_json(numbers_of_plane(plane));
  add("planes", planes.empty() ? "[]" : planes + "]");
  return result + "}\n";
}

std::size_t token_asked(const char* option, std::optional<std::size_t> token, std::size_t usual, const Trace& trace) {
  if (token.value_or(usual) < trace.tokens()) return token.value_or(usual);
  throw Error("heads_range", {trace.model->name, option, std::to_string(trace.tokens() - 1), std::to_string(*token)});
}

}  // namespace

std::string told_positions_of(const std::shared_ptr<const Trace>& trace, const Encoding& encoding,
                              const PositionsAsked& asked, bool csv) {
  if (const DistanceObstacle obstacle = obstacle_to_planes(*trace, asked.head); obstacle != DistanceObstacle::none)
    throw Error("positions_" + std::string(name_of(obstacle)), {.item = std::to_string(asked.head.layer)});
  const std::size_t query = token_asked("--query", asked.query, trace->tokens() - 1, *trace);
  const std::size_t key = token_asked("--key", asked.key, 0, *trace);
  const auto distances = make_distances({trace, AttentionKind::self, asked.head, asked.reach, false});
  const auto terms = make_terms({trace, AttentionKind::self, asked.head, query, key, asked.reach});
  if (!csv) return positions_json(encoding, *distances, *terms);
  ExportTable table;
  fill_positions_table(table, *distances, *terms);
  return table_as_csv(table);
}

}  // namespace regard::cli
