// SPDX-License-Identifier: Apache-2.0
// Adapters on the command line: PATH or PATH=STRENGTH, and the model that is read with them.
#pragma once

#include "app/session/reading.h"
#include "core/model/model.h"

#include <memory>
#include <string>
#include <vector>

namespace regard::cli {

/// `given`: PATH or the name of a built-in one, at strength 1, or PATH=STRENGTH; a path that is there as it is written may have a sign of
/// equality in it.
[[nodiscard]] AdapterUse adapter_use(const std::string& given);

/// Nothing, or the sentence about a strength out of range (Reading::min_strength … max_strength) or a path that is empty.
[[nodiscard]] std::string check_adapter(const std::string& given);

/// What a person named, read with the adapters. `model` empty: the base of the first adapter, where it is on this machine; without
/// adapters the model that is shown when nobody names one. Throws Error, Refusal (the base is not here).
/// `captured`: what was said of a captured run; where nothing was and its file of hidden states names a model of this machine, that is
/// its checkpoint.
[[nodiscard]] std::shared_ptr<const Model> open_model(const std::string& model, const std::vector<AdapterUse>& adapters,
                                                      const ReadingCapture& captured = {});
/// `captured` with the checkpoint that the file at `path` names, where it is needed, nobody has named one and it is on this machine.
[[nodiscard]] ReadingCapture with_checkpoint(ReadingCapture captured, const std::filesystem::path& path);
/// The place of that model.
[[nodiscard]] std::filesystem::path place_of_model(const std::string& model, const std::vector<AdapterUse>& adapters);

}  // namespace regard::cli
