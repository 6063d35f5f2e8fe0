// SPDX-License-Identifier: Apache-2.0
// How the program looks on this machine; not part of undo. Kept in $XDG_CONFIG_HOME/regard/preferences.json and in the session file's view.
#pragma once

#include <string>
#include <vector>

namespace regard {

enum class Language { ru, en };
enum class ThemeChoice { dark, light };

struct Preferences {
  Language language = Language::ru;
  ThemeChoice theme = ThemeChoice::dark;
  float text_scale = 1.0F;                   ///< 0.7 … 2.5
  float left_share = 0.24F;                  ///< splitter: overview column's share of the width
  float grids_share = 0.64F;                 ///< splitter: grids' share of the height beside it
  float question_share = 0.35F;              ///< splitter: "one question"'s share of the width right of the overview
  std::vector<std::string> recent_models{};  ///< newest first, at most 8

  friend bool operator==(const Preferences&, const Preferences&) = default;
};

inline constexpr std::size_t max_recent_models = 8;

/// Puts a model first in the recent list, without repetition.
void remember_model(Preferences& preferences, const std::string& model);

}  // namespace regard
