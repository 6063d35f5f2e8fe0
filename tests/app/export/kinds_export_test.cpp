// SPDX-License-Identifier: Apache-2.0
// Kinds of attention as files, and on the command line.
#include "app/base/assets.h"
#include "app/export/export.h"
#include "app/session/look.h"
#include "app/session/selection.h"
#include "app/style/locale.h"
#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/format/npz.h"
#include "tests/app/cli/command_line.h"
#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/run_text.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string>

namespace regard {
namespace {

using nlohmann::json;

class KindsExport : public ::testing::Test {
protected:
  void SetUp() override {
    load_locale(assets_folder() / "locale");
    set_language(Language::en);
    snapshot_ = testing::read_text(testing::reading_model(true), "the old king saw a cat in the garden");
    session_ = testing::session_for(*snapshot_);
    session_.look().kinds = parse_kinds("softmax,window:3,performer:32,flash:4");
  }

  [[nodiscard]] std::string written(ExportFormat format) const {
    const auto file =
        std::filesystem::path(::testing::TempDir()) / ("regard_kinds_" + std::to_string(::getpid()) + ".out");
    prepare_export(snapshot_, session_, {.view = ExportView::kinds, .format = format})(file);
    std::string bytes = read_file(file, std::size_t{64} << 20);
    std::filesystem::remove(file);
    return bytes;
  }

  std::shared_ptr<const Snapshot> snapshot_{};
  testing::SessionInParts session_{};
};

TEST_F(KindsExport, ATableHasEveryNumberOfEveryKind) {
  const json table = json::parse(written(ExportFormat::json));
  std::map<std::string, std::set<std::string>> numbers;
  const Matrix own = weights(*snapshot_->trace, session_.selection().head);
  for (const json& row : table["rows"]) {
    numbers[row["kind"]].insert(row["number"]);
    if (row["kind"] == "softmax" && row["number"] == "weight" && !row["value"].is_null()) {
      EXPECT_EQ(row["value"].get<float>(), own(row["query"], row["key"]));
    }
  }
  ASSERT_EQ(numbers.size(), 4U);
  for (const char* name : {"weight", "entropy", "divergence", "multiply_adds", "bytes", "largest_sum"})
    EXPECT_TRUE(numbers["window:3"].contains(name)) << name;
  EXPECT_TRUE(numbers["performer:32"].contains("error"));
  EXPECT_TRUE(numbers["flash:4"].contains("bound"));
}

TEST_F(KindsExport, NpzAndPicturesAreWritten) {
  const std::string bytes = written(ExportFormat::npz);
  const auto arrays = parse_npz(std::as_bytes(std::span(bytes.data(), bytes.size())), "x");
  EXPECT_EQ(arrays.at("softmax").as_f32(), weights(*snapshot_->trace, session_.selection().head).values);
  const std::string svg = written(ExportFormat::svg);
  EXPECT_NE(svg.find("window:3"), std::string::npos);
  EXPECT_NE(svg.find("not trained for this"), std::string::npos);
  EXPECT_TRUE(written(ExportFormat::png).starts_with("\x89PNG"));
}

class KindsCommand : public ::testing::Test {
protected:
  void SetUp() override { testing::tiny_bert().write_to(folder_ / "bert"); }
  testing::Said kinds(const std::vector<std::string>& more) {
    std::vector<std::string> all{"kinds", "--model", (folder_ / "bert").string(), "--text", "a b c"};
    all.insert(all.end(), more.begin(), more.end());
    return testing::say(all);
  }
  testing::TemporaryFolder folder_{};
};

TEST_F(KindsCommand, WritesGridsNumbersAndCosts) {
  const testing::Said said = kinds({"--layer", "1", "--head", "2", "--kind", "softmax,window:2,linear", "--json"});
  ASSERT_EQ(said.code, 0) << said.err;
  const json all = json::parse(said.out);
  ASSERT_EQ(all["kinds"].size(), 3U);
  EXPECT_EQ(all["head"], 2);
  const json traced = json::parse(testing::say({"trace", "--model", (folder_ / "bert").string(), "--text", "a b c",
                                                "--layer", "1", "--head", "2", "--json"})
                                      .out);
  EXPECT_EQ(all["kinds"][0]["weights"], traced["heads"][0]["weights"]);
  EXPECT_EQ(all["kinds"][0]["divergence"], 0.0);
  EXPECT_EQ(all["kinds"][1]["farthest"], 1);
  EXPECT_EQ(all["kinds"][1]["weights"][0][2], 0.0);
  EXPECT_EQ(all["kinds"][2]["costs"].size(), 17U);
  EXPECT_FALSE(all["kinds"][2]["trained"]);
}

TEST_F(KindsCommand, WithoutAKindWritesAllAsATable) {
  const testing::Said said = kinds({"--csv"});
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_TRUE(said.out.starts_with("kind,number,query,key,"));
  for (const KindInfo& info : kind_infos())
    EXPECT_NE(said.out.find("\n" + kind_text(usual_kind(info.form)) + ",entropy,"), std::string::npos) << info.name;
}

TEST_F(KindsCommand, WhatCannotBeDoneIsRefusedInASentence) {
  testing::expect_refusal(kinds({"--kind", "widow:3"}), 1, "no kind of attention “widow”");
  testing::expect_refusal(kinds({"--kind", "window:0"}), 1, "window:0");
  testing::expect_refusal(kinds({"--kind", "hard,hard"}), 1, "named twice");
  testing::expect_refusal(kinds({"--head", "9"}), 1, "--head");
}

}  // namespace
}  // namespace regard
