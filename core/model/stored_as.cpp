// SPDX-License-Identifier: Apache-2.0
#include "core/model/stored_as.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace regard {
namespace {

/// Blocks of MXFP4 and their scales lie in safetensors as bytes; the names tell.
StoredType kind_of(const StoredTensor& tensor) {
  const bool blocks = tensor.name.ends_with("_blocks") || tensor.name.ends_with("_scales");
  return blocks && tensor.type == StoredType::u8 ? StoredType::mxfp4 : tensor.type;
}

class BytesByType {
public:
  void add(const StoredTensor& tensor) {
    bytes_[static_cast<std::size_t>(kind_of(tensor))] += tensor.end - tensor.begin;
  }
  [[nodiscard]] std::string most() const {
    const auto found = std::max_element(bytes_.begin(), bytes_.end());
    return *found == 0 ? std::string() : std::string(name_of(static_cast<StoredType>(found - bytes_.begin())));
  }

private:
  std::array<std::size_t, kStoredTypes> bytes_{};
};

/// Mixtures of several kinds, by general.file_type. Source: enum llama_ftype of llama.cpp's include/llama.h.
constexpr std::array<std::pair<std::uint64_t, std::string_view>, 23> kMixtures{
    {{11, "Q3_K_S"}, {12, "Q3_K_M"},  {13, "Q3_K_L"}, {14, "Q4_K_S"}, {15, "Q4_K_M"}, {16, "Q5_K_S"},
     {17, "Q5_K_M"}, {19, "IQ2_XXS"}, {20, "IQ2_XS"}, {21, "Q2_K_S"}, {22, "IQ3_XS"}, {23, "IQ3_XXS"},
     {24, "IQ1_S"},  {25, "IQ4_NL"},  {26, "IQ3_S"},  {27, "IQ3_M"},  {28, "IQ2_S"},  {29, "IQ2_M"},
     {30, "IQ4_XS"}, {31, "IQ1_M"},   {36, "TQ1_0"},  {37, "TQ2_0"},  {38, "MXFP4"}}};

}  // namespace

std::string stored_as(const Checkpoint& checkpoint) {
  if (std::string name = name_of(checkpoint.quantization); !name.empty()) return name;
  BytesByType bytes;
  for (const auto& [name, place] : checkpoint.places)
    bytes.add(place.tensor);
  return bytes.most();
}

std::string stored_as(const Gguf& gguf) {
  if (const GgufValue* type = gguf.find("general.file_type"); type != nullptr)
    if (const auto* number = std::get_if<std::uint64_t>(type))
      for (const auto& [mixture, name] : kMixtures)
        if (*number == mixture) return std::string(name);
  BytesByType bytes;
  for (const StoredTensor& tensor : gguf.tensors)
    bytes.add(tensor);
  return bytes.most();
}

}  // namespace regard
