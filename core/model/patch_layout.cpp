// SPDX-License-Identifier: Apache-2.0
#include "core/model/patch_layout.h"

#include "core/base/resampling.h"
#include "core/model/config_reader.h"
#include "core/model/family.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <tuple>

namespace regard {
namespace {

std::vector<Mix> position_mixes(std::size_t from, std::size_t to, Stretch stretch) {
  return stretch == Stretch::smooth_cubic ? mixes(from, to, Resample::bicubic) : sharp_cubic_mixes(from, to);
}

/// Rows of `width` numbers, laid out side × side, mixed into one row for each patch that is read.
void stretch_grid(std::span<const float> grid, std::size_t width, const PatchConfig& patches, std::span<float> target) {
  const std::size_t side = patches.learned_side;
  const std::vector<Mix> down = position_mixes(side, patches.rows(), patches.stretch);
  const std::vector<Mix> right = position_mixes(side, patches.cols(), patches.stretch);
  std::vector<double> sums(width);
  for (std::size_t patch = 0; patch < patches.patches(); ++patch) {
    const Mix &y = down[patch / patches.cols()], &x = right[patch % patches.cols()];
    std::fill(sums.begin(), sums.end(), 0.0);
    for (std::size_t row = 0; row < y.parts.size(); ++row)
      for (std::size_t col = 0; col < x.parts.size(); ++col) {
        const double part = y.parts[row] * x.parts[col];
        const float* from = grid.data() + ((y.first + row) * side + x.first + col) * width;
        for (std::size_t at = 0; at < width; ++at)
          sums[at] += part * static_cast<double>(from[at]);
      }
    std::transform(sums.begin(), sums.end(), target.begin() + static_cast<std::ptrdiff_t>(patch * width),
                   [](double sum) { return static_cast<float>(sum); });
  }
}

std::span<float> new_numbers(std::size_t count, Storage& storage) {
  const auto numbers = std::make_shared<std::vector<float>>(count);
  storage.push_back(numbers);
  return *numbers;
}

TensorView view_of(std::span<const float> numbers, std::size_t width) {
  return {DType::f32, {numbers.size() / width, width}, reinterpret_cast<const std::byte*>(numbers.data())};
}

}  // namespace

PatchConfig read_patches(const ConfigReader& reader, std::size_t usual_patch) {
  PatchConfig patches;
  const ConfigReader::Bounds bounds{.most = bounds::kImageSide};
  std::tie(patches.height, patches.width) = reader.sides("image_size", bounds, 224);
  std::tie(patches.patch_height, patches.patch_width) = reader.sides("patch_size", bounds, usual_patch);
  if (patches.patches() == 0) reader.fail("patch_size", "≤ image_size");
  if (patches.patches() > bounds::kPatches)
    reader.fail("patch_size", "image_size² ÷ patch_size² ≤ " + std::to_string(bounds::kPatches));
  patches.channels = reader.size("num_channels", {.most = 3}, 3);
  if (patches.channels == 2) reader.fail("num_channels", "1, 3");
  patches.usual_steps.height = patches.usual_steps.crop_height = patches.height;
  patches.usual_steps.width = patches.usual_steps.crop_width = patches.width;
  return patches;
}

SoftmaxAttention read_usual_sizes(const ConfigReader& reader, const UsualSizes& usual, ModelConfig& config) {
  config.layers = reader.size("num_hidden_layers", {.most = bounds::kLayers}, usual.layers);
  const std::size_t heads = reader.size("num_attention_heads", {.most = bounds::kHeads}, usual.heads);
  config.hidden = reader.size("hidden_size", {.most = bounds::kHidden}, usual.hidden);
  if (config.hidden % heads != 0) reader.fail("hidden_size", "n × " + std::to_string(heads));
  return even_heads(heads, config.hidden);
}

void count_tokens(ModelConfig& config) {
  config.context = config.patches->specials() + config.patches->patches();
  if (!config.has_lm_head) config.vocabulary = config.context;
}

std::vector<std::string> class_and_registers(std::size_t registers) {
  std::vector<std::string> names{"[CLS]"};
  for (std::size_t each = 1; each <= registers; ++each)
    names.push_back("[REG" + std::to_string(each) + "]");
  return names;
}

TensorView rows_together(std::span<const TensorView> tables, std::size_t width, Storage& storage) {
  const auto count_of = [](const TensorView& table) {
    return std::accumulate(table.shape.begin(), table.shape.end(), std::size_t{1}, std::multiplies<>());
  };
  std::size_t count = 0;
  for (const TensorView& table : tables)
    count += count_of(table);
  const std::span<float> rows = new_numbers(count, storage);
  std::size_t at = 0;
  for (const TensorView& table : tables) {
    copy_as_f32(table, 0, rows.subspan(at, count_of(table)));
    at += count_of(table);
  }
  return view_of(rows, width);
}

Linear read_patch_projection(const ModelConfig& config, WeightReader& reader, const std::string& name, bool bias) {
  const PatchConfig& patches = *config.patches;
  Linear projection;
  projection.weight =
      reader.tensor(name + "weight", {config.hidden, patches.channels, patches.patch_height, patches.patch_width});
  projection.weight.shape = {config.hidden, patches.patch_numbers()};
  if (bias) projection.bias = reader.vector(name + "bias", config.hidden);
  return projection;
}

TensorView fitted_positions(const ModelConfig& config, const TensorView& learned, Storage& storage) {
  const PatchConfig& patches = *config.patches;
  const std::size_t width = config.hidden, side = patches.learned_side;
  const std::span<float> rows = new_numbers(config.context * width, storage);
  copy_as_f32(learned, 0, rows.first(width));
  const std::span<float> placed = rows.subspan(patches.specials() * width);
  if (patches.rows() == side && patches.cols() == side) {
    copy_as_f32(learned, width, placed);
  } else {
    std::vector<float> grid(side * side * width);
    copy_as_f32(learned, width, grid);
    stretch_grid(grid, width, patches, placed);
  }
  return view_of(rows, width);
}

}  // namespace regard
