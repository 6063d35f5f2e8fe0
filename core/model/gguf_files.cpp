// SPDX-License-Identifier: Apache-2.0
#include "core/model/gguf_files.h"

#include "core/base/error.h"
#include "core/format/placeholder.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace regard {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostParts = 1'000;
constexpr std::size_t kDigits = 5;
constexpr std::string_view kBetween = "-of-";

/// The whole number that these digits are; 0 where they are anything else.
std::size_t number_of(std::string_view digits) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc() && end == digits.data() + digits.size() ? number : 0;
}

std::string name_of_part(const GgufPart& part, std::size_t number) {
  char numbers[64];
  std::snprintf(numbers, sizeof numbers, "-%05zu-of-%05zu.gguf", number, part.count);
  return part.stem + numbers;
}

[[noreturn]] void fail_missing(const fs::path& file, std::size_t number, std::size_t count, std::string found) {
  throw Error("gguf_part_missing", {.file = file.string(),
                                    .item = std::to_string(number),
                                    .expected = std::to_string(count),
                                    .found = std::move(found)});
}

/// The file and its number among the parts must be what its name says.
void check_part(const Gguf& gguf, std::size_t number, std::size_t count) {
  const auto expect = [&](const char* key, std::uint64_t expected) {
    if (const std::uint64_t found = gguf.whole(key).value_or(expected); found != expected)
      gguf.fail(key, std::to_string(expected), std::to_string(found));
  };
  expect("split.no", number - 1);
  expect("split.count", count);
}

void add_part(GgufFiles& whole, const fs::path& path, Gguf part) {
  const std::size_t file = whole.files.size() - 1;
  for (StoredTensor& tensor : part.tensors)
    tensor.file = file;
  if (file == 0) {
    whole.gguf = std::move(part);
    return;
  }
  std::vector<StoredTensor>& tensors = whole.gguf.tensors;
  std::move(part.tensors.begin(), part.tensors.end(), std::back_inserter(tensors));
  const auto by_name = [](const StoredTensor& a, const StoredTensor& b) { return a.name < b.name; };
  std::sort(tensors.begin(), tensors.end(), by_name);
  const auto twice =
      std::adjacent_find(tensors.begin(), tensors.end(), [](const auto& a, const auto& b) { return a.name == b.name; });
  if (twice != tensors.end()) throw Error("tensor_duplicate", {.file = path.string(), .item = twice->name});
}

}  // namespace

std::optional<GgufPart> gguf_part_of(const fs::path& file) {
  if (file.extension() != ".gguf") return std::nullopt;
  const std::string name = file.stem().string();
  constexpr std::size_t kTail = 1 + kDigits + kBetween.size() + kDigits;  // "-00001-of-00003"
  if (name.size() <= kTail) return std::nullopt;
  const std::string_view tail = std::string_view(name).substr(name.size() - kTail);
  if (tail.front() != '-' || tail.substr(1 + kDigits, kBetween.size()) != kBetween) return std::nullopt;
  const GgufPart part{name.substr(0, name.size() - kTail), number_of(tail.substr(1, kDigits)),
                      number_of(tail.substr(kTail - kDigits))};
  if (part.number < 1 || part.number > part.count || part.count > kMostParts) return std::nullopt;
  return part;
}

fs::path first_gguf_part(const fs::path& file) {
  const auto part = gguf_part_of(file);
  return part ? file.parent_path() / name_of_part(*part, 1) : file;
}

std::string gguf_model_name(const fs::path& file) {
  const auto part = gguf_part_of(file);
  return part ? part->stem : file.stem().string();
}

std::vector<std::span<const std::byte>> GgufFiles::bytes() const {
  std::vector<std::span<const std::byte>> all;
  for (const Checkpoint::File& file : files)
    all.push_back(file.mapping->bytes());
  return all;
}

void refuse_other_parts(const Gguf& gguf) {
  const auto text = [&](const char* key) { return gguf.text(key).value_or(""); };
  if (text("general.type") == "adapter" || gguf.find("adapter.type") != nullptr)
    throw Error("is_adapter", {.file = gguf.file});
  if (text("general.type") == "mmproj" || text("general.type") == "projector" || text("general.architecture") == "clip")
    throw Error("is_projector", {.file = gguf.file});
}

GgufFiles open_gguf(const fs::path& file) {
  const auto part = gguf_part_of(file);
  const std::size_t count = part ? part->count : 1;
  GgufFiles whole;
  for (std::size_t number = 1; number <= count; ++number) {
    const fs::path path = part ? file.parent_path() / name_of_part(*part, number) : file;
    if (std::error_code error; part && !fs::exists(path, error))
      fail_missing(file, part->number, count, path.filename().string());
    whole.files.push_back({path.string(), std::make_shared<const MappedFile>(path)});
    refuse_placeholder(whole.files.back().mapping->bytes(), path.string());
    Gguf gguf = parse_gguf(whole.files.back().mapping->bytes(), path.string());
    if (part) check_part(gguf, number, count);
    add_part(whole, path, std::move(gguf));
  }
  refuse_other_parts(whole.gguf);
  // A part that was given another name does not say how the others are called.
  if (const std::uint64_t parts = whole.gguf.whole("split.count").value_or(1); !part && parts > 1) {
    const std::size_t number = std::min(whole.gguf.whole("split.no").value_or(0), parts) + 1;
    fail_missing(file, number, parts, name_of_part({"*", 0, parts}, number == 1 ? 2 : 1));
  }
  return whole;
}

}  // namespace regard
