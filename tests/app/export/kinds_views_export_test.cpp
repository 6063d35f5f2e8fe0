// SPDX-License-Identifier: Apache-2.0
// Other numbers of heads and the table of kinds as files.
#include "app/base/assets.h"
#include "app/export/export.h"
#include "app/style/locale.h"
#include "app/viewmodel/kind_table.h"
#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/format/npz.h"
#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/run_text.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <span>
#include <string>

namespace regard {
namespace {

using nlohmann::json;

class KindsViewsExport : public ::testing::Test {
protected:
  void SetUp() override {
    load_locale(assets_folder() / "locale");
    set_language(Language::en);
    snapshot_ = testing::read_text(testing::reading_model(false), "the old king saw a cat");
    session_ = testing::session_for(*snapshot_, {1, 3}, 5, 1);
  }

  [[nodiscard]] std::string written(ExportView view, ExportFormat format) const {
    const auto file =
        std::filesystem::path(::testing::TempDir()) / ("regard_kinds_views_" + std::to_string(::getpid()) + ".out");
    prepare_export(snapshot_, session_, {.view = view, .format = format})(file);
    std::string bytes = read_file(file, std::size_t{64} << 20);
    std::filesystem::remove(file);
    return bytes;
  }

  std::shared_ptr<const Snapshot> snapshot_{};
  testing::SessionInParts session_{};
};

TEST_F(KindsViewsExport, EveryNumberOfHeadsHasItsWeightsAndTheModelsOwnAreThoseOfTheRun) {
  const json table = json::parse(written(ExportView::head_cuts, ExportFormat::json));
  EXPECT_EQ(table["layer"], 1);
  std::map<std::size_t, double> sums;
  const std::size_t own = snapshot_->model->config.heads(1);
  const Matrix third = weights(*snapshot_->trace, {1, 3});
  std::size_t compared = 0;
  for (const json& row : table["rows"]) {
    if (row["number"] != "weight" || row["value"].is_null()) continue;
    sums[row["heads"]] += row["value"].get<double>();
    if (row["heads"] != own || row["head"] != 3) continue;
    EXPECT_NEAR(row["value"].get<float>(), third(row["query"], row["key"]), 1e-6F);
    ++compared;
  }
  EXPECT_EQ(compared, third.values.size());
  ASSERT_GT(sums.size(), 2U);
  for (const auto& [heads, sum] : sums)
    EXPECT_NEAR(sum, static_cast<double>(heads * third.rows), 1e-3) << "rows sum to 1";
}

TEST_F(KindsViewsExport, GridsOfHeadsAreDrawnAndStoredAsArrays) {
  const std::string bytes = written(ExportView::head_cuts, ExportFormat::npz);
  const auto arrays = parse_npz(std::as_bytes(std::span(bytes.data(), bytes.size())), "x");
  const Matrix third = weights(*snapshot_->trace, {1, 3});
  EXPECT_EQ(arrays.at("weights_4_3").as_f32().size(), third.values.size());
  const std::string svg = written(ExportView::head_cuts, ExportFormat::svg);
  EXPECT_NE(svg.find(tr("kinds.untrained")), std::string::npos);
  EXPECT_TRUE(written(ExportView::head_cuts, ExportFormat::png).starts_with("\x89PNG"));
}

TEST_F(KindsViewsExport, TheTableOfKindsIsWrittenInTheLanguageChosen) {
  for (const Language spoken : {Language::en, Language::ru}) {
    set_language(spoken);
    const std::vector<KindRow> rows = load_kind_table(language_code(spoken));
    const json table = json::parse(written(ExportView::kind_table, ExportFormat::json));
    ASSERT_EQ(table["rows"].size(), rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row)
      for (std::size_t column = 0; column < kind_columns; ++column)
        EXPECT_EQ(table["rows"][row][std::string(column_name(column))], cell_of(rows[row], column));
    EXPECT_NE(written(ExportView::kind_table, ExportFormat::svg).find(rows.front().name), std::string::npos);
    EXPECT_NE(written(ExportView::kind_table, ExportFormat::csv).find("id,name,formula"), std::string::npos);
  }
  set_language(Language::en);
}

}  // namespace
}  // namespace regard
