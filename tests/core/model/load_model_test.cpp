// SPDX-License-Identifier: Apache-2.0
#include "core/base/progress.h"
#include "core/model/catalog.h"
#include "core/model/model.h"
#include "core/model/weights.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/needed.h"
#include "tests/core/format/gguf_writer.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>
#include <cstdlib>

namespace regard {
namespace {

using testing::error_of;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

Error error_of_loading(const fs::path& path) {
  return error_of([&] { static_cast<void>(load_model(path)); });
}

TEST(LoadModel, opens_a_folder_a_file_in_it_and_a_path_with_a_slash_at_its_end) {
  const TemporaryFolder folder;
  testing::tiny_bert().write_to(folder / "tiny");
  for (const fs::path& path : {folder / "tiny", folder / "tiny/", folder / "tiny/config.json",
                               folder / "tiny/model.safetensors", folder / "tiny/../tiny/."}) {
    const auto model = load_model(path);
    EXPECT_EQ(model->folder, folder / "tiny") << path;
    EXPECT_EQ(model->name, "tiny");
    EXPECT_EQ(model->config.architecture, "BertForMaskedLM");
    EXPECT_EQ(model->weights->layers.size(), 2U);
    EXPECT_EQ(model->tokenizer->vocabulary_size(), 11U);
    EXPECT_EQ(model->bytes_on_disk, fs::file_size(folder / "tiny/model.safetensors"));
  }
}

TEST(LoadModel, reads_the_roles_of_heads_and_refuses_wrong_ones) {
  const TemporaryFolder folder;
  testing::tiny_bert().write_to(folder.path());
  EXPECT_TRUE(load_model(folder.path())->roles.empty());
  const std::string rest = R"(, "head": 2, "relation": "r", "name": {"ru": "а", "en": "a"}}]})";
  testing::write(folder / "heads.json", R"({"heads": [{"layer": 1)" + rest);
  const auto model = load_model(folder.path());
  ASSERT_NE(role_of(*model, {1, 2}), nullptr);
  EXPECT_EQ(role_of(*model, {1, 2})->name.en, "a");
  testing::write(folder / "heads.json", R"({"heads": [{"layer": 2)" + rest);
  EXPECT_EQ(error_of_loading(folder.path()).code(), "heads_range");
}

TEST(LoadModel, says_in_a_sentence_why_something_is_no_model) {
  const TemporaryFolder folder;
  EXPECT_EQ(error_of_loading(folder / "nothing").code(), "file_missing");
  EXPECT_EQ(error_of_loading("").code(), "file_missing");
  EXPECT_EQ(error_of_loading(folder.path()).code(), "not_a_model");
  testing::write(folder / "photo.jpg", "x");
  const Error photo = error_of_loading(folder / "photo.jpg");
  EXPECT_EQ(photo.code(), "not_a_model");
  EXPECT_EQ(photo.details().file, (folder / "photo.jpg").string());

  testing::tiny_bert().write_to(folder / "m");
  testing::write(folder / "m/m.gguf", "GGUF");
  EXPECT_EQ(error_of_loading(folder / "m/m.gguf").code(), "file_truncated");
  fs::remove(folder / "m/m.gguf");
  testing::write(folder / "m/m.onnx", "x");
  EXPECT_EQ(error_of_loading(folder / "m/m.onnx").code(), "weights_format");
  fs::remove(folder / "m/m.onnx");
  testing::write(folder / "m/model.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n");
  EXPECT_EQ(error_of_loading(folder / "m").code(), "is_lfs_pointer");
  fs::remove(folder / "m/model.safetensors");
  EXPECT_EQ(error_of_loading(folder / "m").code(), "weights_missing");
  testing::write(folder / "m/config.json", R"({"architectures": ["RwkvForCausalLM"]})");
  EXPECT_EQ(error_of_loading(folder / "m").code(), "unknown_architecture");
}

TEST(LoadModel, of_truncated_weights_names_the_tensor) {
  const TemporaryFolder folder;
  testing::tiny_bert().write_to(folder.path());
  fs::resize_file(folder / "model.safetensors", fs::file_size(folder / "model.safetensors") - 1);
  const Error error = error_of_loading(folder.path());
  EXPECT_EQ(error.code(), "tensor_range");
  EXPECT_EQ(error.details().item, "cls.predictions.bias");
  EXPECT_EQ(error.details().file, (folder / "model.safetensors").string());
}

TEST(LoadModel, can_be_stopped) {
  const TemporaryFolder folder;
  testing::tiny_bert().write_to(folder.path());
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(static_cast<void>(load_model(folder.path(), stop.get_token())), Cancelled);
}

TEST(LoadModel, opens_the_real_llama_of_the_shared_data) {
  const fs::path path = fs::path(REGARD_SHARED_DATA) / "checkpoints/stories260k";
  REGARD_NEEDS(path);
  const auto model = load_model(path);
  EXPECT_EQ(model->name, "stories260k");
  EXPECT_EQ(model->config.architecture, "LlamaForCausalLM");
  EXPECT_EQ(model->config.layers, 5U);
  EXPECT_EQ(model->config.kv_heads(0), 4U);
  EXPECT_EQ(model->parameters, 260032U);
  EXPECT_EQ(model->bytes_on_disk, fs::file_size(path / "model.safetensors"));
}

/// Sets an environment variable for the time of a test.
class WithEnvironment {
public:
  WithEnvironment(const char* name, const std::string& value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    ::setenv(name, value.c_str(), 1);
  }
  ~WithEnvironment() {
    if (old_.empty())
      ::unsetenv(name_);
    else
      ::setenv(name_, old_.c_str(), 1);
  }
  WithEnvironment(const WithEnvironment&) = delete;
  WithEnvironment& operator=(const WithEnvironment&) = delete;

private:
  const char* name_;
  std::string old_{};
};

TEST(ListModels, finds_built_in_models_and_the_current_snapshots_of_the_cache) {
  const TemporaryFolder folder;
  testing::tiny_bert().write_to(folder / "models/council");
  testing::write(folder / "models/broken/config.json", "{");
  testing::write(folder / "models/recipe/README", "no model");
  const fs::path hub = folder / "hf/hub";
  const fs::path cached = hub / "models--org--tiny--name";
  testing::tiny_llama().write_to(cached / "snapshots/old");
  testing::tiny_llama().write_to(cached / "blobs/files");
  fs::create_directories(cached / "snapshots/new");
  fs::create_symlink("../../blobs/files/config.json", cached / "snapshots/new/config.json");
  testing::write(cached / "refs/main", "new\n");
  testing::write(hub / "models--lineage/snapshots/abc/config.json", R"({"architectures": ["RwkvForCausalLM"]})");
  testing::write(hub / "models--escape/refs/main", "../../../models/council");
  testing::write(hub / "datasets--x/snapshots/abc/config.json", "{}");

  const WithEnvironment unset("HF_HUB_CACHE", "");
  const WithEnvironment home("HF_HOME", (folder / "hf").string());
  const auto models = list_models(folder / "models");
  ASSERT_EQ(models.size(), 3U);
  EXPECT_EQ(models[0].name, "council");
  EXPECT_EQ(models[0].place, ModelPlace::built_in);
  EXPECT_TRUE(models[0].supported);
  EXPECT_EQ(models[0].stored_as, "F32");
  EXPECT_EQ(models[0].bytes, fs::file_size(folder / "models/council/model.safetensors"));
  EXPECT_EQ(models[0].architecture, "BertForMaskedLM");
  EXPECT_EQ(models[1].name, "lineage");
  EXPECT_EQ(models[1].architecture, "RwkvForCausalLM");
  EXPECT_FALSE(models[1].supported);
  EXPECT_EQ(models[1].place, ModelPlace::cache);
  EXPECT_EQ(models[2].name, "org/tiny--name");
  EXPECT_EQ(models[2].folder, cached / "snapshots/new");
  EXPECT_TRUE(models[2].supported);
  EXPECT_EQ(models[2].bytes, 0U) << "its weights are not there";
}

std::string gguf_header(const std::string& architecture) {
  testing::GgufWriter file;
  file.text("general.architecture", architecture);
  return file.file();
}

TEST(ListModels, finds_gguf_files_in_the_cache_and_beside_recent_models) {
  const TemporaryFolder folder;
  const fs::path hub = folder / "hub";
  testing::write(hub / "models--org--one-GGUF/snapshots/abc/one.gguf", gguf_header("llama"));
  testing::write(hub / "models--org--two-GGUF/snapshots/abc/two.Q4_0.gguf", gguf_header("llama"));
  testing::write(hub / "models--org--two-GGUF/snapshots/abc/two.Q8_0.gguf", gguf_header("mamba"));
  testing::write(hub / "models--org--two-GGUF/snapshots/abc/broken.gguf", "GGUF");
  testing::write(folder / "mine/a.gguf", gguf_header("gpt2"));
  testing::write(folder / "mine/b.gguf", gguf_header("gpt2"));
  const WithEnvironment cache("HF_HUB_CACHE", hub.string());
  const fs::path recent[] = {"council", folder / "mine/a.gguf", folder / "mine"};
  const auto models = list_models(folder / "nothing built in", recent);
  ASSERT_EQ(models.size(), 5U);
  EXPECT_EQ(models[0].name, "a");
  EXPECT_EQ(models[0].place, ModelPlace::recent);
  EXPECT_EQ(models[1].name, "org/one-GGUF");
  EXPECT_EQ(models[1].folder, hub / "models--org--one-GGUF/snapshots/abc/one.gguf");
  EXPECT_EQ(models[1].architecture, "llama");
  EXPECT_EQ(models[1].place, ModelPlace::cache);
  EXPECT_FALSE(models[1].supported) << "a header without sizes cannot be opened";
  EXPECT_EQ(models[2].name, "org/two-GGUF/two.Q4_0.gguf");
  EXPECT_EQ(models[3].architecture, "mamba");
  EXPECT_EQ(models[4].folder, folder / "mine/b.gguf");
  EXPECT_EQ(models[4].place, ModelPlace::beside_recent);
  EXPECT_EQ(list_models(folder / "nothing built in").size(), 3U);
}

TEST(ListModels, tells_how_numbers_are_stored) {
  const TemporaryFolder folder;
  testing::GgufWriter mixed;
  mixed.text("general.architecture", "llama");
  mixed.u32("general.file_type", 15);
  testing::write(folder / "mixed.gguf", mixed.file());
  testing::GgufWriter plain;
  constexpr std::uint32_t kF16 = 1, kF32 = 0;
  plain.text("general.architecture", "llama");
  plain.tensor("large", {64}, kF16, std::string(128, '\0'));
  plain.tensor("small", {4}, kF32, std::string(16, '\0'));
  testing::write(folder / "plain.gguf", plain.file());
  const WithEnvironment cache("HF_HUB_CACHE", "/nonexistent/hub");
  const fs::path recent[] = {folder / "mixed.gguf", folder / "plain.gguf"};
  const auto models = list_models("/nonexistent/models", recent);
  ASSERT_EQ(models.size(), 2U);
  EXPECT_EQ(models[0].stored_as, "Q4_K_M");
  EXPECT_EQ(models[1].stored_as, "F16") << "most of it";
  EXPECT_EQ(models[1].bytes, plain.file().size());
}

TEST(ListModels, names_each_file_once) {
  const TemporaryFolder folder;
  testing::tiny_bert().write_to(folder / "models/council");
  const fs::path snapshot = folder / "hub/models--org--one-GGUF/snapshots/abc";
  testing::write(snapshot / "one.gguf", gguf_header("llama"));
  testing::write(snapshot / "two.gguf", gguf_header("llama"));
  fs::create_directories(folder / "links");
  fs::create_symlink(snapshot / "one.gguf", folder / "links/same.gguf");
  const WithEnvironment cache("HF_HUB_CACHE", (folder / "hub").string());
  const fs::path recent[] = {snapshot / "one.gguf", folder / "models/council/", folder / "links/same.gguf", "council"};
  const auto models = list_models(folder / "models", recent);
  ASSERT_EQ(models.size(), 3U);
  EXPECT_EQ(models[0].name, "council");
  EXPECT_EQ(models[1].name, "org/one-GGUF/one.gguf") << "called as in the cache, where it was used lately";
  EXPECT_EQ(models[1].place, ModelPlace::recent);
  EXPECT_EQ(models[2].name, "org/one-GGUF/two.gguf");
}

TEST(ListModels, of_folders_that_are_not_there_are_none) {
  const WithEnvironment unset("HF_HUB_CACHE", "/nonexistent/hub");
  EXPECT_TRUE(list_models("/nonexistent/models").empty());
}

TEST(HuggingfaceHub, follows_the_environment_in_the_documented_order) {
  const WithEnvironment home("HOME", "/home/someone");
  const WithEnvironment xdg("XDG_CACHE_HOME", "");
  const WithEnvironment hf("HF_HOME", "");
  const WithEnvironment hub("HF_HUB_CACHE", "");
  EXPECT_EQ(huggingface_hub(), "/home/someone/.cache/huggingface/hub");
  const WithEnvironment with_hf("HF_HOME", "/data/hf");
  EXPECT_EQ(huggingface_hub(), "/data/hf/hub");
  const WithEnvironment with_hub("HF_HUB_CACHE", "/data/hub");
  EXPECT_EQ(huggingface_hub(), "/data/hub");
}

}  // namespace
}  // namespace regard
