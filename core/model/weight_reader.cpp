// SPDX-License-Identifier: Apache-2.0
#include "core/model/weight_reader.h"

#include "core/base/error.h"
#include "core/base/half.h"
#include "core/base/parallel.h"
#include "core/base/progress.h"

#include <cassert>
#include <cstring>
#include <optional>

namespace regard {
namespace {

constexpr std::size_t kBlock = 1 << 16;  // numbers a thread widens at a time

std::optional<DType> float_type(StoredType type) {
  if (type == StoredType::f32) return DType::f32;
  if (type == StoredType::f16) return DType::f16;
  if (type == StoredType::bf16) return DType::bf16;
  return std::nullopt;
}

std::size_t size_of(DType type) {
  return type == DType::f32 ? 4 : 2;
}

void widen(DType type, std::span<const std::byte> source, std::span<float> target) {
  switch (type) {
    case DType::f32:
      if (!target.empty()) std::memcpy(target.data(), source.data(), source.size());
      break;
    case DType::f16:
      widen_f16(source, target);
      break;
    case DType::bf16:
      widen_bf16(source, target);
      break;
  }
}

std::size_t count_of(std::span<const std::size_t> shape) {
  std::size_t count = 1;
  for (const std::size_t axis : shape)
    count *= axis;  // the sizes of a config are bounded, so this cannot overflow
  return count;
}

bool aligned(const std::byte* data, DType type) {
  return reinterpret_cast<std::uintptr_t>(data) % size_of(type) == 0;
}

}  // namespace

void copy_as_f32(const TensorView& tensor, std::size_t first, std::span<float> target) {
  assert(first + target.size() <= count_of(tensor.shape));
  const std::size_t size = size_of(tensor.dtype);
  widen(tensor.dtype, {tensor.data + first * size, target.size() * size}, target);
}

WeightReader::WeightReader(const Checkpoint& checkpoint, std::stop_token stop, Progress* progress,
                           std::size_t widen_limit)
    : checkpoint_(checkpoint), stop_(std::move(stop)), progress_(progress) {
  std::size_t numbers = 0;
  for (const auto& [name, place] : checkpoint.places)
    if (float_type(place.tensor.type))
      numbers += (place.tensor.end - place.tensor.begin) / element_size(place.tensor.type);
  widen_ = numbers <= widen_limit / sizeof(float);
  for (const Checkpoint::File& file : checkpoint.files)
    storage_.push_back(file.mapping);
}

bool WeightReader::has(std::string_view name) const {
  return checkpoint_.places.contains(name);
}

void WeightReader::report(float fraction) {
  if (progress_ != nullptr) progress_->fraction = fraction;
}

WeightReader::Found WeightReader::find(const std::string& name, std::span<const std::size_t> shape) {
  throw_if_stopped(stop_);
  const auto found = checkpoint_.places.find(name);
  if (found == checkpoint_.places.end())
    throw Error("tensor_missing", {.file = checkpoint_.listing, .item = name, .expected = shape_text(shape)});
  const StoredTensor& tensor = found->second.tensor;
  const Checkpoint::File& file = checkpoint_.files[found->second.file];
  if (!std::equal(shape.begin(), shape.end(), tensor.shape.begin(), tensor.shape.end()))
    throw Error("tensor_shape",
                {.file = file.name, .item = name, .expected = shape_text(shape), .found = shape_text(tensor.shape)});
  const auto type = float_type(tensor.type);
  if (!type)
    throw Error(
        "tensor_dtype",
        {.file = file.name, .item = name, .expected = "F32, F16, BF16", .found = std::string(name_of(tensor.type))});
  const std::size_t count = count_of(shape);
  parameters_ += count;
  return {&tensor, file.mapping->bytes().subspan(tensor.begin, tensor.end - tensor.begin), *type, count};
}

TensorView WeightReader::tensor(const std::string& name, std::vector<std::size_t> shape) {
  const Found found = find(name, shape);
  const bool copy = !aligned(found.bytes.data(), found.type) || (widen_ && found.type != DType::f32);
  if (!copy) return {.dtype = found.type, .shape = std::move(shape), .data = found.bytes.data()};

  const std::shared_ptr<float[]> buffer(new float[found.count]);
  const std::size_t size = size_of(found.type);
  parallel_for(found.count, kBlock, [&](std::size_t begin, std::size_t end) {
    widen(found.type, found.bytes.subspan(begin * size, (end - begin) * size), {buffer.get() + begin, end - begin});
  });
  storage_.push_back(buffer);
  return {.dtype = DType::f32, .shape = std::move(shape), .data = reinterpret_cast<const std::byte*>(buffer.get())};
}

std::vector<float> WeightReader::vector(const std::string& name, std::size_t size) {
  const std::size_t shape[] = {size};
  const Found found = find(name, shape);
  std::vector<float> values(size);
  widen(found.type, found.bytes, values);
  return values;
}

Linear WeightReader::linear(const std::string& name, std::size_t out, std::size_t in, bool bias) {
  Linear result;
  result.weight = tensor(name + ".weight", {out, in});
  if (bias) result.bias = vector(name + ".bias", out);
  return result;
}

Norm WeightReader::layer_norm(const std::string& name, std::size_t size) {
  const bool old_names = !has(name + ".weight") && has(name + ".gamma");
  return {.scale = vector(name + (old_names ? ".gamma" : ".weight"), size),
          .shift = vector(name + (old_names ? ".beta" : ".bias"), size)};
}

Norm WeightReader::rms_norm(const std::string& name, std::size_t size) {
  return {.scale = vector(name + ".weight", size), .shift = {}};
}

}  // namespace regard
