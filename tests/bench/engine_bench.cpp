// SPDX-License-Identifier: Apache-2.0
// How long a run takes: a random model shaped like the built-in one with a short sentence, and one shaped like BERT-base with a
// long text, each beside the plain Eigen products of the same sizes on as many threads.
#include "core/base/parallel.h"
#include "core/engine/eigen.h"
#include "core/engine/engine.h"
#include "tests/core/engine/random_model.h"

#include <benchmark/benchmark.h>
#include <array>

namespace regard {
namespace {

using testing::ModelShape;
constexpr ModelShape kBuiltIn{4, 8, 8, 256, 1'024, 128, 12'000, Activation::relu};
constexpr ModelShape kBertBase{12, 12, 12, 768, 3'072, 512, 30'522, Activation::gelu};

void run_model(benchmark::State& state, const ModelShape& shape) {
  const auto model = testing::random_bert(shape);
  const Request request{.ids = testing::some_ids(static_cast<std::size_t>(state.range(0)), shape.vocabulary)};
  for (auto _ : state)
    benchmark::DoNotOptimize(run(model, request));
}

/// The six products of each layer and nothing else: columns of the result shared out over the threads.
void eigen_alone(benchmark::State& state, const ModelShape& shape) {
  using Values = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto tokens = static_cast<Eigen::Index>(state.range(0));
  const auto hidden = static_cast<Eigen::Index>(shape.hidden);
  const auto inner = static_cast<Eigen::Index>(shape.feed_forward);
  const Values narrow = Values::Random(tokens, hidden);
  const Values wide = Values::Random(tokens, inner);
  std::vector<std::array<Values, 6>> layers(shape.layers);
  for (auto& w : layers) {
    for (std::size_t at = 0; at < 4; ++at)
      w[at] = Values::Random(hidden, hidden);
    w[4] = Values::Random(inner, hidden);
    w[5] = Values::Random(hidden, inner);
  }
  Values result(tokens, inner);
  const auto multiply = [&](const Values& x, const Values& w) {
    const std::size_t grain = static_cast<std::size_t>(5'000'000 / (x.rows() * x.cols())) + 1;
    parallel_for(static_cast<std::size_t>(w.rows()), grain, [&](std::size_t begin, std::size_t end) {
      const auto first = static_cast<Eigen::Index>(begin);
      const auto count = static_cast<Eigen::Index>(end - begin);
      result.middleCols(first, count).noalias() = x * w.middleRows(first, count).transpose();
    });
    benchmark::DoNotOptimize(result.data());
  };
  for (auto _ : state)
    for (const auto& w : layers)
      for (std::size_t at = 0; at < 6; ++at)
        multiply(at == 5 ? wide : narrow, w[at]);
  const double work =
      2.0 * static_cast<double>(tokens * hidden * (4 * hidden + 2 * inner)) * static_cast<double>(shape.layers);
  state.counters["GFLOP/s"] = benchmark::Counter(work * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK_CAPTURE(run_model, built_in, kBuiltIn)
    ->Arg(16)
    ->Arg(17)
    ->Arg(64)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(eigen_alone, built_in, kBuiltIn)->Arg(16)->Arg(64)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(run_model, bert_base, kBertBase)->Arg(16)->Arg(512)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(eigen_alone, bert_base, kBertBase)->Arg(16)->Arg(512)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace regard
