// SPDX-License-Identifier: Apache-2.0
// MPNet (Song et al. 2020, https://arxiv.org/abs/2004.09297): BERT's blocks, positions counted from behind the padding id, and one
// table of T5's relative biases for all layers.
#include "core/model/config_reader.h"
#include "core/model/encoder_layout.h"
#include "core/model/family.h"
#include "core/model/relative_bias.h"

namespace regard {
namespace {

constexpr std::size_t kPadding = 1;                    // whatever the file says
constexpr std::size_t kBuckets = 32, kDistance = 128;  // likewise

constexpr EncoderNames kMpnetNames{.query = "attention.attn.q",
                                   .key = "attention.attn.k",
                                   .value = "attention.attn.v",
                                   .output = "attention.attn.o",
                                   .attention_norm = "attention.LayerNorm",
                                   .up = "intermediate.dense",
                                   .down = "output.dense",
                                   .feed_forward_norm = "output.LayerNorm"};

}  // namespace

void read_mpnet_config(const ConfigReader& reader, ModelConfig& config) {
  read_encoder_config(reader, {.token_types = std::nullopt}, config);
  const LearnedPositions positions{.offset = kPadding + 1, .unplaced_id = kPadding};
  if (config.context <= positions.offset)
    reader.fail("max_position_embeddings", "> " + std::to_string(positions.offset));
  config.context -= positions.offset;  // the file counts rows of the table
  config.embedded_positions = positions;
  config.head_activation = Activation::gelu;
  if (reader.size("relative_attention_num_buckets", {.most = bounds::kContext}, kBuckets) != kBuckets)
    reader.fail("relative_attention_num_buckets", std::to_string(kBuckets));
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    config.plans[layer].positions = RelativeBias{.buckets = kBuckets, .distance = kDistance, .shared = layer > 0};
}

Weights read_mpnet_weights(const ModelConfig& config, WeightReader& reader) {
  const std::string root = encoder_root(config, reader, "encoder.layer.0.attention.attn.q.weight", "mpnet.");
  Weights weights = read_encoder_tables(config, reader, root, "lm_head.decoder.weight");
  read_encoder_layers(config, reader, root + "encoder.layer.", kMpnetNames, weights);
  const auto& bias = std::get<RelativeBias>(config.plans.front().positions);
  const std::size_t heads = config.heads(0);
  const TensorView table = reader.tensor(root + "encoder.relative_attention_bias.weight", {kBuckets, heads});
  std::vector<float> numbers(kBuckets * heads);
  copy_as_f32(table, 0, numbers);
  weights.relative_bias.resize(config.layers);
  weights.relative_bias.front() =
      std::make_shared<const std::vector<float>>(relative_values(numbers, heads, true, bias));
  if (config.has_lm_head) read_roberta_head(config, reader, weights);
  weights.storage = reader.take_storage();
  return weights;
}

}  // namespace regard
