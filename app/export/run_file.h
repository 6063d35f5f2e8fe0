// SPDX-License-Identifier: Apache-2.0
// A run as a file that opens again without its model (core/capture/capture.h). Any thread.
#pragma once

#include "app/viewmodel/snapshot.h"
#include "core/trace/export.h"

#include <filesystem>

namespace regard {

/// What a file says besides numbers. `encoding`: of the text whose tokens ask; `encoder`: of what an encoder reads, or null. Reads the
/// model's files for its fingerprint; of a run that was captured elsewhere what its own file said is said again. Throws Error.
[[nodiscard]] CaptureNotes capture_notes(const Model& model, const Encoding& encoding, const Encoding* encoder);

/// Throws Error(capture_kinds): heads attend in other kinds, and the file would be opened as one of softmax.
void check_whole_run(const Model& model, const Request& request);

/// The bytes that `regard capture` writes of the same run: logits of every position included. Throws Error (file_unwritable, capture_kinds).
void write_run(const Snapshot& snapshot, const std::filesystem::path& path);

}  // namespace regard
