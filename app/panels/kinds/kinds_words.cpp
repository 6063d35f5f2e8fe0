// SPDX-License-Identifier: Apache-2.0
// What is said about a kind of attention.
#include "app/panels/common/quantities.h"
#include "app/panels/kinds/kinds_parts.h"
#include "app/style/locale.h"
#include "app/widgets/paint.h"

#include <array>
#include <cmath>

namespace regard {
namespace {

constexpr double kThousand = 1'000.0;

std::string kind_number(double value, int decimals) {
  return number(static_cast<float>(value), decimals);
}

/// How far one layer can look.
std::string told_reach(const KindNumbers& numbers) {
  return numbers.reaches_all ? std::string(tr("kinds.reach_all")) : tr_plural("kinds.reach", numbers.farthest);
}

std::string told_sum(const KindNumbers& numbers) {
  if (numbers.sums_to_one()) return tr("kinds.sum_one");
  return tr("kinds.sums", {{"low", kind_number(numbers.least_sum, 2)}, {"high", kind_number(numbers.largest_sum, 2)}});
}

std::uint64_t whole_bytes(double bytes) {
  return static_cast<std::uint64_t>(std::llround(bytes));
}

}  // namespace

std::string kind_numbers_line(const KindReport& report) {
  const KindNumbers& numbers = report.numbers;
  std::string line = told_sum(numbers);
  const auto add = [&](const std::string& text) { line += " · " + text; };
  add(tr("kinds.entropy", {{"value", kind_number(numbers.entropy, 2)}}));
  if (!std::isnan(numbers.distance)) {
    add(tr("kinds.distance", {{"value", kind_number(numbers.distance, 2)}}));
    add(told_reach(numbers));
  }
  if (report.kind.form == KindForm::flash && report.shown.flash)
    add(tr("kinds.bound",
           {{"value", exact_number(static_cast<float>(numbers.largest_change))},
            {"bound", exact_number(static_cast<float>(flash_bound(report.shown.weights.cols, report.kind.first)))}}));
  else if (!report.trained)
    add(tr("kinds.changed",
           {{"divergence", kind_number(numbers.divergence, 3)}, {"output", kind_number(numbers.output_change, 2)}}));
  if (report.error)
    add(tr("kinds.error", {{"value", exact_number(static_cast<float>(report.error->mean))},
                           {"deviation", exact_number(static_cast<float>(report.error->deviation))},
                           {"seeds", report.error->seeds}}));
  add(tr("kinds.cost",
         {{"count", short_count(report.cost.multiply_adds)}, {"bytes", file_size(whole_bytes(report.cost.bytes))}}));
  return line;
}

std::string short_count(double count) {
  constexpr std::array<const char*, 5> kUnits{"kinds.unit.single", "kinds.unit.thousand", "kinds.unit.million",
                                              "kinds.unit.billion", "kinds.unit.trillion"};
  std::size_t unit = 0;
  while (count >= kThousand && unit + 1 < kUnits.size()) {
    count /= kThousand;
    ++unit;
  }
  return tr(kUnits[unit], {{"count", kind_number(count, unit == 0 || count >= 100.0 ? 0 : 1)}});
}

}  // namespace regard
