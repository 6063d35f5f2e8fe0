// SPDX-License-Identifier: Apache-2.0
// The positions of a head as one table: a row per number. Pure. The exports and the command line.
#pragma once

#include "app/export/tables.h"
#include "app/viewmodel/positions_view.h"

#include <string_view>
#include <utility>
#include <vector>

namespace regard {

/// The terms of a score by the names that files have for them: turned, unturned, capped, bias, content_to_position, position_to_content,
/// added, score; those that a head does not have are 0.
[[nodiscard]] std::vector<std::pair<std::string_view, double>> terms_of_score(const ScoreTerms& terms);
/// Likewise the numbers of a plane: frequency, wavelength, query_angle, key_angle, query_length, key_length, share.
[[nodiscard]] std::vector<std::pair<std::string_view, double>> numbers_of_plane(const RotaryPlane& plane);
/// Likewise the curves, [distances] each: mean, low, high, pair, in_text, bias; empty ones are left out.
[[nodiscard]] std::vector<std::pair<std::string_view, std::vector<double>>> curves_of(const DistancesAnswer& distances,
                                                                                      const TermsAnswer& terms);
/// Columns number, distance, plane, value.
void fill_positions_table(ExportTable& table, const DistancesAnswer& distances, const TermsAnswer& terms);

}  // namespace regard
