// SPDX-License-Identifier: Apache-2.0
// What moving the strength of an adapter costs: a run of a model shaped like BERT-base at 32 tokens with rank 16 on every projection,
// each time at another strength, beside the plain run ("of_plain" is the ratio; at most 1.15 is wanted).
#include "core/engine/engine.h"
#include "tests/core/engine/random_model.h"

#include <benchmark/benchmark.h>

#include <chrono>

namespace regard {
namespace {

constexpr testing::ModelShape kAdapted{12, 12, 12, 768, 3'072, 64, 30'522, Activation::gelu};
constexpr std::size_t kRank = 16, kTokens = 32;

std::shared_ptr<const Model> with_adapter(const Model& model) {
  auto weights = std::make_shared<Weights>(*model.weights);
  testing::RandomWeights make(*weights, 5);
  for (LayerWeights& layer : weights->layers)
    for (Linear* linear : {&layer.query, &layer.key, &layer.value, &layer.output, &layer.up, &layer.down})
      linear->adapted.push_back(
          {.a = make.tensor(kRank, linear->weight.cols()), .b = make.tensor(linear->weight.rows(), kRank)});
  auto result = std::make_shared<Model>(model);
  result->adapters.emplace_back();
  result->weights = weights;
  return result;
}

/// Both by turns, so that what else the machine does meets both alike.
void strength_moved(benchmark::State& state) {
  using Clock = std::chrono::steady_clock;
  const auto plain = testing::random_bert(kAdapted);
  const auto adapted = with_adapter(*plain);
  const Request request{.ids = testing::some_ids(kTokens, kAdapted.vocabulary)};
  std::chrono::duration<double> of_plain{}, of_adapted{};
  float strength = -1.0F;
  for (auto _ : state) {
    const auto start = Clock::now();
    benchmark::DoNotOptimize(run(plain, request));
    const auto middle = Clock::now();
    strength = strength >= 2.0F ? -1.0F : strength + 0.01F;
    const float strengths[] = {strength};
    benchmark::DoNotOptimize(run(at_strengths(*adapted, strengths), request));
    of_plain += middle - start;
    of_adapted += Clock::now() - middle;
  }
  state.counters["plain_ms"] = 1e3 * of_plain.count() / static_cast<double>(state.iterations());
  state.counters["adapted_ms"] = 1e3 * of_adapted.count() / static_cast<double>(state.iterations());
  state.counters["of_plain"] = of_adapted / of_plain;
}

BENCHMARK(strength_moved)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace regard
