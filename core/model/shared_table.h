// SPDX-License-Identifier: Apache-2.0
// The table of embeddings that an encoder and a decoder share (BART, T5 and their like). Private to core/model.
#pragma once

#include "core/model/config.h"
#include "core/model/weight_reader.h"
#include "core/model/weights.h"

#include <string>

namespace regard {

/// Both stacks read one table [vocabulary, hidden], and the head too where it is tied; a file may hold it under any of their
/// names. `root` stands before the model's own tensors. Throws as WeightReader::tied() does.
[[nodiscard]] TensorView read_shared_table(const ModelConfig& config, WeightReader& reader, const std::string& root);

}  // namespace regard
