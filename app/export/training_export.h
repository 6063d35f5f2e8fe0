// SPDX-License-Identifier: Apache-2.0
// A run of training as files: its curves (CSV, SVG, PNG) and the weights of all heads from kept step to kept step as numbered PNGs, a film.
// Any thread: the words come with the data.
#pragma once

#include "app/gfx/colour_maps.h"
#include "app/session/preferences.h"
#include "app/viewmodel/training_view.h"

#include <array>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace regard {

/// What stands in the pictures, in the language chosen.
struct TrainingWords {
  std::string name{}, recipe{};  ///< the two lines of the caption
  std::string loss{}, predictable{}, unpredictable{}, accuracy{}, axis{}, maps{};
  std::string step{};  ///< with {step}
  std::array<std::string, head_curves> measures{};
  friend bool operator==(const TrainingWords&, const TrainingWords&) = default;
};

struct TrainingFiles {
  std::shared_ptr<const TrainingRun> run{};
  std::filesystem::path folder{};  ///< made where there is none; files of these names in it are written over
  TrainingWords words{};
  ThemeChoice theme = ThemeChoice::light;
  WeightMap map = WeightMap::viridis;
  friend bool operator==(const TrainingFiles&, const TrainingFiles&) = default;
};

/// How many files were written.
struct TrainingWritten {
  std::size_t files = 0;
};
/// curves.csv (every step), curves.svg, curves.png; film/0001.png … one for each kept step. `told` hears 0…1. Throws Error
/// (file_unwritable, those of load_model()), Cancelled.
[[nodiscard]] TrainingWritten write_training_files(const TrainingFiles& files, const std::stop_token& stop = {},
                                                   const std::function<void(float)>& told = {});

}  // namespace regard
