// SPDX-License-Identifier: Apache-2.0
// How little decoders that were trained alike and differ in one thing (a window, linear attention, positions, heads) do on the same held-out
// text (assets/models/narrator-relatives/figures.json, as its recipe measured them). Pure but for load_relatives(); any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

inline constexpr std::size_t max_relatives_bytes = std::size_t{1} << 20;

/// The folder of those models among the built-in ones.
inline constexpr std::string_view relatives_folder = "narrator-relatives";

struct Relative {
  std::string model{};  ///< what a person calls it: "narrator-relatives/linear"
  std::string name{};   ///< in the language asked for
};

/// On held-out text of one source; [models] each.
struct RelativesText {
  std::string name{};           ///< in the language asked for
  std::string language{};       ///< "ru", "en"
  std::size_t pieces = 0;       ///< that were predicted
  std::vector<double> nats{};   ///< a piece
  std::vector<double> bits{};   ///< a character
  std::vector<double> right{};  ///< share of pieces that were the most probable one
};

/// On random pieces said twice, the second time, from the second of them on; [models] each.
struct RelativesRepeat {
  std::size_t period = 0;
  std::vector<double> right{};
};

/// A text that was held out, and nats a piece of it: [models].
struct RelativesSample {
  std::string text{};
  std::vector<double> nats{};
};

struct Relatives {
  std::vector<Relative> models{};
  std::size_t width = 0, layers = 0, parameters = 0, pieces = 0;  ///< pieces: each was trained on
  std::vector<RelativesText> texts{};
  std::vector<RelativesRepeat> repeats{};
  std::vector<RelativesSample> samples{};
};

/// Throws Error json_…: what is missing, of another kind, out of range or not one for each model.
[[nodiscard]] Relatives parse_relatives(std::string_view text, const std::string& file, std::string_view language);
/// Throws Error file_… too.
[[nodiscard]] Relatives load_relatives(std::string_view language);

}  // namespace regard
