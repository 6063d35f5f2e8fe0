// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/head_table.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace regard {
namespace {

constexpr std::array<std::string_view, 5> kPlain{"confidence", "entropy", "normalised_entropy", "distance", "copying"};
constexpr std::size_t kMostRelationBadges = 2;

void finish(HeadColumn& column) {
  for (const Measure& cell : column.cells) {
    if (!cell.defined()) continue;
    column.largest = column.defined ? std::max(column.largest, cell.value) : cell.value;
    column.fewest_rows = column.defined ? std::min(column.fewest_rows, cell.rows) : cell.rows;
    column.defined = true;
  }
}

HeadColumn measured_column(std::string_view name, const std::vector<Measure>& cells) {
  HeadColumn column;
  column.name = name;
  if (std::find(kPlain.begin(), kPlain.end(), name) != kPlain.end()) column.kind = HeadColumnKind::plain;
  column.cells = cells;
  finish(column);
  return column;
}

HeadColumn probe_column(const InductionProbe& probe) {
  HeadColumn column;
  column.name = "repeated_tokens";
  column.on_corpus = false;
  for (std::size_t head = 0; head < probe.scores.size(); ++head) {
    column.cells.push_back(probe.scores[head].mean());
    column.contrast.push_back(probe.contrast(head));
  }
  finish(column);
  return column;
}

void add_relation_badges(std::vector<RoleBadge>& badges, const HeadReport& report, std::size_t head,
                         const BadgeLine& line) {
  std::vector<RoleBadge> found;
  for (const RelationReport& relation : report.relations)
    if (is_named_relation(relation.name) && has_badge(relation, head, line))
      found.push_back({relation.name, true, relation.heads[head].right});
  std::stable_sort(found.begin(), found.end(),
                   [](const RoleBadge& left, const RoleBadge& right) { return left.value > right.value; });
  found.resize(std::min(found.size(), kMostRelationBadges));
  std::move(found.begin(), found.end(), std::back_inserter(badges));
}

std::vector<RoleBadge> badges_of(const HeadTable& table, const HeadReport& report, std::size_t head,
                                 const BadgeLine& line) {
  std::vector<RoleBadge> badges;
  for (const HeadColumn& column : table.columns)
    if (column.kind == HeadColumnKind::share && has_badge(column.cells[head], line))
      badges.push_back({column.name, false, column.cells[head].value});
  add_relation_badges(badges, report, head, line);
  std::stable_sort(badges.begin(), badges.end(),
                   [](const RoleBadge& left, const RoleBadge& right) { return left.value > right.value; });
  return badges;
}

}  // namespace

HeadTable make_head_table(const HeadReport& report, const InductionProbe* probe, const BadgeLine& line,
                          std::span<const HeadsMeasure> further) {
  HeadTable table;
  table.layers = report.layers;
  table.heads = report.heads;
  for (std::size_t measure = 0; measure < report.measures.size(); ++measure)
    table.columns.push_back(measured_column(named_measures()[measure].name, report.measures[measure]));
  if (probe != nullptr && probe->seeds > 0 && probe->scores.size() == report.size())
    table.columns.push_back(probe_column(*probe));
  for (const HeadsMeasure& measure : further) {
    if (measure.heads.size() != report.size()) continue;
    table.columns.push_back(measured_column(measure.name, measure.heads));
    table.columns.back().on_corpus = false;
    table.columns.back().text = measure.text;
  }
  for (std::size_t head = 0; head < report.size(); ++head)
    table.badges.push_back(badges_of(table, report, head, line));
  return table;
}

const HeadColumn* column_named(const HeadTable& table, std::string_view name) {
  const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                  [name](const HeadColumn& column) { return column.name == name; });
  return found == table.columns.end() ? nullptr : &*found;
}

std::vector<std::size_t> sorted_heads(const HeadTable& table, std::string_view column, bool ascending) {
  std::vector<std::size_t> order(table.layers * table.heads);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const HeadColumn* by = column_named(table, column);
  if (by == nullptr) return order;
  std::stable_sort(order.begin(), order.end(), [by, ascending](std::size_t left, std::size_t right) {
    const Measure &one = by->cells[left], &other = by->cells[right];
    if (!one.defined() || !other.defined()) return one.defined() && !other.defined();
    return ascending ? one.value < other.value : one.value > other.value;
  });
  return order;
}

std::optional<std::size_t> rank_of(const HeadColumn& column, std::size_t head) {
  if (!column.cells[head].defined()) return std::nullopt;
  return static_cast<std::size_t>(std::count_if(column.cells.begin(), column.cells.end(), [&](const Measure& cell) {
    return cell.defined() && cell.value > column.cells[head].value;
  }));
}

bool is_named_relation(std::string_view relation) {
  return relation.find(':') == std::string_view::npos;
}

}  // namespace regard
