// SPDX-License-Identifier: Apache-2.0
// How encoders trained alike with 1, 2, 4 and 8 heads in a layer answer the same questions (assets/models/council-heads/figures.json, as
// its recipe measured them on held-out sentences). Pure but for load_trained_heads(); any thread.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

inline constexpr std::size_t max_trained_heads_bytes = std::size_t{1} << 20;

/// The folder of those models among the built-in ones; each stands in it by its number of heads.
inline constexpr std::string_view trained_heads_folder = "council-heads";

/// The languages that were measured.
inline constexpr std::array<std::string_view, 2> measured_languages{"en", "ru"};

/// One question, in one language; shares of rows from 0 to 1.
struct TrainedFigures {
  double base = 0.0;            ///< right by the best fixed offset
  std::size_t rows = 0;         ///< words that were asked
  std::vector<double> right{};  ///< [heads] the heaviest word is right
  std::vector<double> third{};  ///< [heads] one of the three heaviest is
};

struct TrainedQuestion {
  std::string relation{};              ///< "predicate_subject"
  std::string name{};                  ///< in the language asked for
  std::size_t layer = 0;               ///< of the head that answers
  std::vector<std::size_t> shared{};   ///< [heads] questions that this head answers, this one among them
  std::array<TrainedFigures, 2> of{};  ///< [measured_languages]
};

struct TrainedHeads {
  std::vector<std::size_t> heads{};  ///< ascending
  std::size_t width = 0, layers = 0;
  std::array<std::string, 2> sets{};  ///< [measured_languages] held-out sentences
  std::vector<TrainedQuestion> questions{};
};

/// Throws Error json_…: what is missing, of another kind, out of range or not one for each number of heads.
[[nodiscard]] TrainedHeads parse_trained_heads(std::string_view text, const std::string& file,
                                               std::string_view language);
/// Throws Error file_… too.
[[nodiscard]] TrainedHeads load_trained_heads(std::string_view language);

/// What a person calls such a model: "council-heads/4".
[[nodiscard]] std::string trained_model(std::size_t heads);

/// The mean over questions; `third` or `right` of a language, [heads]. Zeros where there are no questions.
[[nodiscard]] std::vector<double> mean_right(const TrainedHeads& trained, std::size_t language);
[[nodiscard]] std::vector<double> mean_third(const TrainedHeads& trained, std::size_t language);

}  // namespace regard
