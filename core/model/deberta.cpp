// SPDX-License-Identifier: Apache-2.0
// DeBERTa (He et al. 2020, https://arxiv.org/abs/2006.03654) and its second and third versions (He et al. 2021,
// https://arxiv.org/abs/2111.09543): BERT's blocks, and offsets that have queries and keys of their own in the scores.
#include "core/model/config_reader.h"
#include "core/model/disentangled.h"
#include "core/model/encoder_layout.h"
#include "core/model/family.h"
#include "core/model/fused.h"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace regard {
namespace {

constexpr std::size_t kMostPositionNumbers = std::size_t{1} << 28;  // of the keys and queries of offsets of all layers

constexpr EncoderNames kDebertaV2Names{.query = "attention.self.query_proj",
                                       .key = "attention.self.key_proj",
                                       .value = "attention.self.value_proj",
                                       .output = "attention.output.dense",
                                       .attention_norm = "attention.output.LayerNorm",
                                       .up = "intermediate.dense",
                                       .down = "output.dense",
                                       .feed_forward_norm = "output.LayerNorm"};
constexpr EncoderNames kDebertaNames{.output = kDebertaV2Names.output,
                                     .attention_norm = kDebertaV2Names.attention_norm,
                                     .up = kDebertaV2Names.up,
                                     .down = kDebertaV2Names.down,
                                     .feed_forward_norm = kDebertaV2Names.feed_forward_norm};

/// "a|b" or ["a", "b"]: is each among `known`? In lower case, as the library reads them.
std::vector<std::string> read_words(const ConfigReader& reader, std::string_view key,
                                    std::initializer_list<std::string_view> known) {
  std::vector<std::string> words;
  if (!reader.is_text(key)) {
    words = reader.texts(key);
  } else {
    std::string all = reader.text(key) + "|";
    std::transform(all.begin(), all.end(), all.begin(), [](unsigned char c) { return std::tolower(c); });
    for (std::size_t bar = all.find('|'); bar != std::string::npos; bar = all.find('|')) {
      std::string word = all.substr(0, bar);
      all.erase(0, bar + 1);
      const std::size_t first = word.find_first_not_of(' ');
      if (first != std::string::npos) words.push_back(word.substr(first, word.find_last_not_of(' ') + 1 - first));
    }
  }
  std::string expected;
  for (const std::string_view each : known)
    expected += (expected.empty() ? "" : " | ") + std::string(each);
  for (const std::string& word : words)
    if (std::find(known.begin(), known.end(), word) == known.end()) reader.fail(key, expected);
  return words;
}

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

void read_embeddings(const ConfigReader& reader, ModelConfig& config) {
  const std::size_t width = reader.size("embedding_size", {.most = bounds::kHidden}, config.hidden);
  config.embedding_width = width == config.hidden ? 0 : width;
  config.widening = Widening::before_norm;
  if (!reader.flag("position_biased_input", true)) config.embedded_positions = NoPositions{};
}

/// Half the rows of the table, and how offsets share them.
Disentangled read_offsets(const ConfigReader& reader, bool buckets, const ModelConfig& config) {
  Disentangled offsets;
  offsets.distance = reader.size_or_none("max_relative_positions", bounds::kContext);
  if (offsets.distance == 0) offsets.distance = config.context;
  if (buckets) offsets.buckets = reader.size_or_none("position_buckets", bounds::kContext);
  offsets.span = offsets.buckets > 0 ? offsets.buckets : offsets.distance;
  // Ranges grow from half of the buckets on, by the logarithm of the farthest offset over that one.
  if (offsets.buckets == 1) reader.fail("position_buckets", "≥ 2");
  if (offsets.buckets > 0 && offsets.distance < offsets.buckets / 2 + 2)
    reader.fail("max_relative_positions", "≥ " + std::to_string(offsets.buckets / 2 + 2));
  if (4 * offsets.span * config.hidden > kMostPositionNumbers / config.layers)
    reader.fail(offsets.buckets > 0 ? "position_buckets" : "max_relative_positions",
                "≤ " + std::to_string(kMostPositionNumbers / config.layers / config.hidden / 4));
  return offsets;
}

/// 1/√(d·(1 + parts)), whether positions have a part in the scores or not.
void read_disentangled(const ConfigReader& reader, bool buckets, ModelConfig& config) {
  const std::vector<std::string> kinds = read_words(reader, "pos_att_type", {"c2p", "p2c"});
  const bool to_position = contains(kinds, "c2p"), to_content = contains(kinds, "p2c");
  const float parts = 1.0F + (to_position ? 1.0F : 0.0F) + (to_content ? 1.0F : 0.0F);
  const bool relative = reader.flag("relative_attention", false);
  for (LayerPlan& plan : config.plans)
    plan.attention.scale = 1.0F / std::sqrt(static_cast<float>(plan.attention.head_dim) * parts);
  if (!relative || (!to_position && !to_content)) return;
  Disentangled offsets = read_offsets(reader, buckets, config);
  offsets.content_to_position = to_position;
  offsets.position_to_content = to_content;
  for (LayerPlan& plan : config.plans)
    plan.positions = offsets;
}

void read_common(const ConfigReader& reader, ModelConfig& config, bool buckets) {
  read_encoder_config(reader, {.token_types = 0, .epsilon = 1e-7F}, config);
  read_embeddings(reader, config);
  read_disentangled(reader, buckets, config);
  if (reader.size("pooler_hidden_size", {.most = bounds::kHidden}, config.hidden) != config.hidden)
    reader.fail("pooler_hidden_size", std::to_string(config.hidden));
  config.class_head.between = read_between(reader, "pooler_hidden_act");
}

const Disentangled* offsets_of(const ModelConfig& config) {
  return std::get_if<Disentangled>(&config.plans.front().positions);
}

Weights read_tables(const ModelConfig& config, WeightReader& reader, const std::string& root) {
  Weights weights = read_encoder_tables(config, reader, root, "cls.predictions.decoder.weight");
  if (config.table_width() != config.hidden)
    weights.embedding_projection =
        reader.linear(root + "embeddings.embed_proj", config.hidden, config.table_width(), false);
  if (const Disentangled* offsets = offsets_of(config); offsets != nullptr) {
    const TensorView table = reader.tensor(root + "encoder.rel_embeddings.weight", {2 * offsets->span, config.hidden});
    weights.relative_embedding = Matrix(2 * offsets->span, config.hidden);
    copy_as_f32(table, 0, weights.relative_embedding.values);
    if (offsets->normed)
      normalise_offsets(reader.layer_norm(root + "encoder.LayerNorm", config.hidden), config.norm_epsilon,
                        weights.relative_embedding);
  }
  return weights;
}

/// The library's older head, or the authors' own; a file says by its names which of them it has.
void read_head(const ModelConfig& config, WeightReader& reader, Weights& weights) {
  const std::string own = "lm_predictions.lm_head.";
  if (!reader.has("cls.predictions.transform.dense.weight") && reader.has(own + "dense.weight"))
    return read_word_head(
        config, reader,
        {.dense = own + "dense", .norm = own + "LayerNorm", .bias = own + "bias", .decoder = own + "decoder"}, weights);
  read_bert_head(config, reader, weights);
}

void read_offset_projections(const ModelConfig& config, WeightReader& reader, const std::string& name,
                             LayerWeights& layer) {
  const Disentangled* offsets = offsets_of(config);
  if (offsets == nullptr || offsets->shares_projections) return;
  if (offsets->content_to_position)
    layer.position_key = reader.linear(name + "pos_key_proj", config.hidden, config.hidden, true);
  if (offsets->position_to_content)
    layer.position_query = reader.linear(name + "pos_query_proj", config.hidden, config.hidden, true);
}

/// The first version's: queries, keys and values of a head side by side in one matrix, biases of queries and values alone.
void read_joined_projections(const ModelConfig& config, WeightReader& reader, const std::string& name,
                             LayerWeights& layer, Storage& storage) {
  const std::size_t hidden = config.hidden;
  const Linear joined = reader.linear(name + "in_proj", 3 * hidden, hidden, false);
  layer.query = output_part(joined, config.heads(0), 3, 0, storage);
  layer.key = output_part(joined, config.heads(0), 3, 1, storage);
  layer.value = output_part(joined, config.heads(0), 3, 2, storage);
  layer.query.bias = reader.vector(name + "q_bias", hidden);
  layer.value.bias = reader.vector(name + "v_bias", hidden);
  const Disentangled* offsets = offsets_of(config);
  if (offsets == nullptr) return;
  if (offsets->content_to_position) layer.position_key = reader.linear(name + "pos_proj", hidden, hidden, false);
  if (offsets->position_to_content) layer.position_query = reader.linear(name + "pos_q_proj", hidden, hidden, true);
}

std::string self_attention_of(const std::string& root, std::size_t layer) {
  return root + "encoder.layer." + std::to_string(layer) + ".attention.self.";
}

}  // namespace

void read_deberta_config(const ConfigReader& reader, ModelConfig& config) {
  read_common(reader, config, false);
  if (reader.flag("talking_head", false)) reader.fail("talking_head", "false");
}

void read_deberta_v2_config(const ConfigReader& reader, ModelConfig& config) {
  read_common(reader, config, true);
  const bool normed = contains(read_words(reader, "norm_rel_ebd", {"none", "layer_norm"}), "layer_norm");
  const bool shares = reader.flag("share_att_key", false);
  for (LayerPlan& plan : config.plans)
    if (auto* offsets = std::get_if<Disentangled>(&plan.positions)) {
      offsets->normed = normed;
      offsets->shares_projections = shares;
    }
  if (reader.size("attention_head_size", {.most = bounds::kHeadDim}, config.head_dim(0)) != config.head_dim(0))
    reader.fail("attention_head_size", std::to_string(config.head_dim(0)));
  if (reader.size_or_none("conv_kernel_size", bounds::kContext) > 0) reader.fail("conv_kernel_size", "0");
}

Weights read_deberta_weights(const ModelConfig& config, WeightReader& reader) {
  const std::string root = encoder_root(config, reader, "encoder.layer.0.attention.self.in_proj.weight", "deberta.");
  Weights weights = read_tables(config, reader, root);
  read_encoder_layers(config, reader, root + "encoder.layer.", kDebertaNames, weights);
  Storage parts;
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    read_joined_projections(config, reader, self_attention_of(root, layer), weights.layers[layer], parts);
  if (config.has_lm_head) read_head(config, reader, weights);
  weights.storage = reader.take_storage();
  weights.storage.insert(weights.storage.end(), parts.begin(), parts.end());
  return weights;
}

Weights read_deberta_v2_weights(const ModelConfig& config, WeightReader& reader) {
  const std::string root = encoder_root(config, reader, "encoder.layer.0.attention.self.query_proj.weight", "deberta.");
  Weights weights = read_tables(config, reader, root);
  read_encoder_layers(config, reader, root + "encoder.layer.", kDebertaV2Names, weights);
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    read_offset_projections(config, reader, self_attention_of(root, layer), weights.layers[layer]);
  if (config.has_lm_head) read_head(config, reader, weights);
  weights.storage = reader.take_storage();
  return weights;
}

}  // namespace regard
