// SPDX-License-Identifier: Apache-2.0
#include "core/format/stored_tensor.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace regard {
namespace {

struct TypeFacts {
  std::string_view name;
  StoredBlock block;
};

constexpr std::array<TypeFacts, kStoredTypes> kTypes{
    {{"BOOL", {1, 1}},      {"U8", {1, 1}},       {"I8", {1, 1}},         {"F8_E5M2", {1, 1}},
     {"F8_E4M3", {1, 1}},   {"U16", {1, 2}},      {"I16", {1, 2}},        {"F16", {1, 2}},
     {"BF16", {1, 2}},      {"U32", {1, 4}},      {"I32", {1, 4}},        {"F32", {1, 4}},
     {"U64", {1, 8}},       {"I64", {1, 8}},      {"F64", {1, 8}},        {"Q4_0", {32, 18}},
     {"Q4_1", {32, 20}},    {"Q5_0", {32, 22}},   {"Q5_1", {32, 24}},     {"Q8_0", {32, 34}},
     {"Q2_K", {256, 84}},   {"Q3_K", {256, 110}}, {"Q4_K", {256, 144}},   {"Q5_K", {256, 176}},
     {"Q6_K", {256, 210}},  {"IQ4_NL", {32, 18}}, {"IQ4_XS", {256, 136}}, {"IQ2_XXS", {256, 66}},
     {"IQ2_XS", {256, 74}}, {"IQ2_S", {256, 82}}, {"IQ3_XXS", {256, 98}}, {"IQ3_S", {256, 110}},
     {"IQ1_S", {256, 50}},  {"IQ1_M", {256, 56}}, {"TQ1_0", {256, 54}},   {"TQ2_0", {256, 66}},
     {"MXFP4", {32, 17}},   {"GPTQ-4", {8, 4}},   {"GPTQ-8", {4, 4}},     {"AWQ-4", {8, 4}}}};

}  // namespace

StoredBlock block_of(StoredType type) {
  return kTypes[static_cast<std::size_t>(type)].block;
}

std::string_view name_of(StoredType type) {
  return kTypes[static_cast<std::size_t>(type)].name;
}

void check_apart(std::vector<StoredTensor>& tensors, const std::string& file) {
  std::sort(tensors.begin(), tensors.end(),
            [](const auto& a, const auto& b) { return std::tie(a.begin, a.end) < std::tie(b.begin, b.end); });
  for (std::size_t index = 1; index < tensors.size(); ++index)
    if (tensors[index].begin < tensors[index - 1].end)
      throw Error("tensor_overlap", {.file = file, .item = tensors[index - 1].name, .found = tensors[index].name});
  std::sort(tensors.begin(), tensors.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  for (std::size_t index = 1; index < tensors.size(); ++index)
    if (tensors[index].name == tensors[index - 1].name)
      throw Error("tensor_duplicate", {.file = file, .item = tensors[index].name});
}

std::string shape_text(std::span<const std::size_t> shape) {
  std::string text = "[";
  for (const std::size_t axis : shape)
    text += (text.size() > 1 ? ", " : "") + std::to_string(axis);
  return text + "]";
}

}  // namespace regard
