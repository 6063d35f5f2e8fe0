// SPDX-License-Identifier: Apache-2.0
// How long a run takes: a random model shaped like the built-in one with a short sentence, and one shaped like BERT-base with a
// long text, each beside the plain Eigen products of the same sizes on as many threads.
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/engine/engine.h"
#include "core/engine/eigen.h"
#include "core/model/weights.h"

#include <benchmark/benchmark.h>
#include <cmath>

namespace regard {
namespace {

/// Owns the numbers of a random model.
class RandomWeights {
public:
  explicit RandomWeights(Weights& weights) : weights_(weights) {}

  TensorView tensor(std::size_t rows, std::size_t cols) {
    const auto values = std::make_shared<std::vector<float>>(rows * cols);
    const float spread = 2.0F / std::sqrt(static_cast<float>(cols));
    for (float& value : *values) value = (random_.uniform() - 0.5F) * spread;
    weights_.storage.push_back(values);
    return {DType::f32, {rows, cols}, reinterpret_cast<const std::byte*>(values->data())};
  }
  Linear linear(std::size_t out, std::size_t in) { return {tensor(out, in), std::vector<float>(out, 0.01F)}; }
  static Norm norm(std::size_t width) { return {std::vector<float>(width, 1.0F), std::vector<float>(width, 0.0F)}; }

private:
  Weights& weights_;
  Random random_{1};
};

struct Shape {
  std::size_t layers, heads, hidden, feed_forward, context, vocabulary;
  Activation activation;
};
constexpr Shape kBuiltIn{4, 8, 256, 1'024, 128, 12'000, Activation::relu};
constexpr Shape kBertBase{12, 12, 768, 3'072, 512, 30'522, Activation::gelu};

std::shared_ptr<const Model> random_bert(const Shape& shape) {
  auto weights = std::make_shared<Weights>();
  RandomWeights make(*weights);
  const std::size_t hidden = shape.hidden;
  weights->token_embedding = make.tensor(shape.vocabulary, hidden);
  weights->position_embedding = make.tensor(shape.context, hidden);
  weights->type_embedding = make.tensor(2, hidden);
  weights->embedding_norm = RandomWeights::norm(hidden);
  for (std::size_t layer = 0; layer < shape.layers; ++layer) {
    LayerWeights w;
    w.query = make.linear(hidden, hidden);
    w.key = make.linear(hidden, hidden);
    w.value = make.linear(hidden, hidden);
    w.output = make.linear(hidden, hidden);
    w.up = make.linear(shape.feed_forward, hidden);
    w.down = make.linear(hidden, shape.feed_forward);
    w.attention_norm = w.feed_forward_norm = RandomWeights::norm(hidden);
    weights->layers.push_back(std::move(w));
  }
  weights->head_transform = make.linear(hidden, hidden);
  weights->head_norm = RandomWeights::norm(hidden);
  weights->unembedding = {weights->token_embedding, std::vector<float>(shape.vocabulary, 0.0F)};

  auto model = std::make_shared<Model>();
  ModelConfig& config = model->config;
  config.layers = shape.layers;
  config.heads = config.kv_heads = shape.heads;
  config.head_dim = hidden / shape.heads;
  config.hidden = hidden;
  config.feed_forward = shape.feed_forward;
  config.vocabulary = shape.vocabulary;
  config.context = shape.context;
  config.token_types = 2;
  config.activation = shape.activation;
  config.norm_epsilon = 1e-12F;
  model->weights = std::move(weights);
  return model;
}

std::vector<std::int32_t> some_ids(std::size_t tokens, std::size_t vocabulary) {
  std::vector<std::int32_t> ids(tokens);
  for (std::size_t token = 0; token < tokens; ++token) ids[token] = static_cast<std::int32_t>(token * 7919 % vocabulary);
  return ids;
}

void run_model(benchmark::State& state, const Shape& shape) {
  const auto model = random_bert(shape);
  const Request request{.ids = some_ids(static_cast<std::size_t>(state.range(0)), shape.vocabulary)};
  for (auto _ : state) benchmark::DoNotOptimize(run(model, request));
}

/// The six products of each layer and nothing else: columns of the result shared out over the threads.
void eigen_alone(benchmark::State& state, const Shape& shape) {
  using Values = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto tokens = static_cast<Eigen::Index>(state.range(0));
  const auto hidden = static_cast<Eigen::Index>(shape.hidden);
  const auto inner = static_cast<Eigen::Index>(shape.feed_forward);
  const Values narrow = Values::Random(tokens, hidden);
  const Values wide = Values::Random(tokens, inner);
  std::vector<std::array<Values, 6>> layers(shape.layers);
  for (auto& w : layers) {
    for (std::size_t at = 0; at < 4; ++at) w[at] = Values::Random(hidden, hidden);
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
      for (std::size_t at = 0; at < 6; ++at) multiply(at == 5 ? wide : narrow, w[at]);
  const double work = 2.0 * static_cast<double>(tokens * hidden * (4 * hidden + 2 * inner)) * static_cast<double>(shape.layers);
  state.counters["GFLOP/s"] = benchmark::Counter(work * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK_CAPTURE(run_model, built_in, kBuiltIn)->Arg(16)->Arg(17)->Arg(64)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(eigen_alone, built_in, kBuiltIn)->Arg(16)->Arg(64)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(run_model, bert_base, kBertBase)->Arg(16)->Arg(512)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(eigen_alone, bert_base, kBertBase)->Arg(16)->Arg(512)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace regard
