// SPDX-License-Identifier: Apache-2.0
// A learner as a model like any other: every view and every measure of the program takes it as it is at this step, and its folder opens
// by load_model(). Any thread.
#pragma once

#include "core/model/model.h"
#include "core/train/curves.h"
#include "core/train/recorded_run.h"
#include "core/train/training.h"

#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace regard::train {

/// A copy of what the learner has learned by now.
[[nodiscard]] std::shared_ptr<const Model> model_of(const Learner& learner);

/// config.json, of core/model/regard_decoder.cpp.
[[nodiscard]] std::string config_json(const Shape& shape);
/// tokenizer.json: symbols between spaces, or every character of a text.
[[nodiscard]] std::string tokenizer_json(const PreparedTask& task);
/// model.safetensors, float32.
[[nodiscard]] std::string weights_file(const Learner& learner);
[[nodiscard]] std::string weights_file(std::span<const NamedSlot> tensors, const AlignedFloats& parameters);

/// Writes these three files and training.json with these curves (core/train/recorded_run.h); the folder is made where there is none.
/// Throws Error: file_unwritable, training_folder (other files lie there).
void write_folder(const Learner& learner, std::span<const CurvePoint> points, const std::filesystem::path& folder);
/// The same, with what the learner needs to go on (core/train/learner_state.h) written last; one that diverged keeps none.
void write_run(const Learner& learner, std::span<const CurvePoint> points, const std::filesystem::path& folder);
/// Throws Error training_folder where write_folder() would: a folder with files in it that is not a learner's, which has a file of this name.
void check_folder(const std::filesystem::path& folder, const char* mark = kRunFile);

}  // namespace regard::train
