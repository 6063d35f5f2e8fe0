// SPDX-License-Identifier: Apache-2.0
// How heads know where tokens stand when interventions give them other positions, and what stands against that. The run, the accessors of a
// Trace and what reads one ask the same functions. Pure; any thread.
#pragma once

#include "core/trace/intervention.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace regard {

struct Request;

/// Why heads cannot have such positions.
enum class PositionObstacle {
  none,
  in_stream,      ///< positions were added to the embedding: they are in the stream that all heads read
  shared_keys,    ///< one head alone, whose keys other heads look at, too
  shared_layers,  ///< one layer alone, whose keys another layer's heads look at, too, or that looks at another's
  not_rotary,     ///< nothing is turned here
  scaled,         ///< stretched already
  picture,        ///< places have rows and columns
  too_narrow,     ///< one pair is turned: there are no longer and shorter waves
  own,            ///< ALiBi is what the head has anyway
  recurrent,      ///< a layer without scores
  linear,         ///< linear attention: there are no scores that a bias could be added to
};
inline constexpr std::size_t position_obstacles = 11;
/// Its name in errors (position_obstacle_<name>) and in locale keys ("position_switch.obstacle.<name>").
[[nodiscard]] std::string_view name_of(PositionObstacle obstacle);
/// Of the first head of the scope that has one. The scope is one of the model.
struct FoundPositionObstacle {
  PositionObstacle obstacle = PositionObstacle::none;
  HeadRef head{};
};
[[nodiscard]] FoundPositionObstacle obstacle_to_positions(const ModelConfig& config, const HeadScope& scope,
                                                          const PositionSwitch& positions);

/// What the last `positions` that covers the head says; nothing: as trained.
[[nodiscard]] std::optional<PositionSwitch> switched_positions(std::span<const Intervention> list, HeadRef head);
/// Are the head's own positions taken away: none, alibi?
[[nodiscard]] bool are_replaced(const std::optional<PositionSwitch>& switched);
/// How a head's queries and keys are turned; nothing: not at all. `no_positions` is not looked at: it puts all tokens in one place.
[[nodiscard]] std::optional<Rotary> turning_of(const ModelConfig& config, std::span<const Intervention> list,
                                               HeadRef head);
/// Is nothing added to the embedding?
[[nodiscard]] bool without_embedded_positions(std::span<const Intervention> list);
/// Does the item change where tokens stand, or how heads know of it?
[[nodiscard]] bool moves_positions(const Intervention& item);
/// The same request as if no intervention gave heads other positions.
[[nodiscard]] Request without_switched_positions(const Request& request);

}  // namespace regard
