// SPDX-License-Identifier: Apache-2.0
// Sentences read by a random mixture of experts whose layer 1 has none.
#pragma once

#include "tests/app/viewmodel/run_text.h"

namespace regard::testing {

inline std::shared_ptr<Model> reading_mixture(const Experts& experts = {.count = 5, .chosen = 2, .shared_width = 7},
                                              std::size_t layers = 3) {
  auto model = random_mixture({.layers = layers, .vocabulary = kWordCount}, experts);
  model->config.context = 4096;
  model->tokenizer = parse_vocab_txt(kWords, {}, "vocab.txt");
  return model;
}

}  // namespace regard::testing
