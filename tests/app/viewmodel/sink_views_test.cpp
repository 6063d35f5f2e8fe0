// SPDX-License-Identifier: Apache-2.0
// A head with a sink in the views and in files: its share stands beside the keys, and nothing stretches what they have to sum to 1.
#include "app/base/assets.h"
#include "app/cli/writers.h"
#include "app/export/figures.h"
#include "app/export/tables.h"
#include "app/session/look.h"
#include "app/session/selection.h"
#include "app/style/locale.h"
#include "app/style/weights_text.h"
#include "core/model/weights.h"
#include "core/trace/sink.h"
#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/handmade.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <numeric>

namespace regard {
namespace {

using namespace regard::testing;

constexpr float kScore = 0.8F;

/// A snapshot whose heads all have a sink of this score.
std::shared_ptr<Snapshot> sunk_snapshot(const std::string& text, const HandmadeOptions& options = {}) {
  const auto snapshot = handmade_snapshot(text, options);
  const auto model = std::make_shared<Model>(*snapshot->model);
  const auto weights = std::make_shared<Weights>();
  weights->layers.resize(options.layers);
  for (LayerWeights& layer : weights->layers)
    layer.sinks.assign(options.heads, kScore);
  for (LayerPlan& plan : model->config.plans)
    plan.attention.sink = true;
  model->weights = weights;
  const auto trace = std::make_shared<Trace>(*snapshot->trace);
  trace->model = model;
  for (LayerTrace& layer : trace->layers)
    for (std::size_t at = 0; at < layer.row_sum.values.size(); ++at) {
      float& maximum = layer.row_maximum.values[at];
      const float before = maximum, temperature = options.temperature;
      maximum = std::max(maximum, kScore);
      layer.row_sum.values[at] = layer.row_sum.values[at] * std::exp((before - maximum) / temperature) +
                                 std::exp((kScore - maximum) / temperature);
    }
  snapshot->model = model;
  snapshot->trace = trace;
  return snapshot;
}

double sum_of(std::span<const float> row) {
  return std::accumulate(row.begin(), row.end(), 0.0);
}

class SinkViews : public ::testing::Test {
protected:
  void SetUp() override {
    load_locale(assets_folder() / "locale");
    set_language(Language::en);
  }
  std::shared_ptr<Snapshot> snapshot_ = sunk_snapshot("one two three four");
  testing::SessionInParts session_ = session_for(*snapshot_, {1, 2});
};

TEST_F(SinkViews, the_grid_has_the_share_of_every_row_beside_its_weights) {
  const GridView grid = make_grid(*snapshot_, session_);
  ASSERT_EQ(grid.sinks.size(), 6U);
  EXPECT_TRUE(grid.has_sink);
  EXPECT_EQ(grid.sink_score, kScore);
  EXPECT_EQ(grid.weights, weights(*snapshot_->trace, {1, 2}));
  for (std::size_t row = 0; row < 6; ++row) {
    EXPECT_EQ(grid.sinks[row], sink_share(*snapshot_->trace, {1, 2}, row));
    EXPECT_NEAR(sum_of(grid.weights.row(row)) + static_cast<double>(grid.sinks[row]), 1.0, 1e-6);
    EXPECT_GE(grid.weight_limit, grid.sinks[row]);
  }
  EXPECT_EQ(rows_about(grid), tr("grids.weights_sunk"));
  EXPECT_TRUE(make_grid(*handmade_snapshot("one two"), session_).sinks.empty());
}

TEST_F(SinkViews, words_have_the_mean_of_their_pieces) {
  const auto snapshot = sunk_snapshot("kittens sleep", {.piece = 3});
  testing::SessionInParts session = session_for(*snapshot);
  session.look().word_level = true;
  const GridView grid = make_grid(*snapshot, session);
  float mean = 0.0F;
  for (const std::size_t query : {1, 2, 3})
    mean += sink_share(*snapshot->trace, session.selection().head, query) / 3.0F;
  EXPECT_NEAR(grid.sinks[1], mean, 1e-6);
  for (std::size_t row = 0; row < grid.rows.size(); ++row)
    EXPECT_NEAR(sum_of(grid.weights.row(row)) + static_cast<double>(grid.sinks[row]), 1.0, 1e-6);
}

TEST_F(SinkViews, the_sink_is_left_out_with_hidden_tokens_and_the_view_says_so) {
  session_.look().hide_special = true;
  const GridView grid = make_grid(*snapshot_, session_);
  EXPECT_TRUE(grid.sinks.empty() && grid.has_sink && grid.renormalised);
  EXPECT_EQ(rows_about(grid), tr("grids.weights_without_sink"));
  EXPECT_NEAR(sum_of(grid.weights.row(1)), 1.0, 1e-6);
  const QuestionView question = make_question(*snapshot_, session_);
  EXPECT_FALSE(question.has_sink);
  EXPECT_NEAR(question.weight_sum, 1.0F, 1e-6F);
  EXPECT_NEAR(question.bars[1].exponential / question.exponential_sum, question.bars[1].weight, 1e-6F);
}

TEST_F(SinkViews, what_lies_outside_a_window_is_told_as_it_is) {
  const GridView grid = make_grid(*snapshot_, session_, {0, 6}, {0, 3});
  const Matrix all = weights(*snapshot_->trace, {1, 2});
  for (std::size_t row = 0; row < 6; ++row)
    EXPECT_NEAR(grid.outside[row], sum_of(all.row(row).subspan(3)), 1e-6);
}

TEST_F(SinkViews, no_arc_leads_to_the_sink_and_its_share_is_not_taken_for_hidden_arcs) {
  session_.look().arc_threshold = 0.2F;
  const ArcsView arcs = make_arcs(*snapshot_, session_);
  double drawn = 0.0;
  for (const Arc& arc : arcs.arcs)
    drawn += static_cast<double>(arc.weight);
  ASSERT_EQ(arcs.sink_shares.size(), 1U);
  EXPECT_EQ(arcs.sink_shares[0], sink_share(*snapshot_->trace, {1, 2}, 2));
  EXPECT_NEAR(drawn + static_cast<double>(arcs.hidden_weight[0] + arcs.sink_shares[0]), 1.0, 1e-6);
  session_.look().arc_threshold = 0.0F;
  EXPECT_NEAR(make_arcs(*snapshot_, session_).hidden_weight[0], 0.0F, 1e-6F);
}

TEST_F(SinkViews, one_question_has_the_sink_in_its_sum) {
  const QuestionView question = make_question(*snapshot_, session_);
  ASSERT_TRUE(question.has_sink);
  EXPECT_EQ(question.sink_score, kScore);
  EXPECT_NEAR(question.weight_sum + question.sink_share, 1.0F, 1e-6F);
  EXPECT_NEAR(question.sink_exponential / question.exponential_sum, question.sink_share, 1e-6F);
  double sum = static_cast<double>(question.sink_exponential);
  for (const KeyBar& bar : question.bars)
    sum += static_cast<double>(bar.exponential);
  EXPECT_NEAR(question.exponential_sum, sum, 1e-5);
  EXPECT_FALSE(question.weights_set);
}

TEST_F(SinkViews, copied_numbers_have_a_last_column_of_the_sink) {
  const GridView grid = make_grid(*snapshot_, session_);
  const std::string text = grid_as_text(grid, true, "masked");
  EXPECT_EQ(text.substr(0, text.find('\n')).substr(text.find("\tsink")), "\tsink");
  EXPECT_NE(grid_as_text(grid, false, "masked").find("\t0.8\n"), std::string::npos);
  EXPECT_EQ(grid_as_text(make_grid(*handmade_snapshot("one two"), session_), true, "").find("sink"), std::string::npos);
}

TEST_F(SinkViews, tables_have_a_row_of_the_sink_for_every_query) {
  const Matrix all = weights(*snapshot_->trace, {1, 2});
  const ExportTable grid = table_of(*snapshot_, session_, ExportView::weights);
  EXPECT_EQ(grid.rows.size(), 6U * 7U);
  const nlohmann::json last = nlohmann::json::parse(table_as_json(grid))["rows"].back();
  EXPECT_TRUE(last["key"].is_null());
  EXPECT_EQ(last["key_label"], "sink");
  EXPECT_EQ(last["query"], 5);
  EXPECT_EQ(last["score"].get<float>(), kScore);
  EXPECT_EQ(last["weight"].get<float>(), sink_share(*snapshot_->trace, {1, 2}, 5));
  EXPECT_EQ(grid.arrays.back().first, "sink");
  const ExportTable question = table_of(*snapshot_, session_, ExportView::question);
  const nlohmann::json row = nlohmann::json::parse(table_as_json(question))["rows"].back();
  EXPECT_EQ(row["key_label"], "sink");
  EXPECT_TRUE(row["dot"].is_null());
  EXPECT_NEAR(row["weight"].get<float>(), 1.0 - sum_of(all.row(2)), 1e-6);
  const ExportTable heads = table_of(*snapshot_, session_, ExportView::heads);
  EXPECT_EQ(heads.rows.size(), 2U * 4U * 6U * 7U);
  EXPECT_EQ(heads.arrays.back().first, "L1H3_sink");
}

TEST_F(SinkViews, traces_written_by_the_command_line_tell_of_the_sink) {
  const cli::TracedTexts texts{.queries = snapshot_->encoding, .keys = snapshot_->encoding};
  const auto json = nlohmann::json::parse(cli::trace_json(*snapshot_->trace, texts, {{1, 2}}));
  const auto& sink = json["heads"][0]["sink"];
  EXPECT_EQ(sink["score"].get<float>(), kScore);
  ASSERT_EQ(sink["shares"].size(), 6U);
  EXPECT_EQ(sink["shares"][3].get<float>(), sink_share(*snapshot_->trace, {1, 2}, 3));
  const std::string csv = cli::trace_csv(*snapshot_->trace, texts, {{1, 2}}, 0);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 6 * 7);
  EXPECT_NE(csv.find("0,1,2,5,,"), std::string::npos);
  const auto plain = handmade_snapshot("one two three four");
  EXPECT_FALSE(nlohmann::json::parse(cli::trace_json(*plain->trace, texts, {{1, 2}}))["heads"][0].contains("sink"));
}

}  // namespace
}  // namespace regard
