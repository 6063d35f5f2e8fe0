// SPDX-License-Identifier: Apache-2.0
// Captured runs of several kinds as files, and as the worker would show them.
#pragma once

#include "app/viewmodel/snapshot.h"
#include "core/engine/decoder_text.h"
#include "core/engine/engine.h"
#include "core/format/npz.h"
#include "core/text/continuation.h"
#include "core/trace/export.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/model/tiny_checkpoint.h"
#include "tests/core/model/tiny_t5.h"

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace regard::testing {

inline const std::vector<std::int32_t> kCapturedIds{5, 7, 1, 10, 2, 9};

/// The run of a tiny Llama, all of it, under our own names.
inline std::shared_ptr<const Trace> captured_source() {
  return run(opened(tiny_llama()), {.ids = kCapturedIds, .all_logits = true});
}

inline void add_captured_tokens(NpzWriter& file, std::size_t count) {
  std::vector<std::string> tokens;
  for (std::size_t token = 0; token < count; ++token)
    tokens.push_back("Ġt" + std::to_string(token));
  file.add("tokens", tokens);
}

/// Whole grids of all heads, one after the other.
template <class Grid>
std::vector<float> grids_of(const Trace& trace, const Grid& grid) {
  std::vector<float> numbers;
  for (const HeadRef head : all_heads(trace.model->config)) {
    const Matrix rows = grid(trace, head);
    numbers.insert(numbers.end(), rows.values.begin(), rows.values.end());
  }
  return numbers;
}

/// Weights, and the scores too; rows are multiplied by `share`.
inline void write_captured_grids(const std::filesystem::path& path, bool with_scores, float share = 1.0F) {
  const auto trace = captured_source();
  const ModelConfig& config = trace->model->config;
  const std::size_t shape[] = {config.layers, config.heads(0), trace->tokens(), trace->tokens()};
  NpzWriter file(path);
  std::vector<float> rows = grids_of(*trace, [](const Trace& of, HeadRef head) { return weights(of, head); });
  for (float& weight : rows)
    weight *= share;
  file.add("weights", shape, rows);
  if (with_scores)
    file.add("scores", shape, grids_of(*trace, [](const Trace& of, HeadRef head) { return scores(of, head); }));
  add_captured_tokens(file, trace->tokens());
  file.finish();
}

inline void write_captured_run(const std::filesystem::path& path) {
  CaptureNotes notes{.metadata = R"({"program": "regard", "model": "tiny"})"};
  for (std::size_t token = 0; token < kCapturedIds.size(); ++token)
    notes.tokens.push_back("Ġt" + std::to_string(token));
  write_npz(*captured_source(), path, &notes);
}

/// All three kinds of attention of a tiny T5.
inline void write_captured_two_texts(const std::filesystem::path& path) {
  const TemporaryFolder folder;
  tiny_t5().write_to(folder / "t5");
  const auto trace =
      run(load_model(folder / "t5"), {.ids = {0, 7, 3, 9}, .encoder_ids = {4, 8, 2, 5, 1, 6}, .all_logits = true});
  CaptureNotes notes{.tokens = {"<s>", "Ġein", "Ġalter", "ĠKönig"},
                     .encoder_tokens = {"an", "Ġold", "Ġking", "Ġsaw", "Ġit", "."},
                     .metadata = "{}"};
  write_npz(*trace, path, &notes);
}

/// As the worker reads it.
inline std::shared_ptr<Snapshot> captured_snapshot(const std::filesystem::path& path) {
  const std::shared_ptr<const Model> model = load_model(path);
  Encoding first = model->tokenizer->encode(""), second;
  Request request;
  (model->encoder ? request.encoder_ids : request.ids) = ids_of(first);
  if (model->encoder) {
    second = write_for_decoder(model, request);
    request.ids = ids_of(second);
  }
  auto trace = run(model, std::move(request));
  auto snapshot = make_snapshot(model, std::move(trace), model->encoder ? second : first);
  if (model->encoder) snapshot->encoder_encoding = std::move(first);
  snapshot->source_model = snapshot->reading.model = path.string();
  snapshot->number = 1;
  return snapshot;
}

}  // namespace regard::testing
