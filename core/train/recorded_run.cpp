// SPDX-License-Identifier: Apache-2.0
#include "core/train/recorded_run.h"

#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/format/json.h"
#include "core/train/names.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

namespace regard::train {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::size_t kVersion = 2;              // 2: attention other than softmax
constexpr std::size_t kLargestFile = 256 << 20;  // bytes
constexpr std::string_view kCheckpoint = "step-";
constexpr std::size_t kStepDigits = 6;  // at least
constexpr std::size_t kMostSteps = std::size_t{1} << 40;
constexpr std::size_t kNumbersOfHead = 10;

constexpr std::pair<const char*, Expect> kExpects[] = {
    {"unpredictable", Expect::chance}, {"predictable", Expect::rule}, {"symbols", Expect::symbol}};

// ------------------------------------------------------------------------------------------------------------ writing

ordered_json written(const Measure& measure) {
  return {measure.value, measure.uniform, measure.rows};
}

ordered_json written(const HeadPoint& head) {
  ordered_json numbers = ordered_json::array();
  for (const Measure& measure : {head.induction, head.previous, head.entropy})
    for (const ordered_json& number : written(measure))
      numbers.push_back(number);
  numbers.push_back(head.contrast);
  return numbers;
}

ordered_json written(const CurvePoint& point) {
  ordered_json entry{{"step", point.step}, {"loss", point.scores.loss}};
  for (const auto& [name, expect] : kExpects)
    if (const Score& score = point.scores.at(expect); score.positions > 0)
      entry[name] = {score.loss, score.positions, score.right};
  for (const HeadPoint& head : point.heads)
    entry["heads"].push_back(written(head));
  return entry;
}

ordered_json written(const Recipe& recipe) {
  const auto& [task, shape, batch, optimiser, seed] = recipe;
  ordered_json entry{{"task", name_of(task.kind)}};
  entry["symbols"] = task.symbols;
  if (task.kind == TaskKind::repeat) entry["period"] = {task.least_period, task.most_period};
  if (task.kind == TaskKind::text) entry["text"] = task.text;
  entry["layers"] = shape.layers;
  entry["heads"] = shape.heads;
  entry["width"] = shape.width;
  entry["feed_forward"] = shape.feed_forward;
  entry["norm"] = name_of(shape.norm);
  entry["positions"] = name_of(shape.positions);
  if (shape.weigh != WeighKind::softmax) entry["attention"] = name_of(shape.weigh);
  entry["window"] = shape.window;
  entry["tokens"] = shape.context;
  entry["batch"] = batch;
  entry["rate"] = optimiser.rate;
  entry["betas"] = {optimiser.beta1, optimiser.beta2};
  entry["epsilon"] = optimiser.epsilon;
  entry["weight_decay"] = optimiser.decay;
  entry["seed"] = seed;
  return entry;
}

// ------------------------------------------------------------------------------------------------------------ reading

/// An object of the file, and what it is called in errors.
struct Place {
  const json& object;
  const std::string& file;
  std::string name{};

  [[nodiscard]] const json& at(const char* key, const char* expected) const {
    if (const auto found = object.find(key); found != object.end()) return *found;
    throw Error("json_missing", {.file = file, .item = name + key, .expected = expected});
  }
  [[noreturn]] void fail(const std::string& key, std::string expected, const json& found) const {
    throw Error("json_value",
                {.file = file, .item = name + key, .expected = std::move(expected), .found = json_excerpt(found)});
  }
};

std::size_t whole(const Place& place, const std::string& key, const json& value, std::size_t most) {
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > most)
    place.fail(key, "0…" + std::to_string(most), value);
  return value.get<std::size_t>();
}
std::size_t whole(const Place& place, const char* key, std::size_t most) {
  return whole(place, key, place.at(key, "0, 1, 2 …"), most);
}

double real(const Place& place, const std::string& key, const json& value) {
  if (!value.is_number() || !std::isfinite(value.get<double>())) place.fail(key, "0.1, 2 …", value);
  return value.get<double>();
}
float single(const Place& place, const std::string& key, const json& value) {
  const auto number = static_cast<float>(real(place, key, value));
  if (!std::isfinite(number)) place.fail(key, "0.1, 2 …", value);
  return number;
}
float single(const Place& place, const char* key) {
  return single(place, key, place.at(key, "0.1, 2 …"));
}

const json& list(const Place& place, const char* key, std::size_t size) {
  const json& value = place.at(key, "[…]");
  if (!value.is_array() || value.size() != size) place.fail(key, "[" + std::to_string(size) + "]", value);
  return value;
}

template <class Kind>
Kind named(const Place& place, const char* key) {
  const json& value = place.at(key, "\"…\"");
  if (!value.is_string()) place.fail(key, known_names<Kind>(), value);
  const std::optional<Kind> kind = kind_named<Kind>(value.get<std::string>());
  if (!kind) place.fail(key, known_names<Kind>(), value);
  return *kind;
}

Task read_task(const Place& place) {
  Task task{.kind = named<TaskKind>(place, "task"), .symbols = whole(place, "symbols", 4'096)};
  if (task.kind == TaskKind::repeat) {
    const json& period = list(place, "period", 2);
    task.least_period = whole(place, "period", period[0], 4'096);
    task.most_period = whole(place, "period", period[1], 4'096);
  }
  if (task.kind != TaskKind::text) return task;
  const json& text = place.at("text", "\"…\"");
  if (!text.is_string()) place.fail("text", "\"…\"", text);
  task.text = text.get<std::string>();
  return task;
}

Recipe read_recipe(const Place& place) {
  Recipe recipe{.task = read_task(place)};
  recipe.shape = {.layers = whole(place, "layers", 4'096),
                  .heads = whole(place, "heads", 4'096),
                  .width = whole(place, "width", 65'536),
                  .feed_forward = whole(place, "feed_forward", 65'536),
                  .norm = named<NormKind>(place, "norm"),
                  .positions = named<PositionKind>(place, "positions"),
                  .window = whole(place, "window", 65'536),
                  .context = whole(place, "tokens", 65'536)};
  if (place.object.contains("attention")) recipe.shape.weigh = named<WeighKind>(place, "attention");
  check(recipe.shape);
  recipe.batch = whole(place, "batch", 65'536);
  const json& betas = list(place, "betas", 2);
  recipe.optimiser = {.rate = single(place, "rate"),
                      .beta1 = single(place, "betas", betas[0]),
                      .beta2 = single(place, "betas", betas[1]),
                      .epsilon = single(place, "epsilon"),
                      .decay = single(place, "weight_decay")};
  const json& seed = place.at("seed", "0, 1, 2 …");
  if (!seed.is_number_unsigned()) place.fail("seed", "0, 1, 2 …", seed);
  recipe.seed = seed.get<std::uint64_t>();
  return recipe;
}

Measure read_measure(const Place& place, const json& numbers, std::size_t first) {
  return {single(place, "heads", numbers[first]), single(place, "heads", numbers[first + 1]),
          whole(place, "heads", numbers[first + 2], kMostSteps)};
}

HeadPoint read_head(const Place& place, const json& numbers) {
  if (!numbers.is_array() || numbers.size() != kNumbersOfHead)
    place.fail("heads", "[" + std::to_string(kNumbersOfHead) + "]", numbers);
  return {.induction = read_measure(place, numbers, 0),
          .contrast = single(place, "heads", numbers[9]),
          .previous = read_measure(place, numbers, 3),
          .entropy = read_measure(place, numbers, 6)};
}

CurvePoint read_point(const Place& place, std::size_t heads) {
  CurvePoint point{.step = whole(place, "step", kMostSteps)};
  point.scores.loss = real(place, "loss", place.at("loss", "0.1, 2 …"));
  for (const auto& [name, expect] : kExpects) {
    if (!place.object.contains(name)) continue;
    const json& numbers = list(place, name, 3);
    Score& score = point.scores.of[static_cast<std::size_t>(expect)];
    score = {real(place, name, numbers[0]), whole(place, name, numbers[1], kMostSteps)};
    score.right = whole(place, name, numbers[2], score.positions);
  }
  if (!place.object.contains("heads")) return point;
  for (const json& numbers : list(place, "heads", heads))
    point.heads.push_back(read_head(place, numbers));
  return point;
}

}  // namespace

std::string run_json(const RecordedRun& run) {
  // What an older program would misread says so.
  const std::size_t version = run.recipe.shape.weigh == WeighKind::softmax ? 1 : kVersion;
  ordered_json document{{"version", version}, {"steps", run.steps}, {"recipe", written(run.recipe)}};
  document["points"] = ordered_json::array();
  std::string text = document.dump(1);
  text.resize(text.rfind('['));  // a line for each point
  for (std::size_t index = 0; index < run.points.size(); ++index)
    text += (index == 0 ? "[\n  " : ",\n  ") + written(run.points[index]).dump();
  return text + (run.points.empty() ? "[]\n}\n" : "\n ]\n}\n");
}

RecordedRun parse_run(std::string_view text, const std::string& file) {
  const json document = parse_json(text, file);
  const Place place{document, file};
  if (!document.is_object()) place.fail("$", "{…}", document);
  if (const std::size_t version = whole(place, "version", kMostSteps); version > kVersion)
    throw Error("session_version",
                {.file = file, .expected = std::to_string(kVersion), .found = std::to_string(version)});
  RecordedRun run{.steps = whole(place, "steps", kMostSteps)};
  const json& recipe = place.at("recipe", "{…}");
  if (!recipe.is_object()) place.fail("recipe", "{…}", recipe);
  run.recipe = read_recipe({recipe, file, "recipe."});
  const json& points = place.at("points", "[…]");
  if (!points.is_array()) place.fail("points", "[…]", points);
  const std::size_t heads = run.recipe.shape.layers * run.recipe.shape.heads;
  for (std::size_t index = 0; index < points.size(); ++index) {
    const std::string name = "points[" + std::to_string(index) + "]";
    if (!points[index].is_object()) place.fail(name, "{…}", points[index]);
    run.points.push_back(read_point({points[index], file, name + "."}, heads));
    if (index > 0 && run.points[index].step <= run.points[index - 1].step)
      place.fail(name + ".step", "> " + std::to_string(run.points[index - 1].step), points[index]["step"]);
  }
  return run;
}

RecordedRun load_run(const fs::path& folder) {
  const fs::path file = folder / kRunFile;
  return parse_run(read_file(file, kLargestFile), file.string());
}

fs::path checkpoint_folder(const fs::path& folder, std::size_t step) {
  std::string digits = std::to_string(step);
  digits.insert(0, kStepDigits - std::min(digits.size(), kStepDigits), '0');
  return folder / (std::string(kCheckpoint) + digits);
}

std::vector<std::size_t> checkpoints_of(const fs::path& folder) {
  std::vector<std::size_t> steps;
  std::error_code error;
  for (auto entry = fs::directory_iterator(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(kCheckpoint)) continue;
    std::size_t step = 0;
    const char* const end = name.data() + name.size();
    const auto read = std::from_chars(name.data() + kCheckpoint.size(), end, step);
    if (read.ec == std::errc() && read.ptr == end && entry->path() == checkpoint_folder(folder, step))
      steps.push_back(step);
  }
  std::sort(steps.begin(), steps.end());
  return steps;
}

}  // namespace regard::train
