// SPDX-License-Identifier: Apache-2.0
#include "core/model/adapter.h"

#include "core/model/fingerprint.h"
#include "core/model/model.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/format/gguf_writer.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>
#include <cmath>

namespace regard {
namespace {

namespace fs = std::filesystem;
using testing::error_of;
using testing::TemporaryFolder;
using testing::TinyCheckpoint;

constexpr const char* kFile = "adapter_config.json";
constexpr const char* kModule = "model.layers.1.self_attn.q_proj";

AdapterConfig parsed(const std::string& json) {
  return parse_adapter_config(json, kFile);
}

TEST(AdapterConfig, SaysRankAndScale) {
  const AdapterConfig config =
      parsed(R"({"peft_type": "LORA", "r": 4, "lora_alpha": 6, "base_model_name_or_path": "a/b"})");
  EXPECT_EQ(config.base, "a/b");
  EXPECT_EQ(rank_of(config, kModule, kFile), 4U);
  EXPECT_FLOAT_EQ(scale_of(config, kModule, 4, kFile), 1.5F);
}

TEST(AdapterConfig, SilentFilesHaveTheLibrarysDefaults) {
  const AdapterConfig config = parsed("{}");
  EXPECT_EQ(config.rank, 8U);
  EXPECT_FLOAT_EQ(scale_of(config, kModule, 8, kFile), 1.0F);
}

TEST(AdapterConfig, RankStabilisedIsDividedByTheRoot) {
  const AdapterConfig config = parsed(R"({"r": 9, "lora_alpha": 6, "use_rslora": true})");
  EXPECT_FLOAT_EQ(scale_of(config, kModule, 9, kFile), 2.0F);
}

TEST(AdapterConfig, PatternsMatchTheEndBehindADot) {
  const AdapterConfig config = parsed(
      R"({"r": 2, "lora_alpha": 2, "rank_pattern": {"q_proj": 5, "layers\\.0\\..*": 7, "proj": 9},
          "alpha_pattern": {"^model\\.layers\\.1\\.self_attn\\.q_proj": 10}})");
  EXPECT_EQ(rank_of(config, kModule, kFile), 5U);
  EXPECT_EQ(rank_of(config, "model.layers.0.self_attn.v_proj", kFile), 7U);
  EXPECT_EQ(rank_of(config, "model.layers.1.self_attn.v_proj", kFile), 2U);  // "proj" does not begin behind a dot
  EXPECT_FLOAT_EQ(scale_of(config, kModule, 5, kFile), 2.0F);
}

TEST(AdapterConfig, PatternsThatDisagreeAreRefused) {
  const AdapterConfig config = parsed(R"({"rank_pattern": {"q_proj": 5, ".*\\.1\\..*": 7}})");
  EXPECT_EQ(error_of([&] { (void)rank_of(config, kModule, kFile); }).code(), "config_value");
  EXPECT_EQ(rank_of(config, "model.layers.0.self_attn.q_proj", kFile), 5U);
}

TEST(AdapterConfig, OtherKindsAreRefusedByName) {
  for (const std::string kind : {"IA3", "PROMPT_TUNING", "PREFIX_TUNING", "LOHA", "VERA", "OFT"}) {
    const Error error = error_of([&] { (void)parsed(R"({"peft_type": ")" + kind + "\"}"); });
    EXPECT_EQ(error.code(), "adapter_kind");
    EXPECT_EQ(error.details().found, kind);
  }
}

TEST(AdapterConfig, WhatChangesTheBaseOrIsNotComputedIsRefused) {
  for (const char* json : {R"({"init_lora_weights": "pissa"})", R"({"init_lora_weights": "pissa_niter_16"})",
                           R"({"init_lora_weights": "olora"})", R"({"init_lora_weights": "loftq"})",
                           R"({"layer_replication": [[0, 4], [2, 5]]})", R"({"lora_bias": true})",
                           R"({"trainable_token_indices": [1, 2]})", R"({"target_parameters": ["experts.down_proj"]})",
                           R"({"use_qalora": true})", R"({"alora_invocation_tokens": [5]})"})
    EXPECT_EQ(error_of([&] { (void)parsed(json); }).code(), "adapter_setting") << json;
  for (const char* json : {R"({"init_lora_weights": true})", R"({"init_lora_weights": "gaussian"})",
                           R"({"layer_replication": null, "lora_bias": false, "target_parameters": []})"})
    EXPECT_EQ(parsed(json).rank, 8U) << json;
}

TEST(AdapterConfig, BadNumbersAreRefused) {
  for (const char* json : {R"({"r": 0})", R"({"r": -1})", R"({"r": 1e9})", R"({"lora_alpha": 0})",
                           R"({"lora_alpha": NaN})", R"({"rank_pattern": {"q": 0}})", R"({"rank_pattern": {"q": 1.5}})",
                           R"({"alpha_pattern": [1]})", R"({"alpha_pattern": {"q": "4"}})", "[]"})
    EXPECT_FALSE(error_of([&] { (void)parsed(json); }).code().empty()) << json;
}

/// A Llama of one layer, and an adapter of rank 2 for its queries.
struct Files {
  TemporaryFolder folder{};
  TinyCheckpoint adapter{};
  std::string config = R"({"peft_type": "LORA", "r": 2, "lora_alpha": 2})";

  Files() {
    TinyCheckpoint base = testing::tiny_llama();
    std::filesystem::create_directories(folder.path() / "base");
    base.write_to(folder.path() / "base");
    adapter.add("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight", {2, width(base)});
    adapter.add("base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight", {outputs(base), 2});
  }
  static std::size_t width(TinyCheckpoint& base) { return base.at("model.layers.0.self_attn.q_proj.weight").shape[1]; }
  static std::size_t outputs(TinyCheckpoint& base) {
    return base.at("model.layers.0.self_attn.q_proj.weight").shape[0];
  }

  [[nodiscard]] std::shared_ptr<const Model> open() const {
    fs::create_directories(folder.path() / "adapter");
    testing::write(folder.path() / "adapter" / "adapter_config.json", config);
    testing::write(folder.path() / "adapter" / "adapter_model.safetensors", testing::safetensors_of(adapter.tensors));
    const AdapterUse use[] = {{folder.path() / "adapter"}};
    return load_model(folder.path() / "base", use);
  }
  [[nodiscard]] Error error() const {
    return error_of([&] { (void)open(); });
  }
};

TEST(Adapter, OpensOverItsModel) {
  const Files files;
  const auto model = files.open();
  ASSERT_EQ(model->adapters.size(), 1U);
  EXPECT_EQ(model->adapters.front().low_rank, std::vector<std::string>{"model.layers.0.self_attn.q_proj"});
  EXPECT_EQ(model->adapters.front().most_rank, 2U);
  EXPECT_TRUE(model->adapters.front().is_base_at_0());
}

TEST(Adapter, AnyOfItsFilesOpensIt) {
  const Files files;
  (void)files.open();
  for (const char* name : {"adapter/", "adapter/adapter_config.json", "adapter/adapter_model.safetensors"}) {
    const AdapterUse use[] = {{files.folder.path() / name}};
    EXPECT_EQ(load_model(files.folder.path() / "base", use)->adapters.front().name, "adapter") << name;
    EXPECT_TRUE(is_adapter(files.folder.path() / name)) << name;
  }
  EXPECT_FALSE(is_adapter(files.folder.path() / "base"));
  EXPECT_FALSE(is_adapter(files.folder.path() / "nothing"));
}

TEST(Adapter, SaysItsBaseWithoutBeingOpened) {
  Files files;
  files.config = R"({"r": 2, "base_model_name_or_path": "org/base"})";
  (void)files.open();
  for (const char* name : {"adapter", "adapter/adapter_config.json"})
    EXPECT_EQ(read_adapter_config(files.folder.path() / name).base, "org/base") << name;
  EXPECT_EQ(error_of([&] { (void)read_adapter_config(files.folder.path() / "no"); }).code(), "file_missing");
  EXPECT_EQ(error_of([&] { (void)read_adapter_config(files.folder.path() / "base"); }).code(), "file_missing");
}

TEST(Adapter, AndItsStrengthAreToldBesideTheModelsName) {
  const Files files;
  const auto model = files.open();
  EXPECT_EQ(full_name(*model), "base + adapter");
  const float half[] = {-0.5F}, none[] = {0.0F};
  EXPECT_EQ(full_name(*at_strengths(*model, half)), "base + adapter × -0.5");
  EXPECT_EQ(full_name(*at_strengths(*model, none)), "base");
}

/// What is measured with one is never taken for another's, but at strength 0 it is the base's.
TEST(Adapter, AndItsStrengthArePartOfWhatNumbersFollowFrom) {
  Files files;
  const auto model = files.open();
  const auto at = [&](float strength) {
    const float strengths[] = {strength};
    return fingerprint_of(*at_strengths(*model, strengths));
  };
  const std::string base = fingerprint_of(*load_model(files.folder.path() / "base"));
  EXPECT_EQ(at(0.0F), base);
  EXPECT_NE(at(1.0F), base);
  EXPECT_NE(at(1.0F), at(0.5F));
  EXPECT_EQ(at(0.5F), at(0.5F));
  const std::string before = at(1.0F), adapters = adapters_fingerprint(*model);
  EXPECT_EQ(adapters_fingerprint(*load_model(files.folder.path() / "base")), "");
  files.config = R"({"peft_type": "LORA", "r": 2, "lora_alpha": 3})";
  const auto other = files.open();
  EXPECT_NE(fingerprint_of(*other), before);
  EXPECT_NE(adapters_fingerprint(*other), adapters);
}

TEST(Adapter, OfAWiderModelNamesBothShapes) {
  Files files;
  files.adapter.tensors.clear();
  files.adapter.add("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight", {2, 99});
  files.adapter.add("base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight", {8, 2});
  const Error error = files.error();
  EXPECT_EQ(error.code(), "tensor_shape");
  EXPECT_NE(error.details().found.find("99"), std::string::npos);
}

TEST(Adapter, OfAnotherRankThanItSaysIsRefused) {
  Files files;
  files.config = R"({"r": 3})";
  EXPECT_EQ(files.error().code(), "tensor_shape");
}

TEST(Adapter, HalfOfAPairIsRefused) {
  Files files;
  files.adapter.tensors.pop_back();
  EXPECT_EQ(files.error().code(), "tensor_missing");
}

TEST(Adapter, WhatTheModelDoesNotHaveIsRefused) {
  Files files;
  files.adapter.add("base_model.model.model.layers.7.self_attn.q_proj.lora_A.weight", {2, 8});
  const Error error = files.error();
  EXPECT_EQ(error.code(), "adapter_tensor");
  EXPECT_NE(error.details().item.find("layers.7"), std::string::npos);
}

TEST(Adapter, OfEmbeddingsIsRefusedAndNotPassedOver) {
  Files files;
  files.adapter.add("base_model.model.model.embed_tokens.lora_embedding_A", {2, 11});
  EXPECT_EQ(files.error().code(), "adapter_tensor");
}

TEST(Adapter, WithoutWeightsSaysWhichFileIsMissing) {
  const Files files;
  (void)files.open();
  fs::remove(files.folder.path() / "adapter" / "adapter_model.safetensors");
  const AdapterUse use[] = {{files.folder.path() / "adapter"}};
  const Error error = error_of([&] { (void)load_model(files.folder.path() / "base", use); });
  EXPECT_EQ(error.code(), "weights_missing");
  EXPECT_NE(error.details().expected.find("adapter_model.safetensors"), std::string::npos);
}

TEST(Adapter, AMissingOneIsMissing) {
  const Files files;
  (void)files.open();
  const AdapterUse use[] = {{files.folder.path() / "no"}};
  EXPECT_EQ(error_of([&] { (void)load_model(files.folder.path() / "base", use); }).code(), "file_missing");
}

TEST(Adapter, InGgufForAnotherArchitectureIsRefused) {
  const Files files;
  (void)files.open();
  testing::GgufWriter gguf;
  gguf.text("general.architecture", "gpt2");
  gguf.text("adapter.type", "lora");
  gguf.f32("adapter.lora.alpha", 4.0F);
  testing::write(files.folder.path() / "a.gguf", gguf.file());
  const AdapterUse use[] = {{files.folder.path() / "a.gguf"}};
  EXPECT_TRUE(is_adapter(use[0].path));
  EXPECT_EQ(error_of([&] { (void)load_model(files.folder.path() / "base", use); }).code(), "adapter_architecture");
}

TEST(Adapter, InGgufWithABadAlphaIsRefused) {
  const Files files;
  (void)files.open();
  for (const float alpha : {-1.0F, std::nanf(""), 1e9F}) {
    testing::GgufWriter gguf;
    gguf.text("general.architecture", "llama");
    gguf.text("adapter.type", "lora");
    gguf.f32("adapter.lora.alpha", alpha);
    testing::write(files.folder.path() / "a.gguf", gguf.file());
    const AdapterUse use[] = {{files.folder.path() / "a.gguf"}};
    EXPECT_EQ(error_of([&] { (void)load_model(files.folder.path() / "base", use); }).code(), "gguf_format") << alpha;
  }
}

}  // namespace
}  // namespace regard
