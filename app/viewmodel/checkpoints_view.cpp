// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/checkpoints_view.h"

#include "app/base/given_path.h"
#include "app/session/kept.h"
#include "app/session/session.h"
#include "core/analysis/drift.h"
#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace regard {
namespace {

namespace fs = std::filesystem;

bool opens(const CheckpointStep& step) {
  return !step.problem.has_value();
}

/// A session's name of a model as a path; empty for the name of a built-in one.
fs::path path_of_model(const std::string& model) {
  fs::path path = expand_home(model);
  return path.has_parent_path() ? path : fs::path();
}

std::vector<Request> texts_of_curves(const CurvesQuestion& question, const Pace& pace) {
  if (!question.texts) return {};
  if (question.corpus.empty()) return {question.text};
  const auto first = std::ranges::find_if(question.series->steps, opens);
  if (first == question.series->steps.end()) return {};
  const std::shared_ptr<const Model> model = load_model(first->path, pace.stop);
  const Corpus corpus = load_corpus(question.corpus);
  std::vector<Request> texts = requests_of(model, corpus);
  if (texts.empty())
    throw Error("corpus_too_long",
                {.file = corpus.name, .item = model->name, .expected = std::to_string(model->config.context)});
  return texts;
}

const std::vector<Measure>& measures_at(const CheckpointPoint& point, CurveMeasure measure) {
  return point.measures[static_cast<std::size_t>(measure)];
}

}  // namespace

fs::path checkpoints_folder(const Snapshot& snapshot) {
  if (!snapshot.model || snapshot.model->capture) return {};
  // The name may say more than the folder does: of a file of weights in it, which step that is.
  const fs::path named = path_of_model(snapshot.source_model);
  if (!named.empty() && says_step(named)) return series_folder_of(named);
  return series_folder_of(snapshot.model->folder);
}

std::shared_ptr<const CheckpointSeries> find_checkpoints(
    const CheckpointsQuestion& question, const Pace& pace,
    const std::function<void(std::shared_ptr<const CheckpointSeries>)>& publish) {
  auto series = std::make_shared<CheckpointSeries>(list_checkpoints(question.folder));
  if (publish && !series->steps.empty()) publish(std::make_shared<const CheckpointSeries>(*series));
  check_checkpoints(*series, pace.stop, pace.progress, pace.between);
  return series;
}

std::optional<std::size_t> chosen_checkpoint(const CheckpointSeries& series, const Session& session,
                                             const Snapshot& snapshot) {
  if (const fs::path named = path_of_model(session.model); !named.empty())
    if (const std::optional<std::size_t> step = step_of_path(series, named)) return step;
  if (!snapshot.model || snapshot.source_model != session.model) return std::nullopt;
  return step_of_path(series, snapshot.model->folder);
}

std::optional<std::size_t> compared_checkpoint(const CheckpointSeries& series, const Session& session) {
  const Pin* pin = pin_named(session, session.baseline);
  if (pin == nullptr) return std::nullopt;
  const fs::path named = path_of_model(pin->reading.model);
  return named.empty() ? std::nullopt : step_of_path(series, named);
}

SharedSession compared_with(const Session& session, const CheckpointSeries& series, const CheckpointStep& step) {
  Session next = session;
  if (compared_checkpoint(series, session)) {
    for (Pin& pin : next.pins)
      if (pin.name == next.baseline) pin.reading.model = step.path.string();
    return next;
  }
  if (next.pins.size() >= max_pins) return next;
  Pin pin{free_pin_name(session), reading_of(session), {}};
  pin.reading.model = step.path.string();
  next.baseline = pin.name;
  next.pins.push_back(std::move(pin));
  return next;
}

std::optional<std::size_t> next_checkpoint(const CheckpointSeries& series, std::optional<std::size_t> from, int by) {
  const auto count = static_cast<std::ptrdiff_t>(series.steps.size());
  std::ptrdiff_t at = from ? static_cast<std::ptrdiff_t>(*from) + by : count - 1;
  const std::ptrdiff_t on = from ? by : -1;
  for (; at >= 0 && at < count; at += on)
    if (opens(series.steps[static_cast<std::size_t>(at)])) return static_cast<std::size_t>(at);
  return std::nullopt;
}

std::optional<std::size_t> nearest_checkpoint(const CheckpointSeries& series, std::uint64_t step) {
  std::optional<std::size_t> nearest;
  const auto away = [&](std::size_t at) {
    const std::uint64_t there = series.steps[at].step;
    return there > step ? there - step : step - there;
  };
  for (std::size_t at = 0; at < series.steps.size(); ++at)
    if (opens(series.steps[at]) && (!nearest || away(at) < away(*nearest))) nearest = at;
  return nearest;
}

CurvesQuestion curves_question(const Snapshot& live, std::shared_ptr<const CheckpointSeries> series,
                               CurveMeasure measure) {
  CurvesQuestion question{.series = std::move(series)};
  if (measure == CurveMeasure::induction) {
    question.texts = false;
    question.induction = true;
    return question;
  }
  const Request& run = live.trace->request;
  question.text = {
      .ids = live.model->encoder ? run.encoder_ids : run.ids, .mask = run.mask, .temperature = run.temperature};
  return question;
}

std::shared_ptr<const CheckpointCurves> make_curves(
    const CurvesQuestion& question, const Pace& pace,
    const std::function<void(std::shared_ptr<const CheckpointCurves>)>& publish) {
  const CurveWish wish{texts_of_curves(question, pace), question.induction};
  const auto told = [&](const CheckpointCurves& so_far) {
    if (publish && !so_far.points.empty()) publish(std::make_shared<const CheckpointCurves>(so_far));
  };
  return std::make_shared<const CheckpointCurves>(measure_checkpoints(*question.series, wish, pace, told));
}

std::vector<float> curve_of(const CheckpointCurves& curves, CurveMeasure measure, std::size_t head) {
  std::vector<float> values;
  for (const CheckpointPoint& point : curves.points) {
    const Measure& one = measures_at(point, measure)[head];
    values.push_back(one.defined() ? one.value : std::numeric_limits<float>::quiet_NaN());
  }
  return values;
}

std::vector<std::size_t> most_changing(const CheckpointCurves& curves, CurveMeasure measure, std::size_t most) {
  std::vector<float> ranges;
  for (std::size_t head = 0; head < curves.heads.size(); ++head) {
    float least = std::numeric_limits<float>::infinity(), largest = -least;
    for (const float value : curve_of(curves, measure, head)) {
      if (std::isnan(value)) continue;
      least = std::min(least, value);
      largest = std::max(largest, value);
    }
    ranges.push_back(largest - least);
  }
  std::vector<std::size_t> order(ranges.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t head) { return !(ranges[head] > 0.0F); });
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return ranges[a] > ranges[b]; });
  order.resize(std::min(order.size(), most));
  return order;
}

std::optional<float> uniform_of(const CheckpointCurves& curves, CurveMeasure measure) {
  double sum = 0.0;
  std::size_t count = 0;
  if (curves.points.empty()) return std::nullopt;
  for (const Measure& one : measures_at(curves.points.front(), measure))
    if (one.defined()) {
      sum += static_cast<double>(one.uniform);
      ++count;
    }
  if (count == 0) return std::nullopt;
  return static_cast<float>(sum / static_cast<double>(count));
}

}  // namespace regard
