// SPDX-License-Identifier: Apache-2.0
#include "tests/app/viewmodel/handmade.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace regard::testing {

Encoding WordTokenizer::encode(std::string_view text, const EncodeOptions& options) const {
  Encoding encoding = sentence(std::string(text), piece_, specials_ && options.add_special);
  for (Token& token : encoding.tokens)
    if (token.text == "[MASK]") token.id = kMaskId;
  if (options.max_tokens > 0 && encoding.tokens.size() > options.max_tokens) {
    encoding.dropped = encoding.tokens.size() - options.max_tokens;
    encoding.tokens.resize(options.max_tokens);
  }
  return encoding;
}

std::string WordTokenizer::decode(std::span<const std::int32_t>) const {
  return {};
}

std::string WordTokenizer::readable(std::int32_t id) const {
  return "word" + std::to_string(id);
}

std::optional<std::int32_t> WordTokenizer::id_of(std::string_view) const {
  return std::nullopt;
}

TemplatePieces WordTokenizer::template_pieces() const {
  return specials_ ? TemplatePieces{{"[CLS]"}, {"[SEP]"}} : TemplatePieces{};
}

std::string WordTokenizer::description() const {
  return "words";
}

std::shared_ptr<Model> handmade_model(const HandmadeOptions& options) {
  auto model = std::make_shared<Model>();
  model->name = "handmade";
  model->config.architecture = "Handmade";
  model->config.layers = options.layers;
  model->config.hidden = options.heads * options.head_dim;
  const SoftmaxAttention attention{.heads = options.heads,
                                   .kv_heads = options.kv_heads,
                                   .head_dim = options.head_dim,
                                   .scale = usual_scale(options.head_dim)};
  model->config.plans.assign(options.layers, {.attention = attention});
  model->config.embedded_positions = LearnedPositions{};
  model->config.vocabulary = 1000;
  model->config.context = 100000;
  model->config.causal = options.causal;
  model->config.has_lm_head = false;
  model->tokenizer = std::make_shared<WordTokenizer>(options.piece, options.specials);
  return model;
}

double plain_score(const Trace& trace, HeadRef head, std::size_t query, std::size_t key) {
  const auto q = query_of(trace, head, query);
  const auto k = key_of(trace, head, key);
  double sum = 0.0;
  for (std::size_t dimension = 0; dimension < q.size(); ++dimension)
    sum += static_cast<double>(q[dimension]) * static_cast<double>(k[dimension]);
  return sum / std::sqrt(static_cast<double>(q.size()));
}

double plain_weight(const Trace& trace, HeadRef head, std::size_t query, std::size_t key) {
  const std::size_t end = trace.causal() ? query + 1 : trace.tokens();
  if (key >= end) return 0.0;
  double sum = 0.0;
  for (std::size_t other = 0; other < end; ++other)
    sum += std::exp((plain_score(trace, head, query, other) - plain_score(trace, head, query, key)) /
                    static_cast<double>(trace.request.temperature));
  return 1.0 / sum;
}

Matrix random_matrix(std::size_t rows, std::size_t cols, float spread, Random& random) {
  Matrix matrix(rows, cols);
  for (float& value : matrix.values)
    value = (static_cast<float>(random.below(2001)) / 1000.0F - 1.0F) * spread;
  return matrix;
}

std::shared_ptr<Trace> handmade_trace(const std::shared_ptr<const Model>& model, const Encoding& encoding,
                                      const HandmadeOptions& options, std::uint64_t seed) {
  Random random(seed);
  auto trace = std::make_shared<Trace>();
  trace->model = model;
  trace->request.temperature = options.temperature;
  for (const Token& token : encoding.tokens)
    trace->request.ids.push_back(token.id);
  const std::size_t tokens = encoding.tokens.size();
  const std::size_t width = options.heads * options.head_dim, kv_width = options.kv_heads * options.head_dim;
  for (std::size_t layer = 0; layer < options.layers; ++layer) {
    LayerTrace made;
    made.queries = random_matrix(tokens, width, options.spread, random);
    made.keys = random_matrix(tokens, kv_width, options.spread, random);
    made.values = random_matrix(tokens, kv_width, 1.0F, random);
    made.head_outputs = Matrix(tokens, width);
    made.row_maximum = Matrix(options.heads, tokens);
    made.row_sum = Matrix(options.heads, tokens);
    made.log_sum_exp = Matrix(options.heads, tokens);
    trace->layers.push_back(std::move(made));
  }
  for (std::size_t layer = 0; layer < options.layers; ++layer) {
    LayerTrace& made = trace->layers[layer];
    for (std::size_t head = 0; head < options.heads; ++head) {
      const HeadRef ref{layer, head};
      for (std::size_t query = 0; query < tokens; ++query) {
        const std::size_t end = trace->causal() ? query + 1 : tokens;
        double maximum = -std::numeric_limits<double>::infinity(), sum = 0.0;
        for (std::size_t key = 0; key < end; ++key)
          maximum = std::max(maximum, plain_score(*trace, ref, query, key));
        for (std::size_t key = 0; key < end; ++key)
          sum += std::exp((plain_score(*trace, ref, query, key) - maximum) / static_cast<double>(options.temperature));
        made.row_maximum(head, query) = static_cast<float>(maximum);
        made.row_sum(head, query) = static_cast<float>(sum);
        made.log_sum_exp(head, query) = static_cast<float>(maximum / options.temperature + std::log(sum));
        if (tokens > 40) continue;  // nobody looks at the outputs of long texts
        for (std::size_t key = 0; key < end; ++key)
          for (std::size_t dimension = 0; dimension < options.head_dim; ++dimension)
            made.head_outputs(query, head * options.head_dim + dimension) +=
                static_cast<float>(plain_weight(*trace, ref, query, key)) * value_of(*trace, ref, key)[dimension];
      }
    }
  }
  return trace;
}

std::shared_ptr<Snapshot> handmade_snapshot(const std::string& text, const HandmadeOptions& options) {
  auto snapshot = std::make_shared<Snapshot>();
  const auto model = handmade_model(options);
  snapshot->number = 1;
  snapshot->model = model;
  snapshot->encoding = model->tokenizer->encode(text, {});
  snapshot->source_text = text;
  snapshot->trace = handmade_trace(model, snapshot->encoding, options);
  return snapshot;
}

}  // namespace regard::testing
