// SPDX-License-Identifier: Apache-2.0
// The maps of experts and the terms of scores in files.
#include "app/base/assets.h"
#include "app/cli/writers.h"
#include "app/export/export.h"
#include "app/session/kept.h"
#include "app/session/look.h"
#include "app/session/selection.h"
#include "app/style/locale.h"
#include "app/viewmodel/router_view.h"
#include "core/base/text_file.h"
#include "core/format/npz.h"
#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/mixture_text.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <span>
#include <string>

namespace regard {
namespace {

using nlohmann::json;

class RouterExport : public ::testing::Test {
protected:
  void SetUp() override {
    load_locale(assets_folder() / "locale");
    set_language(Language::en);
    read(testing::reading_mixture());
  }

  void read(const std::shared_ptr<const Model>& model) {
    snapshot_ = testing::read_text(model, "the old king saw a cat in the garden");
    session_ = testing::session_for(*snapshot_);
    session_.selection().head = {2, 0};
    session_.selection().query = anchor_of(4, snapshot_->encoding);
  }

  [[nodiscard]] std::string written(ExportView view, ExportFormat format) const {
    const auto file =
        std::filesystem::path(::testing::TempDir()) / ("regard_router_" + std::to_string(::getpid()) + ".out");
    prepare_export(snapshot_, session_, {.view = view, .format = format})(file);
    std::string bytes = read_file(file, std::size_t{64} << 20);
    std::filesystem::remove(file);
    return bytes;
  }

  [[nodiscard]] std::string refusal() const {
    try {
      (void)prepare_export(snapshot_, session_, {.view = ExportView::router});
    } catch (const Error& error) {
      return error.code();
    }
    return {};
  }

  std::shared_ptr<const Snapshot> snapshot_{};
  testing::SessionInParts session_{};
};

TEST_F(RouterExport, ALayersTableIsWhatTheRunUsed) {
  const json table = json::parse(written(ExportView::router, ExportFormat::json));
  EXPECT_EQ(table["experts"], 5);
  EXPECT_EQ(table["chosen"], 2);
  EXPECT_EQ(table["shared"], 1);
  ASSERT_EQ(table["rows"].size(), 5 * snapshot_->trace->tokens());
  for (const json& row : table["rows"]) {
    const RouterCell cell = router_cell(*snapshot_->trace, 2, row["token"], row["expert"]);
    EXPECT_EQ(row["layer"], 2);
    EXPECT_EQ(row["probability"].get<float>(), cell.probability);
    EXPECT_EQ(row["rank"], cell.rank);
    EXPECT_EQ(row["chosen"], cell.gate ? 1 : 0);
    if (cell.gate)
      EXPECT_EQ(row["gate"].get<float>(), *cell.gate);
    else
      EXPECT_TRUE(row["gate"].is_null());
  }
}

TEST_F(RouterExport, ATokensTableHasTheLayersWithExpertsAlone) {
  session_.look().router_map = RouterMap::token;
  const json table = json::parse(written(ExportView::router, ExportFormat::json));
  ASSERT_EQ(table["rows"].size(), 2 * 5U);
  for (const json& row : table["rows"]) {
    EXPECT_NE(row["layer"], 1);
    EXPECT_EQ(row["token"], 4);
  }
}

TEST_F(RouterExport, TheLoadIsCountedForEveryExpert) {
  session_.look().router_map = RouterMap::load;
  const json table = json::parse(written(ExportView::router, ExportFormat::json));
  ASSERT_EQ(table["rows"].size(), 2 * 5U);
  for (const json& row : table["rows"])
    EXPECT_EQ(row["tokens"], expert_load(*snapshot_->trace, row["layer"]).tokens[row["expert"].get<std::size_t>()]);
}

TEST_F(RouterExport, NpzAndPicturesAreWritten) {
  const std::string bytes = written(ExportView::router, ExportFormat::npz);
  const auto arrays = parse_npz(std::as_bytes(std::span(bytes)), "out.npz");
  EXPECT_EQ(arrays.at("probability").as_f32(), snapshot_->trace->layers[2].router.values);
  const auto chosen = arrays.at("chosen").as_f32();
  EXPECT_EQ(std::ranges::count(chosen, 1.0F), static_cast<std::ptrdiff_t>(2 * snapshot_->trace->tokens()));
  const std::string svg = written(ExportView::router, ExportFormat::svg);
  EXPECT_NE(svg.find("garden"), std::string::npos);
  EXPECT_NE(svg.find("layer 2"), std::string::npos);
  EXPECT_TRUE(written(ExportView::router, ExportFormat::png).starts_with("\x89PNG"));
}

/// Who was chosen is told without colour: a frame for each.
TEST_F(RouterExport, ChosenCellsOfAPictureAreFramed) {
  const auto lines = [](const std::string& svg) {
    std::size_t count = 0;
    for (std::size_t at = svg.find("<line"); at != std::string::npos; at = svg.find("<line", at + 1))
      ++count;
    return count;
  };
  const std::size_t layer = lines(written(ExportView::router, ExportFormat::svg));
  EXPECT_GE(layer, 4 * 2 * snapshot_->trace->tokens());
}

TEST_F(RouterExport, IsRefusedWithTheReasonWhereThereAreNoExperts) {
  session_.selection().head = {1, 0};
  EXPECT_EQ(refusal(), "export_dense_layer");
  read(testing::reading_model(true));
  EXPECT_EQ(refusal(), "export_no_experts");
}

TEST_F(RouterExport, ADifferenceHasBothTextsNumbers) {
  snapshot_ = testing::read_beside(testing::reading_mixture(), "the red king saw a cat", "the old king saw a cat");
  session_ = testing::session_for(*snapshot_);
  session_.selection().head = {2, 0};
  session_.kept().baseline = "A";
  session_.look().shown = Shown::difference;
  const json table = json::parse(written(ExportView::router, ExportFormat::json));
  EXPECT_EQ(table["shown"], "difference");
  std::size_t changed = 0;
  for (const json& row : table["rows"]) {
    if (row["change"].is_null()) continue;
    EXPECT_EQ(row["change"].get<float>(), row["probability"].get<float>() - row["baseline_probability"].get<float>());
    changed += row["change"].get<float>() != 0.0F ? 1 : 0;
  }
  EXPECT_GT(changed, 0U);
  EXPECT_NE(written(ExportView::router, ExportFormat::svg).find("Δ"), std::string::npos);
}

TEST_F(RouterExport, AScoreTableHasAColumnForEachTerm) {
  const auto model = testing::reading_model(true);
  testing::set_positions(*model, Alibi{{0.5F, 0.25F, 0.125F, 0.0625F}});
  read(model);
  session_.selection().head = {1, 1};
  for (const ExportView view : {ExportView::scores, ExportView::question}) {
    const json table = json::parse(written(view, ExportFormat::json));
    std::size_t seen = 0;
    for (const json& row : table["rows"]) {
      if (row["score"].is_null()) continue;
      EXPECT_NEAR(row["score_content"].get<double>() + row["score_position"].get<double>(), row["score"], 1e-5);
      ++seen;
    }
    EXPECT_GT(seen, 4U);
  }
  read(testing::reading_model(true));
  EXPECT_FALSE(json::parse(written(ExportView::scores, ExportFormat::json))["rows"][0].contains("score_content"));
}

TEST_F(RouterExport, APictureOfATermSaysWhichItIs) {
  const auto model = testing::reading_model(true);
  testing::set_positions(*model, Alibi{{0.5F, 0.25F, 0.125F, 0.0625F}});
  read(model);
  session_.look().score_part = ScorePartKind::position;
  EXPECT_NE(written(ExportView::scores, ExportFormat::svg).find(tr("grids.part.position")), std::string::npos);
}

TEST_F(RouterExport, ATraceAsJsonHasTheRouterOfTheLayersAskedFor) {
  const cli::TracedTexts texts{snapshot_->encoding, snapshot_->encoding};
  const Trace& trace = *snapshot_->trace;
  const json all = json::parse(cli::trace_json(trace, texts, {{0, 0}, {1, 0}, {2, 0}}));
  ASSERT_EQ(all["router"].size(), 2U);
  const json& layer = all["router"][1];
  EXPECT_EQ(layer["layer"], 2);
  EXPECT_EQ(layer["shared"], true);
  for (std::size_t token = 0; token < trace.tokens(); ++token) {
    for (std::size_t expert = 0; expert < 5; ++expert)
      EXPECT_EQ(layer["probabilities"][token][expert].get<float>(), trace.layers[2].router(token, expert));
    const auto chosen = chosen_experts(trace, 2, token);
    ASSERT_EQ(layer["tokens"][token].size(), chosen.size());
    for (std::size_t place = 0; place < chosen.size(); ++place) {
      EXPECT_EQ(layer["tokens"][token][place]["expert"], chosen[place].expert);
      EXPECT_EQ(layer["tokens"][token][place]["gate"].get<float>(), chosen[place].gate);
    }
  }
  EXPECT_EQ(json::parse(cli::trace_json(trace, texts, {{0, 0}}))["router"].size(), 1U);
  EXPECT_FALSE(json::parse(cli::trace_json(trace, texts, {{1, 0}})).contains("router"));
}

}  // namespace
}  // namespace regard
