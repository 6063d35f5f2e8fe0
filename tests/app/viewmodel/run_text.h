// SPDX-License-Identifier: Apache-2.0
// Sentences read by random models with a real tokenizer: snapshots as the worker makes them, for analyses that run the engine.
#pragma once

#include "app/viewmodel/comparison.h"
#include "app/viewmodel/views.h"
#include "core/engine/engine.h"
#include "tests/app/viewmodel/session_for.h"
#include "tests/core/engine/random_model.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace regard::testing {

inline constexpr const char* kWords =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]"
    "\nthe\nking\nqueen\nprince\nold\nsaw\ngave\na\ncat\ndog\nsword\nin\ngarden\nun\n##known\n##s\n"
    "red\nblue\nhouse\nriver\n";
inline constexpr std::size_t kWordCount = 25;

inline std::shared_ptr<Model> reading_model(bool causal, std::size_t layers = 3) {
  const ModelShape shape{.layers = layers, .vocabulary = kWordCount};
  auto model = causal ? random_llama(shape) : random_bert(shape);
  model->tokenizer = parse_vocab_txt(kWords, {}, "vocab.txt");
  return model;
}

/// A sentence as the worker reads it.
inline std::shared_ptr<Snapshot> read_text(const std::shared_ptr<const Model>& model, const std::string& text,
                                           std::vector<Intervention> interventions = {}) {
  Encoding encoding = model->tokenizer->encode(text, {});
  Request request;
  for (const Token& token : encoding.tokens)
    request.ids.push_back(token.id);
  request.interventions = std::move(interventions);
  auto trace = run(model, std::move(request));
  auto snapshot = make_snapshot(model, std::move(trace), std::move(encoding));
  snapshot->source_text = text;
  snapshot->number = 1;
  return snapshot;
}

/// The live text with another one pinned.
inline std::shared_ptr<Snapshot> read_beside(const std::shared_ptr<const Model>& model, const std::string& pinned,
                                             const std::string& text) {
  auto live = read_text(model, text);
  live->comparison = std::make_shared<const Comparison>(compare(read_text(model, pinned), *live, "A"));
  return live;
}

}  // namespace regard::testing
