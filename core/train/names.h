// SPDX-License-Identifier: Apache-2.0
// The words that stand for what can be chosen, on the command line and in files.
#pragma once

#include "core/train/shape.h"
#include "core/train/tasks.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace regard::train {

template <class Kind>
struct Names;

template <>
struct Names<TaskKind> {
  static constexpr std::array<std::pair<std::string_view, TaskKind>, 6> all{{{"repeat", TaskKind::repeat},
                                                                             {"sort", TaskKind::sort},
                                                                             {"add", TaskKind::add},
                                                                             {"previous", TaskKind::previous},
                                                                             {"brackets", TaskKind::brackets},
                                                                             {"text", TaskKind::text}}};
};

template <>
struct Names<NormKind> {
  static constexpr std::array<std::pair<std::string_view, NormKind>, 2> all{
      {{"layer", NormKind::layer_norm}, {"rms", NormKind::rms_norm}}};
};

template <>
struct Names<WeighKind> {
  static constexpr std::array<std::pair<std::string_view, WeighKind>, 2> all{
      {{"softmax", WeighKind::softmax}, {"linear", WeighKind::linear}}};
};

template <>
struct Names<PositionKind> {
  static constexpr std::array<std::pair<std::string_view, PositionKind>, 4> all{{{"none", PositionKind::none},
                                                                                 {"learned", PositionKind::learned},
                                                                                 {"rotary", PositionKind::rotary},
                                                                                 {"alibi", PositionKind::alibi}}};
};

template <class Kind>
[[nodiscard]] std::string_view name_of(Kind kind) {
  for (const auto& [name, known] : Names<Kind>::all)
    if (known == kind) return name;
  return {};
}

template <class Kind>
[[nodiscard]] std::optional<Kind> kind_named(std::string_view name) {
  for (const auto& [known, kind] : Names<Kind>::all)
    if (known == name) return kind;
  return std::nullopt;
}

/// "a, b, c"
template <class Kind>
[[nodiscard]] std::string known_names() {
  std::string names;
  for (const auto& [name, kind] : Names<Kind>::all)
    names += (names.empty() ? "" : ", ") + std::string(name);
  return names;
}

}  // namespace regard::train
