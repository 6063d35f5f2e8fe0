// SPDX-License-Identifier: Apache-2.0
// What pictures show is what the views hold, and nothing in them is cut or covered.
#include "app/export/figures.h"

#include "app/base/assets.h"
#include "app/export/maps.h"
#include "app/session/look.h"
#include "app/style/locale.h"
#include "tests/app/export/assets_chosen.h"
#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/handmade.h"
#include "tests/app/viewmodel/session_for.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace regard {
namespace {

using regard::testing::handmade_snapshot;
using regard::testing::session_for;

class FiguresOfViews : public ::testing::Test {
protected:
  void SetUp() override {
    load_locale(assets_folder() / "locale");
    set_language(Language::en);
    auto snapshot = handmade_snapshot("кот видит <пса>");
    snapshot->thumbnails = make_thumbnails(*snapshot->trace);
    snapshot_ = snapshot;
    session_ = session_for(*snapshot_);
  }
  std::shared_ptr<const Snapshot> snapshot_{};
  testing::SessionInParts session_{};
};

/// In the order in which they are drawn.
std::vector<const FigureText*> texts_of(const Figure& figure) {
  std::vector<const FigureText*> texts;
  for (const FigureShape& shape : figure.shapes)
    if (const auto* text = std::get_if<FigureText>(&shape)) texts.push_back(text);
  return texts;
}
bool writes(const Figure& figure, const std::string& wanted) {
  const std::vector<const FigureText*> texts = texts_of(figure);
  return std::any_of(texts.begin(), texts.end(), [&](const FigureText* text) { return text->text == wanted; });
}

TEST_F(FiguresOfViews, svg_paints_a_cell_in_the_colour_of_its_weight) {
  const GridView grid = make_grid(*snapshot_, session_);
  const Figure figure =
      grid_figure(grid, false, session_, caption_of(*snapshot_, session_), figure_style(ThemeChoice::light));
  const gfx::ColourMap& map = gfx::colour_map(session_.look().weight_map, ThemeChoice::light);
  std::vector<gfx::Rgb> cells;
  for (const FigureShape& shape : figure.shapes)
    if (const auto* box = std::get_if<FigureBox>(&shape); box != nullptr && box->height > 11)
      cells.push_back(box->fill.colour);
  ASSERT_EQ(cells.size(), grid.rows.size() * grid.cols.size());
  bool transposed_differs = false;
  for (std::size_t row = 0; row < grid.rows.size(); ++row)
    for (std::size_t col = 0; col < grid.cols.size(); ++col) {
      EXPECT_EQ(cells[row * grid.cols.size() + col], map.at(grid.weights(row, col), 0.0F, grid.weight_limit));
      transposed_differs |= cells[col * grid.cols.size() + row] != cells[row * grid.cols.size() + col];
    }
  EXPECT_TRUE(transposed_differs);
}

TEST_F(FiguresOfViews, names_of_heads_stand_under_their_pictures) {
  auto named = std::make_shared<Snapshot>(*snapshot_);
  auto model = std::make_shared<Model>(*snapshot_->model);
  model->roles = {
      {.head = {1, 2}, .name = {"Сказуемое → подлежащее", "Predicate → its subject"}, .badge = {"кто?", "who?"}}};
  named->model = model;
  const FigureStyle style = figure_style(ThemeChoice::light);
  EXPECT_TRUE(writes(heads_figure(*named, session_, {}, style), "who?"));
  EXPECT_FALSE(writes(heads_figure(*snapshot_, session_, {}, style), "who?"));
}

TEST_F(FiguresOfViews, layers_with_other_numbers_of_heads_show_those_they_have) {
  const FigureStyle style = figure_style(ThemeChoice::light);
  const auto pictures = [&](std::size_t first, std::size_t second) {
    auto uneven = std::make_shared<Snapshot>(*snapshot_);
    const Thumbnail picture = snapshot_->thumbnails[0][0];
    uneven->thumbnails = {std::vector<Thumbnail>(first, picture), std::vector<Thumbnail>(second, picture)};
    const Figure figure = heads_figure(*uneven, session_, {}, style);
    return std::count_if(figure.shapes.begin(), figure.shapes.end(),
                         [](const FigureShape& shape) { return std::holds_alternative<FigureImage>(shape); });
  };
  EXPECT_EQ(pictures(4, 2), 6);
  EXPECT_EQ(pictures(2, 4), 6);
}

TEST_F(FiguresOfViews, a_list_is_as_wide_as_its_texts_and_cuts_none) {
  FigureList list;
  list.columns = {{"kind", 60}, {"what"}};
  const std::string sentence =
      "“key”, which is looked at least, gets up to 98 %, from “query”, and so on to the very end";
  list.rows = {{{sentence}, {"beside"}}};
  const Figure figure = list_figure(list, {}, figure_style(ThemeChoice::light));
  ASSERT_TRUE(writes(figure, sentence));
  const double end = kFigureMargin + figure_text_width(sentence, FigureFont::text, kFigureText);
  for (const FigureText* text : texts_of(figure))
    if (text->text == "beside") {
      EXPECT_GT(text->x, end);
    }
  EXPECT_GT(figure.width, end);
}

TEST_F(FiguresOfViews, a_chart_names_what_stands_along_it) {
  Figure figure;
  figure.width = 600;
  const FigureStyle style = figure_style(ThemeChoice::light);
  LayerChart chart{.title = "Δ loss, nats", .lines = {{"line", {0.0F, 0.004F}}}, .places = {"0", "1"}, .high = 0.004F};
  const double without = add_chart(figure, 0, chart, style);
  chart.axis = "heads removed";
  EXPECT_GT(add_chart(figure, 0, chart, style), without);
  EXPECT_TRUE(writes(figure, "heads removed"));
  EXPECT_TRUE(writes(figure, "0.0040")) << "small numbers have digits enough";
}

TEST_F(FiguresOfViews, a_map_of_very_many_cells_is_an_image_of_their_colours) {
  LabelledMap map;
  map.values = Matrix(100, 100);
  map.values(99, 0) = 1.0F;
  map.values(0, 1) = kNoNumber;
  map.rows = map.cols = std::vector<std::string>(100, "2.1");
  map.colours = &gfx::colour_map(session_.look().weight_map, ThemeChoice::light);
  const Figure figure = map_figure(map, {}, figure_style(ThemeChoice::light));
  const auto image = std::find_if(figure.shapes.begin(), figure.shapes.end(),
                                  [](const FigureShape& shape) { return std::holds_alternative<FigureImage>(shape); });
  ASSERT_NE(image, figure.shapes.end());
  const auto& pixels = std::get<FigureImage>(*image).pixels;
  EXPECT_EQ(pixels.at(9'900), map.colours->at(1.0F, 0.0F, 1.0F));
  EXPECT_EQ(pixels.at(1), figure.ground);
  map.largest = 2'000;
  EXPECT_GT(map_figure(map, {}, figure_style(ThemeChoice::light)).height, figure.height + 1'000)
      << "as large as it is allowed to be";
}

TEST_F(FiguresOfViews, arcs_of_several_heads_say_which_is_which_and_pieces_of_a_word_stand_close) {
  const auto snapshot = handmade_snapshot("one wonderful day", {.piece = 3});
  testing::SessionInParts session = session_for(*snapshot, {0, 0});
  session.look().arcs_from_all = true;
  session.look().arc_threshold = 0.0F;
  const ArcsView arcs = make_arcs(*snapshot, session);
  const Figure figure = arcs_figure(arcs, make_grid(*snapshot, session), {}, figure_style(ThemeChoice::light),
                                    {"layer 0, head 0", "layer 1, head 3"});
  EXPECT_TRUE(writes(figure, "layer 1, head 3"));
  std::map<std::string, const FigureText*> words;
  for (const FigureText* text : texts_of(figure))
    words[text->text] = text;
  const auto space = [&](const std::string& left, const std::string& right) {
    const auto wide = [](const FigureText& text) { return figure_text_width(text.text, text.font, text.size); };
    return words[right]->x - 0.5 * wide(*words[right]) - words[left]->x - 0.5 * wide(*words[left]);
  };
  EXPECT_LT(space("won", "der"), 3.0);
  EXPECT_LT(space("der", "ful"), 3.0);
  EXPECT_GT(space("ful", "day"), 8.0);
}

}  // namespace
}  // namespace regard
