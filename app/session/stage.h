// SPDX-License-Identifier: Apache-2.0
// What stands in the window: the workspace, the panels a person has chosen in each of them, and the one that fills the window.
// A way of looking: part of the session and of its file, never a step of undo. Names of workspaces and panels are those of
// app/panels/registry.h; one that the program does not know is kept and shows the first.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace regard {

inline constexpr std::size_t count_of_steps = 5;  ///< of one layer, in the workspace Steps
inline constexpr std::size_t max_workspaces = 16, max_chosen_panels = 32;

/// The lesson beside the workspace, and how far it is.
struct LessonPlace {
  std::string lesson{};   ///< name of one that comes with the program, or its file; empty: none is on show
  std::size_t step = 0;   ///< counted from 0
  bool contents = false;  ///< its introduction and list of steps instead
  friend bool operator==(const LessonPlace&, const LessonPlace&) = default;
};
inline constexpr std::size_t max_lesson_name = 4096, max_lesson_step = 9999;

struct Stage {
  std::string workspace = "look";
  /// Of each workspace the panels that were chosen, the last one first: of panels that share a place, the first here is on show.
  std::map<std::string, std::vector<std::string>> chosen{};
  std::string filling{};  ///< the panel that fills the window; empty: none does
  std::size_t step = 1;   ///< of the workspace Steps, 1 … count_of_steps
  LessonPlace lesson{};

  friend bool operator==(const Stage&, const Stage&) = default;
};

/// Shows a workspace's panel: in front of those that share its place, and over the whole window where another one filled it.
void choose_panel(Stage& stage, const std::string& workspace, const std::string& panel);

/// Cuts the lists to their limits; a panel stands in each list once.
void keep_invariants(Stage& stage);

}  // namespace regard
