// SPDX-License-Identifier: Apache-2.0
#include "core/format/torch_file.h"

#include "core/base/error.h"
#include "core/format/pickle.h"
#include "core/format/zip.h"

#include <algorithm>
#include <cstring>

namespace regard {
namespace {

constexpr std::size_t kLargestPickle = 64 << 20;  // bytes
constexpr std::string_view kPickle = "/data.pkl";
// How files before PyTorch 1.6 begin: a pickle of protocol 2 whose first value is this number.
constexpr std::string_view kLegacy = "\x80\x02\x8A\x0A\x6C\xFC\x9C\x46\xF9\x20\x6A\xA8\x50\x19";

void refuse_legacy(std::span<const std::byte> file, const std::string& name) {
  const std::string_view text(reinterpret_cast<const char*>(file.data()), std::min(file.size(), kLegacy.size()));
  if (text != kLegacy) return;
  const std::string quoted = "'" + name.substr(name.rfind('/') + 1) + "'";
  throw Error("torch_legacy", {.file = name, .expected = "torch.save(torch.load(" + quoted + "), " + quoted + ")"});
}

/// The bytes of an entry that must lie in the file as they are.
std::span<const std::byte> plain_bytes(std::span<const std::byte> file, const ZipEntry& entry,
                                       const std::string& name) {
  if (entry.deflated)
    throw Error("torch_format", {.file = name, .item = entry.name, .expected = "stored", .found = "deflated"});
  return file.subspan(entry.begin, entry.end - entry.begin);
}

/// "archive/data.pkl": the only one a single folder down.
const ZipEntry& pickle_entry(std::span<const ZipEntry> entries, const std::string& name) {
  const auto is_pickle = [](const ZipEntry& entry) {
    return entry.name.ends_with(kPickle) && entry.name.find('/') == entry.name.size() - kPickle.size();
  };
  const auto found = std::find_if(entries.begin(), entries.end(), is_pickle);
  if (found == entries.end())
    throw Error("torch_format", {.file = name, .item = "zip", .expected = "*/data.pkl", .found = "∅"});
  return *found;
}

void check_byte_order(std::span<const std::byte> file, std::span<const ZipEntry> entries, const std::string& root,
                      const std::string& name) {
  const ZipEntry* order = find_entry(entries, root + "byteorder");
  if (order == nullptr) return;
  const auto bytes = plain_bytes(file, *order, name);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text != "little")
    throw Error("torch_format",
                {.file = name, .item = order->name, .expected = "little", .found = std::string(text.substr(0, 40))});
}

struct Extent {
  std::size_t numbers = 1;   ///< of the tensor
  std::size_t furthest = 0;  ///< numbers from its first to its last in the storage
  bool side_by_side = true;
  bool fits = true;  ///< no overflow on the way
};

Extent extent_of(const PickledTensor& tensor) {
  Extent extent;
  for (std::size_t axis = tensor.shape.size(); axis-- > 0;) {
    const std::size_t size = tensor.shape[axis];
    if (size > 1 && tensor.strides[axis] != extent.numbers) extent.side_by_side = false;
    std::size_t step = 0;
    extent.fits = extent.fits && !__builtin_mul_overflow(extent.numbers, size, &extent.numbers) &&
                  (size == 0 || (!__builtin_mul_overflow(size - 1, tensor.strides[axis], &step) &&
                                 !__builtin_add_overflow(extent.furthest, step, &extent.furthest)));
  }
  return extent;
}

/// Finds the tensor's bytes in the file.
TorchTensor place(const PickledTensor& pickled, std::span<const std::byte> file, std::span<const ZipEntry> entries,
                  const std::string& root, const std::string& name) {
  const std::string storage = root + "data/" + std::string(pickled.storage);
  const ZipEntry* entry = find_entry(entries, storage);
  if (entry == nullptr)
    throw Error("torch_format", {.file = name, .item = pickled.name, .expected = storage, .found = "∅"});
  const std::size_t size = block_of(pickled.type).bytes;
  const std::size_t available = plain_bytes(file, *entry, name).size() / size;
  const Extent extent = extent_of(pickled);
  const std::size_t taken = extent.numbers == 0 ? 0 : extent.furthest + 1;
  if (!extent.fits || pickled.storage_numbers > available || extent.numbers > available || taken > available ||
      pickled.offset > available - taken)
    throw Error("tensor_range", {.file = name,
                                 .item = pickled.name,
                                 .expected = std::to_string(available * size),
                                 .found = std::to_string(pickled.offset) + " + " + shape_text(pickled.shape) + " × " +
                                          std::to_string(size)});
  TorchTensor result;
  result.tensor = {.name = pickled.name, .type = pickled.type, .shape = pickled.shape};
  result.tensor.begin = entry->begin + pickled.offset * size;
  result.tensor.end = result.tensor.begin + taken * size;
  if (!extent.side_by_side && extent.numbers > 0) result.strides = pickled.strides;
  return result;
}

std::size_t count_of(const StoredTensor& tensor) {
  std::size_t count = 1;
  for (const std::size_t axis : tensor.shape)
    count *= axis;
  return count;
}

void check_spread(std::span<const TorchTensor> tensors, std::size_t file_size, const std::string& name) {
  std::size_t spread = 0;
  for (const TorchTensor& each : tensors) {
    if (!each.strides.empty()) spread += count_of(each.tensor) * block_of(each.tensor.type).bytes;
    if (spread > file_size)
      throw Error("torch_format", {.file = name,
                                   .item = each.tensor.name,
                                   .expected = "≤ " + std::to_string(file_size) + " B",
                                   .found = "≥ " + std::to_string(spread) + " B"});
  }
}

}  // namespace

std::vector<TorchTensor> parse_torch_file(std::span<const std::byte> file, const std::string& name) {
  refuse_legacy(file, name);
  const std::vector<ZipEntry> entries = parse_zip(file, name);
  const ZipEntry& pickle = pickle_entry(entries, name);
  if (pickle.size > kLargestPickle)
    throw Error("file_too_large",
                {.file = name, .expected = std::to_string(kLargestPickle), .found = std::to_string(pickle.size)});
  const std::string root = pickle.name.substr(0, pickle.name.find('/') + 1);
  check_byte_order(file, entries, root, name);
  std::vector<TorchTensor> tensors;
  for (const PickledTensor& each : parse_state_dict(plain_bytes(file, pickle, name), name))
    tensors.push_back(place(each, file, entries, root, name));
  std::sort(tensors.begin(), tensors.end(),
            [](const TorchTensor& a, const TorchTensor& b) { return a.tensor.name < b.tensor.name; });
  for (std::size_t index = 1; index < tensors.size(); ++index)
    if (tensors[index].tensor.name == tensors[index - 1].tensor.name)
      throw Error("tensor_duplicate", {.file = name, .item = tensors[index].tensor.name});
  check_spread(tensors, file.size(), name);
  return tensors;
}

std::vector<std::byte> gathered(const TorchTensor& tensor, std::span<const std::byte> bytes) {
  const std::vector<std::size_t>& shape = tensor.tensor.shape;
  const std::size_t size = block_of(tensor.tensor.type).bytes;
  std::vector<std::byte> result(count_of(tensor.tensor) * size);
  std::vector<std::size_t> at(shape.size(), 0);  // along each axis
  std::size_t from = 0;                          // numbers
  for (std::size_t to = 0; to < result.size(); to += size) {
    std::memcpy(result.data() + to, bytes.data() + from * size, size);
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      from += tensor.strides[axis];
      if (++at[axis] < shape[axis]) break;
      from -= tensor.strides[axis] * shape[axis];
      at[axis] = 0;
    }
  }
  return result;
}

}  // namespace regard
