// SPDX-License-Identifier: Apache-2.0
#include "app/export/run_file.h"

#include "core/base/error.h"
#include "core/capture/capture.h"
#include "core/engine/engine.h"
#include "core/model/fingerprint.h"

#include <nlohmann/json.hpp>

#include <iterator>
#include <numeric>
#include <string>
#include <variant>
#include <vector>

namespace regard {
namespace {

std::vector<std::string> pieces_of(const Encoding& encoding) {
  std::vector<std::string> pieces;
  for (const Token& token : encoding.tokens)
    pieces.push_back(token.piece);
  return pieces;
}

/// What tells tokens where they stand: in the first layer whose attention is told, else in the embedding.
std::string positions_of(const ModelConfig& config) {
  static constexpr const char* kNames[] = {"none", "rotary", "alibi", "relative_bias", "disentangled"};
  static_assert(std::variant_size_v<Positions> == std::size(kNames));
  for (const LayerPlan& plan : config.plans)
    if (plan.positions.index() != 0) return kNames[plan.positions.index()];
  return std::holds_alternative<NoPositions>(config.embedded_positions) ? "none" : "embedded";
}

std::string metadata_of(const Model& model) {
  nlohmann::ordered_json metadata;
  if (model.capture) {
    const CaptureOrigin& origin = model.capture->origin;
    metadata = {{"program", origin.program},
                {"model", origin.model},
                {"fingerprint", origin.fingerprint},
                {"stored_as", origin.stored_as}};
  } else {
    metadata = {{"program", "regard " REGARD_VERSION},
                {"model", model.name},
                {"fingerprint", fingerprint(fingerprint_files(model.folder))},
                {"stored_as", model.stored_as},
                {"positions", positions_of(model.config)}};
  }
  return metadata.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

CaptureNotes capture_notes(const Model& model, const Encoding& encoding, const Encoding* encoder) {
  CaptureNotes notes{.tokens = pieces_of(encoding), .metadata = metadata_of(model)};
  if (encoder != nullptr) notes.encoder_tokens = pieces_of(*encoder);
  return notes;
}

void check_whole_run(const Model& model, const Request& request) {
  for (const LayerPlan& plan : model.config.plans)
    if (plan.attention.linear) throw Error("capture_linear", {.item = model.name});
  for (const Intervention& item : request.interventions)
    if (item.kind == InterventionKind::attention) throw Error("capture_kinds", {});
  for (const Intervention& item : request.interventions)
    if (item.kind == InterventionKind::positions) throw Error("capture_positions", {});
}

void write_run(const Snapshot& snapshot, const std::filesystem::path& path) {
  const Trace& trace = *snapshot.trace;
  check_whole_run(*trace.model, trace.request);
  const bool two = has_two_texts(snapshot);
  const CaptureNotes notes =
      capture_notes(*snapshot.model, snapshot.encoding, two ? &snapshot.encoder_encoding : nullptr);
  if (trace.logits.cols > 0 || !trace.model->config.has_lm_head) return write_npz(trace, path, &notes);
  std::vector<std::size_t> all(trace.tokens());
  std::iota(all.begin(), all.end(), 0);
  const Matrix logits = logits_at(trace, all);
  write_npz(trace, path, &notes, &logits);
}

}  // namespace regard
