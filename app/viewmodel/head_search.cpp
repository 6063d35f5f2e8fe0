// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/head_search.h"

#include "app/viewmodel/comparison.h"
#include "core/analysis/groups.h"
#include "core/base/error.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

namespace regard {
namespace {

std::uint64_t next_search_revision() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

/// The run that holds a kind of attention; null where the model has none.
std::shared_ptr<const Trace> run_of(const Snapshot& snapshot, AttentionKind kind) {
  if (!snapshot.trace || kind == AttentionKind::self) return snapshot.trace;
  return kind == AttentionKind::cross ? snapshot.trace->cross : snapshot.trace->encoder;
}

void add_ranked(HeadSearchView& view, const std::vector<RankedHead>& ranked) {
  view.searched = ranked.size();
  if (!ranked.empty()) view.rows = ranked.front().rows;
  for (std::size_t rank = 0; rank < std::min(ranked.size(), found_heads); ++rank)
    view.found.push_back({{0, ranked[rank].head}, ranked[rank].value, ranked[rank].baseline, {}});
}

void add_matches(HeadSearchView& view, const HeadSearchQuestion& question, const std::stop_token& stop,
                 Progress* progress) {
  if (question.by == SearchBy::example && !weights_are_softmax(*question.traces.front(), question.example))
    throw Error("no_softmax", {.item = std::to_string(question.example.layer), .expected = "JS"});
  Matrix pattern =
      question.by == SearchBy::example ? weights(*question.traces.front(), question.example) : *question.paint;
  if (question.by == SearchBy::paint) renormalise_rows(pattern);
  const std::vector<PatternMatch> matches = search_pattern(question.traces, pattern, stop, progress, question.left_out);
  view.searched = matches.size();
  view.rows = rows_of_pattern(pattern, question.left_out);
  view.without_special = question.left_out != UncomparedTokens{};
  for (std::size_t rank = 0; rank < std::min(matches.size(), found_heads); ++rank)
    view.found.push_back({matches[rank].head, matches[rank].distance, 0.0F, {}});
}

}  // namespace

UncomparedTokens left_out_of(const Snapshot& live, AttentionKind kind, SpecialTokens special) {
  return {left_out_of(asking_encoding(live, kind), special).queries,
          left_out_of(asked_encoding(live, kind), special).keys};
}

SpecialTokens special_tokens(const Model& model, const std::optional<SpecialTokens>& chosen) {
  return chosen.value_or(usual_special_tokens(model));
}

SearchedRuns searched_runs(const Snapshot& live, AttentionKind kind) {
  SearchedRuns runs{{run_of(live, kind)}, {full_name(*live.model)}, false};
  const Snapshot* other = live.comparison ? live.comparison->baseline.get() : nullptr;
  if (other == nullptr || !other->trace || other->model == live.model) return runs;
  const std::shared_ptr<const Trace> trace = run_of(*other, kind);
  if (!trace) return runs;
  runs.other_tokens = !cut_alike(asking_encoding(live, kind), asking_encoding(*other, kind)) ||
                      !cut_alike(asked_encoding(live, kind), asked_encoding(*other, kind));
  if (runs.other_tokens) return runs;
  runs.traces.push_back(trace);
  runs.models.push_back(full_name(*other->model));
  return runs;
}

std::shared_ptr<const HeadSearchView> make_head_search(const HeadSearchQuestion& question, const std::stop_token& stop,
                                                       Progress* progress) {
  auto view = std::make_shared<HeadSearchView>();
  view->by = question.by;
  if (question.by == SearchBy::measure)
    add_ranked(*view, rank_by_measure(*question.report, question.measure, question.smallest_first));
  else if (question.by == SearchBy::relation)
    add_ranked(*view, rank_by_relation(*question.report, question.relation));
  else
    add_matches(*view, question, stop, progress);
  for (FoundHead& each : view->found)
    each.thumbnail = make_thumbnail(*question.traces[each.head.model], each.head.head, stop);
  view->revision = next_search_revision();
  return view;
}

Matrix painted_habit(PaintedHabit habit, std::size_t tokens, bool causal) {
  Matrix paint(tokens, tokens);
  for (std::size_t query = 0; query < tokens; ++query) {
    std::optional<std::size_t> key;
    if (habit == PaintedHabit::previous && query > 0) key = query - 1;
    if (habit == PaintedHabit::next && query + 1 < tokens && !causal) key = query + 1;
    if (habit == PaintedHabit::self) key = query;
    if (habit == PaintedHabit::first && query > 0) key = 0;
    if (key) paint(query, *key) = 1.0F;
  }
  return paint;
}

}  // namespace regard
