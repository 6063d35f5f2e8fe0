// SPDX-License-Identifier: Apache-2.0
#include "app/style/scores_text.h"

#include "app/style/locale.h"

#include <array>
#include <cstddef>

namespace regard {
namespace {

struct PartWords {
  const char* id;
  const char* sign;
  const char* name;  ///< locale keys
  const char* about;
};
constexpr std::array<PartWords, score_part_kinds> kPartWords{{
    {"content", "q·k", "grids.part.content", "grids.part.content_about"},
    {"rotary", "q·k ↻", "grids.part.rotary", "grids.part.rotary_about"},
    {"position", "b(j−i)", "grids.part.position", "grids.part.position_about"},
    {"content_to_position", "q·p", "grids.part.content_to_position", "grids.part.content_to_position_about"},
    {"position_to_content", "p·k", "grids.part.position_to_content", "grids.part.position_to_content_about"},
}};

const PartWords& words_of(ScorePartKind part) {
  return kPartWords[static_cast<std::size_t>(part)];
}

}  // namespace

std::string score_part_sign(const std::optional<ScorePartKind>& part) {
  return part ? words_of(*part).sign : "s";
}

std::string score_part_name(const std::optional<ScorePartKind>& part) {
  return tr(part ? words_of(*part).name : "grids.scores");
}

std::string score_part_about(const std::optional<ScorePartKind>& part) {
  return tr(part ? words_of(*part).about : "grids.part.sum_about");
}

std::string_view name_of(ScorePartKind part) {
  return words_of(part).id;
}

}  // namespace regard
