// SPDX-License-Identifier: Apache-2.0
#include "app/session/training_choices.h"

#include "app/session/json_fields.h"
#include "app/session/session_parts.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace regard {
namespace {

using nlohmann::ordered_json;
using train::NormKind;
using train::PositionKind;
using train::TaskKind;

constexpr std::size_t kMostFolderBytes = 4096;
constexpr std::size_t kMostSeed = std::size_t{1} << 53U;

constexpr std::array<Named<TaskKind>, 6> kTaskNames{{{TaskKind::repeat, "repeat"},
                                                     {TaskKind::sort, "sort"},
                                                     {TaskKind::add, "add"},
                                                     {TaskKind::previous, "previous"},
                                                     {TaskKind::brackets, "brackets"},
                                                     {TaskKind::text, "text"}}};
constexpr std::array<Named<NormKind>, 2> kNormNames{{{NormKind::layer_norm, "layer"}, {NormKind::rms_norm, "rms"}}};
constexpr std::array<Named<train::WeighKind>, 2> kWeighNames{
    {{train::WeighKind::softmax, "softmax"}, {train::WeighKind::linear, "linear"}}};
constexpr std::array<Named<PositionKind>, 4> kPlaceNames{{{PositionKind::none, "none"},
                                                          {PositionKind::learned, "learned"},
                                                          {PositionKind::rotary, "rotary"},
                                                          {PositionKind::alibi, "alibi"}}};

/// At most so many bytes, cut between characters.
void cut_text(std::string& text, std::size_t most) {
  if (text.size() <= most) return;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U)
    --most;
  text.resize(most);
}

/// What all that learns has alike.
template <class Choices>
void keep_course(Choices& choices) {
  choices.seed = std::min<std::uint64_t>(choices.seed, kMostSeed);
  choices.steps = std::clamp<std::size_t>(choices.steps, 1, max_training_steps);
  if (!std::isfinite(choices.rate) || choices.rate < 0.0F) choices.rate = Choices{}.rate;
}

template <class Choices>
void read_course(const Fields& fields, Choices& choices) {
  fields.read("rate", choices.rate);
  std::size_t seed = choices.seed;
  fields.read("seed", seed, kMostSeed);
  choices.seed = seed;
  fields.read("steps", choices.steps, max_training_steps);
}

}  // namespace

void keep_invariants(TrainingChoices& choices) {
  cut_text(choices.task.text, max_training_text);
  cut_text(choices.folder, kMostFolderBytes);
  train::Shape& shape = choices.shape;
  shape.vocabulary = train::Shape{}.vocabulary;
  for (std::size_t* number :
       {&choices.task.symbols, &choices.task.least_period, &choices.task.most_period, &shape.layers, &shape.heads,
        &shape.width, &shape.feed_forward, &shape.window, &shape.context, &choices.batch})
    *number = std::min(*number, max_training_number);
  keep_course(choices);
}

void keep_invariants(CouncilChoices& choices) {
  for (std::size_t* number : {&choices.layers, &choices.heads, &choices.width})
    *number = std::min(*number, max_training_number);
  keep_course(choices);
}

ordered_json json_of(const TrainingChoices& choices) {
  const auto& [task, shape, batch, rate, seed, steps, folder] = choices;
  return {{"task", name_of(kTaskNames, task.kind)},
          {"symbols", task.symbols},
          {"least_period", task.least_period},
          {"most_period", task.most_period},
          {"text", task.text},
          {"layers", shape.layers},
          {"heads", shape.heads},
          {"width", shape.width},
          {"feed_forward", shape.feed_forward},
          {"norm", name_of(kNormNames, shape.norm)},
          {"positions", name_of(kPlaceNames, shape.positions)},
          {"attention", name_of(kWeighNames, shape.weigh)},
          {"window", shape.window},
          {"tokens", shape.context},
          {"batch", batch},
          {"rate", shortest_double(rate)},
          {"seed", seed},
          {"steps", steps},
          {"folder", folder}};
}

ordered_json json_of(const CouncilChoices& choices) {
  return {{"shown", choices.shown},
          {"layers", choices.layers},
          {"heads", choices.heads},
          {"width", choices.width},
          {"rate", shortest_double(choices.rate)},
          {"seed", choices.seed},
          {"steps", choices.steps}};
}

void read_training(const Fields& fields, TrainingChoices& choices) {
  train::Task& task = choices.task;
  train::Shape& shape = choices.shape;
  fields.read("task", task.kind, kTaskNames);
  fields.read("symbols", task.symbols, max_training_number);
  fields.read("least_period", task.least_period, max_training_number);
  fields.read("most_period", task.most_period, max_training_number);
  fields.read("text", task.text, max_training_text);
  fields.read("layers", shape.layers, max_training_number);
  fields.read("heads", shape.heads, max_training_number);
  fields.read("width", shape.width, max_training_number);
  fields.read("feed_forward", shape.feed_forward, max_training_number);
  fields.read("norm", shape.norm, kNormNames);
  fields.read("positions", shape.positions, kPlaceNames);
  fields.read("attention", shape.weigh, kWeighNames);
  fields.read("window", shape.window, max_training_number);
  fields.read("tokens", shape.context, max_training_number);
  fields.read("batch", choices.batch, max_training_number);
  read_course(fields, choices);
  fields.read("folder", choices.folder, kMostFolderBytes);
}

void read_council(const Fields& fields, CouncilChoices& choices) {
  fields.read("shown", choices.shown);
  fields.read("layers", choices.layers, max_training_number);
  fields.read("heads", choices.heads, max_training_number);
  fields.read("width", choices.width, max_training_number);
  read_course(fields, choices);
}

}  // namespace regard
