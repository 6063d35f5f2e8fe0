// SPDX-License-Identifier: Apache-2.0
// Positions of a head as files, and on the command line.
#include "app/base/assets.h"
#include "app/export/export.h"
#include "app/session/selection.h"
#include "app/style/locale.h"
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
#include <span>
#include <string>

namespace regard {
namespace {

using nlohmann::json;

class PositionsExport : public ::testing::Test {
protected:
  void SetUp() override {
    load_locale(assets_folder() / "locale");
    set_language(Language::en);
    snapshot_ = testing::read_text(testing::reading_model(true), "the old king saw a cat in the garden");
    session_ = testing::session_for(*snapshot_, {1, 3}, 5, 1);
  }

  [[nodiscard]] std::string written(ExportFormat format) const {
    const auto file =
        std::filesystem::path(::testing::TempDir()) / ("regard_positions_" + std::to_string(::getpid()) + ".out");
    prepare_export(snapshot_, session_, {.view = ExportView::positions, .format = format})(file);
    std::string bytes = read_file(file, std::size_t{64} << 20);
    std::filesystem::remove(file);
    return bytes;
  }

  std::shared_ptr<const Snapshot> snapshot_{};
  testing::SessionInParts session_{};
};

TEST_F(PositionsExport, SharesOfPlanesAddUpToTheScore) {
  const json table = json::parse(written(ExportFormat::json));
  EXPECT_EQ(table["positions"], "rotary");
  EXPECT_EQ(table["query"], 5);
  double shares = 0.0, score = 0.0;
  std::map<std::string, std::size_t> counts;
  for (const json& row : table["rows"]) {
    ++counts[row["number"]];
    if (row["number"] == "share") shares += row["value"].get<double>();
    if (row["number"] == "score") score = row["value"].get<double>();
  }
  EXPECT_EQ(counts["share"], 4U);
  EXPECT_EQ(counts["mean"], 64U);
  EXPECT_EQ(counts["pair"], 64U);
  EXPECT_NEAR(shares, score, 1e-5);
  EXPECT_EQ(static_cast<float>(score), scores(*snapshot_->trace, session_.selection().head)(5, 1));
}

TEST_F(PositionsExport, NpzAndPicturesAreWritten) {
  const std::string bytes = written(ExportFormat::npz);
  const auto arrays = parse_npz(std::as_bytes(std::span(bytes.data(), bytes.size())), "x");
  EXPECT_EQ(arrays.at("mean").as_f32().size(), 64U);
  EXPECT_NEAR(arrays.at("pair").as_f32()[4], scores(*snapshot_->trace, session_.selection().head)(5, 1), 1e-5);
  const std::string svg = written(ExportFormat::svg);
  EXPECT_NE(svg.find("Score against distance"), std::string::npos);
  EXPECT_NE(svg.find("sum = score"), std::string::npos);
  EXPECT_TRUE(written(ExportFormat::png).starts_with("\x89PNG"));
  EXPECT_EQ(written(ExportFormat::csv), written(ExportFormat::csv));
}

class PositionsCommand : public ::testing::Test {
protected:
  void SetUp() override { testing::tiny_bert().write_to(folder_ / "bert"); }
  testing::Said positions(const std::vector<std::string>& more) {
    std::vector<std::string> all{"kinds", "--positions", "--model", (folder_ / "bert").string(), "--text", "a b c"};
    all.insert(all.end(), more.begin(), more.end());
    return testing::say(all);
  }
  testing::TemporaryFolder folder_{};
};

TEST_F(PositionsCommand, WritesCurvesAndTerms) {
  const testing::Said said = positions({"--query", "2", "--key", "1", "--reach", "4", "--json"});
  ASSERT_EQ(said.code, 0) << said.err;
  const json all = json::parse(said.out);
  EXPECT_EQ(all["positions"], "learned");
  EXPECT_EQ(all["obstacle"], "none");
  EXPECT_EQ(all["first"], -4);
  EXPECT_EQ(all["mean"].size(), 9U);
  EXPECT_FALSE(all.contains("pair"));
  EXPECT_EQ(all["planes"].size(), 0U);
  EXPECT_NEAR(all["terms"]["unturned"].get<double>(), all["terms"]["score"].get<double>(), 1e-5);
  const json later = json::parse(positions({"--layer", "1", "--json"}).out);
  EXPECT_EQ(later["obstacle"], "stream");
  EXPECT_FALSE(later.contains("mean"));
  EXPECT_TRUE(later.contains("in_text"));
}

TEST_F(PositionsCommand, WritesATableAndRefusesInASentence) {
  const testing::Said said = positions({"--csv"});
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_TRUE(said.out.starts_with("number,distance,plane,value"));
  testing::expect_refusal(positions({"--query", "99"}), 1, "--query");
  testing::expect_refusal(testing::say({"kinds", "--stretch", "--model", (folder_ / "bert").string(), "--text", "a b"}),
                          1, "no rotary positions");
}

}  // namespace
}  // namespace regard
