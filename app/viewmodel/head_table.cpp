// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/head_table.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace regard {
namespace {

constexpr std::array<std::string_view, 5> kPlain{"confidence", "entropy", "normalised_entropy", "distance", "copying"};
/// Where weight goes that is needed nowhere: little is said about a head by these.
constexpr std::array<std::string_view, 3> kSinks{"separator", "first_token", "punctuation"};
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

bool is_sink(const RoleBadge& badge) {
  return std::find(kSinks.begin(), kSinks.end(), badge.name) != kSinks.end();
}

bool tells_more(const RoleBadge& left, const RoleBadge& right) {
  return is_sink(left) != is_sink(right) ? is_sink(right) : left.value > right.value;
}

/// `own`: what the model card says of the head, or empty.
void sort_badges(std::vector<RoleBadge>& badges, std::string_view own) {
  std::stable_sort(badges.begin(), badges.end(), [own](const RoleBadge& left, const RoleBadge& right) {
    return (left.name == own) != (right.name == own) ? left.name == own : tells_more(left, right);
  });
}

void add_relation_badges(std::vector<RoleBadge>& badges, const HeadReport& report, std::size_t head,
                         const BadgeLine& line, std::string_view own) {
  std::vector<RoleBadge> found;
  for (const RelationReport& relation : report.relations)
    if (is_named_relation(relation.name) && has_badge(relation, head, line))
      found.push_back({relation.name, true, relation.heads[head].right});
  sort_badges(found, own);
  found.resize(std::min(found.size(), kMostRelationBadges));
  std::move(found.begin(), found.end(), std::back_inserter(badges));
}

std::vector<RoleBadge> badges_of(const HeadTable& table, const HeadReport& report, std::size_t head,
                                 const BadgeLine& line, std::string_view own) {
  std::vector<RoleBadge> badges;
  for (const HeadColumn& column : table.columns)
    if (column.kind == HeadColumnKind::share && has_badge(column.cells[head], line))
      badges.push_back({column.name, false, column.cells[head].value});
  add_relation_badges(badges, report, head, line, own);
  sort_badges(badges, own);
  return badges;
}

/// A layer may have fewer heads than others: nothing is known of what is not there.
std::vector<std::size_t> known_heads(const HeadTable& table) {
  const auto known = [&](std::size_t head) {
    return std::any_of(table.columns.begin(), table.columns.end(),
                       [head](const HeadColumn& column) { return column.cells[head].defined(); });
  };
  std::vector<std::size_t> heads(table.layers * table.heads);
  std::iota(heads.begin(), heads.end(), std::size_t{0});
  std::erase_if(heads, [&](std::size_t head) { return !known(head); });
  return heads;
}

std::string_view role_in(std::span<const HeadRole> roles, HeadRef head) {
  const auto found =
      std::find_if(roles.begin(), roles.end(), [head](const HeadRole& role) { return role.head == head; });
  return found == roles.end() ? std::string_view() : std::string_view(found->relation);
}

}  // namespace

HeadTable make_head_table(const HeadReport& report, const InductionProbe* probe, const BadgeLine& line,
                          std::span<const HeadsMeasure> further, std::span<const HeadRole> roles) {
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
    table.badges.push_back(badges_of(table, report, head, line, role_in(roles, report.head_at(head))));
  return table;
}

const HeadColumn* column_named(const HeadTable& table, std::string_view name) {
  const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                  [name](const HeadColumn& column) { return column.name == name; });
  return found == table.columns.end() ? nullptr : &*found;
}

std::vector<std::size_t> sorted_heads(const HeadTable& table, std::string_view column, bool ascending) {
  std::vector<std::size_t> order = known_heads(table);
  const HeadColumn* by = column_named(table, column);
  if (by == nullptr) return order;
  std::stable_sort(order.begin(), order.end(), [by, ascending](std::size_t left, std::size_t right) {
    const Measure &one = by->cells[left], &other = by->cells[right];
    if (!one.defined() || !other.defined()) return one.defined() && !other.defined();
    return ascending ? one.value < other.value : one.value > other.value;
  });
  return order;
}

std::vector<std::size_t> heads_by_badge(const HeadTable& table) {
  std::vector<std::size_t> order = known_heads(table);
  std::stable_sort(order.begin(), order.end(), [&table](std::size_t left, std::size_t right) {
    const std::vector<RoleBadge>&one = table.badges[left], &other = table.badges[right];
    if (one.empty() || other.empty()) return !one.empty() && other.empty();
    return tells_more(one.front(), other.front());
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
