// SPDX-License-Identifier: Apache-2.0
// The tokens of a model that reads pictures, behind the interface of every tokenizer, so that labels, selections and exports
// need not know of pictures.
#pragma once

#include "core/text/tokenizer.h"

#include <memory>
#include <string>
#include <vector>

namespace regard {

/// Every text has the same tokens: the specials ("[CLS]", "[REG1]"), then the patches row by row, called "r0 c0", "r0 c1", …,
/// rows and columns counted from 0. A token's id is its index, so is the start of its (empty) span; each patch is a word.
/// readable(id) and decode() are about what the model answers: the names of its classes.
[[nodiscard]] std::unique_ptr<const Tokenizer> make_patch_tokenizer(const std::vector<std::string>& specials,
                                                                    std::size_t rows, std::size_t cols,
                                                                    std::vector<std::string> labels);

}  // namespace regard
