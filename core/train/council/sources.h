// SPDX-License-Identifier: Apache-2.0
// What a council is trained from: the questions that its heads are asked, the pieces of words, and sentences with trees. Any thread.
#pragma once

#include "core/format/conllu.h"
#include "core/model/config.h"
#include "core/model/model.h"

#include <array>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard::train {

inline constexpr std::string_view kPreviousToken = "previous_token", kNextToken = "next_token";
/// About tokens, not about words of a tree.
[[nodiscard]] inline bool is_neighbour(std::string_view relation) {
  return relation == kPreviousToken || relation == kNextToken;
}

/// Ascending by the layer and head that answer them in the model they are taken from, where each has a head of its own.
struct Questions {
  std::size_t layers = 0;  ///< of that model
  std::vector<HeadRole> of{};
};

/// Who answers each, [questions], in an encoder of this shape. A question of layer l of L stays as far up, in layer ⌈(l + 1)·layers/L⌉ − 1;
/// the n of a layer have a head each where there are so many, else the j-th goes to head ⌊j·heads/n⌋ (assets/models/council-heads).
[[nodiscard]] std::vector<HeadRef> places_of(const Questions& questions, std::size_t layers, std::size_t heads);

/// The languages of the sentences, as their files are called.
inline constexpr std::array<std::string_view, 2> kTreeLanguages{"en", "ru"};

struct CouncilSources {
  Questions questions{};
  std::string vocabulary{};                          ///< lines of vocab.txt
  std::array<std::vector<TreeSentence>, 2> trees{};  ///< [kTreeLanguages]
};
/// From what the program ships: models/council-heads/8 and corpora/{en,ru}.conllu of its assets. Throws Error: those of read_file(),
/// parse_model_config(), parse_heads(), parse_conllu().
[[nodiscard]] CouncilSources load_council_sources(const std::filesystem::path& assets);

/// Every fifth sentence of each language is held out, by its place in the file: no council learns from it.
[[nodiscard]] constexpr bool is_held_out(std::size_t place) {
  return place % 5 == 4;
}

}  // namespace regard::train
