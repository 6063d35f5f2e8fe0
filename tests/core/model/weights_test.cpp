// SPDX-License-Identifier: Apache-2.0
#include "core/base/progress.h"
#include "core/model/family.h"
#include "core/model/weight_reader.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>
#include <cstring>

namespace regard {
namespace {

using testing::error_of;
using testing::TemporaryFolder;
using testing::TinyCheckpoint;

Weights read_weights(const std::filesystem::path& folder) {
  const ModelConfig config = parse_model_config(testing::read(folder / "config.json"), "config.json");
  const Checkpoint checkpoint = open_checkpoint(folder);
  WeightReader reader(checkpoint);
  return find_architecture(config.architecture)->read_weights(config, reader);
}

Weights read_weights(const TinyCheckpoint& model) {
  const TemporaryFolder folder;
  model.write_to(folder.path());
  return read_weights(folder.path());  // the mapping outlives the deleted file
}

std::vector<float> numbers(const TensorView& tensor) {
  std::vector<float> values(tensor.rows() * tensor.cols());
  copy_as_f32(tensor, 0, values);
  return values;
}

std::vector<float> numbers(TinyCheckpoint& model, const std::string& name) {
  const std::string& bytes = model.at(name).bytes;
  std::vector<float> values(bytes.size() / 4);
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

void expect_same(const Weights& one, const Weights& other) {
  EXPECT_EQ(numbers(one.token_embedding), numbers(other.token_embedding));
  EXPECT_EQ(one.final_norm.scale, other.final_norm.scale);
  EXPECT_EQ(one.embedding_norm.shift, other.embedding_norm.shift);
  ASSERT_EQ(one.layers.size(), other.layers.size());
  for (std::size_t layer = 0; layer < one.layers.size(); ++layer) {
    EXPECT_EQ(numbers(one.layers[layer].query.weight), numbers(other.layers[layer].query.weight));
    EXPECT_EQ(numbers(one.layers[layer].down.weight), numbers(other.layers[layer].down.weight));
    EXPECT_EQ(one.layers[layer].query.bias, other.layers[layer].query.bias);
    EXPECT_EQ(one.layers[layer].attention_norm.scale, other.layers[layer].attention_norm.scale);
    EXPECT_EQ(one.layers[layer].feed_forward_norm.scale, other.layers[layer].feed_forward_norm.scale);
  }
}

TEST(BertWeights, come_from_the_tensors_of_their_names) {
  TinyCheckpoint model = testing::tiny_bert();
  const Weights weights = read_weights(model);
  const std::string layer = "bert.encoder.layer.1.";
  const LayerWeights& last = weights.layers.at(1);
  EXPECT_EQ(numbers(weights.position_embedding), numbers(model, "bert.embeddings.position_embeddings.weight"));
  EXPECT_EQ(numbers(weights.type_embedding), numbers(model, "bert.embeddings.token_type_embeddings.weight"));
  EXPECT_EQ(weights.embedding_norm.scale, numbers(model, "bert.embeddings.LayerNorm.weight"));
  EXPECT_EQ(numbers(last.query.weight), numbers(model, layer + "attention.self.query.weight"));
  EXPECT_EQ(numbers(last.key.weight), numbers(model, layer + "attention.self.key.weight"));
  EXPECT_EQ(last.value.bias, numbers(model, layer + "attention.self.value.bias"));
  EXPECT_EQ(last.output.bias, numbers(model, layer + "attention.output.dense.bias"));
  EXPECT_EQ(last.attention_norm.shift, numbers(model, layer + "attention.output.LayerNorm.bias"));
  EXPECT_EQ(numbers(last.up.weight), numbers(model, layer + "intermediate.dense.weight"));
  EXPECT_EQ(last.down.weight.shape, (std::vector<std::size_t>{12, 10}));
  EXPECT_EQ(last.feed_forward_norm.scale, numbers(model, layer + "output.LayerNorm.weight"));
  EXPECT_EQ(weights.head_norm.scale, numbers(model, "cls.predictions.transform.LayerNorm.weight"));
  EXPECT_EQ(weights.unembedding.bias, numbers(model, "cls.predictions.bias"));
  EXPECT_EQ(weights.unembedding.weight.data, weights.token_embedding.data) << "tied";
  EXPECT_TRUE(last.gate.weight.empty());
}

TEST(BertWeights, are_the_same_with_old_norm_names_without_a_prefix_and_with_the_newer_bias_name) {
  const Weights usual = read_weights(testing::tiny_bert());
  expect_same(usual, read_weights(testing::tiny_bert("bert.", true)));
  TinyCheckpoint bare = testing::tiny_bert("");
  bare.at("cls.predictions.bias").name = "cls.predictions.decoder.bias";
  const Weights renamed = read_weights(bare);
  expect_same(usual, renamed);
  EXPECT_EQ(usual.unembedding.bias, renamed.unembedding.bias);
}

TEST(BertWeights, of_a_model_without_a_head_have_none) {
  TinyCheckpoint model = testing::tiny_bert("");
  testing::edit(model, "BertForMaskedLM", "BertModel");
  std::erase_if(model.tensors, [](const auto& tensor) { return tensor.name.starts_with("cls."); });
  EXPECT_TRUE(read_weights(model).unembedding.weight.empty());
}

TEST(LlamaWeights, come_from_the_tensors_of_their_names) {
  TinyCheckpoint model = testing::tiny_llama("Qwen3ForCausalLM");
  const Weights weights = read_weights(model);
  const LayerWeights& last = weights.layers.at(1);
  EXPECT_EQ(numbers(last.query.weight), numbers(model, "model.layers.1.self_attn.q_proj.weight"));
  EXPECT_EQ(numbers(last.output.weight), numbers(model, "model.layers.1.self_attn.o_proj.weight"));
  EXPECT_EQ(last.attention_norm.scale, numbers(model, "model.layers.1.input_layernorm.weight"));
  EXPECT_EQ(last.feed_forward_norm.scale, numbers(model, "model.layers.1.post_attention_layernorm.weight"));
  EXPECT_EQ(last.query_norm.scale, numbers(model, "model.layers.1.self_attn.q_norm.weight"));
  EXPECT_EQ(last.key_norm.scale, numbers(model, "model.layers.1.self_attn.k_norm.weight"));
  EXPECT_EQ(numbers(last.gate.weight), numbers(model, "model.layers.1.mlp.gate_proj.weight"));
  EXPECT_EQ(numbers(last.up.weight), numbers(model, "model.layers.1.mlp.up_proj.weight"));
  EXPECT_EQ(weights.final_norm.scale, numbers(model, "model.norm.weight"));
  EXPECT_EQ(numbers(weights.unembedding.weight), numbers(model, "lm_head.weight"));
  EXPECT_TRUE(last.query.bias.empty());
}

TEST(LlamaWeights, need_the_biases_that_the_config_promises) {
  TinyCheckpoint model = testing::tiny_llama("Qwen2ForCausalLM");
  EXPECT_EQ(read_weights(model).layers.at(0).key.bias, numbers(model, "model.layers.0.self_attn.k_proj.bias"));
  model.remove("model.layers.0.self_attn.k_proj.bias");
  const Error error = error_of([&] { static_cast<void>(read_weights(model)); });
  EXPECT_EQ(error.code(), "tensor_missing");
  EXPECT_EQ(error.details().item, "model.layers.0.self_attn.k_proj.bias");
  EXPECT_EQ(error.details().expected, "[8]");
}

TEST(LlamaWeights, of_a_bare_model_carry_no_prefix) {
  TinyCheckpoint model = testing::tiny_llama();
  const Weights usual = read_weights(model);
  testing::edit(model, "LlamaForCausalLM", "LlamaModel");
  model.remove("lm_head.weight");
  for (auto& tensor : model.tensors)
    tensor.name.erase(0, std::string("model.").size());
  expect_same(usual, read_weights(model));
}

TEST(Weights, that_are_missing_are_named_with_their_shape) {
  TinyCheckpoint model = testing::tiny_llama();
  model.remove("model.layers.1.mlp.up_proj.weight");
  const Error error = error_of([&] { static_cast<void>(read_weights(model)); });
  EXPECT_EQ(error.code(), "tensor_missing");
  EXPECT_EQ(error.details().item, "model.layers.1.mlp.up_proj.weight");
  EXPECT_EQ(error.details().expected, "[7, 10]");
}

TEST(Weights, of_the_wrong_shape_are_named_with_what_was_expected_and_found) {
  TinyCheckpoint model = testing::tiny_bert();
  model.at("bert.encoder.layer.0.intermediate.dense.weight").shape = {12, 10};
  const Error error = error_of([&] { static_cast<void>(read_weights(model)); });
  EXPECT_EQ(error.code(), "tensor_shape");
  EXPECT_EQ(error.details().item, "bert.encoder.layer.0.intermediate.dense.weight");
  EXPECT_EQ(error.details().expected, "[10, 12]");
  EXPECT_EQ(error.details().found, "[12, 10]");
}

TEST(Weights, of_a_type_without_fractions_are_refused) {
  TinyCheckpoint model = testing::tiny_bert();
  model.at("bert.embeddings.word_embeddings.weight").type = "I32";
  const Error error = error_of([&] { static_cast<void>(read_weights(model)); });
  EXPECT_EQ(error.code(), "tensor_dtype");
  EXPECT_EQ(error.details().found, "I32");
}

TEST(Weights, in_half_precision_stay_views_of_the_file) {
  for (const char* type : {"F16", "BF16"}) {
    for (const auto& made : {testing::tiny_bert(), testing::tiny_llama()}) {
      TinyCheckpoint small = made;
      small.shrink(type);
      const Weights weights = read_weights(small);
      EXPECT_NE(weights.token_embedding.dtype, DType::f32);
      EXPECT_NE(weights.layers.at(0).query.weight.dtype, DType::f32);
      expect_same(read_weights(made), weights);
    }
  }
}

TEST(Weights, that_start_at_an_odd_byte_are_copied_to_an_even_place) {
  const TemporaryFolder folder;
  const TinyCheckpoint model = testing::tiny_llama();
  model.write_side_files(folder.path());
  testing::write(folder / "model.safetensors", testing::safetensors_of(model.tensors, 3));
  const Weights odd = read_weights(folder.path());
  const Weights even = read_weights(model);
  expect_same(even, odd);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(odd.token_embedding.data) % 4, 0U);
}

TEST(Weights, of_a_sharded_model_equal_those_of_a_single_file) {
  const TemporaryFolder folder;
  const TinyCheckpoint model = testing::tiny_llama();
  model.write_to(folder / "single");
  const Weights single = read_weights(folder / "single");

  model.write_side_files(folder / "sharded");
  const auto middle = static_cast<std::ptrdiff_t>(model.tensors.size() / 2);
  const std::vector<testing::FileTensor> first(model.tensors.begin(), model.tensors.begin() + middle);
  const std::vector<testing::FileTensor> second(model.tensors.begin() + middle, model.tensors.end());
  testing::write(folder / "sharded/model-1.safetensors", testing::safetensors_of(first));
  testing::write(folder / "sharded/model-2.safetensors", testing::safetensors_of(second));
  std::string map;
  for (const auto& tensor : first)
    map += (map.empty() ? "\"" : ", \"") + tensor.name + R"(": "model-1.safetensors")";
  for (const auto& tensor : second)
    map += ", \"" + tensor.name + R"(": "model-2.safetensors")";
  testing::write(folder / "sharded/model.safetensors.index.json", R"({"metadata": {}, "weight_map": {)" + map + "}}");
  expect_same(single, read_weights(folder / "sharded"));

  testing::write(folder / "sharded/model-2.safetensors", testing::safetensors_of(first));
  const Error error = error_of([&] { static_cast<void>(read_weights(folder / "sharded")); });
  EXPECT_EQ(error.code(), "tensor_missing") << "the index promises a tensor that the shard does not have";
  EXPECT_EQ(error.details().file, (folder / "sharded/model-2.safetensors").string());
  std::filesystem::remove(folder / "sharded/model-2.safetensors");
  EXPECT_EQ(error_of([&] { static_cast<void>(read_weights(folder / "sharded")); }).code(), "file_missing");
}

TEST(Checkpoint, takes_the_only_safetensors_file_and_otherwise_says_what_it_found) {
  const TemporaryFolder folder;
  const TinyCheckpoint model = testing::tiny_llama();
  model.write_to(folder.path());
  std::filesystem::rename(folder / "model.safetensors", folder / "other.safetensors");
  EXPECT_EQ(open_checkpoint(folder.path()).places.size(), model.tensors.size());
  std::filesystem::remove(folder / "other.safetensors");
  testing::write(folder / "tf_model.h5", "x");
  const Error error = error_of([&] { static_cast<void>(open_checkpoint(folder.path())); });
  EXPECT_EQ(error.code(), "weights_missing");
  EXPECT_EQ(error.details().found, "tf_model.h5");
}

TEST(WeightReader, stops_between_tensors_and_counts_each_number_once) {
  const TemporaryFolder folder;
  const TinyCheckpoint model = testing::tiny_bert();
  model.write_to(folder.path());
  const Checkpoint checkpoint = open_checkpoint(folder.path());
  const ModelConfig config = parse_model_config(model.config, "c");
  std::stop_source stop;
  Progress progress;
  WeightReader reader(checkpoint, stop.get_token(), &progress);
  static_cast<void>(read_bert_weights(config, reader));
  std::size_t numbers = 0;
  for (const auto& tensor : model.tensors)
    if (tensor.type == "F32") numbers += tensor.bytes.size() / 4;
  EXPECT_EQ(reader.parameters(), numbers);
  EXPECT_EQ(progress.fraction, 1.0F);
  stop.request_stop();
  WeightReader stopped(checkpoint, stop.get_token());
  EXPECT_THROW(static_cast<void>(read_bert_weights(config, stopped)), Cancelled);
}

}  // namespace
}  // namespace regard
