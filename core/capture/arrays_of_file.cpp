// SPDX-License-Identifier: Apache-2.0
#include "core/capture/arrays_of_file.h"

#include "core/base/error.h"
#include "core/base/mapped_file.h"
#include "core/format/npz.h"
#include "core/format/placeholder.h"
#include "core/format/safetensors.h"
#include "core/format/torch_file.h"
#include "core/format/zip.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace regard {
namespace {

using Bytes = std::span<const std::byte>;

std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Arrays without a number say nothing, and numbers of kinds that stand for others cannot be read by themselves.
void add_array(CapturedArray array, const std::string& file, ArraysOfFile& into) {
  if (array.size() == 0) return;
  if (!is_number_kind(array.type))
    throw Error("tensor_dtype", {.file = file,
                                 .item = array.name,
                                 .expected = "F32, F16, BF16, F64, I64…",
                                 .found = std::string(name_of(array.type))});
  into.arrays.push_back(std::move(array));
}

void add_npy(Bytes bytes, const std::string& name, const std::string& place, const std::string& file,
             ArraysOfFile& into) {
  const NpyView view = view_npy(bytes, place);
  if (!view.type) {
    into.texts.insert_or_assign(name, view.texts());
    return;
  }
  add_array({.name = name,
             .type = *view.type,
             .shape = view.shape,
             .strides = usual_strides(view.shape, view.by_columns),
             .bytes = view.bytes},
            file, into);
}

void add_npz(Bytes file, const std::vector<ZipEntry>& entries, const std::string& name, std::size_t limit,
             ArraysOfFile& into) {
  for (const ZipEntry& entry : entries) {
    if (!entry.name.ends_with(".npy")) continue;
    const std::string array = entry.name.substr(0, entry.name.size() - 4), place = name + ":" + entry.name;
    Bytes bytes = file.subspan(entry.begin, entry.end - entry.begin);
    if (entry.deflated) {
      const auto unpacked = std::make_shared<const std::vector<std::byte>>(unpack(file, entry, place, limit));
      limit -= unpacked->size();  // never negative: unpack() keeps to it
      bytes = *unpacked;
      into.storage.push_back(unpacked);
    }
    add_npy(bytes, array, place, name, into);
  }
}

void add_safetensors(Bytes file, const std::string& name, ArraysOfFile& into) {
  for (const StoredTensor& tensor : parse_safetensors(file, name))
    add_array({.name = tensor.name,
               .type = tensor.type,
               .shape = tensor.shape,
               .strides = usual_strides(tensor.shape),
               .bytes = file.subspan(tensor.begin, tensor.end - tensor.begin)},
              name, into);
}

void add_torch(Bytes file, const std::string& name, ArraysOfFile& into) {
  for (const TorchTensor& each : parse_torch_file(file, name)) {
    const StoredTensor& tensor = each.tensor;
    add_array({.name = tensor.name,
               .type = tensor.type,
               .shape = tensor.shape,
               .strides = each.strides.empty() ? usual_strides(tensor.shape) : each.strides,
               .bytes = file.subspan(tensor.begin, tensor.end - tensor.begin)},
              name, into);
  }
}

}  // namespace

ArraysOfFile parse_arrays(Bytes file, const std::string& name, std::size_t packed_limit) {
  const std::string_view head = text_of(file.first(std::min<std::size_t>(file.size(), 512)));
  refuse_placeholder(head, name);
  ArraysOfFile found;
  if (head.starts_with("\x93NUMPY")) {
    add_npy(file, "", name, name, found);
  } else if (head.starts_with("PK\x03\x04")) {
    const std::vector<ZipEntry> entries = parse_zip(file, name);
    const auto is_array = [](const ZipEntry& entry) { return entry.name.ends_with(".npy"); };
    if (std::any_of(entries.begin(), entries.end(), is_array))
      add_npz(file, entries, name, packed_limit, found);
    else
      add_torch(file, name, found);
  } else if (begins_safetensors(head)) {
    add_safetensors(file, name, found);
  } else {
    throw Error("capture_kind", {.file = name, .expected = "*.npz, *.npy, *.safetensors, *.pt"});
  }
  std::sort(found.arrays.begin(), found.arrays.end(),
            [](const CapturedArray& a, const CapturedArray& b) { return a.name < b.name; });
  return found;
}

ArraysOfFile open_arrays(const std::filesystem::path& path, std::size_t packed_limit) {
  const auto mapping = std::make_shared<const MappedFile>(path);
  ArraysOfFile found = parse_arrays(mapping->bytes(), path.string(), packed_limit);
  found.file = mapping;
  return found;
}

}  // namespace regard
