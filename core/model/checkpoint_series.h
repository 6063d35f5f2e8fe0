// SPDX-License-Identifier: Apache-2.0
// Checkpoints of one model, written while it learned: folders or files whose names say the step ("checkpoint-500", "step1000",
// "step_500.gguf"). Looks at the disk; any thread.
#pragma once

#include "core/base/error.h"
#include "core/base/progress.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

struct StepName {
  std::uint64_t step = 0;
  std::string shape{};  ///< what stands before the number, in lower case, and a file's ending: "step_…gguf"
  friend bool operator==(const StepName&, const StepName&) = default;
};

/// The step that a name says: the number behind "step", "iteration", "iter", "update", "checkpoint", "ckpt" or "epoch" (the first of
/// these words that has one: "epoch=3-step=1500" is step 1500), with k, M or B for thousands, millions, billions; of a folder that is
/// called by a number alone ("500") that number. Files: .gguf, .safetensors, .bin, .pt, .pth. Nothing where it says none. Pure.
[[nodiscard]] std::optional<StepName> step_in(std::string_view name, bool folder);

/// A checkpoint, as load_model() opens it.
struct CheckpointStep {
  std::uint64_t step = 0;
  std::filesystem::path path{};
  std::optional<Error> problem{};  ///< why it cannot be a step of this model
};

struct CheckpointSeries {
  std::filesystem::path folder{};
  std::vector<CheckpointStep> steps{};  ///< ascending
  std::vector<std::string> others{};  ///< names that say a step, too, but are of another form than most; at most a few
  bool cut = false;                   ///< the folder has more than most_checkpoint_names entries: there may be more
  bool checked = false;               ///< by check_checkpoints()
};

inline constexpr std::size_t most_checkpoint_names = 20'000;  ///< entries of a folder that are looked at

/// By their names alone; of two with the same step both names are told in the one `problem`. No steps where no name says one, or
/// nothing that is called so looks like a model. Never throws.
[[nodiscard]] CheckpointSeries list_checkpoints(const std::filesystem::path& folder);

/// Opens config, tokenizer and the lists of tensors of each, but runs none: what cannot be opened, and what has other sizes or another
/// vocabulary than most of them, gets a `problem`. `between` is called before each. Throws Cancelled.
void check_checkpoints(CheckpointSeries& series, const std::stop_token& stop = {}, Progress* progress = nullptr,
                       const std::function<void()>& between = {});

/// Does the name of a model say a step, as a folder or as a file? Pure.
[[nodiscard]] bool says_step(const std::filesystem::path& model);

/// Where the checkpoints of a model would lie: beside it where its name says a step, else in it. Pure but for the
/// current directory.
[[nodiscard]] std::filesystem::path series_folder_of(const std::filesystem::path& model);

/// Index of the step that is the checkpoint at this path; nothing where none is.
[[nodiscard]] std::optional<std::size_t> step_of_path(const CheckpointSeries& series,
                                                      const std::filesystem::path& path);

/// Is it a model by itself, whatever else lies in it?
[[nodiscard]] bool holds_model(const std::filesystem::path& folder);

/// The last checkpoint of a folder that can be opened; nothing where the folder holds none. Of the last few that cannot be opened the
/// reason is told when the one that is returned is opened.
[[nodiscard]] std::optional<std::filesystem::path> last_checkpoint(const std::filesystem::path& folder);

/// The checkpoint of a step, of a folder of them or beside (or in) one model. Throws Error: no_checkpoints, checkpoint_missing (with the
/// nearest steps), and what is the matter with that step's name.
[[nodiscard]] std::filesystem::path checkpoint_at(const std::filesystem::path& model, std::uint64_t step);

}  // namespace regard
