// SPDX-License-Identifier: Apache-2.0
// A model whose file changes under the program.
#include "core/engine/engine.h"
#include "core/model/weights.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

TEST(ChangedModelFile, ends_a_run_with_a_sentence_and_not_the_process) {
  const testing::TemporaryFolder folder;
  testing::tiny_bert().write_to(folder.path());
  const auto model = load_model(folder.path());
  ASSERT_FALSE(model->files.empty()) << "float32 weights are viewed where they lie";
  const Request request{.ids = {2, 5, 6, 3}};
  ASSERT_EQ(run(model, request)->tokens(), 4U);

  std::filesystem::resize_file(folder / "model.safetensors", 100);  // reading a weight now would be a SIGBUS
  const Error error = testing::error_of([&] { static_cast<void>(run(model, request)); });
  EXPECT_EQ(error.code(), "file_changed");
  EXPECT_EQ(error.details().file, (folder / "model.safetensors").string());
}

}  // namespace
}  // namespace regard
