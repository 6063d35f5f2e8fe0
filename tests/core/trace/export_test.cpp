// SPDX-License-Identifier: Apache-2.0
#include "core/trace/export.h"

#include "core/base/error.h"
#include "core/engine/engine.h"
#include "tests/core/engine/comparison.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace regard {
namespace {

namespace fs = std::filesystem;

/// A folder of this process, taken away at the end.
class Folder {
public:
  Folder() : path(fs::temp_directory_path() / ("regard_export_" + std::to_string(::getpid()))) {
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const fs::path path;
};

using Shape = std::vector<std::size_t>;

TEST(WriteNpz, HoldsEveryTensorOfTheTraceUnderItsName) {
  const Folder folder;
  const auto model = testing::random_llama({.layers = 2, .heads = 4, .kv_heads = 2, .hidden = 24, .vocabulary = 33});
  const auto trace = run(model, {.ids = {5, 1, 30, 2, 9}, .all_logits = true});
  write_npz(*trace, folder.path / "trace.npz");

  const auto arrays = testing::read_npz(folder.path / "trace.npz");
  const std::map<std::string, Shape> shapes{
      {"ids", {5}},        {"scores", {2, 4, 5, 5}}, {"weights", {2, 4, 5, 5}},  {"q", {2, 4, 5, 6}},
      {"k", {2, 2, 5, 6}}, {"v", {2, 2, 5, 6}},      {"head_out", {2, 4, 5, 6}}, {"residual", {3, 5, 24}},
      {"logits", {5, 33}}};
  ASSERT_EQ(arrays.size(), shapes.size());
  for (const auto& [name, shape] : shapes) {
    ASSERT_TRUE(arrays.contains(name)) << name;
    EXPECT_EQ(arrays.at(name).shape, shape) << name;
    EXPECT_EQ(arrays.at(name).type, name == "ids" ? NpyArray::Type::i32 : NpyArray::Type::f32) << name;
  }
  EXPECT_EQ(arrays.at("ids").as_i64(), (std::vector<std::int64_t>{5, 1, 30, 2, 9}));
  EXPECT_EQ(arrays.at("scores").as_f32(), testing::all_scores(*trace));
  EXPECT_EQ(arrays.at("weights").as_f32(), testing::all_weights(*trace));
  EXPECT_EQ(arrays.at("q").as_f32(), testing::all_heads(*trace, &LayerTrace::queries));
  EXPECT_EQ(arrays.at("k").as_f32(), testing::all_heads(*trace, &LayerTrace::keys));
  EXPECT_EQ(arrays.at("v").as_f32(), testing::all_heads(*trace, &LayerTrace::values));
  EXPECT_EQ(arrays.at("head_out").as_f32(), testing::all_heads(*trace, &LayerTrace::head_outputs));
  EXPECT_EQ(arrays.at("residual").as_f32(), testing::all_residuals(*trace));
  EXPECT_EQ(arrays.at("logits").as_f32(), trace->logits.values);
}

TEST(WriteNpz, HoldsTheProbabilitiesOfExpertsOfTheLayersThatHaveThem) {
  const Folder folder;
  const auto model = testing::random_mixture({.layers = 3, .heads = 4, .kv_heads = 2, .hidden = 24, .vocabulary = 33},
                                             {.count = 5, .chosen = 2});
  const auto trace = run(model, {.ids = {5, 1, 30, 2}});
  write_npz(*trace, folder.path / "experts.npz");
  const auto arrays = testing::read_npz(folder.path / "experts.npz");
  EXPECT_EQ(arrays.at("router_layers").as_i64(), (std::vector<std::int64_t>{0, 2}));
  EXPECT_EQ(arrays.at("router").shape, (Shape{2, 4, 5}));
  EXPECT_EQ(arrays.at("router").as_f32(), testing::all_rows_of(*trace, &LayerTrace::router));
}

TEST(WriteNpz, WritesAnEmptyTextAndLeavesOutLogitsThatWereNotAsked) {
  const Folder folder;
  const auto trace = run(testing::random_bert({}), {});
  write_npz(*trace, folder.path / "empty.npz");
  const auto arrays = testing::read_npz(folder.path / "empty.npz");
  EXPECT_EQ(arrays.at("scores").shape, (Shape{2, 4, 0, 0}));
  EXPECT_FALSE(arrays.contains("logits"));
}

TEST(WriteNpz, SaysThatAPlaceCannotBeWritten) {
  const auto trace = run(testing::random_bert({}), {.ids = {1}});
  EXPECT_THROW(write_npz(*trace, "/nowhere/at/all.npz"), Error);
}

}  // namespace
}  // namespace regard
