// SPDX-License-Identifier: Apache-2.0
// Gradients written by hand against two witnesses: PyTorch's autograd in float64 (tests/reference/learners.py), and the loss itself, a
// little further along a random direction.
#include "core/base/random.h"
#include "core/train/adamw.h"
#include "core/train/decoder.h"
#include "core/train/loss.h"
#include "core/train/tasks.h"
#include "tests/core/engine/reference.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>

namespace regard::train {
namespace {

using testing::Arrays;

// ------------------------------------------------------------------------------------------------------------ PyTorch

constexpr double kGradientTolerance = 1e-4;  // of the largest number of a tensor

PositionKind positions_named(const std::string& name) {
  if (name == "learned") return PositionKind::learned;
  if (name == "rotary") return PositionKind::rotary;
  return name == "alibi" ? PositionKind::alibi : PositionKind::none;
}

Shape shape_of(const std::filesystem::path& folder) {
  std::ifstream file(folder / "config.json");
  const nlohmann::json config = nlohmann::json::parse(file);
  return {.layers = config.at("num_hidden_layers"),
          .heads = config.at("num_attention_heads"),
          .width = config.at("hidden_size"),
          .feed_forward = config.at("intermediate_size"),
          .norm = config.at("model_type") == "regard_decoder" ? NormKind::layer_norm : NormKind::rms_norm,
          .positions = positions_named(config.at("positions")),
          .weigh = config.value("attention", std::string()) == "linear" ? WeighKind::linear : WeighKind::softmax,
          .window = config.value("sliding_window", std::size_t{0}),
          .vocabulary = config.at("vocab_size"),
          .context = config.at("max_position_embeddings")};
}

std::vector<std::int32_t> whole_numbers(const NpyArray& array) {
  const std::vector<std::int64_t> wide = array.as_i64();
  return {wide.begin(), wide.end()};
}

/// What a fixture holds, and the memory to learn it.
struct Lesson {
  Arrays arrays{};
  Pass pass{};
  Batch batch{};
  AlignedFloats parameters{};
  AlignedFloats gradient{};
};

/// "value.…" of every tensor at its place.
AlignedFloats gathered(const Layout& layout, const Arrays& arrays, const std::string& what) {
  AlignedFloats values(layout.size, 0.0F);
  for (const NamedSlot& named : named_slots(layout)) {
    const std::vector<float> given = arrays.at(what + named.name).as_f32();
    EXPECT_EQ(given.size(), named.slot.size()) << named.name;
    std::copy(given.begin(), given.end(), values.begin() + static_cast<std::ptrdiff_t>(named.slot.first));
  }
  return values;
}

Lesson open_lesson(const std::string& name) {
  const std::filesystem::path folder = testing::reference_folder(name);
  Lesson lesson{.arrays = testing::read_npz(folder / "reference.npz")};
  lesson.batch.ids = whole_numbers(lesson.arrays.at("ids"));
  lesson.batch.targets = whole_numbers(lesson.arrays.at("targets"));
  lesson.batch.expects.assign(lesson.batch.ids.size(), Expect::rule);
  const Shape shape = shape_of(folder);
  lesson.batch.tokens = shape.context;
  lesson.pass = make_pass(shape, lesson.batch.ids.size() / shape.context);
  lesson.parameters = gathered(lesson.pass.layout, lesson.arrays, "value.");
  lesson.gradient.assign(lesson.parameters.size(), 0.0F);
  return lesson;
}

double learn_gradient(Lesson& lesson) {
  forward(lesson.pass, lesson.parameters, lesson.batch.ids);
  const Scores scores = cross_entropy(lesson.batch, lesson.pass.shape.vocabulary, lesson.pass.logits);
  backward(lesson.pass, lesson.parameters, lesson.batch.ids, lesson.gradient);
  return scores.loss;
}

/// Worst |ours − theirs| of a tensor / largest |theirs|.
double worst_share(const AlignedFloats& ours, const AlignedFloats& theirs, const Slot& slot) {
  double worst = 0.0, largest = 0.0;
  for (std::size_t index = slot.first; index < slot.first + slot.size(); ++index) {
    worst = std::max(worst, static_cast<double>(std::abs(ours[index] - theirs[index])));
    largest = std::max(largest, static_cast<double>(std::abs(theirs[index])));
  }
  return worst / largest;
}

class Learning : public testing::ReferenceTest {};

TEST_P(Learning, GradientsAreThoseOfPyTorchsAutograd) {
  Lesson lesson = open_lesson(GetParam());
  EXPECT_NEAR(learn_gradient(lesson), static_cast<double>(lesson.arrays.at("loss").as_f32().front()), 1e-5);
  const AlignedFloats expected = gathered(lesson.pass.layout, lesson.arrays, "gradient.");
  double worst = 0.0;
  for (const NamedSlot& named : named_slots(lesson.pass.layout)) {
    const double share = worst_share(lesson.gradient, expected, named.slot);
    EXPECT_LE(share, kGradientTolerance) << named.name;
    worst = std::max(worst, share);
  }
  std::cout << GetParam() << ": gradients differ by at most " << worst << " of a tensor's largest\n";
}

TEST_P(Learning, ThreeStepsEndWhereThoseOfPyTorchsAdamWEnd) {
  Lesson lesson = open_lesson(GetParam());
  const AdamW adam{.rate = 1e-2F, .epsilon = 1e-6F, .decay = 0.1F};
  Moments moments{lesson.gradient, lesson.gradient};
  for (int step = 0; step < 3; ++step) {
    (void)learn_gradient(lesson);
    update(adam, lesson.gradient, moments, lesson.parameters);
  }
  const AlignedFloats expected = gathered(lesson.pass.layout, lesson.arrays, "after.");
  for (const NamedSlot& named : named_slots(lesson.pass.layout))
    EXPECT_LE(worst_share(lesson.parameters, expected, named.slot), 1e-4) << named.name;
}

INSTANTIATE_TEST_SUITE_P(Kinds, Learning,
                         ::testing::Values("learning-layer-rotary-0-0", "learning-layer-learned-20-4",
                                           "learning-layer-none-0-3", "learning-layer-alibi-20-5",
                                           "learning-rms-none-20-0", "learning-rms-alibi-0-0",
                                           "learning-rms-rotary-20-4", "learning-rms-learned-0-0",
                                           "learning-linear-layer-rotary-0-0", "learning-linear-layer-none-20-4",
                                           "learning-linear-rms-learned-0-0"),
                         testing::name_of);

// -------------------------------------------------------------------------------------------------- finite differences

struct Kind {
  NormKind norm;
  PositionKind positions;
  std::size_t feed_forward, window;
  WeighKind weigh = WeighKind::softmax;
};

std::vector<Kind> all_kinds() {
  std::vector<Kind> kinds;
  for (const NormKind norm : {NormKind::layer_norm, NormKind::rms_norm})
    for (const PositionKind positions :
         {PositionKind::none, PositionKind::learned, PositionKind::rotary, PositionKind::alibi})
      for (const std::size_t feed_forward : {std::size_t{0}, std::size_t{24}})
        for (const std::size_t window : {std::size_t{0}, std::size_t{5}})
          kinds.push_back({norm, positions, feed_forward, window});
  for (const PositionKind positions : {PositionKind::none, PositionKind::learned, PositionKind::rotary})
    for (const std::size_t window : {std::size_t{0}, std::size_t{5}})
      kinds.push_back({NormKind::layer_norm, positions, 24, window, WeighKind::linear});
  return kinds;
}

double loss_at(Pass& pass, const AlignedFloats& parameters, const Batch& batch) {
  forward(pass, parameters, batch.ids);
  return cross_entropy(batch, pass.shape.vocabulary, pass.logits).loss;
}

// (L(θ + εv) − L(θ − εv))/2ε = g·v with v a random direction within one tensor
TEST(Gradient, IsTheSlopeOfTheLossInEveryTensorOfEveryKind) {
  for (const Kind& kind : all_kinds()) {
    const Shape shape{.layers = 2,
                      .heads = 3,
                      .width = 18,
                      .feed_forward = kind.feed_forward,
                      .norm = kind.norm,
                      .positions = kind.positions,
                      .weigh = kind.weigh,
                      .window = kind.window,
                      .vocabulary = 13,
                      .context = 17};
    Random random(5);
    Batch batch;
    draw(prepare({.symbols = 13, .least_period = 3, .most_period = 7}, shape.context), 4, random, batch);
    Pass pass = make_pass(shape, 4);
    const AlignedFloats parameters = first_parameters(pass.layout, 3);
    AlignedFloats gradient(parameters.size(), 0.0F);
    (void)loss_at(pass, parameters, batch);
    backward(pass, parameters, batch.ids, gradient);
    for (const NamedSlot& named : named_slots(pass.layout)) {
      AlignedFloats there = parameters, back = parameters;
      double slope = 0.0, length = 0.0;
      // Along the gradient, but with random strengths: what another tensor's sign would change is seen.
      for (std::size_t index = named.slot.first; index < named.slot.first + named.slot.size(); ++index)
        length += static_cast<double>(gradient[index]) * static_cast<double>(gradient[index]);
      const auto step = static_cast<float>(2e-2 / std::sqrt(length));
      for (std::size_t index = named.slot.first; index < named.slot.first + named.slot.size(); ++index) {
        const float along = gradient[index] * (0.5F + random.uniform());
        there[index] += step * along;
        back[index] -= step * along;
        slope += static_cast<double>(gradient[index]) * static_cast<double>(along);
      }
      const double found =
          (loss_at(pass, there, batch) - loss_at(pass, back, batch)) / (2.0 * static_cast<double>(step));
      EXPECT_NEAR(found / slope, 1.0, 0.02)
          << named.name << ", norm " << static_cast<int>(kind.norm) << ", positions "
          << static_cast<int>(kind.positions) << ", feed-forward " << kind.feed_forward << ", window " << kind.window;
    }
  }
}

TEST(CrossEntropy, TellsTheKindsOfPositionsApart) {
  Batch batch{.tokens = 4,
              .ids = {0, 0, 0, 0},
              .targets = {1, 0, kNotAsked, 1},
              .expects = {Expect::rule, Expect::chance, Expect::rule, Expect::symbol}};
  std::vector<float> logits{0.0F, 3.0F, 0.0F, 3.0F, 9.0F, 9.0F, 1.0F, 1.0F};
  const Scores scores = cross_entropy(batch, 2, logits);
  EXPECT_EQ(scores.at(Expect::rule).positions, 1U);
  EXPECT_EQ(scores.at(Expect::rule).right, 1U);
  EXPECT_EQ(scores.at(Expect::chance).right, 0U);
  const double sure = std::log(1.0 + std::exp(-3.0)), wrong = std::log(1.0 + std::exp(3.0));
  EXPECT_NEAR(scores.at(Expect::rule).loss, sure, 1e-6);
  EXPECT_NEAR(scores.at(Expect::chance).loss, wrong, 1e-6);
  EXPECT_NEAR(scores.loss, (sure + wrong + std::log(2.0)) / 3.0, 1e-6);
  EXPECT_EQ(logits[4], 0.0F);  // nobody asked there
  EXPECT_EQ(logits[5], 0.0F);
  EXPECT_NEAR(logits[2], (1.0 / (1.0 + std::exp(3.0)) - 1.0) / 3.0, 1e-6);
}

}  // namespace
}  // namespace regard::train
