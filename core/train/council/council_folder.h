// SPDX-License-Identifier: Apache-2.0
// A council as a folder that opens like any other BERT, its heads with the names of what they were asked. Any thread.
#pragma once

#include "core/train/council/council.h"
#include "core/train/council/recorded_council.h"

#include <filesystem>
#include <span>
#include <string>

namespace regard::train {

/// As it is now.
[[nodiscard]] RecordedCouncil recorded(const CouncilLearner& learner, std::span<const CouncilPoint> points);
/// Names of guided heads (core/model/heads.cpp). A head of several questions has all of them in its description.
[[nodiscard]] std::string heads_json(const CouncilLearner& learner);

/// council.json, config.json, vocab.txt, tokenizer_config.json, heads.json and model.safetensors (float32); the folder is made where there is
/// none. Throws Error: file_unwritable, training_folder (other files lie there).
void write_council(const CouncilLearner& learner, std::span<const CouncilPoint> points,
                   const std::filesystem::path& folder);
/// Throws Error training_folder where write_council() would.
void check_council_folder(const std::filesystem::path& folder);

}  // namespace regard::train
