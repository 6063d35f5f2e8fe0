// SPDX-License-Identifier: Apache-2.0
// How the numbers of a checkpoint are stored, in one word: what people call a quantisation or a data type. Pure, any thread.
#pragma once

#include "core/format/gguf.h"
#include "core/model/weight_reader.h"

#include <string>

namespace regard {

/// The kind of numbers that most bytes are: "BF16", "F32"; empty without tensors.
[[nodiscard]] std::string stored_as(const Checkpoint& checkpoint);

/// The mixture that general.file_type names ("Q4_K_M"), else the kind that most bytes are.
[[nodiscard]] std::string stored_as(const Gguf& gguf);

}  // namespace regard
