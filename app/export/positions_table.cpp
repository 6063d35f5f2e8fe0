// SPDX-License-Identifier: Apache-2.0
#include "app/export/positions_table.h"

#include <cmath>
#include <string>

namespace regard {
namespace {

TableCell finite_cell(double value) {
  return std::isfinite(value) ? TableCell(value) : TableCell(Masked{});
}

Matrix one_row(const std::vector<double>& values) {
  Matrix row(1, values.size());
  for (std::size_t at = 0; at < values.size(); ++at)
    row(0, at) = static_cast<float>(values[at]);
  return row;
}

}  // namespace

std::vector<std::pair<std::string_view, double>> terms_of_score(const ScoreTerms& terms) {
  return {{"turned", terms.turned()},
          {"unturned", terms.unturned},
          {"capped", terms.capped},
          {"bias", terms.bias},
          {"content_to_position", terms.content_to_position},
          {"position_to_content", terms.position_to_content},
          {"added", terms.added},
          {"score", terms.score}};
}

std::vector<std::pair<std::string_view, double>> numbers_of_plane(const RotaryPlane& plane) {
  return {{"frequency", plane.frequency}, {"wavelength", plane.wavelength()},   {"query_angle", plane.query_angle},
          {"key_angle", plane.key_angle}, {"query_length", plane.query_length}, {"key_length", plane.key_length},
          {"share", plane.share}};
}

std::vector<std::pair<std::string_view, std::vector<double>>> curves_of(const DistancesAnswer& distances,
                                                                        const TermsAnswer& terms) {
  const ScoreByDistance& curve = distances.curve;
  std::vector<std::pair<std::string_view, std::vector<double>>> curves{
      {"mean", curve.mean}, {"low", curve.low}, {"high", curve.high}, {"pair", terms.pair}, {"in_text", curve.in_text}};
  if (!distances.biases.empty()) curves.emplace_back("bias", distances.biases[distances.of.head.head]);
  std::erase_if(curves, [](const auto& each) { return each.second.empty(); });
  if (distances.obstacle != DistanceObstacle::none)
    std::erase_if(curves, [](const auto& each) { return each.first == "mean"; });
  return curves;
}

void fill_positions_table(ExportTable& table, const DistancesAnswer& distances, const TermsAnswer& terms) {
  table.columns = {"number", "distance", "plane", "value"};
  for (const auto& [name, values] : curves_of(distances, terms)) {
    for (std::size_t at = 0; at < values.size(); ++at)
      table.rows.push_back(
          {std::string(name), static_cast<double>(distances.curve.distance(at)), Masked{}, finite_cell(values[at])});
    table.arrays.emplace_back(std::string(name), one_row(values));
  }
  if (!distances.curve.by_place.empty()) table.arrays.emplace_back("by_place", distances.curve.by_place);
  for (const auto& [name, value] : terms_of_score(terms.terms))
    table.rows.push_back({std::string(name), terms.terms.distance, Masked{}, finite_cell(value)});
  for (std::size_t plane = 0; plane < terms.terms.planes.size(); ++plane)
    for (const auto& [name, value] : numbers_of_plane(terms.terms.planes[plane]))
      table.rows.push_back({std::string(name), Masked{}, plane, finite_cell(value)});
}

}  // namespace regard
