// SPDX-License-Identifier: Apache-2.0
#include "core/model/weight_reader.h"

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/format/dequantize.h"
#include "core/format/mxfp4.h"
#include "core/format/torch_file.h"
#include "core/model/adapter_reader.h"
#include "core/model/quantized_weights.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace regard {
namespace {

constexpr std::string_view kWeight = ".weight";

std::string without_weight(std::string_view name) {
  return std::string(name.ends_with(kWeight) ? name.substr(0, name.size() - kWeight.size()) : std::string_view());
}

bool is_f8(DType type) {
  return type == DType::f8_e4m3 || type == DType::f8_e5m2;
}

std::size_t count_of(std::span<const std::size_t> shape) {
  std::size_t count = 1;
  for (const std::size_t axis : shape)
    count *= axis;  // the sizes of a config are bounded, so this cannot overflow
  return count;
}

bool aligned(const std::byte* data, DType type) {
  const StoredBlock block = block_of(type);
  return block.numbers > 1 || reinterpret_cast<std::uintptr_t>(data) % block.bytes == 0;
}

/// Numbers [first, …) of a tensor whose rows lie in another order, row by row.
void copy_paired(TensorView tensor, std::size_t first, std::span<float> target) {
  const TensorView ordered = tensor;
  tensor.paired = 0;
  const std::size_t width = tensor.cols();
  while (!target.empty()) {
    const std::size_t column = first % width, count = std::min(width - column, target.size());
    copy_as_f32(tensor, ordered.stored_row(first / width) * width + column, target.first(count));
    target = target.subspan(count);
    first += count;
  }
}

/// Byte by byte, or in many places where there are too many bytes to look at all of them.
bool same_numbers(const Checkpoint& checkpoint, const Checkpoint::Place& a, const Checkpoint::Place& b) {
  constexpr std::size_t kAll = 64 << 20, kPieces = 4'096, kPiece = 4'096;  // bytes, pieces, bytes
  const auto bytes_of = [&](const Checkpoint::Place& place) {
    return checkpoint.files[place.file].mapping->bytes().subspan(place.tensor.begin,
                                                                 place.tensor.end - place.tensor.begin);
  };
  const auto first = bytes_of(a), second = bytes_of(b);
  if (first.data() == second.data()) return true;
  if (a.tensor.type != b.tensor.type || a.tensor.shape != b.tensor.shape || first.size() != second.size() ||
      a.strides != b.strides)
    return false;
  if (first.size() <= kAll) return std::equal(first.begin(), first.end(), second.begin());
  const std::size_t step = (first.size() - kPiece) / kPieces;
  for (std::size_t piece = 0; piece <= kPieces; ++piece)
    if (std::memcmp(first.data() + piece * step, second.data() + piece * step, kPiece) != 0) return false;
  return true;
}

}  // namespace

void copy_as_f32(const TensorView& tensor, std::size_t first, std::span<float> target) {
  assert(first + target.size() <= count_of(tensor.shape));
  if (tensor.paired != 0) return copy_paired(tensor, first, target);
  if (tensor.apart.scale != nullptr) return copy_scaled(tensor, first, target);
  const StoredBlock block = block_of(tensor.dtype);
  const std::size_t begin = first / block.numbers * block.numbers;
  const std::size_t end = (first + target.size() + block.numbers - 1) / block.numbers * block.numbers;
  std::vector<std::byte> joined;  // blocks whose scales lie apart
  std::span<const std::byte> bytes{tensor.data + stored_bytes(tensor.dtype, begin),
                                   stored_bytes(tensor.dtype, end - begin)};
  if (tensor.scales != nullptr) {
    const std::size_t at = begin / kMxfp4Numbers, count = (end - begin) / kMxfp4Numbers;
    joined.resize(bytes.size());
    join_mxfp4({tensor.data + at * kMxfp4Halves, count * kMxfp4Halves}, {tensor.scales + at, count}, joined);
    bytes = joined;
  }
  if (end - begin == target.size()) return dequantize(tensor.dtype, bytes, target);
  std::vector<float> blocks(end - begin);
  dequantize(tensor.dtype, bytes, blocks);
  std::copy_n(blocks.begin() + static_cast<std::ptrdiff_t>(first - begin), target.size(), target.begin());
}

WeightReader::WeightReader(const Checkpoint& checkpoint, std::stop_token stop, Progress* progress)
    : checkpoint_(checkpoint), stop_(std::move(stop)), progress_(progress) {
  for (const Checkpoint::File& file : checkpoint.files)
    storage_.push_back(file.mapping);
  if (checkpoint.own_name) return;  // another kind of file, with names of its own
  for (const auto& [name, place] : checkpoint.places)
    if (std::string plain = unwrapped_name(name); plain != name && !checkpoint.places.contains(plain))
      wrapped_.emplace(std::move(plain), name);
}

std::string WeightReader::own_name(std::string_view name) const {
  if (checkpoint_.own_name) return checkpoint_.own_name(name);
  const auto wrapped = wrapped_.find(name);
  return wrapped == wrapped_.end() ? std::string(name) : wrapped->second;
}

bool WeightReader::has(std::string_view name) const {
  return checkpoint_.places.contains(own_name(name)) || has_packed(without_weight(name));
}

std::string WeightReader::root(std::string_view anchor, std::initializer_list<std::string_view> prefixes) {
  root_ = *prefixes.begin();
  for (const std::string_view prefix : prefixes)
    if (has(std::string(prefix) + std::string(anchor))) {
      root_ = prefix;
      break;
    }
  return root_;
}

std::string WeightReader::first_of(std::initializer_list<std::string_view> names) {
  std::string first;
  for (const std::string_view name : names) {
    if (!has(name)) continue;
    const std::string own = own_name(name);
    if (first.empty()) {
      first = name;
      continue;
    }
    read_.insert(own);
    const std::string other = own_name(first);
    const auto a = checkpoint_.places.find(other), b = checkpoint_.places.find(own), none = checkpoint_.places.end();
    if (a == none || b == none || !same_numbers(checkpoint_, a->second, b->second))  // none: one of them is packed
      throw Error("tensor_tied", {.file = checkpoint_.listing, .item = other, .found = own});
  }
  return first.empty() ? std::string(*names.begin()) : first;
}

TensorView WeightReader::tied(std::initializer_list<std::string_view> names, std::vector<std::size_t> shape) {
  return tensor(first_of(names), std::move(shape));
}

std::vector<float> WeightReader::tied_vector(std::initializer_list<std::string_view> names, std::size_t size) {
  return vector(first_of(names), size);
}

std::vector<std::string> WeightReader::unread() const {
  std::vector<std::string> names;
  for (const auto& [name, place] : checkpoint_.places)
    if (!read_.contains(name)) names.push_back(name);
  return names;
}

void WeightReader::report(float fraction) {
  if (progress_ != nullptr) progress_->fraction = fraction;
}

std::vector<LayerWeights> WeightReader::layers(
    std::size_t count, const std::string& names,
    const std::function<LayerWeights(std::size_t layer, const std::string& name)>& read) {
  std::vector<LayerWeights> layers;
  for (std::size_t layer = 0; layer < count; ++layer) {
    const bool wanted = !only_ || only_->contains(layer);
    layers.push_back(wanted ? read(layer, names + std::to_string(layer) + ".") : LayerWeights{});
    report(static_cast<float>(layer + 1) / static_cast<float>(count));
  }
  return layers;
}

WeightReader::Found WeightReader::look_up(const std::string& name, std::span<const std::size_t> shape) {
  throw_if_stopped(stop_);
  const std::string own = own_name(name);
  const auto found = checkpoint_.places.find(own);
  if (found == checkpoint_.places.end())
    throw Error("tensor_missing", {.file = checkpoint_.listing,
                                   .item = own,
                                   .expected = shape_text(shape),
                                   .found = closest_names(checkpoint_, own)});
  read_.insert(own);
  const StoredTensor& tensor = found->second.tensor;
  const Checkpoint::File& file = checkpoint_.files[found->second.file];
  if (!std::equal(shape.begin(), shape.end(), tensor.shape.begin(), tensor.shape.end()))
    throw Error("tensor_shape",
                {.file = file.name, .item = own, .expected = shape_text(shape), .found = shape_text(tensor.shape)});
  Found result{file.mapping->bytes().subspan(tensor.begin, tensor.end - tensor.begin), nullptr, tensor.type,
               count_of(shape), found->second.interleaved};
  if (!found->second.strides.empty()) {
    const auto buffer =
        std::make_shared<const std::vector<std::byte>>(gathered({tensor, found->second.strides}, result.bytes));
    result.bytes = *buffer;
    result.owner = buffer;
  }
  return result;
}

WeightReader::Found WeightReader::find(const std::string& name, std::span<const std::size_t> shape) {
  Found found = look_up(name, shape);
  if (!is_float_kind(found.type))
    throw Error("tensor_dtype", {.file = checkpoint_.listing,
                                 .item = own_name(name),
                                 .expected = "F32, F16, BF16, F8_E4M3, F8_E5M2",
                                 .found = std::string(name_of(found.type))});
  parameters_ += found.count;
  return found;
}

TensorView WeightReader::tensor(const std::string& name, std::vector<std::size_t> shape) {
  for (AdapterReader& adapter : adapters_)
    if (const std::string own = adapter.replacement(name, root_); !own.empty()) {
      read_.insert(own_name(name));
      return adapter.replaced(own, std::move(shape));
    }
  if (const std::string module = without_weight(name); has_packed(module)) return packed(module, std::move(shape));
  Found found = find(name, shape);
  if (!aligned(found.bytes.data(), found.type)) {
    const std::shared_ptr<std::byte[]> copy(new std::byte[found.bytes.size()]);  // aligned for every number
    std::memcpy(copy.get(), found.bytes.data(), found.bytes.size());
    found.bytes = {copy.get(), found.bytes.size()};
    found.owner = copy;
  }
  if (found.owner != nullptr)
    storage_.push_back(found.owner);
  else
    views_files_ = true;
  const ScalesApart apart = is_f8(found.type) ? scales_of_f8(name, shape) : ScalesApart{};
  return {.dtype = found.type,
          .shape = std::move(shape),
          .data = found.bytes.data(),
          .apart = apart,
          .paired = found.interleaved};
}

TensorView WeightReader::unquantised(const std::string& name, std::vector<std::size_t> shape) {
  TensorView result = tensor(name, std::move(shape));
  if (block_of(result.dtype).numbers == 1) return result;
  throw Error("tensor_dtype", {.file = checkpoint_.listing,
                               .item = own_name(name),
                               .expected = "F32, F16, BF16",
                               .found = std::string(name_of(result.dtype))});
}

const std::byte* WeightReader::bytes(const std::string& name, std::span<const std::size_t> shape) {
  const Found found = look_up(name, shape);
  if (found.type != DType::u8)
    throw Error("tensor_dtype", {.file = checkpoint_.listing,
                                 .item = own_name(name),
                                 .expected = "U8",
                                 .found = std::string(name_of(found.type))});
  if (found.owner != nullptr)
    storage_.push_back(found.owner);
  else
    views_files_ = true;
  return found.bytes.data();
}

TensorView WeightReader::mxfp4(const std::string& name, std::vector<std::size_t> shape) {
  std::vector<std::size_t> scales = shape;
  if (scales.back() % kMxfp4Numbers != 0)
    throw Error("tensor_shape", {.file = checkpoint_.listing,
                                 .item = own_name(name + "_blocks"),
                                 .expected = "[…, " + std::to_string(kMxfp4Numbers) + "·n]",
                                 .found = shape_text(shape)});
  scales.back() /= kMxfp4Numbers;
  std::vector<std::size_t> blocks = scales;
  blocks.push_back(kMxfp4Halves);
  TensorView result{.dtype = DType::mxfp4};
  result.data = bytes(name + "_blocks", blocks);
  result.scales = bytes(name + "_scales", scales);
  parameters_ += count_of(shape);
  result.shape = std::move(shape);
  return result;
}

std::vector<float> WeightReader::vector(const std::string& name, std::size_t size) {
  for (AdapterReader& adapter : adapters_)
    if (const std::string own = adapter.replacement(name, root_); !own.empty()) {
      read_.insert(own_name(name));
      return adapter.replaced_vector(own, size);
    }
  const std::size_t shape[] = {size};
  const Found found = find(name, shape);
  std::vector<float> values(size);
  dequantize(found.type, found.bytes, values);
  const TensorView order{.paired = found.interleaved};
  std::vector<float> ordered(size);
  for (std::size_t row = 0; row < size; ++row)
    ordered[row] = values[order.stored_row(row)];
  return ordered;
}

Linear WeightReader::linear(const std::string& name, std::size_t out, std::size_t in, bool bias) {
  Linear result;
  result.weight = tensor(name + ".weight", {out, in});
  if (bias) result.bias = vector(name + ".bias", out);
  adapt(name, result);
  return result;
}

void WeightReader::adapt(const std::string& name, Linear& linear) {
  for (AdapterReader& adapter : adapters_)
    adapter.adapt(name, root_, linear);
}

void WeightReader::expect_order_of_file(const std::string& name, const Linear& linear) const {
  for (const LowRank& each : linear.adapted)
    if (const Checkpoint& files = adapters_[each.adapter].checkpoint(); files.parts_apart != checkpoint_.parts_apart)
      throw Error("adapter_order", {.file = files.listing, .item = name});
}

std::vector<std::shared_ptr<const void>> WeightReader::take_storage() {
  for (AdapterReader& adapter : adapters_)
    for (auto& each : adapter.take_storage())
      storage_.push_back(std::move(each));
  return std::move(storage_);
}

Norm WeightReader::layer_norm(const std::string& name, std::size_t size) {
  const bool old_names = !has(name + ".weight") && has(name + ".gamma");
  return {.scale = vector(name + (old_names ? ".gamma" : ".weight"), size),
          .shift = vector(name + (old_names ? ".beta" : ".bias"), size)};
}

Norm WeightReader::layer_norm_without_bias(const std::string& name, std::size_t size) {
  return {.scale = vector(name + ".weight", size), .shift = std::vector<float>(size)};
}

Norm WeightReader::rms_norm(const std::string& name, std::size_t size) {
  return {.scale = vector(name + ".weight", size), .shift = {}};
}

}  // namespace regard
