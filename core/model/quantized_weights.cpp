// SPDX-License-Identifier: Apache-2.0
#include "core/model/quantized_weights.h"

#include "core/base/error.h"
#include "core/base/float8.h"
#include "core/format/dequantize.h"
#include "core/model/weight_reader.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

namespace regard {
namespace {

/// What ScalesApart points into.
struct KeptScales {
  std::vector<float> scale{};             // [groups, outputs], and room for a panel
  std::vector<std::uint8_t> zero{};       // likewise, or empty
  std::vector<std::uint32_t> group_of{};  // [inputs] or empty

  KeptScales(std::size_t groups, std::size_t outputs, bool zeros)
      : scale(groups * outputs + kScaleRoom), zero(zeros ? groups * outputs + kScaleRoom : 0) {}
};

std::size_t pieces(std::size_t count, std::size_t size) {
  return (count + size - 1) / size;
}

std::uint32_t packed_word(const std::byte* words, std::size_t index) {
  std::uint32_t word = 0;
  std::memcpy(&word, words + 4 * index, sizeof word);
  return word;
}

/// Where in a word AWQ puts the first, second … of eight numbers.
constexpr std::array<unsigned, 8> kAwqPlaces = {0, 4, 1, 5, 2, 6, 3, 7};

unsigned packed_number(DType type, const std::byte* words, std::size_t stride, std::size_t input, std::size_t output) {
  if (type == DType::awq_4)
    return packed_word(words, input * (stride / 8) + output / 8) >> 4 * kAwqPlaces[output % 8] & 15U;
  if (type == DType::gptq_8) return packed_word(words, input / 4 * stride + output) >> 8 * (input % 4) & 255U;
  return packed_word(words, input / 8 * stride + output) >> 4 * (input % 8) & 15U;
}

/// Zeros of one group, packed along the outputs.
unsigned packed_zero(DType type, const std::byte* words, std::size_t stride, std::size_t group, std::size_t output) {
  if (type == DType::awq_4) return packed_number(type, words, stride, group, output);
  const std::size_t in_word = type == DType::gptq_8 ? 4 : 8;
  const std::size_t bits = 32 / in_word;
  return packed_word(words, group * (stride / in_word) + output / in_word) >> bits * (output % in_word) &
         ((1U << bits) - 1);
}

}  // namespace

void copy_scaled(const TensorView& matrix, std::size_t first, std::span<float> target) {
  const ScalesApart& apart = matrix.apart;
  const std::size_t cols = matrix.cols();
  for (std::size_t at = 0; at < target.size(); ++at) {
    const std::size_t row = (first + at) / cols, input = (first + at) % cols, output = apart.first + row;
    const std::size_t group = apart.group_of == nullptr ? input / apart.group : apart.group_of[input];
    const std::size_t place = group * apart.stride + output;
    float number = 0.0F;
    if (lies_by_input(matrix.dtype)) {
      const unsigned stored = packed_number(matrix.dtype, matrix.data, apart.stride, input, output);
      number = static_cast<float>(static_cast<int>(stored) - static_cast<int>(apart.zero[place]));
    } else {
      const auto bits = std::to_integer<std::uint8_t>(matrix.data[first + at]);
      number = matrix.dtype == DType::f8_e4m3 ? e4m3(bits) : e5m2(bits);
    }
    target[at] = number * apart.scale[place];
  }
}

bool WeightReader::has_packed(std::string_view module) const {
  return checkpoint_.quantization.packed() && !module.empty() &&
         checkpoint_.places.contains(own_name(std::string(module) + ".qweight"));
}

std::span<const std::byte> WeightReader::whole_numbers(const std::string& name,
                                                       std::initializer_list<std::size_t> shape) {
  const Found found = look_up(name, {shape.begin(), shape.size()});
  if (found.type != DType::i32)
    throw Error("tensor_dtype", {.file = checkpoint_.listing,
                                 .item = own_name(name),
                                 .expected = "I32",
                                 .found = std::string(name_of(found.type))});
  if (found.owner != nullptr)
    storage_.push_back(found.owner);
  else
    views_files_ = true;
  return found.bytes;
}

void WeightReader::read_scales(const std::string& name, std::span<const std::size_t> shape, std::span<float> out) {
  const Found found = look_up(name, shape);
  if (found.type != DType::f32 && found.type != DType::f16 && found.type != DType::bf16)
    throw Error("tensor_dtype", {.file = checkpoint_.listing,
                                 .item = own_name(name),
                                 .expected = "F32, F16, BF16",
                                 .found = std::string(name_of(found.type))});
  dequantize(found.type, found.bytes, out.first(found.count));
}

std::vector<std::uint32_t> WeightReader::groups_of_inputs(const std::string& module, std::size_t inputs,
                                                          std::size_t groups) {
  const Quantization& quantization = checkpoint_.quantization;
  const std::string name = module + ".g_idx";
  if (quantization.method != Quantization::Method::gptq || (!has(name) && !quantization.act_order)) return {};
  const std::span<const std::byte> bytes = whole_numbers(name, {inputs});
  const std::size_t size = quantization.group == 0 ? inputs : quantization.group;
  std::vector<std::uint32_t> group_of(inputs);
  bool in_order = true, one = true;
  for (std::size_t input = 0; input < inputs; ++input) {
    group_of[input] = packed_word(bytes.data(), input);
    if (group_of[input] >= groups)
      throw Error("tensor_value", {.file = checkpoint_.listing,
                                   .item = own_name(name),
                                   .expected = "0…" + std::to_string(groups - 1),
                                   .found = std::to_string(static_cast<std::int32_t>(group_of[input]))});
    in_order = in_order && group_of[input] == input / size;
    one = one && group_of[input] == 0;
  }
  // Some writers leave zeros where the inputs are in order.
  if (in_order || (one && !quantization.act_order)) return {};
  if (!quantization.act_order)
    throw Error(
        "quantization_mismatch",
        {.file = checkpoint_.listing, .item = own_name(name), .expected = "\"desc_act\": false", .found = "desc_act"});
  return group_of;
}

/// Old writers give every module a bias, of zeros where the model has none.
void WeightReader::pass_over_zero_bias(const std::string& module) {
  const auto place = checkpoint_.places.find(own_name(module + ".bias"));
  if (place == checkpoint_.places.end()) return;
  const StoredTensor& tensor = place->second.tensor;
  const auto bytes =
      checkpoint_.files[place->second.file].mapping->bytes().subspan(tensor.begin, tensor.end - tensor.begin);
  if (std::all_of(bytes.begin(), bytes.end(), [](std::byte byte) { return byte == std::byte{0}; }))
    read_.insert(place->first);
}

TensorView WeightReader::packed(const std::string& module, std::vector<std::size_t> shape) {
  const Quantization& quantization = checkpoint_.quantization;
  const DType type = quantization.packed_type();
  const std::string name = own_name(module + ".qweight");
  const auto mismatch = [&](std::string expected) {
    throw Error("quantization_mismatch", {.file = checkpoint_.listing,
                                          .item = name,
                                          .expected = std::move(expected),
                                          .found = std::string(name_of(type))});
  };
  if (quantization.leaves_out(unwrapped_name(module)) || quantization.leaves_out(module))
    mismatch("modules_to_not_convert");
  if (checkpoint_.places.contains(own_name(module + ".weight"))) mismatch(own_name(module + ".weight"));
  const std::size_t in_word = 32 / quantization.bits;
  if (shape.size() != 2 || shape[0] % in_word != 0 || shape[1] % in_word != 0)
    throw Error("tensor_shape",
                {.file = checkpoint_.listing,
                 .item = name,
                 .expected = "[n × " + std::to_string(in_word) + ", m × " + std::to_string(in_word) + "]",
                 .found = shape_text(shape)});
  const std::size_t outputs = shape[0], inputs = shape[1];
  const std::size_t size = quantization.group == 0 ? inputs : quantization.group;
  const std::size_t groups = pieces(inputs, size);
  const std::span<const std::byte> words = type == DType::awq_4
                                               ? whole_numbers(module + ".qweight", {inputs, outputs / in_word})
                                               : whole_numbers(module + ".qweight", {inputs / in_word, outputs});
  const std::span<const std::byte> zeros = whole_numbers(module + ".qzeros", {groups, outputs / in_word});
  const auto kept = std::make_shared<KeptScales>(groups, outputs, true);
  const std::size_t scales_shape[] = {groups, outputs};
  read_scales(module + ".scales", scales_shape, kept->scale);
  for (std::size_t at = 0; at < groups * outputs; ++at) {
    const unsigned zero =
        packed_zero(type, zeros.data(), outputs, at / outputs, at % outputs) + (quantization.zeros_less_one ? 1 : 0);
    if (zero > 255)
      throw Error(
          "tensor_value",
          {.file = checkpoint_.listing, .item = own_name(module + ".qzeros"), .expected = "0…254", .found = "255"});
    kept->zero[at] = static_cast<std::uint8_t>(zero);
  }
  kept->group_of = groups_of_inputs(module, inputs, groups);
  pass_over_zero_bias(module);
  storage_.push_back(kept);
  parameters_ += outputs * inputs;
  return {.dtype = type,
          .shape = std::move(shape),
          .data = words.data(),
          .apart = {.scale = kept->scale.data(),
                    .zero = kept->zero.data(),
                    .group_of = kept->group_of.empty() ? nullptr : kept->group_of.data(),
                    .group = size,
                    .stride = outputs}};
}

ScalesApart WeightReader::scales_of_f8(const std::string& name, std::span<const std::size_t> shape) {
  const Quantization& quantization = checkpoint_.quantization;
  if (quantization.method != Quantization::Method::fp8) return {};
  const std::string module = name.substr(0, name.size() - std::min(name.size(), std::string_view("weight").size()));
  if (has(module + "input_scale")) read_.insert(own_name(module + "input_scale"));  // of what is multiplied with it
  const std::string scale_name = has(name + "_scale_inv") ? name + "_scale_inv" : name + "_scale";
  if (!name.ends_with(".weight") || shape.size() != 2)
    throw Error(
        "tensor_shape",
        {.file = checkpoint_.listing, .item = own_name(name), .expected = "[n, m]", .found = shape_text(shape)});
  if (const std::string bare = module.substr(0, module.size() - 1); quantization.leaves_out(bare))
    throw Error(
        "quantization_mismatch",
        {.file = checkpoint_.listing, .item = own_name(name), .expected = "modules_to_not_convert", .found = "F8"});
  const std::size_t outputs = shape[0], inputs = shape[1];
  // One scale for blocks, for each output, or for all: as the file has it.
  std::size_t rows = quantization.block_rows, cols = quantization.block_cols;
  std::vector<std::size_t> stored = {pieces(outputs, rows == 0 ? 1 : rows), cols == 0 ? 1 : pieces(inputs, cols)};
  if (const auto place = checkpoint_.places.find(own_name(scale_name));
      place != checkpoint_.places.end() && rows == 0) {
    const std::vector<std::size_t>& found = place->second.tensor.shape;
    const bool single = std::all_of(found.begin(), found.end(), [](std::size_t axis) { return axis == 1; });
    rows = single ? outputs : 1;
    if (single || found == std::vector<std::size_t>{outputs}) stored = found;
  }
  if (rows == 0) rows = 1;
  if (cols == 0) cols = inputs;
  const std::size_t groups = pieces(inputs, cols);
  std::vector<float> scales(pieces(outputs, rows) * groups);
  read_scales(scale_name, stored, scales);
  const auto kept = std::make_shared<KeptScales>(groups, outputs, false);
  for (std::size_t group = 0; group < groups; ++group)
    for (std::size_t output = 0; output < outputs; ++output)
      kept->scale[group * outputs + output] = scales[output / rows * groups + group];
  storage_.push_back(kept);
  return {.scale = kept->scale.data(), .group = cols, .stride = outputs};
}

}  // namespace regard
