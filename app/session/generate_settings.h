// SPDX-License-Identifier: Apache-2.0
// How a text is continued when a person asks for it.
#pragma once

#include <cstddef>

namespace regard {

struct GenerateOptions;  // core/engine/engine.h
struct Session;          // app/session/session.h

inline constexpr float min_sampling_temperature = 0.05F, max_sampling_temperature = 5.0F;
inline constexpr std::size_t max_top_k = 1'000'000, max_generated_tokens = 4096, max_seed = 999'999'999;
inline constexpr float min_pace = 0.5F, max_pace = 32.0F;

struct GenerateSettings {
  bool greedy = false;       ///< always the most probable token; the next three are kept and not used then
  float temperature = 0.8F;  ///< 0.05 … 5
  std::size_t top_k = 40;    ///< 0 = draw from all tokens
  std::size_t seed = 1;      ///< 0 … max_seed
  std::size_t tokens = 32;   ///< at most so many new ones, 1 … max_generated_tokens
  float pace = 2.0F;         ///< tokens a second in the window, min_pace … max_pace; max_pace: as fast as it goes
  friend bool operator==(const GenerateSettings&, const GenerateSettings&) = default;
};
[[nodiscard]] const GenerateSettings& generate_of(const Session& session);
[[nodiscard]] GenerateOptions options_of(const GenerateSettings& settings);
/// Tokens a second; 0: as fast as it goes.
[[nodiscard]] double pace_of(const GenerateSettings& settings);

}  // namespace regard
