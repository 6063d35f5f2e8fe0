// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/checkpoint_curves.h"

#include "core/base/error.h"

#include <algorithm>
#include <deque>
#include <exception>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t index_of(CurveMeasure measure) {
  return static_cast<std::size_t>(measure);
}

constexpr std::array<std::pair<CurveMeasure, Measure HeadMeasures::*>, 3> kOfTexts{
    {{CurveMeasure::previous, &HeadMeasures::previous},
     {CurveMeasure::distance, &HeadMeasures::distance},
     {CurveMeasure::entropy, &HeadMeasures::entropy}}};

using OfHeads = std::array<std::vector<Measure>, curve_measures>;

void measure_texts(OfHeads& measures, const std::shared_ptr<const Model>& reader, const HeadList& heads,
                   const CurveWish& wish, const Pace& pace) {
  std::array<std::vector<MeasureTally>, curve_measures> tallies;
  tallies.fill(std::vector<MeasureTally>(heads.size()));
  for (const Request& text : wish.texts) {
    throw_if_stopped(pace.stop);
    if (pace.between) pace.between();
    const std::shared_ptr<const Trace> trace = run(reader, text, nullptr, pace.stop);
    for (std::size_t head = 0; head < heads.size(); ++head) {
      const HeadMeasures measured = measure_head(*trace, heads[head], pace.stop);
      for (const auto& [measure, part] : kOfTexts)
        tallies[index_of(measure)][head].add(measured.*part);
    }
  }
  for (const auto& [measure, part] : kOfTexts)
    for (std::size_t head = 0; head < heads.size(); ++head)
      measures[index_of(measure)][head] = tallies[index_of(measure)][head].mean();
}

void measure_induction(OfHeads& measures, const std::shared_ptr<const Model>& model, const HeadList& heads,
                       const Pace& pace) {
  const InductionProbe probe = probe_induction(model, pace.stop, nullptr, pace.between);
  const std::size_t most = most_heads(reader_of(model)->config);
  for (std::size_t head = 0; head < heads.size(); ++head)
    measures[index_of(CurveMeasure::induction)][head] =
        probe.scores[heads[head].layer * most + heads[head].head].mean();
}

void put_in(CheckpointCurves& curves, CheckpointPoint point) {
  const auto after = std::upper_bound(curves.points.begin(), curves.points.end(), point.step,
                                      [](std::uint64_t step, const CheckpointPoint& each) { return step < each.step; });
  curves.points.insert(after, std::move(point));
}

void put_in(CheckpointCurves& curves, CheckpointGap gap) {
  const auto after = std::upper_bound(curves.gaps.begin(), curves.gaps.end(), gap.step,
                                      [](std::uint64_t step, const CheckpointGap& each) { return step < each.step; });
  curves.gaps.insert(after, std::move(gap));
}

/// A problem of this checkpoint is a gap; one of all of them, such as pictures, is thrown.
void add_point(CheckpointCurves& curves, const CheckpointStep& step, const CurveWish& wish, const Pace& pace) {
  if (step.problem) return put_in(curves, CheckpointGap{step.step, *step.problem});
  try {
    const std::shared_ptr<const Model> model = load_model(step.path, pace.stop);
    if (curves.heads.empty()) curves.heads = softmax_heads(reader_of(model)->config);
    put_in(curves, CheckpointPoint{step.step, measure_checkpoint(model, wish, pace)});
  } catch (const Error& error) {
    if (error.code() == "reads_pictures") throw;
    put_in(curves, CheckpointGap{step.step, error});
  }
}

}  // namespace

std::string_view name_of(CurveMeasure measure) {
  constexpr std::array<std::string_view, curve_measures> kNames{"previous_token", "induction", "distance", "entropy"};
  return kNames[index_of(measure)];
}

std::vector<std::size_t> coarse_to_fine(std::size_t count) {
  std::vector<std::size_t> order;
  if (count == 0) return order;
  order.push_back(count - 1);
  if (count > 1) order.push_back(0);
  std::deque<std::pair<std::size_t, std::size_t>> between{{0, count - 1}};
  for (; !between.empty(); between.pop_front()) {
    const auto [first, last] = between.front();
    if (last < first + 2) continue;
    const std::size_t middle = first + (last - first) / 2;
    order.push_back(middle);
    between.emplace_back(first, middle);
    between.emplace_back(middle, last);
  }
  return order;
}

OfHeads measure_checkpoint(const std::shared_ptr<const Model>& model, const CurveWish& wish, const Pace& pace) {
  const std::shared_ptr<const Model> reader = reader_of(model);
  const HeadList heads = softmax_heads(reader->config);
  OfHeads measures;
  measures.fill(std::vector<Measure>(heads.size()));
  measure_texts(measures, reader, heads, wish, pace);
  if (wish.induction) measure_induction(measures, model, heads, pace);
  return measures;
}

CheckpointCurves measure_checkpoints(const CheckpointSeries& series, const CurveWish& wish, const Pace& pace,
                                     const std::function<void(const CheckpointCurves&)>& told) {
  CheckpointCurves curves{.checkpoints = series.steps.size()};
  const std::vector<std::size_t> order = coarse_to_fine(series.steps.size());
  for (std::size_t done = 0; done < order.size(); ++done) {
    throw_if_stopped(pace.stop);
    if (pace.between) pace.between();
    if (pace.progress != nullptr) pace.progress->fraction = static_cast<float>(done) / static_cast<float>(order.size());
    add_point(curves, series.steps[order[done]], wish, pace);
    if (told) told(curves);
  }
  if (curves.points.empty() && !curves.gaps.empty()) throw Error(curves.gaps.front().why);
  if (curves.points.empty()) throw Error("no_checkpoints", {.file = series.folder.string()});
  return curves;
}

}  // namespace regard
