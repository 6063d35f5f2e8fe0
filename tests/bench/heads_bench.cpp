// SPDX-License-Identifier: Apache-2.0
// How long the atlas of heads takes over the 600 sentences that come with the program (measures and relations of all heads), and what is
// beside it: copying, probes, ensembles of four. "of_runs" is the ratio to the bare runs of the model on the same sentences.
#include "core/analysis/copying.h"
#include "core/analysis/corpus_runs.h"
#include "core/analysis/head_ensembles.h"
#include "core/analysis/sentence_probe.h"
#include "tests/core/engine/random_model.h"

#include <benchmark/benchmark.h>
#include <chrono>
#include <filesystem>

namespace regard {
namespace {

std::filesystem::path asset(const std::filesystem::path& name) {
  return std::filesystem::path(REGARD_ASSETS_DIR) / name;
}

const Corpus& sentences_600() {
  static const Corpus corpus = [] {
    Corpus both = load_corpus(asset("corpora/en.conllu"));
    const Corpus other = load_corpus(asset("corpora/ru.conllu"));
    both.sentences.insert(both.sentences.end(), other.sentences.begin(), other.sentences.end());
    return both;
  }();
  return corpus;
}

/// BERT-base's shape, cut into council's pieces.
std::shared_ptr<const Model> bert_base() {
  auto model = testing::random_bert({12, 12, 12, 768, 3'072, 512, 30'522, Activation::gelu});
  model->tokenizer = load_model(asset("models/council"))->tokenizer;
  return model;
}

double seconds_of(const std::function<void()>& body) {
  const auto start = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void atlas(benchmark::State& state, const std::shared_ptr<const Model>& model) {
  const double runs = seconds_of(
      [&] { static_cast<void>(for_each_sentence(model, sentences_600().sentences, [](const ReadSentence&) {}, {})); });
  double total = 0.0;
  for (auto _ : state)
    total += seconds_of([&] { benchmark::DoNotOptimize(measure_corpus(model, sentences_600())); });
  state.counters["runs_s"] = runs;
  state.counters["of_runs"] = total / static_cast<double>(state.iterations()) / runs;
}
void atlas_council(benchmark::State& state) {
  atlas(state, load_model(asset("models/council")));
}
void atlas_narrator(benchmark::State& state) {
  atlas(state, load_model(asset("models/narrator")));
}
void atlas_bert_base(benchmark::State& state) {
  atlas(state, bert_base());
}

void ensembles_council(benchmark::State& state) {
  const auto model = load_model(asset("models/council"));
  for (auto _ : state)
    benchmark::DoNotOptimize(measure_ensembles(model, sentences_600(), 4));
}
void copying_narrator(benchmark::State& state) {
  const auto model = load_model(asset("models/narrator"));
  const std::vector<std::int32_t> ids = frequent_ids(*model, sentences_600());
  for (auto _ : state)
    benchmark::DoNotOptimize(measure_copying(model, ids));
}
void probe_narrator(benchmark::State& state) {
  const auto model = load_model(asset("models/narrator"));
  const NamedProbe probe = load_probe(asset("corpora/probes/indirect_object.en.txt"));
  for (auto _ : state)
    benchmark::DoNotOptimize(measure_probe(model, probe));
}

BENCHMARK(atlas_council)->Unit(benchmark::kSecond)->UseRealTime()->Iterations(1);
BENCHMARK(atlas_narrator)->Unit(benchmark::kSecond)->UseRealTime()->Iterations(1);
BENCHMARK(atlas_bert_base)->Unit(benchmark::kSecond)->UseRealTime()->Iterations(1);
BENCHMARK(ensembles_council)->Unit(benchmark::kSecond)->UseRealTime()->Iterations(1);
BENCHMARK(copying_narrator)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(probe_narrator)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace regard
