// SPDX-License-Identifier: Apache-2.0
// How long a run takes: a random model shaped like the built-in one with a short sentence, and one shaped like BERT-base with a
// long text, each beside the plain Eigen products of the same sizes on as many threads ("of_eigen" is the ratio of the two). And
// the whole way from a changed sentence to what the window draws, in the built-in model.
#include "app/viewmodel/snapshot.h"
#include "core/base/eigen.h"
#include "core/base/parallel.h"
#include "core/engine/engine.h"
#include "tests/core/engine/random_model.h"

#include <benchmark/benchmark.h>
#include <array>
#include <chrono>
#include <filesystem>
#include <map>

namespace regard {
namespace {

using testing::ModelShape;
constexpr ModelShape kBuiltIn{4, 8, 8, 256, 1'024, 128, 12'000, Activation::relu};
constexpr ModelShape kBertBase{12, 12, 12, 768, 3'072, 512, 30'522, Activation::gelu};

/// Times the loop of a benchmark by itself: milliseconds per iteration.
template <typename Body>
double timed_loop(benchmark::State& state, const Body& body) {
  const auto start = std::chrono::steady_clock::now();
  for (auto _ : state)
    body();
  const std::chrono::duration<double, std::milli> passed = std::chrono::steady_clock::now() - start;
  return passed.count() / static_cast<double>(state.iterations());
}

/// What eigen_alone() took, by hidden width and tokens; it is registered before run_model().
std::map<std::pair<std::size_t, std::int64_t>, double>& eigen_times() {
  static std::map<std::pair<std::size_t, std::int64_t>, double> times;
  return times;
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
  eigen_times()[{shape.hidden, state.range(0)}] = timed_loop(state, [&] {
    for (const auto& w : layers)
      for (std::size_t at = 0; at < 6; ++at)
        multiply(at == 5 ? wide : narrow, w[at]);
  });
  const double work =
      2.0 * static_cast<double>(tokens * hidden * (4 * hidden + 2 * inner)) * static_cast<double>(shape.layers);
  state.counters["GFLOP/s"] = benchmark::Counter(work * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
}

void run_model(benchmark::State& state, const ModelShape& shape) {
  const auto model = testing::random_bert(shape);
  const Request request{.ids = testing::some_ids(static_cast<std::size_t>(state.range(0)), shape.vocabulary)};
  const double took = timed_loop(state, [&] { benchmark::DoNotOptimize(run(model, request)); });
  const auto eigen = eigen_times().find({shape.hidden, state.range(0)});
  if (eigen != eigen_times().end()) state.counters["of_eigen"] = took / eigen->second;
}

/// A letter is typed: tokens, run, everything the window shows.
void keystroke(benchmark::State& state) {
  const std::filesystem::path folder = std::filesystem::path(REGARD_ASSETS_DIR) / "models" / "council";
  if (!std::filesystem::exists(folder)) return state.SkipWithError("the built-in model is not in the build folder");
  const auto model = load_model(folder);
  const std::string texts[] = {"Кошка, которая сидела на крыше, смотрела на птицу",
                               "Кошка, которая сидела на крыше, смотрела на птицу."};
  std::size_t step = 0;
  for (auto _ : state) {
    Encoding encoding = model->tokenizer->encode(texts[step++ % 2]);
    Request request;
    for (const Token& token : encoding.tokens)
      request.ids.push_back(token.id);
    state.counters["tokens"] = static_cast<double>(request.ids.size());
    auto trace = run(model, std::move(request));
    benchmark::DoNotOptimize(make_snapshot(model, std::move(trace), std::move(encoding)));
  }
}

BENCHMARK_CAPTURE(eigen_alone, built_in, kBuiltIn)->Arg(16)->Arg(64)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(run_model, built_in, kBuiltIn)
    ->Arg(16)
    ->Arg(17)
    ->Arg(64)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(eigen_alone, bert_base, kBertBase)->Arg(16)->Arg(512)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(run_model, bert_base, kBertBase)->Arg(16)->Arg(512)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(keystroke)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace regard
