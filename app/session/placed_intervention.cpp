// SPDX-License-Identifier: Apache-2.0
#include "app/session/placed_intervention.h"

#include <algorithm>
#include <utility>

namespace regard {
namespace {

TokenSpan span_of(Range range, const Encoding& encoding) {
  TokenSpan span;
  if (range.begin > 0 || range.end != kToEnd) span.first = anchor_of(range.begin, encoding);
  if (range.end != kToEnd && range.end > range.begin) span.last = anchor_of(range.end - 1, encoding);
  return span;
}

Range range_of(const TokenSpan& span, const Encoding& encoding) {
  Range range{0, kToEnd};
  if (span.first) range.begin = resolve(*span.first, encoding);
  if (span.last) range.end = std::max(range.begin, resolve(*span.last, encoding)) + 1;
  return range;
}

void move_along(TokenSpan& span, const TextEdit& edit) {
  if (span.first) span.first = moved(*span.first, edit);
  if (span.last) span.last = moved(*span.last, edit);
}

}  // namespace

PlacedIntervention placed(Intervention item, const Encoding& encoding) {
  PlacedIntervention result;
  for (const Cells& cells : item.cells)
    result.cells.push_back({span_of(cells.queries, encoding), span_of(cells.keys, encoding)});
  for (const Range& range : item.positions)
    result.positions.push_back(span_of(range, encoding));
  item.cells.clear();
  item.positions.clear();
  item.source.reset();
  item.source_positions.clear();
  result.item = std::move(item);
  return result;
}

Intervention resolved(const PlacedIntervention& intervention, const Encoding& encoding) {
  Intervention item = intervention.item;
  for (const CellSpan& cells : intervention.cells)
    item.cells.push_back({range_of(cells.queries, encoding), range_of(cells.keys, encoding)});
  for (const TokenSpan& span : intervention.positions)
    item.positions.push_back(range_of(span, encoding));
  return item;
}

void move_along(PlacedIntervention& intervention, const TextEdit& edit) {
  for (CellSpan& cells : intervention.cells) {
    move_along(cells.queries, edit);
    move_along(cells.keys, edit);
  }
  for (TokenSpan& span : intervention.positions)
    move_along(span, edit);
}

}  // namespace regard
