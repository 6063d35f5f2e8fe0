// SPDX-License-Identifier: Apache-2.0
// Folders of Gemma 3n (tests/reference/gemma3n_families.py) that are damaged or contradict themselves, and ids that are no text.
#include "core/base/error.h"
#include "core/base/text_file.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/engine/reference.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace regard {
namespace {

using testing::error_of;

class Gemma3nFiles : public testing::ReferenceTest {
protected:
  /// The folder with a change of its config, and with every `from` in the list of tensors written `to`.
  Error error_with(const nlohmann::json& changes, const std::string& from = "", const std::string& to = "") {
    const std::filesystem::path known = testing::reference_folder(GetParam());
    const testing::TemporaryFolder folder;
    for (const char* name : {"vocab.txt", "tokenizer_config.json"})
      std::filesystem::copy(known / name, folder / name);
    nlohmann::json config = nlohmann::json::parse(read_file(known / "config.json", 1 << 20));
    (config.contains("text_config") ? config["text_config"] : config).update(changes);
    testing::write(folder / "config.json", config.dump());
    std::string weights = read_file(known / "model.safetensors", 1 << 24);
    EXPECT_EQ(from.size(), to.size());
    for (std::size_t at = weights.find(from); !from.empty() && at != std::string::npos; at = weights.find(from, at))
      weights.replace(at, from.size(), to);
    testing::write(folder / "model.safetensors", weights);
    return error_of([&] { (void)load_model(folder.path()); });
  }
};

TEST_P(Gemma3nFiles, ThatLackATensorNameIt) {
  for (const auto& [from, to] :
       {std::pair{"modality_router", "modality_rooter"}, std::pair{"prediction_coefs", "prediction_goats"},
        std::pair{"altup_unembed_projections.0", "altup_unembed_projections.9"},
        std::pair{"post_laurel_norm", "most_laurel_norm"}, std::pair{"correct_output_scale", "correct_output_skate"}}) {
    const Error error = error_with(nlohmann::json::object(), from, to);
    EXPECT_EQ(error.code(), "tensor_missing") << from;
    EXPECT_NE(error.details().item.find(from), std::string::npos) << error.details().item;
  }
}

TEST_P(Gemma3nFiles, OfOtherSizesThanTheConfigSaysNameTheTensor) {
  EXPECT_EQ(error_with({{"altup_num_inputs", 5}}).code(), "tensor_shape");
  EXPECT_EQ(error_with({{"altup_num_inputs", 1}}).code(), "tensor_shape");
  EXPECT_NE(error_with({{"laurel_rank", 6}}).details().item.find("laurel.linear_left"), std::string::npos);
  EXPECT_NE(error_with({{"hidden_size_per_layer_input", 8}}).details().item.find("per_layer"), std::string::npos);
}

TEST_P(Gemma3nFiles, ThatNameNumbersWithoutSenseAreRefused) {
  const std::size_t layers = testing::open_reference(GetParam()).model->config.layers;
  const auto item_of = [&](const char* key, const nlohmann::json& value) {
    return error_with({{key, value}}).details().item;
  };
  const auto expect = [&](const char* key, const nlohmann::json& value) {
    EXPECT_TRUE(item_of(key, value).ends_with(key)) << key << " = " << value.dump();
  };
  expect("altup_num_inputs", 0);
  expect("altup_num_inputs", 65);
  expect("altup_num_inputs", 18'446'744'073'709'551'615U);
  expect("altup_active_idx", 1);
  expect("altup_coef_clip", 0.0);
  expect("activation_sparsity_pattern", std::vector<double>(layers, 1.0));
  expect("activation_sparsity_pattern", std::vector<double>(layers, -0.5));
  expect("activation_sparsity_pattern", std::vector<double>(layers + 1, 0.5));
  expect("activation_sparsity_pattern", 0.95);
  expect("intermediate_size", std::vector<int>(layers + 1, 27));
  expect("num_kv_shared_layers", layers);
  expect("attn_logit_softcapping", 50.0);
}

INSTANTIATE_TEST_SUITE_P(Models, Gemma3nFiles, ::testing::Values("gemma3n-three-streams-f32", "gemma3n-wrapped-bf16"),
                         testing::name_of);

class Gemma3nAlone : public testing::ReferenceTest {};

TEST_P(Gemma3nAlone, IdsBehindTheTableOfRowsAreOfPictures) {
  const auto model = load_model(testing::reference_folder(GetParam()));
  const auto rows = static_cast<std::int32_t>(model->config.token_rows);
  ASSERT_LT(model->config.token_rows, model->config.vocabulary);
  EXPECT_NO_THROW((void)run(model, {.ids = {2, rows - 1}}));
  EXPECT_EQ(error_of([&] { (void)run(model, {.ids = {2, rows}}); }).code(), "token_id_of_pictures");
}

INSTANTIATE_TEST_SUITE_P(Models, Gemma3nAlone, ::testing::Values("gemma3n-wrapped-bf16"), testing::name_of);

}  // namespace
}  // namespace regard
