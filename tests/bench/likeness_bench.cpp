// SPDX-License-Identifier: Apache-2.0
// How long it takes to compare all pairs of the 144 heads of a model shaped like BERT-base over 100 sentences of 25 tokens: the
// comparing alone ("likeness"), and what the runs of the model take besides ("runs_s").
#include "core/analysis/classical_scaling.h"
#include "core/analysis/clusters.h"
#include "core/analysis/head_likeness.h"
#include "core/engine/engine.h"
#include "tests/core/engine/random_model.h"

#include <benchmark/benchmark.h>
#include <chrono>

namespace regard {
namespace {

constexpr std::size_t kSentences = 100, kTokens = 25;
constexpr testing::ModelShape kLikenessShape{12, 12, 12, 768, 3'072, 512, 30'522, Activation::gelu};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void likeness(benchmark::State& state) {
  const bool causal = state.range(0) != 0;
  const std::shared_ptr<const Model> model =
      causal ? testing::random_llama(kLikenessShape) : testing::random_bert(kLikenessShape);
  for (auto _ : state) {
    LikenessTally tally;
    double comparing = 0.0, running = 0.0;
    for (std::size_t sentence = 0; sentence < kSentences; ++sentence) {
      auto start = std::chrono::steady_clock::now();
      const std::vector<std::shared_ptr<const Trace>> traces{
          run(model, {.ids = testing::some_ids(kTokens + sentence % 3, kLikenessShape.vocabulary)})};
      running += seconds_since(start);
      start = std::chrono::steady_clock::now();
      add_text(tally, traces);
      comparing += seconds_since(start);
    }
    const auto start = std::chrono::steady_clock::now();
    const HeadLikeness mean = tally.mean();
    benchmark::DoNotOptimize(classical_scaling(mean.distances));
    benchmark::DoNotOptimize(average_linkage(mean.distances));
    state.SetIterationTime(comparing + seconds_since(start));
    state.counters["runs_s"] = running;
  }
}
BENCHMARK(likeness)->ArgName("causal")->Arg(0)->Arg(1)->UseManualTime()->Unit(benchmark::kSecond)->Iterations(1);

}  // namespace
}  // namespace regard
