// SPDX-License-Identifier: Apache-2.0
// What is written into files is what the views hold.
#include "app/export/export.h"

#include "app/base/assets.h"
#include "app/export/figures.h"
#include "app/export/maps.h"
#include "app/export/text_fields.h"
#include "app/session/look.h"
#include "app/session/selection.h"
#include "app/style/locale.h"
#include "app/style/weights_text.h"
#include "app/viewmodel/value_grid.h"
#include "core/base/text_file.h"
#include "core/format/npz.h"
#include "core/format/png.h"
#include "tests/app/cli/command_line.h"
#include "tests/app/export/assets_chosen.h"
#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/handmade.h"
#include "tests/app/viewmodel/run_text.h"
#include "tests/app/viewmodel/session_for.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <sstream>

namespace regard {
namespace {

namespace fs = std::filesystem;

using regard::testing::handmade_snapshot;
using regard::testing::session_for;

class Export : public ::testing::Test {
protected:
  void SetUp() override {
    load_locale(assets_folder() / "locale");
    set_language(Language::en);
    folder_ = fs::path(::testing::TempDir()) / ("regard_export_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    auto snapshot = handmade_snapshot("кот видит <пса>");
    snapshot->thumbnails = make_thumbnails(*snapshot->trace);
    snapshot_ = snapshot;
    session_ = session_for(*snapshot_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string written(ExportOptions options, const std::string& name = "out") const {
    const fs::path file = folder_ / name;
    prepare_export(snapshot_, session_, options)(file);
    return read_file(file, std::size_t{64} << 20);
  }

  /// The code of the refusal; empty where there is none.
  [[nodiscard]] std::string refused(const ExportOptions& options) const {
    try {
      (void)prepare_export(snapshot_, session_, options);
    } catch (const Error& error) {
      return error.code();
    }
    return {};
  }

  fs::path folder_{};
  std::shared_ptr<const Snapshot> snapshot_{};
  testing::SessionInParts session_{};
};

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

TEST_F(Export, rows_of_the_csv_are_the_grid_and_add_up_to_one) {
  const GridView grid = make_grid(*snapshot_, session_);
  std::istringstream lines(written({ExportView::weights, ExportFormat::csv}));
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, "query,key,query_label,key_label,score,weight");
  std::map<std::size_t, double> sums;
  std::size_t count = 0;
  while (std::getline(lines, line)) {
    std::istringstream fields(line);
    std::vector<std::string> cells;
    for (std::string cell; std::getline(fields, cell, ',');)
      cells.push_back(cell);
    ASSERT_EQ(cells.size(), 6U) << line;
    const std::size_t query = std::stoul(cells[0]), key = std::stoul(cells[1]);
    EXPECT_EQ(std::stof(cells[4]), grid.scores(query, key)) << line;
    EXPECT_EQ(std::stof(cells[5]), grid.weights(query, key)) << line;
    sums[query] += std::stof(cells[5]);
    ++count;
  }
  EXPECT_EQ(count, grid.rows.size() * grid.cols.size());
  for (const auto& [query, sum] : sums)
    EXPECT_NEAR(sum, 1.0, 1e-6) << "row " << query;
}

TEST_F(Export, json_and_npz_hold_the_same_numbers_to_the_last_digit) {
  const GridView grid = make_grid(*snapshot_, session_);
  const auto document = nlohmann::json::parse(written({ExportView::scores, ExportFormat::json}));
  EXPECT_EQ(document["text"], "кот видит <пса>");
  EXPECT_EQ(document["layer"], session_.selection().head.layer);
  const auto arrays = parse_npz(bytes_of(written({ExportView::scores, ExportFormat::npz})), "out.npz");
  EXPECT_EQ(arrays.at("weights").as_f32(), grid.weights.values);
  EXPECT_EQ(arrays.at("scores").as_f32(), grid.scores.values);
  for (const auto& row : document["rows"])
    EXPECT_EQ(row["weight"].get<float>(), grid.weights(row["query"], row["key"]));
}

TEST_F(Export, svg_holds_every_label_as_escaped_text) {
  const std::string svg = written({ExportView::weights, ExportFormat::svg});
  EXPECT_TRUE(svg.starts_with("<?xml"));
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
  EXPECT_NE(svg.find(">видит</text>"), std::string::npos);
  EXPECT_NE(svg.find("&lt;"), std::string::npos);
  EXPECT_EQ(svg.find("<пса"), std::string::npos);
}

TEST_F(Export, png_has_the_size_asked_for_and_the_colour_of_a_cell) {
  const GridView grid = make_grid(*snapshot_, session_);
  const Figure figure =
      grid_figure(grid, false, session_, caption_of(*snapshot_, session_), figure_style(ThemeChoice::dark));
  ExportOptions options{ExportView::weights, ExportFormat::png, 3.0, ThemeChoice::dark};
  const std::string png = written(options);
  const RgbImage image = parse_png(bytes_of(png), "out.png");
  EXPECT_EQ(image.width, static_cast<std::size_t>(std::ceil(figure.width * 3)));
  EXPECT_EQ(image.height, static_cast<std::size_t>(std::ceil(figure.height * 3)));
  for (const FigureShape& shape : figure.shapes) {
    const auto* box = std::get_if<FigureBox>(&shape);
    if (box == nullptr || box->height <= 11) continue;
    const auto x = static_cast<std::size_t>((box->x + 2) * 3), y = static_cast<std::size_t>((box->y + 2) * 3);
    const std::uint8_t* pixel = image.pixel(y, x);
    EXPECT_EQ((gfx::Rgb{pixel[0], pixel[1], pixel[2]}), box->fill.colour);
  }
}

TEST_F(Export, every_view_becomes_every_kind_of_file_and_twice_the_same) {
  for (const ExportView view :
       {ExportView::scores, ExportView::weights, ExportView::arcs, ExportView::heads, ExportView::question})
    for (const ExportFormat format : {ExportFormat::png, ExportFormat::svg, ExportFormat::pdf, ExportFormat::csv,
                                      ExportFormat::json, ExportFormat::npz}) {
      const std::string first = written({view, format}, "first");
      EXPECT_GT(first.size(), 100U);
      EXPECT_TRUE(first == written({view, format}, "second")) << name_of(view) << " " << name_of(format);
    }
}

TEST_F(Export, the_weights_grid_is_written_with_what_its_cells_hold) {
  const auto seen = regard::testing::read_text(regard::testing::reading_model(true), "the old king saw a cat");
  snapshot_ = seen;
  session_ = session_for(*seen, {1, 2}, 4, 3);
  session_.look().grid_weight = GridWeight::output;
  const auto wanted =
      make_value_grid({seen->trace, AttentionKind::self, session_.selection().head, GridWeight::output});
  const auto arrays = parse_npz(bytes_of(written({ExportView::weights, ExportFormat::npz})), "out.npz");
  EXPECT_EQ(arrays.at("output_weighted").as_f32(), wanted->weights.values);
  EXPECT_EQ(arrays.at("weights").as_f32(), make_grid(*seen, session_).weights.values) << "the weights beside it";
  const auto document = nlohmann::json::parse(written({ExportView::weights, ExportFormat::json}));
  EXPECT_EQ(document["quantity"], "output_weighted");
  const std::string svg = written({ExportView::weights, ExportFormat::svg});
  EXPECT_NE(svg.find(weight_name(GridWeight::output)), std::string::npos) << "the legend names it";
  session_.look().grid_weight = GridWeight::attention;
  EXPECT_EQ(written({ExportView::weights, ExportFormat::svg}).find(weight_name(GridWeight::output)), std::string::npos);
}

TEST_F(Export, rollout_is_drawn_where_this_head_alone_is_closed) {
  const auto model = regard::testing::reading_model(true);
  regard::testing::set_window(*model, 2);
  snapshot_ = regard::testing::read_text(model, "the old king saw a cat");
  session_ = session_for(*snapshot_, {1, 2}, 4, 3);
  session_.look().grid_weight = GridWeight::rollout;
  const std::size_t tokens = snapshot_->encoding.tokens.size();
  const Figure figure = prepare_figure(snapshot_, session_, {ExportView::weights})();
  const auto cells = std::count_if(figure.shapes.begin(), figure.shapes.end(), [](const FigureShape& shape) {
    const auto* box = std::get_if<FigureBox>(&shape);
    return box != nullptr && box->height > 11;
  });
  EXPECT_EQ(static_cast<std::size_t>(cells), tokens * (tokens + 1) / 2) << "keys up to the query";
}

TEST_F(Export, other_numbers_than_the_weights_say_what_they_leave_out) {
  const auto model = regard::testing::reading_model(false);
  const std::string hidden = tr("grids.weights_renormalised"), outputs = tr("grids.kind.outputs_changed");
  for (const bool both : {false, true}) {
    Intervention halved{.kind = InterventionKind::scale};
    halved.amount = 0.5F;
    snapshot_ = regard::testing::read_text(model, "the old king saw a cat",
                                           both ? std::vector<Intervention>{halved} : std::vector<Intervention>{});
    session_ = session_for(*snapshot_, {1, 2}, 4, 3);
    session_.look().grid_weight = GridWeight::value;
    session_.look().hide_special = both;
    const std::string svg = written({ExportView::weights, ExportFormat::svg});
    EXPECT_EQ(svg.find(hidden) != std::string::npos, both);
    EXPECT_EQ(svg.find(outputs) != std::string::npos, both);
    const auto document = nlohmann::json::parse(written({ExportView::weights, ExportFormat::json}));
    EXPECT_EQ(document["renormalised"], both ? 1 : 0);
    EXPECT_EQ(document["outputs_changed"], both ? 1 : 0);
    session_.look().grid_weight = GridWeight::attention;
    EXPECT_EQ(nlohmann::json::parse(written({ExportView::weights, ExportFormat::json}))["renormalised"], both ? 1 : 0);
  }
}

TEST_F(Export, why_other_numbers_than_the_weights_cannot_be_written_is_told) {
  session_.look().grid_weight = GridWeight::output;
  EXPECT_EQ(refused({ExportView::weights, ExportFormat::csv}), "export_no_weights") << "a model made by hand has none";
  std::string words;
  for (std::size_t word = 0; word <= window_units; ++word)
    words += "кот ";
  snapshot_ = handmade_snapshot(words);
  session_ = session_for(*snapshot_);
  session_.look().grid_weight = GridWeight::value;
  EXPECT_EQ(refused({ExportView::weights, ExportFormat::csv}), "export_long_grid");
  snapshot_ = make_snapshot(snapshot_->model, nullptr, {});  // of an empty text, as the worker makes it
  EXPECT_EQ(refused({ExportView::weights, ExportFormat::csv}), "no_tokens");
}

TEST_F(Export, the_difference_of_two_texts_is_written_of_the_weights_alone) {
  snapshot_ = regard::testing::read_beside(regard::testing::reading_model(true), "the old king", "the old queen");
  session_ = session_for(*snapshot_, {1, 2}, 2, 1);
  session_.look().shown = Shown::difference;
  EXPECT_EQ(refused({ExportView::weights, ExportFormat::csv}), "");
  session_.look().grid_weight = GridWeight::rollout;
  EXPECT_EQ(refused({ExportView::weights, ExportFormat::csv}), "export_weights_difference");
  EXPECT_EQ(refused({ExportView::scores, ExportFormat::csv}), "") << "those are the same whatever the weights hold";
  session_.look().shown = Shown::baseline;
  EXPECT_EQ(refused({ExportView::weights, ExportFormat::csv}), "");
}

TEST_F(Export, sentences_behind_a_head_that_the_model_does_not_have_are_refused) {
  snapshot_ = regard::testing::read_text(regard::testing::reading_model(true), "the old king");
  session_ = session_for(*snapshot_, {1, 2}, 2, 1);
  ExportOptions options{ExportView::evidence, ExportFormat::csv};
  for (const HeadRef head : {HeadRef{3, 0}, HeadRef{0, 4}}) {
    options.evidence_head = head;
    EXPECT_EQ(refused(options), "heads_range");
  }
  options.evidence_head = HeadRef{2, 3};
  EXPECT_EQ(refused(options), "");
}

TEST_F(Export, heads_that_were_found_have_their_names) {
  auto named = std::make_shared<Snapshot>(*snapshot_);
  auto model = std::make_shared<Model>(*snapshot_->model);
  const std::string role = "Predicate → its subject, wherever it stands";
  model->roles = {{.head = session_.selection().head, .name = {"", role}}};
  auto trace = std::make_shared<Trace>(*snapshot_->trace);
  trace->model = model;
  named->model = model;
  named->trace = trace;
  snapshot_ = named;
  const std::string svg = written({ExportView::head_search, ExportFormat::svg});
  EXPECT_NE(svg.find(">" + role + "</text>"), std::string::npos);
  EXPECT_NE(svg.find(">1. " + std::to_string(session_.selection().head.layer) + "." +
                     std::to_string(session_.selection().head.head)),
            std::string::npos)
      << "the example itself comes first";
}

TEST_F(Export, pdf_keeps_its_text_as_text) {
  const std::string pdf = written({ExportView::weights, ExportFormat::pdf});
  EXPECT_TRUE(pdf.starts_with("%PDF-"));
  EXPECT_NE(pdf.find("/ToUnicode"), std::string::npos);
}

TEST_F(Export, a_model_without_predictions_says_so) {
  try {
    (void)prepare_export(snapshot_, session_, {ExportView::predictions, ExportFormat::png});
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "nothing_to_export");
  }
}

TEST_F(Export, a_picture_too_large_is_refused_before_memory_is_taken) {
  Figure figure;
  figure.width = figure.height = 1e5;
  EXPECT_THROW((void)figure_as_png(figure, 1.0), Error);
}

TEST(ExportCommandLine, writes_the_built_in_model_s_weights_and_refuses_unknown_endings) {
  const fs::path folder = fs::path(::testing::TempDir()) / ("regard_export_cli_" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const std::string out = (folder / "w.csv").string();
  const testing::Said said =
      testing::say({"export", "--text", "кот видит пса", "--layer", "1", "--head", "2", "--out", out});
  EXPECT_EQ(said.code, 0) << said.err;
  EXPECT_NE(read_file(out, 1 << 20).find("кот"), std::string::npos);
  testing::expect_refusal(testing::say({"export", "--text", "a", "--out", (folder / "w.gif").string()}), 1, ".png");
  testing::expect_refusal(testing::say({"export", "--text", "a", "--layer", "99", "--out", out}), 1, "--layer");
  fs::remove_all(folder);
}

/// The cells of each line.
std::vector<std::vector<std::string>> lines_of(const std::string& text, char between) {
  std::vector<std::vector<std::string>> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    std::vector<std::string>& cells = lines.emplace_back();
    std::size_t from = 0;
    for (std::size_t at = line.find(between); at != std::string::npos; at = line.find(between, from)) {
      cells.push_back(line.substr(from, at - from));
      from = at + 1;
    }
    cells.push_back(line.substr(from));
  }
  return lines;
}

TEST_F(Export, a_key_that_may_not_be_seen_has_no_score_in_any_table) {
  snapshot_ = handmade_snapshot("one two three", {.causal = true});
  session_ = session_for(*snapshot_);
  const GridView grid = make_grid(*snapshot_, session_);
  const auto csv = lines_of(written({ExportView::scores, ExportFormat::csv}), ',');
  const auto copied = lines_of(prepare_copy(snapshot_, session_, {ExportView::scores, ExportFormat::csv})(), '\t');
  const auto document = nlohmann::json::parse(written({ExportView::scores, ExportFormat::json}));
  std::size_t masked = 0;
  for (std::size_t row = 1; row < csv.size(); ++row) {
    const std::size_t query = std::stoul(csv[row][0]), key = std::stoul(csv[row][1]);
    const bool hidden = grid.is_masked(query, key);
    masked += hidden ? 1 : 0;
    EXPECT_EQ(csv[row][4].empty(), hidden) << query << " → " << key;
    EXPECT_EQ(copied[row][4] == "masked", hidden) << copied[row][4];
    EXPECT_EQ(document["rows"][row - 1]["score"].is_null(), hidden);
    EXPECT_EQ(std::stof(csv[row][5]), grid.weights(query, key)) << "its weight is a number: 0";
    EXPECT_EQ(copied[row][3], grid.cols.units[key].label);
  }
  EXPECT_GT(masked, 3U);
  const auto pasted = lines_of(grid_as_text(grid, false, "masked"), '\t');
  EXPECT_EQ(pasted[1].back(), "masked") << "the first token does not see the last";
  EXPECT_EQ(pasted[1][1], copied[1][4]);
}

TEST_F(Export, rows_of_one_question_and_of_all_heads_name_their_tokens) {
  const auto question = lines_of(written({ExportView::question, ExportFormat::csv}), ',');
  EXPECT_EQ(question[0][1], "key_label");
  EXPECT_EQ(question[2][1], label_of(snapshot_->encoding.tokens[1]));
  const auto heads = lines_of(written({ExportView::heads, ExportFormat::csv}), ',');
  EXPECT_EQ(heads[0][4], "query_label");
  EXPECT_EQ(heads[2][5], label_of(snapshot_->encoding.tokens[1]));
}

TEST(TextFields, zero_has_no_sign) {
  EXPECT_EQ(shortest(-0.0F), "0");
  EXPECT_EQ(shortest(-0.0), "0");
  EXPECT_EQ(shortest(-0.5F), "-0.5");
}

TEST(ExportNames, the_format_is_what_the_name_ends_with) {
  EXPECT_EQ(format_of("a/map.SVG"), ExportFormat::svg);
  EXPECT_EQ(format_of("map.csv"), ExportFormat::csv);
  EXPECT_FALSE(format_of("map"));
  EXPECT_FALSE(format_of("map.v2"));
  EXPECT_FALSE(format_of("png"));
}

TEST_F(Export, a_glance_is_the_picture_of_the_file_in_the_room_there_is) {
  const ExportOptions options{ExportView::weights, ExportFormat::png};
  const ExportPreview glance = prepare_glance(snapshot_, session_, options, {300.0, 200.0, 10})();
  ASSERT_TRUE(glance.picture);
  EXPECT_LE(glance.picture->width, 301U);
  EXPECT_LE(glance.picture->height, 201U);
  EXPECT_GE(std::max(glance.picture->width * 2, glance.picture->height * 3), 590U) << "it fills the room";
  // At the scale of the file it is the file.
  const ExportPreview whole = prepare_glance(snapshot_, session_, options, {1e6, 1e6, 10})();
  const std::string file = written({ExportView::weights, ExportFormat::png, 2.0});
  EXPECT_EQ(*whole.picture, parse_png(bytes_of(file), "out"));
}

TEST_F(Export, a_glance_at_a_table_is_its_beginning) {
  for (const ExportFormat format : {ExportFormat::csv, ExportFormat::json, ExportFormat::npz}) {
    const ExportPreview glance =
        prepare_glance(snapshot_, session_, {ExportView::weights, format}, {300.0, 200.0, 5})();
    EXPECT_FALSE(glance.picture);
    EXPECT_LE(std::count(glance.text.begin(), glance.text.end(), '\n'), 5);
    if (format == ExportFormat::csv) {
      EXPECT_TRUE(written({ExportView::weights, format}).starts_with(glance.text)) << glance.text;
      EXPECT_EQ(std::count(glance.text.begin(), glance.text.end(), '\n'), 4) << "five lines";
    }
    EXPECT_EQ(format == ExportFormat::npz, glance.text.find("weights  float32 [") != std::string::npos);
  }
}

}  // namespace
}  // namespace regard
