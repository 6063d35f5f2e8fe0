// SPDX-License-Identifier: Apache-2.0
#include "app/gfx/thumbnail_atlas.h"

#include "app/gfx/gl.h"
#include "app/gfx/picture.h"

#include <algorithm>
#include <optional>

namespace regard::gfx {
namespace {

/// One byte a texel: a quarter of what rgba8 would take for hundreds of heads.
class ByteTexture {
public:
  ByteTexture() = default;
  ByteTexture(std::size_t width, std::size_t height, const std::vector<std::uint8_t>& texels) {
    unsigned id = 0;
    glGenTextures(1, &id);
    handle_ = Handle<delete_texture>(id);
    glBindTexture(GL_TEXTURE_2D, id);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_R8, static_cast<GLsizei>(width), static_cast<GLsizei>(height), 0, GL_RED,
                 GL_UNSIGNED_BYTE, texels.data());
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
  }
  void bind(int unit) const {
    glActiveTexture(GL_TEXTURE0 + static_cast<GLenum>(unit));
    glBindTexture(GL_TEXTURE_2D, handle_.id());
  }
  explicit operator bool() const { return static_cast<bool>(handle_); }

private:
  Handle<delete_texture> handle_{};
};

}  // namespace

struct ThumbnailAtlas::State {
  Picture picture{"atlas.frag"};
  ByteTexture texels{};
  std::size_t rows = 0, cols = 0;  // texels of a thumbnail
  std::size_t layers = 0, heads = 0;
  std::optional<std::uint64_t> revision{};
  std::optional<AtlasLook> drawn{};
};

ThumbnailAtlas::ThumbnailAtlas() : state_(std::make_unique<State>()) {}
ThumbnailAtlas::~ThumbnailAtlas() = default;
ThumbnailAtlas::ThumbnailAtlas(ThumbnailAtlas&&) noexcept = default;
ThumbnailAtlas& ThumbnailAtlas::operator=(ThumbnailAtlas&&) noexcept = default;

void ThumbnailAtlas::upload(std::span<const ThumbnailPixels> tiles, std::size_t layers, std::size_t heads,
                            std::uint64_t revision) {
  State& state = *state_;
  if (state.revision == revision) return;
  state.revision = revision;
  state.drawn.reset();
  state.texels = {};
  state.layers = layers;
  state.heads = heads;
  state.rows = state.cols = 0;
  for (const ThumbnailPixels& tile : tiles) {
    state.rows = std::max(state.rows, tile.rows);
    state.cols = std::max(state.cols, tile.cols);
  }
  const std::size_t width = heads * state.cols, height = layers * state.rows;
  if (width == 0 || height == 0 || width > kLargestTexture || height > kLargestTexture || tiles.size() < layers * heads)
    return;

  std::vector<std::uint8_t> texels(width * height, 0);
  for (std::size_t layer = 0; layer < layers; ++layer)
    for (std::size_t head = 0; head < heads; ++head) {
      const ThumbnailPixels& tile = tiles[layer * heads + head];
      if (tile.rows != state.rows || tile.cols != state.cols || tile.pixels.size() != tile.rows * tile.cols) continue;
      for (std::size_t row = 0; row < tile.rows; ++row)
        std::copy_n(
            tile.pixels.begin() + static_cast<std::ptrdiff_t>(row * tile.cols), tile.cols,
            texels.begin() + static_cast<std::ptrdiff_t>((layer * state.rows + row) * width + head * state.cols));
    }
  state.texels = ByteTexture(width, height, texels);
}

void ThumbnailAtlas::render(const AtlasLook& look) {
  State& state = *state_;
  if (!state.texels || look.map == nullptr || look.width < 1 || look.height < 1) return;
  if (state.drawn == look) return;
  state.drawn = look;

  state.picture.begin(look.width, look.height, *look.map);
  state.texels.bind(0);
  ShaderProgram& program = state.picture.program();
  program.set("atlas", 0);
  program.set("step_size", look.step_x, look.step_y);
  program.set("counts", static_cast<float>(state.heads), static_cast<float>(state.layers));
  program.set("tile", look.tile);
  program.set("texels", static_cast<float>(state.cols), static_cast<float>(state.rows));
  program.set("inset", look.inset);
  program.set("first", static_cast<float>(look.first_head), static_cast<float>(look.first_layer));
  program.set("selected", static_cast<float>(look.head), static_cast<float>(look.layer));
  program.set("band", look.band[0], look.band[1], look.band[2], 1.0F);
  program.set("background", look.background[0], look.background[1], look.background[2], 1.0F);
  state.picture.finish();
}

void ThumbnailAtlas::paint(ImDrawList& list, ImVec2 min, ImVec2 max) {
  if (state_->drawn) state_->picture.paint(list, min, max);
}

void ThumbnailAtlas::paint_head(ImDrawList& list, std::size_t layer, std::size_t head, ImVec2 min, ImVec2 max) {
  if (!state_->drawn || layer < state_->drawn->first_layer || head < state_->drawn->first_head) return;
  const AtlasLook& look = *state_->drawn;
  const float left = look.inset + static_cast<float>(head - look.first_head) * look.step_x;
  const float top = look.inset + static_cast<float>(layer - look.first_layer) * look.step_y;
  const float width = static_cast<float>(look.width), height = static_cast<float>(look.height);
  if (left + look.tile > width + 0.5F || top + look.tile > height + 0.5F) return;
  const auto id = static_cast<std::intptr_t>(state_->picture.target().color().id());
  list.AddImage(reinterpret_cast<ImTextureID>(id), min, max,  // NOLINT: how ImGui names textures
                {left / width, 1.0F - top / height}, {(left + look.tile) / width, 1.0F - (top + look.tile) / height});
}

std::vector<std::uint8_t> ThumbnailAtlas::read_pixels() const {
  return state_->picture.target().read_pixels();
}

}  // namespace regard::gfx
