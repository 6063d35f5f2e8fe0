// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/training_view.h"

#include "core/engine/engine.h"
#include "core/trace/trace.h"
#include "core/train/learner_state.h"
#include "core/train/recorded_run.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace regard {
namespace {

namespace fs = std::filesystem;
using train::CurvePoint;
using train::Expect;

constexpr std::uint64_t kExampleSeed = 2;   // of the sequence that all maps are of
constexpr std::size_t kSmoothed = 10;       // points before and after that an accuracy is the mean of
constexpr double kRisesEnough = 0.2;        // of accuracy
constexpr std::size_t kMostEntries = 4096;  // of a folder that are looked at

/// A curve through points (x, y), ascending in x, at some x; as far as the points go.
std::vector<float> value_between(std::span<const std::pair<std::size_t, float>> points,
                                 std::span<const std::size_t> steps) {
  std::vector<float> values;
  if (points.empty()) return values;
  std::size_t next = 0;
  for (const std::size_t step : steps) {
    if (step > points.back().first) break;
    while (points[next].first < step)
      ++next;
    const auto [x, y] = points[next];
    if (x == step || next == 0) {
      values.push_back(y);
      continue;
    }
    const auto [before_x, before_y] = points[next - 1];
    const float share = static_cast<float>(step - before_x) / static_cast<float>(x - before_x);
    values.push_back(before_y + share * (y - before_y));
  }
  return values;
}

/// Of a place, nothing else is read of the points: first the one at or before the step, then those behind.
std::size_t first_behind(const std::vector<CurvePoint>& points, std::size_t step) {
  const auto behind = std::upper_bound(points.begin(), points.end(), step,
                                       [](std::size_t at, const CurvePoint& point) { return at < point.step; });
  return static_cast<std::size_t>(behind - points.begin());
}

}  // namespace

train::Recipe recipe_of(const TrainingChoices& choices) {
  train::Recipe recipe{.task = choices.task, .shape = choices.shape, .batch = choices.batch, .seed = choices.seed};
  recipe.optimiser.rate = choices.rate;
  if (recipe.task.kind != train::TaskKind::text) recipe.task.text.clear();
  return recipe;
}

TrainingChoices choices_of(const train::Recipe& recipe) {
  TrainingChoices choices{.task = recipe.task,
                          .shape = recipe.shape,
                          .batch = recipe.batch,
                          .rate = recipe.optimiser.rate,
                          .seed = recipe.seed};
  keep_invariants(choices);
  return choices;
}

std::optional<ChoiceProblem> problem_of(const TrainingChoices& choices) {
  const train::Shape& shape = choices.shape;
  if (shape.heads > 0 && shape.width % shape.heads != 0) return ChoiceProblem{ChoiceObstacle::heads_divide, {}};
  if (shape.positions == train::PositionKind::rotary && shape.heads > 0 && shape.head_dim() % 2 != 0)
    return ChoiceProblem{ChoiceObstacle::rotary_odd, {}};
  if (shape.weigh == train::WeighKind::linear && shape.positions == train::PositionKind::alibi)
    return ChoiceProblem{ChoiceObstacle::alibi_linear, {}};
  if (choices.task.kind == train::TaskKind::text && choices.task.text.empty())
    return ChoiceProblem{ChoiceObstacle::no_text, {}};
  if (!(choices.rate > 0.0F)) return ChoiceProblem{ChoiceObstacle::rate, {}};
  try {
    train::check_between("batch", choices.batch, 1, 4'096);
    train::check_between("tokens", shape.context, 4, 512);
    train::Shape whole = shape;
    whole.vocabulary = train::prepare(recipe_of(choices).task, shape.context).pieces.size();
    train::check(whole);
  } catch (const Error& error) {
    return ChoiceProblem{ChoiceObstacle::other, error};
  }
  return std::nullopt;
}

std::size_t TrainingRun::last_step() const {
  return points.empty() ? 0 : points.back().step;
}

void add_points(TrainingRun& run, std::vector<CurvePoint> points) {
  for (CurvePoint& point : points) {
    if (!run.points.empty() && point.step <= run.points.back().step) continue;
    if (!point.heads.empty()) run.measured.push_back(run.points.size());
    run.points.push_back(std::move(point));
  }
}

std::shared_ptr<const TrainingRun> read_run(const RunQuestion& question) {
  train::RecordedRun recorded = train::load_run(question.folder);
  auto run = std::make_shared<TrainingRun>();
  run->folder = question.folder;
  run->recipe = std::move(recorded.recipe);
  add_points(*run, std::move(recorded.points));
  run->checkpoints = train::checkpoints_of(question.folder);
  run->can_continue = train::can_continue(question.folder);
  if (run->checkpoints.empty()) throw Error("no_checkpoints", {.file = question.folder.string()});
  return run;
}

std::shared_ptr<const DeletionQuestion> carry_out(const DeletionQuestion& question) {
  train::delete_run(question.folder);
  return std::make_shared<const DeletionQuestion>(question);
}

std::shared_ptr<const std::vector<fs::path>> list_runs(const RunsQuestion& question) {
  auto runs = std::make_shared<std::vector<fs::path>>();
  std::error_code error;
  std::size_t entries = 0;
  for (auto entry = fs::directory_iterator(question.folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    if (++entries > kMostEntries) break;
    std::error_code ignored;
    if (fs::is_regular_file(entry->path() / question.file, ignored)) runs->push_back(entry->path());
  }
  std::sort(runs->begin(), runs->end(), std::greater<>());
  if (runs->size() > most_listed_runs) runs->resize(most_listed_runs);
  return runs;
}

// ---------------------------------------------------------------------------------------------------------------- curves

std::optional<float> score_at(const CurvePoint& point, ScoreCurve curve) {
  const train::Score& score = point.scores.at(curve == ScoreCurve::unpredictable ? Expect::chance : Expect::rule);
  if (score.positions == 0) return std::nullopt;
  return static_cast<float>(curve == ScoreCurve::accuracy ? score.accuracy() : score.loss);
}

std::optional<float> measure_at(const train::HeadPoint& head, HeadCurve curve) {
  const auto told = [](const Measure& measure, float value) {
    return measure.defined() ? std::optional(value) : std::nullopt;
  };
  switch (curve) {
    case HeadCurve::previous:
      return told(head.previous, head.previous.value);
    case HeadCurve::induction:
      return told(head.induction, head.induction.value);
    case HeadCurve::contrast:
      return told(head.induction, head.contrast);
    case HeadCurve::entropy:
      return told(head.entropy, head.entropy.value);
  }
  return std::nullopt;
}

std::vector<std::size_t> chart_steps(std::size_t last, std::size_t most) {
  const std::size_t count = std::min(last + 1, std::max<std::size_t>(most, 2));
  std::vector<std::size_t> steps;
  for (std::size_t place = 0; place < count; ++place)
    steps.push_back(count == 1 ? 0 : place * last / (count - 1));
  return steps;
}

std::vector<float> curve_of(const TrainingRun& run, ScoreCurve curve, std::span<const std::size_t> steps) {
  std::vector<std::pair<std::size_t, float>> points;
  for (const std::size_t step : steps) {  // of many points only those beside a step are looked at
    const std::size_t behind = first_behind(run.points, step);
    for (std::size_t at = behind > 0 ? behind - 1 : 0; at < std::min(behind + 1, run.points.size()); ++at)
      if (const std::optional<float> value = score_at(run.points[at], curve);
          value && (points.empty() || points.back().first < run.points[at].step))
        points.emplace_back(run.points[at].step, *value);
  }
  return value_between(points, steps);
}

std::vector<float> curve_of(const TrainingRun& run, HeadCurve curve, std::size_t head,
                            std::span<const std::size_t> steps) {
  std::vector<std::pair<std::size_t, float>> points;
  for (const std::size_t at : run.measured)
    if (head < run.points[at].heads.size())
      if (const std::optional<float> value = measure_at(run.points[at].heads[head], curve))
        points.emplace_back(run.points[at].step, *value);
  return value_between(points, steps);
}

std::vector<std::size_t> most_changing(const TrainingRun& run, HeadCurve curve, std::size_t most) {
  std::vector<std::pair<float, std::size_t>> changes;
  for (std::size_t head = 0; head < run.heads(); ++head) {
    float least = INFINITY, largest = -INFINITY;
    for (const std::size_t at : run.measured)
      if (const auto value = measure_at(run.points[at].heads[head], curve))
        least = std::min(least, *value), largest = std::max(largest, *value);
    if (largest >= least) changes.emplace_back(largest - least, head);
  }
  std::stable_sort(changes.begin(), changes.end(),
                   [](const auto& first, const auto& second) { return first.first > second.first; });
  std::vector<std::size_t> heads;
  for (std::size_t place = 0; place < std::min(most, changes.size()); ++place)
    heads.push_back(changes[place].second);
  return heads;
}

const CurvePoint* scored_at(const TrainingRun& run, std::size_t step) {
  const std::size_t behind = first_behind(run.points, step);
  return behind == 0 ? nullptr : &run.points[behind - 1];
}

const CurvePoint* measured_at(const TrainingRun& run, std::size_t step) {
  const CurvePoint* found = nullptr;
  for (const std::size_t at : run.measured)
    if (run.points[at].step <= step) found = &run.points[at];
  return found;
}

std::size_t nearest_kept(std::span<const std::size_t> checkpoints, std::size_t step) {
  const auto away = [step](std::size_t kept) { return kept < step ? step - kept : kept - step; };
  const auto nearest =
      std::min_element(checkpoints.begin(), checkpoints.end(),
                       [&](std::size_t first, std::size_t second) { return away(first) < away(second); });
  return static_cast<std::size_t>(nearest - checkpoints.begin());
}

std::optional<std::size_t> step_of_change(const TrainingRun& run) {
  std::vector<std::pair<std::size_t, double>> known;
  for (const CurvePoint& point : run.points)
    if (const auto accuracy = score_at(point, ScoreCurve::accuracy))
      known.emplace_back(point.step, static_cast<double>(*accuracy));
  if (known.empty()) return std::nullopt;
  std::vector<double> sums{0.0};
  for (const auto& [step, accuracy] : known)
    sums.push_back(sums.back() + accuracy);
  const auto smooth = [&](std::size_t at) {
    const std::size_t first = at < kSmoothed ? 0 : at - kSmoothed, end = std::min(at + kSmoothed + 1, known.size());
    return (sums[end] - sums[first]) / static_cast<double>(end - first);
  };
  double largest = 0.0;
  for (std::size_t at = 0; at < known.size(); ++at)
    largest = std::max(largest, smooth(at));
  const double begin = known.front().second;
  if (largest - begin < kRisesEnough) return std::nullopt;
  for (std::size_t at = 0; at < known.size(); ++at)
    if (smooth(at) >= 0.5 * (begin + largest)) return known[at].first;
  return std::nullopt;
}

// ------------------------------------------------------------------------------------------------------------------ maps

std::shared_ptr<const TaskExample> make_example(const ExampleQuestion& question) {
  const train::PreparedTask task = train::prepare(question.task, question.tokens);
  Random random(kExampleSeed);
  train::Batch batch;
  train::draw(task, 1, random, batch);
  auto example = std::make_shared<TaskExample>();
  const bool characters = question.task.kind == train::TaskKind::text;
  for (const std::int32_t id : batch.ids) {
    example->pieces.push_back(task.pieces[static_cast<std::size_t>(id)]);
    if (!characters && !example->text.empty()) example->text += ' ';
    example->text += example->pieces.back();
  }
  example->ids = std::move(batch.ids);
  example->expects = std::move(batch.expects);
  return example;
}

std::shared_ptr<const HeadMaps> make_head_maps(const MapsQuestion& question, const std::stop_token& stop) {
  const std::shared_ptr<const Model> model = load_model(question.model);
  Request request;
  request.ids = question.example->ids;
  const std::shared_ptr<const Trace> trace = run(model, std::move(request), nullptr, stop);
  auto maps = std::make_shared<HeadMaps>();
  maps->of = question;
  maps->layers = model->config.layers;
  maps->heads = model->config.heads(0);
  for (std::size_t layer = 0; layer < maps->layers; ++layer)
    for (std::size_t head = 0; head < maps->heads; ++head)
      maps->weights.push_back(weights(*trace, {layer, head}));
  return maps;
}

}  // namespace regard
