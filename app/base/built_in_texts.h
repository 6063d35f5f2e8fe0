// SPDX-License-Identifier: Apache-2.0
// The texts that heads are measured on and that come with the program. `language`: "ru" or "en". Any thread.
#pragma once

#include <array>
#include <filesystem>
#include <string_view>

namespace regard {

/// Sentences with trees.
[[nodiscard]] std::filesystem::path built_in_corpus(std::string_view language);
/// Rules about what heads look at.
[[nodiscard]] std::filesystem::path built_in_detectors(std::string_view language);

/// Measures on sentences whose answers are written down.
inline constexpr std::array<std::string_view, 3> probe_names{"coreference", "indirect_object", "agreement"};
[[nodiscard]] bool is_probe(std::string_view measure);
/// Their sentences.
[[nodiscard]] std::filesystem::path built_in_probe(std::string_view name, std::string_view language);

}  // namespace regard
