// SPDX-License-Identifier: Apache-2.0
// pytorch_model.bin as Debian's PyTorch writes it (tests/reference/torch_files.py): the same model as the safetensors file.
#include "core/format/torch_file.h"
#include "core/model/weight_reader.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/engine/reference.h"

namespace regard {
namespace {

namespace fs = std::filesystem;
using testing::error_of;
using testing::reference_folder;

class TorchModel : public testing::ReferenceTest {};

TEST_P(TorchModel, GivesTheVeryLogitsOfTheSafetensorsFile) {
  const std::string name = GetParam();
  const auto expected = load_model(reference_folder(name));
  const auto ours = load_model(reference_folder(name + "-torch"));
  EXPECT_EQ(ours->parameters, expected->parameters);
  Request request{.all_logits = true};
  for (const Token& token : expected->tokenizer->encode("The cat sat on the roof.").tokens)
    request.ids.push_back(token.id);
  const auto a = run(expected, request);
  const auto b = run(ours, request);
  EXPECT_EQ(a->logits.values, b->logits.values);
  EXPECT_EQ(testing::all_weights(*a), testing::all_weights(*b));
  ASSERT_FALSE(a->logits.values.empty());
}

INSTANTIATE_TEST_SUITE_P(Arrangements, TorchModel,
                         ::testing::Values("bert-gelu-f32", "gpt2-untied-by-layer-f16", "qwen3-one-kv-head-bf16",
                                           "llama-llama3-f32", "roberta-f32"),
                         testing::name_of);

class TorchFolder : public TorchModel {};

TEST_F(TorchFolder, MatricesThatLieSideBySideAreViewsOfTheFile) {
  const fs::path folder = reference_folder("qwen3-one-kv-head-bf16-torch");
  const Checkpoint checkpoint = open_checkpoint(folder);
  const auto bytes = checkpoint.files.front().mapping->bytes();
  WeightReader reader(checkpoint);
  const TensorView view = reader.tensor("model.embed_tokens.weight", {173, 40});
  EXPECT_EQ(view.dtype, DType::bf16);
  EXPECT_GE(view.data, bytes.data());
  EXPECT_LE(view.data + 2 * 173 * 40, bytes.data() + bytes.size());
}

TEST_F(TorchFolder, SafetensorsAreReadWhereBothAreThere) {
  const testing::TemporaryFolder folder;
  for (const char* file : {"config.json", "vocab.txt", "tokenizer_config.json", "model.safetensors"})
    fs::copy(reference_folder("bert-gelu-f32") / file, folder / file);
  testing::write(folder / "pytorch_model.bin", "not a zip archive");
  EXPECT_EQ(load_model(folder.path())->config.layers, 2U);
  EXPECT_EQ(error_of([&] { static_cast<void>(load_model(folder / "pytorch_model.bin")); }).code(), "zip_format");
}

TEST_F(TorchFolder, OneShardMeansAllOfThem) {
  const auto model = load_model(reference_folder("roberta-f32-torch/pytorch_model-00002-of-00002.bin"));
  EXPECT_EQ(model->parameters, load_model(reference_folder("roberta-f32"))->parameters);
}

TEST_F(TorchFolder, FilesThatCannotBeReadSayWhy) {
  const auto error_in = [](const char* file) {
    const MappedFile mapping(reference_folder("torch-refused") / file);
    return error_of([&] { static_cast<void>(parse_torch_file(mapping.bytes(), file)); });
  };
  EXPECT_EQ(error_in("legacy.bin").code(), "torch_legacy");
  EXPECT_EQ(error_in("legacy.bin").details().expected, "torch.save(torch.load('legacy.bin'), 'legacy.bin')");
  EXPECT_EQ(error_in("stranger.bin").code(), "torch_global");
  EXPECT_EQ(error_in("stranger.bin").details().found, "__builtin__.print");
  EXPECT_EQ(error_in("complex.bin").details().found, "torch.ComplexFloatStorage");
  EXPECT_EQ(error_in("no_tensors.bin").code(), "torch_format");
  EXPECT_EQ(error_in("expanded.bin").code(), "tensor_range");
}

}  // namespace
}  // namespace regard
