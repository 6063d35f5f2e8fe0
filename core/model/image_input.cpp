// SPDX-License-Identifier: Apache-2.0
#include "core/model/image_input.h"

#include "core/base/error.h"
#include "core/base/mapped_file.h"
#include "core/format/json.h"
#include "core/format/png.h"
#include "core/model/config_reader.h"
#include "core/model/family.h"
#include "core/model/patch_layout.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cassert>
#include <span>
#include <tuple>

namespace regard {
namespace {

constexpr float kMostRescale = 1e6F;
constexpr const char* kUnrounded = "DINOv3ViTImageProcessor";

/// {"height", "width"}, {"shortest_edge"}, or one number: both sides in the files of ViT and DeiT, the shorter one in CLIP's.
void read_size(const ConfigReader& reader, ImageSteps& steps) {
  const ConfigReader::Bounds bounds{.most = bounds::kImageSide};
  if (!reader.has("size")) return;
  if (!reader.is_object("size")) {
    if (steps.shortest_edge > 0)  // a class that keeps the picture's shape
      steps.shortest_edge = reader.size("size", bounds);
    else
      std::tie(steps.height, steps.width) = reader.sides("size", bounds);
    return;
  }
  const ConfigReader size = *reader.object("size");
  steps.height = steps.width = steps.shortest_edge = 0;
  if (size.has("shortest_edge")) {
    steps.shortest_edge = size.size("shortest_edge", bounds);
    return;
  }
  steps.height = size.size("height", bounds);
  steps.width = size.size("width", bounds);
}

void read_crop(const ConfigReader& reader, ImageSteps& steps) {
  const ConfigReader::Bounds bounds{.most = bounds::kImageSide};
  steps.crop = reader.flag("do_center_crop", steps.crop);
  if (!reader.has("crop_size")) return;
  if (!reader.is_object("crop_size")) {
    std::tie(steps.crop_height, steps.crop_width) = reader.sides("crop_size", bounds);
    return;
  }
  const ConfigReader size = *reader.object("crop_size");
  steps.crop_height = size.size("height", bounds);
  steps.crop_width = size.size("width", bounds);
}

/// The numbers of the Python Imaging Library's filters.
Resample read_filter(const ConfigReader& reader, Resample fallback) {
  constexpr std::array filters{Resample::nearest, Resample::lanczos, Resample::bilinear,
                               Resample::bicubic, Resample::box,     Resample::hamming};
  const auto number = std::find(filters.begin(), filters.end(), fallback) - filters.begin();
  return filters[reader.size("resample", {.least = 0, .most = 5}, static_cast<std::size_t>(number), Null::missing)];
}

/// One number a channel.
std::array<float, 3> read_channels(const ConfigReader& reader, std::string_view key, std::size_t channels,
                                   std::array<float, 3> fallback, bool zero) {
  if (!reader.has(key)) return fallback;
  const std::vector<float> values = reader.positives(key, channels, 255.0F, zero);
  for (std::size_t channel = 0; channel < values.size(); ++channel)
    fallback[channel] = values[channel];
  return fallback;
}

RgbImage resized_by(const RgbImage& image, const ImageSteps& steps) {
  if (steps.shortest_edge == 0) return resized(image, steps.width, steps.height, steps.filter);
  const std::size_t shorter = std::min(image.width, image.height);
  const auto scaled = [&](std::size_t side) {  // a sliver of a picture must not fill the memory
    return std::clamp<std::size_t>(side * steps.shortest_edge / shorter, 1, 2 * bounds::kImageSide);
  };
  return resized(image, scaled(image.width), scaled(image.height), steps.filter);
}

/// Grey as the Python Imaging Library weighs it (ITU-R 601-2), rounded to 8 bits.
float grey(const std::uint8_t* pixel) {
  return static_cast<float>((pixel[0] * 19'595U + pixel[1] * 38'470U + pixel[2] * 7'471U + 0x8000U) >> 16);
}

/// The numbers of a picture that is already `patches` large, before they are rescaled: [height, width, channels].
std::vector<float> pixel_numbers(const RgbImage& picture, const PatchConfig& patches) {
  if (patches.channels == 3) return {picture.pixels.begin(), picture.pixels.end()};
  std::vector<float> numbers;
  for (std::size_t pixel = 0; pixel < picture.width * picture.height; ++pixel)
    numbers.push_back(grey(picture.pixels.data() + 3 * pixel));
  return numbers;
}

void fill_patch(const std::vector<float>& numbers, const ImageSteps& steps, const PatchConfig& patches,
                std::size_t patch, std::span<float> row) {
  const std::size_t top = patch / patches.cols() * patches.patch_height;
  const std::size_t left = patch % patches.cols() * patches.patch_width;
  std::size_t at = 0;
  for (std::size_t channel = 0; channel < patches.channels; ++channel)
    for (std::size_t y = 0; y < patches.patch_height; ++y)
      for (std::size_t x = 0; x < patches.patch_width; ++x) {
        const std::size_t pixel = (top + y) * patches.width + left + x;
        const float value = numbers[pixel * patches.channels + channel];
        row[at++] = (value * steps.rescale - steps.mean[channel]) / steps.deviation[channel];
      }
}

/// Are all pictures as large after these steps?
bool make_one_size(const ImageSteps& steps) {
  return steps.crop || (steps.resize && steps.height > 0);
}

PatchConfig fitted(const ImageSteps& steps, PatchConfig patches) {
  patches.height = steps.crop ? steps.crop_height : steps.height;
  patches.width = steps.crop ? steps.crop_width : steps.width;
  return patches;
}

void check_patches(const ConfigReader& reader, const ImageSteps& steps, const PatchConfig& patches) {
  const std::size_t count = fitted(steps, patches).patches();
  if (count == 0 || count > bounds::kPatches)
    reader.fail(steps.crop ? "crop_size" : "size", "1…" + std::to_string(bounds::kPatches) + " × patch_size");
}

}  // namespace

void fit_to_steps(const ImageSteps& steps, ModelConfig& config) {
  if (!config.patches->any_size || !make_one_size(steps)) return;
  config.patches = fitted(steps, *config.patches);
  count_tokens(config);
}

ImageSteps parse_image_steps(std::string_view json, const ModelConfig& config, const std::string& file) {
  const nlohmann::json document = parse_python_json(json, file);
  if (!document.is_object())
    throw Error("json_value", {.file = file, .item = "$", .expected = "{…}", .found = json_excerpt(document)});
  const ConfigReader reader(document, file);
  ImageSteps steps = config.patches->usual_steps;
  steps.resize = reader.flag("do_resize", true);
  read_size(reader, steps);
  steps.filter = read_filter(reader, steps.filter);
  read_crop(reader, steps);
  if (steps.unrounded) {  // what the class of this processor alone does
    steps.unrounded = reader.text("image_processor_type", kUnrounded, Null::missing).starts_with(kUnrounded);
    if (steps.unrounded && steps.crop) reader.fail("do_center_crop", "false");
  }
  if (config.patches->any_size && make_one_size(steps)) check_patches(reader, steps, *config.patches);
  const bool rescaled = reader.flag("do_rescale", true);
  steps.rescale = rescaled ? reader.positive("rescale_factor", kMostRescale, steps.rescale, Null::missing) : 1.0F;
  const std::size_t channels = config.patches->channels;
  steps.mean = read_channels(reader, "image_mean", channels, steps.mean, true);
  steps.deviation = read_channels(reader, "image_std", channels, steps.deviation, false);
  if (!reader.flag("do_normalize", true)) {
    steps.mean = {0.0F, 0.0F, 0.0F};
    steps.deviation = {1.0F, 1.0F, 1.0F};
  }
  return steps;
}

ImageInput read_image(const std::filesystem::path& file, const ImageSteps& steps, const PatchConfig& patches) {
  const MappedFile mapping(file);
  bool transparent = false;
  const RgbImage image = parse_png(mapping.bytes(), file.string(), &transparent);
  ImageInput input = prepare_image(image, steps, patches);
  input.transparent = transparent;
  return input;
}

ImageInput prepare_image(const RgbImage& image, const ImageSteps& steps, const PatchConfig& patches) {
  assert(image.width > 0 && image.height > 0);
  ImageInput input{.width = image.width, .height = image.height};
  input.picture = steps.resize ? resized_by(image, steps) : image;
  if (steps.crop) input.picture = centre_cropped(input.picture, steps.crop_width, steps.crop_height);
  if (input.picture.width != patches.width || input.picture.height != patches.height)
    input.picture = resized(input.picture, patches.width, patches.height, steps.filter);
  const bool unrounded = steps.unrounded && steps.resize && patches.channels == 3;
  const std::vector<float> numbers = unrounded ? resized_unrounded(image, patches.width, patches.height, steps.filter)
                                               : pixel_numbers(input.picture, patches);
  input.patches = Matrix(patches.patches(), patches.patch_numbers());
  for (std::size_t patch = 0; patch < patches.patches(); ++patch)
    fill_patch(numbers, steps, patches, patch, input.patches.row(patch));
  return input;
}

}  // namespace regard
