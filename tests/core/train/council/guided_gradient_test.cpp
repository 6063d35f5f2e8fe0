// SPDX-License-Identifier: Apache-2.0
// What a council is told and its gradients, against PyTorch's autograd in float64 (tests/reference/guided_encoders.py), for every number
// of heads.
#include "core/train/council/guided_loss.h"
#include "tests/core/engine/reference.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>
#include <numeric>
#include <string>

namespace regard::train {
namespace {

constexpr double kTolerance = 1e-4;  // of the largest number of a tensor
constexpr std::size_t kSentences = 3;

std::vector<std::size_t> counts(const NpyArray& array) {
  const std::vector<std::int64_t> wide = array.as_i64();
  return {wide.begin(), wide.end()};
}

/// The questions of each layer, each with a head of its own.
Questions questions_of(const nlohmann::json& config) {
  Questions questions{.layers = config.at("layers")};
  for (std::size_t layer = 0; layer < questions.layers; ++layer)
    for (std::size_t head = 0; head < config.at("questions")[layer].get<std::size_t>(); ++head) {
      std::string relation = "relation " + std::to_string(questions.of.size());
      if (layer == 0) relation = head == 0 ? kPreviousToken : kNextToken;
      questions.of.push_back({.head = {layer, head}, .relation = relation});
    }
  return questions;
}

/// gold [questions, words, words + separator].
std::vector<std::vector<Ask>> asks_from(const std::vector<float>& gold, const Questions& questions, std::size_t words) {
  std::vector<std::vector<Ask>> asks(questions.of.size());
  for (std::size_t question = 0; question < asks.size(); ++question) {
    if (is_neighbour(questions.of[question].relation)) continue;
    for (std::size_t word = 0; word < words; ++word) {
      const float* const row = gold.data() + (question * words + word) * (words + 1);
      Ask ask{.separator = row[words]};
      for (std::size_t target = 0; target < words; ++target)
        if (row[target] > 0.0F) ask.words.push_back({target, row[target]});
      asks[question].push_back(std::move(ask));
    }
  }
  return asks;
}

struct GuidedLesson {
  testing::Arrays arrays{};
  GuidedSet set{};
  EncoderPass pass{};
  AlignedFloats parameters{}, gradient{};
  GuidedBatch batch{};
};

void add_sentence(GuidedLesson& lesson, std::size_t number) {
  const auto of = [&](const char* name) -> const NpyArray& {
    return lesson.arrays.at(std::string(name) + "." + std::to_string(number));
  };
  const std::vector<std::int64_t> ids = of("ids").as_i64(), labels = of("labels").as_i64();
  GuidedSentence sentence;
  std::size_t next = 1;
  for (const std::size_t pieces : counts(of("words"))) {
    GuidedWord word;
    for (std::size_t piece = 0; piece < pieces; ++piece)
      word.pieces.push_back(static_cast<std::int32_t>(ids[next++]));
    for (std::size_t kind = 0; kind < lesson.set.labels.size(); ++kind)
      word.labels.push_back(static_cast<std::int32_t>(labels[sentence.words.size() * lesson.set.labels.size() + kind]));
    sentence.words.push_back(std::move(word));
  }
  sentence.asks = asks_from(of("gold").as_f32(), lesson.set.questions, sentence.words.size());
  lesson.set.sentences.push_back(std::move(sentence));
}

std::vector<NamedSlot> all_slots(const EncoderLayout& layout) {
  std::vector<NamedSlot> named = named_slots(layout);
  named.push_back({"probe.weight", layout.probe.weight});
  named.push_back({"probe.bias", layout.probe.bias, true});
  std::erase_if(named, [](const NamedSlot& each) { return each.name.find("token_type") != std::string::npos; });
  return named;
}

AlignedFloats gathered(const EncoderLayout& layout, const testing::Arrays& arrays, const std::string& what) {
  AlignedFloats values(layout.size, 0.0F);
  for (const NamedSlot& named : all_slots(layout)) {
    const std::vector<float> given = arrays.at(what + named.name).as_f32();
    EXPECT_EQ(given.size(), named.slot.size()) << named.name;
    std::copy(given.begin(), given.end(), values.begin() + static_cast<std::ptrdiff_t>(named.slot.first));
  }
  return values;
}

GuidedLesson open_guided(const std::string& name) {
  const std::filesystem::path folder = testing::reference_folder(name);
  std::ifstream file(folder / "config.json");
  const nlohmann::json config = nlohmann::json::parse(file);
  GuidedLesson lesson{.arrays = testing::read_npz(folder / "reference.npz")};
  lesson.set.questions = questions_of(config);
  lesson.set.opening = 2;
  lesson.set.closing = 3;
  lesson.set.labels = config.at("labels").get<std::vector<std::size_t>>();
  std::vector<ReadWords> read;
  for (std::size_t number = 0; number < kSentences; ++number)
    add_sentence(lesson, number);
  for (const GuidedSentence& sentence : lesson.set.sentences) {
    read.push_back({.from = &sentence});
    for (const GuidedWord& word : sentence.words)
      read.back().pieces.push_back(&word.pieces);
  }
  const EncoderShape shape{.layers = config.at("layers"),
                           .heads = config.at("heads"),
                           .width = config.at("width"),
                           .feed_forward = config.at("inner"),
                           .vocabulary = config.at("vocabulary"),
                           .context = config.at("context")};
  lesson.pass = make_pass(shape, lesson.set.label_count());
  lesson.parameters = gathered(lesson.pass.layout, lesson.arrays, "value.");
  lesson.gradient.assign(lesson.parameters.size(), 0.0F);
  lesson.batch = make_batch(lesson.set, places_of(lesson.set.questions, shape.layers, shape.heads), read);
  for (std::size_t number = 0; number < kSentences; ++number) {
    for (const std::size_t row : counts(lesson.arrays.at("hidden." + std::to_string(number))))
      lesson.batch.hidden.push_back(lesson.batch.packed.starts[number] + row);
    for (const std::int64_t id : lesson.arrays.at("wanted." + std::to_string(number)).as_i64())
      lesson.batch.wanted.push_back(static_cast<std::int32_t>(id));
  }
  return lesson;
}

class GuidedLearning : public testing::ReferenceTest {};

TEST_P(GuidedLearning, LossesAndGradientsAreThoseOfPyTorchsAutograd) {
  GuidedLesson lesson = open_guided(GetParam());
  forward(lesson.pass, lesson.parameters, lesson.batch.packed);
  const GuidedLosses losses =
      guided_losses(lesson.pass, lesson.parameters, lesson.batch, lesson.set.labels, lesson.gradient);
  backward(lesson.pass, lesson.parameters, lesson.gradient);
  const std::vector<float> expected_losses = lesson.arrays.at("losses").as_f32();
  EXPECT_NEAR(losses.heads / static_cast<double>(expected_losses[0]), 1.0, 1e-5);
  EXPECT_NEAR(losses.labels / static_cast<double>(expected_losses[1]), 1.0, 1e-5);
  EXPECT_NEAR(losses.pieces / static_cast<double>(expected_losses[2]), 1.0, 1e-5);
  const AlignedFloats expected = gathered(lesson.pass.layout, lesson.arrays, "gradient.");
  double worst = 0.0;
  for (const NamedSlot& named : all_slots(lesson.pass.layout)) {
    double apart = 0.0, largest = 0.0;
    for (std::size_t index = named.slot.first; index < named.slot.first + named.slot.size(); ++index) {
      apart = std::max(apart, static_cast<double>(std::abs(lesson.gradient[index] - expected[index])));
      largest = std::max(largest, static_cast<double>(std::abs(expected[index])));
    }
    if (named.name.find("key.bias") != std::string::npos) {
      EXPECT_LE(apart, 1e-5) << named.name << ": moves all scores of a query alike, which changes nothing";
      continue;
    }
    EXPECT_GT(largest, 0.0) << named.name;
    EXPECT_LE(apart, kTolerance * largest) << named.name;
    worst = std::max(worst, apart / largest);
  }
  std::cout << GetParam() << ": gradients differ by at most " << worst << " of a tensor's largest\n";
}

INSTANTIATE_TEST_SUITE_P(Heads, GuidedLearning, ::testing::Values("guided-1", "guided-2", "guided-4", "guided-8"),
                         testing::name_of);

}  // namespace
}  // namespace regard::train
