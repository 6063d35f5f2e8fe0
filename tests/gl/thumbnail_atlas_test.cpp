// SPDX-License-Identifier: Apache-2.0
#include "app/gfx/thumbnail_atlas.h"

#include "tests/gl/context.h"
#include "tests/gl/reading.h"

#include <cmath>

namespace regard::gfx {
namespace {

constexpr Rgb kTileGround{0, 0, 0};
constexpr Rgb kBand{255, 0, 255};

class OverviewPicture : public test::GlTest {
protected:
  static const ColourMap& map() { return colour_map(WeightMap::cividis, ThemeChoice::dark); }

  /// `layers` × `heads` thumbnails of a side; each texel tells its head, row and column apart.
  struct Heads {
    std::size_t layers, heads, rows, cols;
    std::vector<std::vector<std::uint8_t>> texels{};
    std::vector<ThumbnailPixels> tiles{};
    Heads(std::size_t layer_count, std::size_t head_count, std::size_t tile_side)
        : Heads(layer_count, head_count, tile_side, tile_side) {}
    Heads(std::size_t layer_count, std::size_t head_count, std::size_t tile_rows, std::size_t tile_cols)
        : layers(layer_count), heads(head_count), rows(tile_rows), cols(tile_cols) {
      for (std::size_t tile = 0; tile < layers * heads; ++tile) {
        texels.emplace_back(rows * cols);
        for (std::size_t i = 0; i < rows * cols; ++i)
          texels.back()[i] = static_cast<std::uint8_t>((tile * 41 + (i / cols) * 67 + (i % cols) * 13) % 256);
      }
      for (const auto& tile : texels)
        tiles.push_back({rows, cols, tile});
    }
    [[nodiscard]] std::uint8_t at(std::size_t layer, std::size_t head, std::size_t row, std::size_t col) const {
      return texels[layer * heads + head][row * cols + col];
    }
  };

  static AtlasLook look(const Heads& heads, float tile, float gap) {
    const float step = tile + gap;
    return {.width = static_cast<int>(step * static_cast<float>(heads.heads)),
            .height = static_cast<int>(step * static_cast<float>(heads.layers)),
            .step_x = step,
            .step_y = step,
            .tile = tile,
            .inset = std::floor(0.5F * gap),
            .layer = 1,
            .head = 0,
            .map = &map(),
            .background = {0.0F, 0.0F, 0.0F},
            .band = {1.0F, 0.0F, 1.0F}};
  }

  static test::Screenshot picture(const Heads& heads, const AtlasLook& how) {
    ThumbnailAtlas atlas;
    atlas.upload(heads.tiles, heads.layers, heads.heads, 1);
    atlas.render(how);
    return {how.width, how.height, atlas.read_pixels()};
  }
};

TEST_F(OverviewPicture, every_weight_of_every_head_is_where_it_belongs) {
  const Heads heads(3, 4, 6);
  const AtlasLook how = look(heads, 24.0F, 4.0F);
  const test::Screenshot shot = picture(heads, how);
  for (std::size_t layer = 0; layer < 3; ++layer)
    for (std::size_t head = 0; head < 4; ++head)
      for (std::size_t row = 0; row < 6; ++row)
        for (std::size_t col = 0; col < 6; ++col) {
          const int x = static_cast<int>(head * 28 + 2 + col * 4 + 2),
                    y = static_cast<int>(layer * 28 + 2 + row * 4 + 2);
          ASSERT_EQ(shot.at(x, y), map().table[heads.at(layer, head, row, col)])
              << "layer " << layer << " head " << head << " query " << row << " key " << col;
        }
}

TEST_F(OverviewPicture, a_part_of_the_heads_begins_with_the_first_of_them) {
  const Heads heads(3, 4, 6);
  AtlasLook how = look(heads, 24.0F, 4.0F);
  how.first_layer = 1;
  how.first_head = 2;
  how.width = how.height = 2 * 28;
  const test::Screenshot shot = picture(heads, how);
  for (std::size_t layer = 1; layer < 3; ++layer)
    for (std::size_t head = 2; head < 4; ++head) {
      const int x = static_cast<int>((head - 2) * 28 + 4), y = static_cast<int>((layer - 1) * 28 + 4);
      EXPECT_EQ(shot.at(x, y), map().table[heads.at(layer, head, 0, 0)]) << "layer " << layer << " head " << head;
    }
  EXPECT_EQ(shot.at(28, 14), kBand) << "the selected layer 1 is the first one here";
  EXPECT_EQ(shot.at(28, 28 + 14), kTileGround);
}

TEST_F(OverviewPicture, thumbnails_with_more_keys_than_queries_fill_their_squares) {
  const Heads heads(2, 2, 3, 6);
  const test::Screenshot shot = picture(heads, look(heads, 24.0F, 4.0F));
  for (std::size_t layer = 0; layer < 2; ++layer)
    for (std::size_t head = 0; head < 2; ++head)
      for (std::size_t row = 0; row < 3; ++row)
        for (std::size_t col = 0; col < 6; ++col) {
          const int x = static_cast<int>(head * 28 + 2 + col * 4 + 2),
                    y = static_cast<int>(layer * 28 + 2 + row * 8 + 4);
          ASSERT_EQ(shot.at(x, y), map().table[heads.at(layer, head, row, col)])
              << "layer " << layer << " head " << head << " query " << row << " key " << col;
        }
}

TEST_F(OverviewPicture, selected_row_and_column_lie_on_bands) {
  const Heads heads(3, 4, 6);
  const test::Screenshot shot = picture(heads, look(heads, 24.0F, 4.0F));
  EXPECT_EQ(shot.at(28 * 2, 28 + 14), kBand) << "beside a head of layer 1";
  EXPECT_EQ(shot.at(14, 28 * 2), kBand) << "above a head of column 0";
  EXPECT_EQ(shot.at(28 * 2, 14), kTileGround);
  EXPECT_EQ(shot.at(28 + 14, 28 * 2), kTileGround);
}

TEST_F(OverviewPicture, the_largest_weight_survives_in_a_small_thumbnail) {
  Heads heads(1, 1, 64);
  std::fill(heads.texels[0].begin(), heads.texels[0].end(), std::uint8_t{3});
  heads.texels[0][37 * 64 + 22] = 250;
  const test::Screenshot shot = picture(heads, look(heads, 7.0F, 0.0F));
  int bright = 0;
  for (int y = 0; y < 7; ++y)
    for (int x = 0; x < 7; ++x)
      if (shot.at(x, y) == map().table[250]) {
        ++bright;
        EXPECT_EQ(x, 22 * 7 / 64);
        EXPECT_EQ(y, 37 * 7 / 64);
      }
  EXPECT_EQ(bright, 1);
}

TEST_F(OverviewPicture, heads_without_a_thumbnail_stay_dark_and_no_heads_are_no_picture) {
  Heads heads(1, 2, 4);
  heads.tiles[1] = {};
  const test::Screenshot shot = picture(heads, look(heads, 16.0F, 0.0F));
  EXPECT_EQ(shot.at(2, 2), map().table[heads.at(0, 0, 0, 0)]);
  EXPECT_EQ(shot.at(16 + 2, 2), map().table[0]);
  ThumbnailAtlas atlas;
  atlas.upload({}, 0, 0, 1);
  atlas.render(look(heads, 16.0F, 0.0F));
}

}  // namespace
}  // namespace regard::gfx
