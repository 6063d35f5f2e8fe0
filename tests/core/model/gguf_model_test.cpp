// SPDX-License-Identifier: Apache-2.0
// Small checkpoints written both as Hugging Face folders and as GGUF files: they must hold the same model.
#include "core/model/gguf_model.h"
#include "core/model/catalog.h"
#include "core/model/gguf_architectures.h"
#include "core/model/gguf_files.h"
#include "core/model/model.h"
#include "core/model/weight_reader.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/format/gguf_writer.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>
#include <cmath>
#include <cstring>
#include <numbers>

namespace regard {
namespace {

namespace fs = std::filesystem;
using testing::error_of;
using testing::GgufWriter;
using testing::TemporaryFolder;
using testing::TinyCheckpoint;

/// Rows as the llama architecture stores them: the halves of each head of `width` rows woven together.
std::string woven(const std::string& bytes, std::size_t rows, std::size_t width) {
  const std::size_t size = bytes.size() / rows;
  std::string result(bytes.size(), '\0');
  for (std::size_t head = 0; head < rows / width; ++head)
    for (std::size_t half = 0; half < 2; ++half)
      for (std::size_t pair = 0; pair < width / 2; ++pair)
        result.replace((head * width + 2 * pair + half) * size, size,
                       bytes.substr((head * width + half * width / 2 + pair) * size, size));
  return result;
}

const GgufArchitecture& architecture_named(const std::string& name) {
  for (const GgufArchitecture& each : gguf_architectures())
    if (each.name == name) return each;
  throw std::runtime_error("no architecture " + name);
}

GgufWriter metadata_of(const std::string& architecture) {
  GgufWriter file;
  file.text("general.architecture", architecture);
  const auto key = [&](const char* name) { return architecture + "." + name; };
  file.u32(key("context_length"), 32);
  file.u32(key("embedding_length"), 10);
  file.u32(key("block_count"), 2);
  file.u32(key("feed_forward_length"), 7);
  file.u32(key("attention.head_count"), 6);
  file.u32(key("attention.head_count_kv"), 2);
  file.u32(key("attention.key_length"), 4);
  file.u32(key("attention.value_length"), 4);
  file.f32(key("attention.layer_norm_rms_epsilon"), 1e-6F);
  file.text("tokenizer.ggml.model", "gpt2");
  file.text("tokenizer.ggml.pre", "gpt-2");
  file.texts("tokenizer.ggml.tokens", {"a", "b", "c"});
  return file;
}

GgufWriter gguf_of(const TinyCheckpoint& model, const std::string& architecture) {
  GgufWriter file = metadata_of(architecture);
  for (const testing::FileTensor& tensor : model.tensors) {
    const std::vector<std::uint64_t> axes(tensor.shape.rbegin(), tensor.shape.rend());
    const bool rotated =
        tensor.name.find("q_proj") != std::string::npos || tensor.name.find("k_proj") != std::string::npos;
    file.tensor(gguf_tensor_name(tensor.name, architecture_named(architecture)), axes, 0,
                rotated && architecture == "llama" ? woven(tensor.bytes, tensor.shape[0], 4) : tensor.bytes);
  }
  return file;
}

std::shared_ptr<const Model> open(const GgufWriter& file) {
  const TemporaryFolder folder;
  testing::write(folder / "tiny.gguf", file.file());
  return load_model(folder / "tiny.gguf");
}

Error error_of_opening(const GgufWriter& file) {
  return error_of([&] { static_cast<void>(open(file)); });
}

std::vector<float> numbers_of(const TensorView& tensor) {
  std::vector<float> numbers(tensor.rows() * tensor.cols());
  copy_as_f32(tensor, 0, numbers);
  return numbers;
}

void expect_same(const Weights& ours, const Weights& expected) {
  EXPECT_EQ(numbers_of(ours.token_embedding), numbers_of(expected.token_embedding));
  EXPECT_EQ(numbers_of(ours.unembedding.weight), numbers_of(expected.unembedding.weight));
  EXPECT_EQ(ours.final_norm.scale, expected.final_norm.scale);
  ASSERT_EQ(ours.layers.size(), expected.layers.size());
  for (std::size_t layer = 0; layer < ours.layers.size(); ++layer) {
    const LayerWeights& a = ours.layers[layer];
    const LayerWeights& b = expected.layers[layer];
    for (Linear LayerWeights::*part :
         {&LayerWeights::query, &LayerWeights::key, &LayerWeights::value, &LayerWeights::output, &LayerWeights::gate,
          &LayerWeights::up, &LayerWeights::down}) {
      EXPECT_EQ(numbers_of((a.*part).weight), numbers_of((b.*part).weight)) << layer;
      EXPECT_EQ((a.*part).bias, (b.*part).bias) << layer;
    }
    for (Norm LayerWeights::*part : {&LayerWeights::attention_norm, &LayerWeights::feed_forward_norm,
                                     &LayerWeights::query_norm, &LayerWeights::key_norm})
      EXPECT_EQ((a.*part).scale, (b.*part).scale) << layer;
  }
}

class GgufModel : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(GgufModel, EqualsTheHuggingFaceFolder) {
  const auto& [architecture, huggingface] = GetParam();
  const TinyCheckpoint tiny = testing::tiny_llama(huggingface);
  const TemporaryFolder folder;
  tiny.write_to(folder / "tiny");
  const auto expected = load_model(folder / "tiny");
  const auto ours = open(gguf_of(tiny, architecture));
  EXPECT_EQ(ours->config.architecture, huggingface);
  const SoftmaxAttention &plan = ours->config.plans.front().attention, &same = expected->config.plans.front().attention;
  EXPECT_EQ(plan.qk_norm, same.qk_norm);
  EXPECT_EQ(plan.bias, same.bias);
  EXPECT_EQ(ours->config.head_dim(0), 4U);
  EXPECT_EQ(ours->config.vocabulary, 11U);
  EXPECT_FALSE(ours->config.tied_embeddings);
  EXPECT_EQ(ours->parameters, expected->parameters);
  expect_same(*ours->weights, *expected->weights);
}

INSTANTIATE_TEST_SUITE_P(Architectures, GgufModel,
                         ::testing::Values(std::pair("llama", "LlamaForCausalLM"),
                                           std::pair("qwen2", "Qwen2ForCausalLM"),
                                           std::pair("qwen3", "Qwen3ForCausalLM")),
                         [](const auto& instance) { return std::string(instance.param.first); });

TEST(GgufModelFile, unweaves_biases_of_queries_and_keys_too) {
  TinyCheckpoint tiny = testing::tiny_llama();
  testing::edit(tiny, "\"rms_norm_eps\"", "\"attention_bias\": true, \"rms_norm_eps\"");
  for (const std::string layer : {"model.layers.0.", "model.layers.1."}) {
    tiny.add(layer + "self_attn.q_proj.bias", {24});
    tiny.add(layer + "self_attn.k_proj.bias", {8});
    tiny.add(layer + "self_attn.v_proj.bias", {8});
    tiny.add(layer + "self_attn.o_proj.bias", {10});
  }
  const TemporaryFolder folder;
  tiny.write_to(folder / "tiny");
  expect_same(*open(gguf_of(tiny, "llama"))->weights, *load_model(folder / "tiny")->weights);
}

TEST(GgufModelFile, without_an_output_matrix_uses_the_embedding) {
  TinyCheckpoint tiny = testing::tiny_llama();
  tiny.remove("lm_head.weight");
  const auto model = open(gguf_of(tiny, "llama"));
  EXPECT_TRUE(model->config.tied_embeddings);
  EXPECT_EQ(model->weights->unembedding.weight.data, model->weights->token_embedding.data);
}

TEST(GgufModelFile, alone_in_a_folder_is_what_the_folder_means) {
  const TinyCheckpoint tiny = testing::tiny_llama();
  const TemporaryFolder folder;
  testing::write(folder / "m/tiny.Q8_0.gguf", gguf_of(tiny, "llama").file());
  const auto model = load_model(folder / "m");
  EXPECT_EQ(model->name, "tiny.Q8_0");
  EXPECT_EQ(model->folder, folder / "m/tiny.Q8_0.gguf");
  EXPECT_EQ(load_tokenizer_of(folder / "m")->vocabulary_size(), 3U);
  EXPECT_EQ(load_tokenizer_of(folder / "m/tiny.Q8_0.gguf")->vocabulary_size(), 3U);
  testing::write(folder / "m/other.gguf", "");
  EXPECT_EQ(error_of([&] { static_cast<void>(load_model(folder / "m")); }).code(), "several_gguf");
}

TEST(GgufModelFile, is_told_about_its_heads_by_the_file_beside_it) {
  const auto roles = [](const char* relation) {
    return std::string(R"({"heads": [{"layer": 1, "head": 2, "relation": ")") + relation +
           R"(", "name": {"ru": "р", "en": "r"}}]})";
  };
  const TemporaryFolder folder;
  testing::write(folder / "a.gguf", gguf_of(testing::tiny_llama(), "llama").file());
  EXPECT_TRUE(load_model(folder / "a.gguf")->roles.empty());
  testing::write(folder / "heads.json", roles("of the folder"));
  ASSERT_EQ(load_model(folder / "a.gguf")->roles.size(), 1U);
  EXPECT_EQ(load_model(folder / "a.gguf")->roles[0].relation, "of the folder");
  testing::write(folder / "a.heads.json", roles("of the file"));
  EXPECT_EQ(load_model(folder / "a.gguf")->roles[0].relation, "of the file");
  testing::write(folder / "b.gguf", gguf_of(testing::tiny_llama(), "llama").file());
  EXPECT_TRUE(load_model(folder / "b.gguf")->roles.empty()) << "heads.json may be about either";
}

/// The tensors of a model dealt out to three files, the metadata in the first.
std::vector<std::string> in_three_parts(const TinyCheckpoint& tiny) {
  std::vector<std::string> files;
  for (std::uint32_t part = 0; part < 3; ++part) {
    TinyCheckpoint some = tiny;
    some.tensors.clear();
    for (std::size_t index = part; index < tiny.tensors.size(); index += 3)
      some.tensors.push_back(tiny.tensors[index]);
    GgufWriter file = gguf_of(some, "qwen3");
    if (part > 0) file.metadata.clear(), file.keys = 0;
    file.value("split.no", 2, testing::little_endian(static_cast<std::uint16_t>(part)));
    file.value("split.count", 2, testing::little_endian(std::uint16_t{3}));
    files.push_back(file.file());
  }
  return files;
}

TEST(GgufModelFile, in_parts_is_opened_by_any_of_them_and_by_the_folder) {
  const TinyCheckpoint tiny = testing::tiny_llama("Qwen3ForCausalLM");
  const TemporaryFolder folder;
  tiny.write_to(folder / "huggingface");
  const auto expected = load_model(folder / "huggingface");
  const std::vector<std::string> parts = in_three_parts(tiny);
  const auto name = [&](int part) { return folder / ("gguf/tiny-0000" + std::to_string(part) + "-of-00003.gguf"); };
  for (int part = 1; part <= 3; ++part)
    testing::write(name(part), parts[static_cast<std::size_t>(part - 1)]);
  for (const fs::path& given : {name(1), name(2), name(3), folder / "gguf"}) {
    const auto model = load_model(given);
    EXPECT_EQ(model->name, "tiny");
    EXPECT_EQ(model->folder, name(1));
    EXPECT_EQ(model->parameters, expected->parameters);
    expect_same(*model->weights, *expected->weights);
    EXPECT_EQ(load_tokenizer_of(given)->vocabulary_size(), 3U);
  }
  EXPECT_EQ(gguf_models_in(folder / "gguf").size(), 1U);
  EXPECT_TRUE(gguf_models_in(folder / "gguf").front().supported);
}

TEST(GgufModelFile, in_parts_names_the_part_that_is_missing_or_in_the_wrong_place) {
  const std::vector<std::string> parts = in_three_parts(testing::tiny_llama("Qwen3ForCausalLM"));
  const TemporaryFolder folder;
  const auto error_of_file = [&](const std::string& name) {
    return error_of([&] { static_cast<void>(load_model(folder / name)); });
  };
  testing::write(folder / "a-00001-of-00003.gguf", parts[0]);
  testing::write(folder / "a-00003-of-00003.gguf", parts[2]);
  EXPECT_STREQ(
      error_of_file("a-00001-of-00003.gguf").what(),
      ((folder / "a-00001-of-00003.gguf").string() + " is part 1 of 3, but a-00002-of-00003.gguf is not beside it.")
          .c_str());
  EXPECT_FALSE(gguf_models_in(folder.path()).front().supported);
  testing::write(folder / "a-00002-of-00003.gguf", parts[2]);
  EXPECT_EQ(error_of_file("a-00003-of-00003.gguf").details().item, "split.no");
  testing::write(folder / "b-00002-of-00003.gguf", parts[1]);
  EXPECT_EQ(error_of_file("b-00002-of-00003.gguf").details().found, "b-00001-of-00003.gguf");
  testing::write(folder / "renamed.gguf", parts[1]);
  EXPECT_EQ(error_of_file("renamed.gguf").code(), "gguf_part_missing");
  EXPECT_EQ(error_of_file("renamed.gguf").details().item, "2");
  EXPECT_EQ(error_of_file("renamed.gguf").details().found, "*-00001-of-00003.gguf");
  testing::write(folder / "c-00001-of-00002.gguf", parts[0]);
  testing::write(folder / "c-00002-of-00002.gguf", parts[0]);
  EXPECT_EQ(error_of_file("c-00001-of-00002.gguf").details().item, "split.count");
}

TEST(GgufModelFile, in_parts_holds_each_tensor_once) {
  const GgufWriter whole = gguf_of(testing::tiny_llama("Qwen3ForCausalLM"), "qwen3");
  const TemporaryFolder folder;
  testing::write(folder / "a-00001-of-00002.gguf", whole.file());
  testing::write(folder / "a-00002-of-00002.gguf", whole.file());
  EXPECT_EQ(error_of([&] { static_cast<void>(load_model(folder / "a-00001-of-00002.gguf")); }).code(),
            "tensor_duplicate");
}

TEST(GgufPart, is_read_from_a_name_of_the_usual_form_only) {
  const auto part = gguf_part_of("/m/big-model-00012-of-00345.gguf");
  ASSERT_TRUE(part);
  EXPECT_EQ(part->stem, "big-model");
  EXPECT_EQ(part->number, 12U);
  EXPECT_EQ(part->count, 345U);
  for (const char* name :
       {"m.gguf", "m-00001-of-00002.bin", "m-00003-of-00002.gguf", "m-00000-of-00002.gguf", "m-0001-of-0002.gguf",
        "m-0000x-of-00002.gguf", "-00001-of-00002.gguf", "m-00001-of-99999.gguf"})
    EXPECT_FALSE(gguf_part_of(name)) << name;
  EXPECT_EQ(gguf_model_name("x/m-00001-of-00002.gguf"), "m");
  EXPECT_EQ(gguf_model_name("x/m.Q4_K.gguf"), "m.Q4_K");
}

TEST(GgufModelFile, of_version_1_says_which_can_be_read) {
  const TemporaryFolder folder;
  testing::write(folder / "old.gguf", std::string("GGUF\1\0\0\0", 8) + std::string(16, '\0'));
  const Error error = error_of([&] { static_cast<void>(load_model(folder / "old.gguf")); });
  EXPECT_EQ(error.code(), "gguf_version");
  EXPECT_EQ(error.details().found, "1");
}

TEST(GgufModelFile, of_another_architecture_names_the_known_ones) {
  const Error error = error_of_opening(metadata_of("rwkv6"));
  EXPECT_EQ(error.code(), "unknown_architecture");
  EXPECT_EQ(error.details().found, "rwkv6");
  EXPECT_EQ(error.details().expected,
            "llama, qwen2, qwen3, qwen2moe, qwen3moe, olmoe, granite, starcoder2, stablelm, command-r, cohere2, olmo2, "
            "falcon, gpt-oss, deepseek2, falcon-h1, granitehybrid, jamba, mamba, mamba2, gpt2, gemma, gemma2, gemma3, "
            "gemma3n, gemma4, nemotron_h, nemotron_h_moe, qwen3next, qwen35, qwen35moe, phi3, bert, modern-bert");
}

TEST(GgufModelFile, complains_in_the_words_of_the_file) {
  const TinyCheckpoint tiny = testing::tiny_llama();
  const auto with = [&](const auto& change) {
    GgufWriter file = gguf_of(tiny, "llama");
    change(file);
    return error_of_opening(file);
  };
  GgufWriter bare;
  bare.text("general.architecture", "llama");
  EXPECT_EQ(error_of_opening(bare).details().item, "llama.context_length");
  EXPECT_EQ(with([](GgufWriter& file) { file.f32("llama.rope.freq_base", -1.0F); }).details().item,
            "llama.rope.freq_base");
  EXPECT_EQ(with([](GgufWriter& file) { file.u32("llama.residual_scale", 8); }).details().item, "llama.residual_scale");
  EXPECT_EQ(with([](GgufWriter& file) { file.u32("llama.expert_count", 8); }).details().item,
            "llama.expert_used_count");
  EXPECT_EQ(with([](GgufWriter& file) { file.u32("llama.rope.dimension_count", 2); }).details().expected, "4");
  EXPECT_EQ(with([](GgufWriter& file) { file.text("llama.rope.scaling.type", "longrope"); }).details().found,
            "\"longrope\"");
  const Error foreign = with([](GgufWriter& file) { file.tensor("blk.0.attn_sub_norm.weight", {1}, 0, "1234"); });
  EXPECT_EQ(foreign.code(), "tensor_unknown");
  EXPECT_EQ(foreign.details().item, "blk.0.attn_sub_norm.weight");
  EXPECT_EQ(with([](GgufWriter& file) { file.tensor("blk.2.attn_q.weight", {1}, 0, "1234"); }).code(),
            "tensor_unknown");
  TinyCheckpoint incomplete = tiny;
  incomplete.remove("model.layers.1.mlp.up_proj.weight");
  const Error missing = error_of_opening(gguf_of(incomplete, "llama"));
  EXPECT_EQ(missing.code(), "tensor_missing");
  EXPECT_EQ(missing.details().item, "blk.1.ffn_up.weight");
  EXPECT_EQ(missing.details().expected, "[7, 10]");
}

TEST(GgufModelFile, of_experts_is_refused_with_gates_or_tensors_that_nobody_uses) {
  const auto mixture = [] {
    GgufWriter file = metadata_of("qwen3moe");
    file.u32("qwen3moe.expert_count", 5);
    file.u32("qwen3moe.expert_used_count", 2);
    file.u32("qwen3moe.expert_feed_forward_length", 3);
    file.tensor("token_embd.weight", {10, 3}, 0, std::string(10 * 3 * 4, '\0'));
    return file;
  };
  GgufWriter file = mixture();
  EXPECT_EQ(error_of_opening(file).code(), "tensor_missing");  // the settings are as they should be
  file.flag("qwen3moe.expert_weights_norm", true);
  EXPECT_EQ(error_of_opening(file).code(), "tensor_missing");
  file = mixture();
  file.flag("qwen3moe.expert_weights_norm", false);
  EXPECT_EQ(error_of_opening(file).details().item, "qwen3moe.expert_weights_norm");
  file = mixture();
  file.u32("qwen3moe.expert_gating_func", 2);  // a sigmoid
  EXPECT_EQ(error_of_opening(file).details().item, "qwen3moe.expert_gating_func");
  file = mixture();
  file.tensor("blk.0.ffn_up_shexp.weight", {10, 3}, 0, std::string(10 * 3 * 4, '\0'));
  EXPECT_EQ(error_of_opening(file).code(), "tensor_unknown");
  EXPECT_EQ(error_of_opening(file).details().item, "blk.0.ffn_up_shexp.weight");
}

TEST(GgufModelFile, tells_how_positions_are_stretched) {
  const TinyCheckpoint tiny = testing::tiny_llama();
  GgufWriter linear = gguf_of(tiny, "llama");
  linear.text("llama.rope.scaling.type", "linear");
  linear.f32("llama.rope.scaling.factor", 4.0F);
  EXPECT_EQ(first_rotary(open(linear)->config)->rope.scaling, RopeConfig::Scaling::linear);
  EXPECT_EQ(first_rotary(open(linear)->config)->rope.factor, 4.0F);
  GgufWriter yarn = gguf_of(tiny, "llama");
  yarn.text("llama.rope.scaling.type", "yarn");
  yarn.f32("llama.rope.scaling.factor", 4.0F);
  yarn.u32("llama.rope.scaling.original_context_length", 8);
  EXPECT_EQ(first_rotary(open(yarn)->config)->rope.original_context, 8.0F);
  EXPECT_NEAR(first_rotary(open(yarn)->config)->rope.attention_factor, 0.1 * std::log(4.0) + 1.0, 1e-6);
}

/// What the frequencies of a head of 4 dimensions are divided by in a Llama 3.1 file.
std::string llama3_divisors(double factor) {
  std::string bytes;
  for (int pair = 0; pair < 2; ++pair) {
    const double wavelength = 2.0 * std::numbers::pi / std::pow(1e10, -pair / 2.0);
    double divisor = factor;
    if (wavelength < 8192.0 / 4.0)
      divisor = 1.0;
    else if (wavelength <= 8192.0) {
      const double smooth = (8192.0 / wavelength - 1.0) / 3.0;
      divisor = 1.0 / ((1.0 - smooth) / factor + smooth);
    }
    bytes += testing::little_endian(static_cast<float>(divisor));
  }
  return bytes;
}

TEST(GgufModelFile, recognises_the_stretching_of_llama_3_by_its_divisors) {
  const TinyCheckpoint tiny = testing::tiny_llama();
  GgufWriter file = gguf_of(tiny, "llama");
  file.f32("llama.rope.freq_base", 1e10F);
  GgufWriter other = file;
  file.tensor("rope_freqs.weight", {2}, 0, llama3_divisors(32.0));
  const RopeConfig rope = first_rotary(open(file)->config)->rope;
  EXPECT_EQ(rope.scaling, RopeConfig::Scaling::llama3);
  EXPECT_EQ(rope.factor, 32.0F);
  EXPECT_EQ(rope.original_context, 8192.0F);
  other.tensor("rope_freqs.weight", {2}, 0, testing::little_endian(2.0F) + testing::little_endian(8.0F));
  EXPECT_EQ(error_of_opening(other).details().item, "rope_freqs.weight[0]");
  GgufWriter too_short = gguf_of(tiny, "llama");
  too_short.f32("llama.rope.freq_base", 1e10F);
  too_short.tensor("rope_freqs.weight", {1}, 0, testing::little_endian(1.0F));
  EXPECT_EQ(error_of_opening(too_short).code(), "tensor_shape");
}

TEST(GgufModelFile, keeps_quantised_rows_as_they_are) {
  GgufWriter file;
  std::string rows;
  for (int row = 0; row < 8; ++row)
    rows += std::string("\x00\x3C", 2) + std::string(32, static_cast<char>(row));  // row r holds the number r
  file.tensor("blk.0.attn_q.weight", {32, 8}, 8, rows);
  const TemporaryFolder folder;
  testing::write(folder / "m.gguf", file.file());
  const auto mapping = std::make_shared<const MappedFile>(folder / "m.gguf");
  const GgufArchitecture& architecture = architecture_named("llama");
  Checkpoint checkpoint{.listing = "m.gguf"};
  checkpoint.own_name = [&](std::string_view name) { return gguf_tensor_name(name, architecture); };
  checkpoint.files.push_back({"m.gguf", mapping});
  for (const StoredTensor& tensor : parse_gguf(mapping->bytes(), "m.gguf").tensors)
    checkpoint.places.emplace(tensor.name, Checkpoint::Place{.tensor = tensor, .interleaved = 4});
  WeightReader reader(checkpoint);
  const TensorView query = reader.tensor("model.layers.0.self_attn.q_proj.weight", {8, 32});
  const auto storage = reader.take_storage();
  EXPECT_EQ(query.dtype, DType::q8_0);
  EXPECT_EQ(query.data, mapping->bytes().data() + checkpoint.places.begin()->second.tensor.begin) << "no copy";
  const std::vector<float> numbers = numbers_of(query);
  const float expected[] = {0, 2, 1, 3, 4, 6, 5, 7};  // the halves apart again
  for (std::size_t row = 0; row < 8; ++row)
    EXPECT_EQ(numbers[row * 32 + 5], expected[row]) << row;
  float odd[3] = {};
  copy_as_f32(query, 31, odd);  // not at a block's edge
  EXPECT_EQ(odd[0], 0.0F);
  EXPECT_EQ(odd[1], 2.0F);
}

}  // namespace
}  // namespace regard
