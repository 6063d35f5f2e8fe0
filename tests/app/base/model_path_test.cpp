// SPDX-License-Identifier: Apache-2.0
// What a person calls a model: of a folder of checkpoints the last that opens.
#include "app/base/model_path.h"
#include "app/base/file_kind.h"
#include "core/base/error.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace regard {
namespace {

namespace fs = std::filesystem;
using testing::TemporaryFolder;

TEST(ModelPath, of_a_folder_of_checkpoints_is_the_last_that_opens) {
  const TemporaryFolder folder;
  for (const char* step : {"step-9", "step-10", "step-11"})
    testing::tiny_llama().write_to(folder / step);
  testing::write(folder / "step-11/model.safetensors", "cut");
  EXPECT_EQ(nature_of_path(folder.path()).kind, FileKind::model);
  EXPECT_EQ(model_path(folder.path().string()), folder / "step-10");
  EXPECT_EQ(model_path((folder / "step-9").string()), folder / "step-9");
  EXPECT_EQ(load_model(model_path(folder.path().string()))->name, "step-10");
}

TEST(ModelPath, of_a_model_with_checkpoints_in_it_is_the_model) {
  const TemporaryFolder folder;
  testing::tiny_llama().write_to(folder.path());
  testing::tiny_llama().write_to(folder / "checkpoint-5");
  EXPECT_EQ(model_path(folder.path().string()), folder.path());
}

TEST(ModelPath, of_models_whose_names_say_no_step_says_so) {
  const TemporaryFolder folder;
  for (const char* name : {"early", "late"})
    testing::tiny_llama().write_to(folder / name);
  const Error error = testing::error_of([&] { (void)model_path(folder.path().string()); });
  EXPECT_EQ(error.code(), "checkpoints_unnamed");
  EXPECT_EQ(error.details().found, "early, late");
}

TEST(ModelPath, of_one_of_a_group_of_built_in_models_is_its_folder) {
  const fs::path assets = REGARD_ASSETS_DIR;
  EXPECT_EQ(model_path("council-heads/4", assets), assets / "models/council-heads/4");
  EXPECT_EQ(load_model(model_path("council-heads/4", assets))->config.heads(0), 4U);
  EXPECT_EQ(model_path("council-heads/3", assets), "council-heads/3") << "for load_model() to complain about";
  EXPECT_EQ(model_path("./council-heads/4", assets), "./council-heads/4") << "a folder beside you";
}

}  // namespace
}  // namespace regard
