// SPDX-License-Identifier: Apache-2.0
// How long a change inside a run takes: one item added to the list of the sentence on screen, in models of random weights shaped like
// the built-in ones and like BERT-base, beside the whole run ("of_run" is the ratio of the two); and the effect of every head.
#include "app/jobs/background.h"
#include "app/viewmodel/effect_view.h"
#include "core/analysis/ablation_map.h"
#include "core/analysis/patching.h"
#include "core/engine/engine.h"
#include "tests/core/engine/random_model.h"

#include <benchmark/benchmark.h>
#include <algorithm>
#include <chrono>
#include <map>
#include <thread>

namespace regard {
namespace {

using Kind = InterventionKind;
using testing::ModelShape;

constexpr ModelShape kCouncil{4, 8, 8, 256, 1'024, 128, 12'000, Activation::relu};
constexpr ModelShape kDecoder{8, 8, 8, 256, 1'024, 128, 12'000, Activation::silu};
constexpr ModelShape kBertBase{12, 12, 12, 768, 3'072, 512, 30'522, Activation::gelu};

/// One model, one text, and how long the whole run takes.
struct Bench {
  std::shared_ptr<const Model> model{};
  std::shared_ptr<const Trace> trace{};
  double run_milliseconds = 0.0;
};

template <typename Body>
double milliseconds_of(const Body& body) {
  const auto start = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

const Bench& bench_of(const ModelShape& shape, bool causal, std::size_t tokens) {
  static std::map<std::pair<std::size_t, bool>, Bench> benches;
  Bench& bench = benches[{shape.hidden, causal}];
  if (bench.model) return bench;
  bench.model = causal ? testing::random_llama(shape) : testing::random_bert(shape);
  const Request request{.ids = testing::some_ids(tokens, shape.vocabulary)};
  bench.trace = run(bench.model, request);
  bench.run_milliseconds = 1e9;
  for (int round = 0; round < 5; ++round)
    bench.run_milliseconds =
        std::min(bench.run_milliseconds, milliseconds_of([&] { benchmark::DoNotOptimize(run(bench.model, request)); }));
  return bench;
}

/// The item goes in and out again, as a brush stroke and its undoing do.
void change(benchmark::State& state, const Bench& bench, const Intervention& item) {
  Request request = bench.trace->request;
  std::shared_ptr<const Trace> last = bench.trace;
  double total = 0.0;
  for (auto _ : state) {
    if (request.interventions.empty())
      request.interventions.push_back(item);
    else
      request.interventions.clear();
    total += milliseconds_of([&] { last = run(bench.model, request, last); });
  }
  state.counters["of_run"] = total / static_cast<double>(state.iterations()) / bench.run_milliseconds;
  state.counters["run_ms"] = bench.run_milliseconds;
}

Intervention ablated(std::size_t layer) {
  return {.kind = Kind::ablate, .scope = {layer, 3}};
}

Intervention brushed(std::size_t layer) {
  Intervention item{.kind = Kind::mask, .scope = {layer, 3}};
  for (std::size_t query = 8; query < 14; ++query)
    item.cells.push_back({{query, query + 1}, {query / 2, query / 2 + 3}});
  return item;
}

void council_ablation(benchmark::State& state) {
  change(state, bench_of(kCouncil, false, 16), ablated(static_cast<std::size_t>(state.range(0))));
}
void council_brush(benchmark::State& state) {
  change(state, bench_of(kCouncil, false, 16), brushed(static_cast<std::size_t>(state.range(0))));
}
void decoder_ablation(benchmark::State& state) {
  change(state, bench_of(kDecoder, true, 16), ablated(static_cast<std::size_t>(state.range(0))));
}
void decoder_brush(benchmark::State& state) {
  change(state, bench_of(kDecoder, true, 16), brushed(static_cast<std::size_t>(state.range(0))));
}
void bert_base_ablation(benchmark::State& state) {
  change(state, bench_of(kBertBase, false, 32), ablated(static_cast<std::size_t>(state.range(0))));
}

/// All heads of a model; what one head costs beside the whole run tells what running them together saves.
void all_heads(benchmark::State& state, const Bench& bench) {
  double total = 0.0;
  for (auto _ : state)
    total += milliseconds_of(
        [&] { benchmark::DoNotOptimize(ablation_map(bench.trace, {.position = bench.trace->tokens() - 1})); });
  const auto heads = static_cast<double>(head_count(bench.model->config));
  state.counters["of_run_per_head"] = total / static_cast<double>(state.iterations()) / heads / bench.run_milliseconds;
}
void council_effects(benchmark::State& state) {
  all_heads(state, bench_of(kCouncil, false, 16));
}
void decoder_effects(benchmark::State& state) {
  all_heads(state, bench_of(kDecoder, true, 16));
}
void bert_base_effects(benchmark::State& state) {
  all_heads(state, bench_of(kBertBase, false, 32));
}

struct AblationSlot {
  using Asked = AblationQuestion;
  using Answer = AblationView;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    return make_ablation(asked, job.publish, job.give_way, job.stop, job.progress);
  }
};

/// A word in the middle of the text is typed over while the map of all heads streams in, as the window does it: the worker's run
/// holds the task up and takes its place. "alone_ms" is the same edit with nothing beside it.
void bert_base_typing(benchmark::State& state) {
  const Bench& bench = bench_of(kBertBase, false, 32);
  const auto edited = [&](std::size_t round) {
    Request request = bench.trace->request;
    request.ids[16] = static_cast<std::int32_t>(100 + round);
    return request;
  };
  double alone = 0.0, longest = 0.0;
  for (std::size_t round = 0; round < 3; ++round)
    alone = milliseconds_of([&] { benchmark::DoNotOptimize(run(bench.model, edited(round), bench.trace)); });
  Background background;
  std::shared_ptr<const Trace> last = bench.trace;
  std::size_t round = 10;
  for (auto _ : state) {
    const AblationQuestion question{last, 31};
    const auto outcome = [&] { return background.ask<AblationSlot>(question); };
    while (outcome().progress <= 0.0F)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const double waited = milliseconds_of([&] {
      background.hold(true);
      background.cancel(slot_id<AblationSlot>());
      last = run(bench.model, edited(++round), last);
      background.hold(false);
    });
    longest = std::max(longest, waited);
    state.SetIterationTime(waited / 1000.0);
  }
  state.counters["alone_ms"] = alone;
  state.counters["longest_ms"] = longest;
}

/// Every layer and position of the residual stream carried over from a text that differs in one word.
void patching_map(benchmark::State& state, const Bench& bench) {
  Request other = bench.trace->request;
  other.ids[other.ids.size() / 2] = 77;
  const auto clean = run(bench.model, other);
  const std::size_t tokens = bench.trace->tokens();
  const auto cells = cells_by_layer_and_position(PatchSite::residual, bench.model->config, tokens);
  const PatchingOptions options{align_by_position(tokens, tokens), tokens - 1, tokens - 1, 5, 9};
  for (auto _ : state)
    benchmark::DoNotOptimize(patching(clean, bench.trace, cells, options));
  state.counters["cells"] = static_cast<double>(cells.size());
}
void council_patching(benchmark::State& state) {
  patching_map(state, bench_of(kCouncil, false, 16));
}
void decoder_patching(benchmark::State& state) {
  patching_map(state, bench_of(kDecoder, true, 16));
}

BENCHMARK(council_ablation)->Arg(0)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(council_brush)->Arg(0)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(decoder_ablation)->Arg(0)->Arg(4)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(decoder_brush)->Arg(0)->Arg(4)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(bert_base_ablation)->Arg(6)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(council_effects)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(decoder_effects)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(bert_base_effects)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1);
BENCHMARK(bert_base_typing)->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(8);
BENCHMARK(council_patching)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(decoder_patching)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace regard
