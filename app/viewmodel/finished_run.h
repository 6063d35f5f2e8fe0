// SPDX-License-Identifier: Apache-2.0
// What a run read and recorded: the part of a Snapshot that the views of attention are made of.
#pragma once

#include "core/analysis/kv_cache.h"
#include "core/model/model.h"
#include "core/text/tokenizer.h"
#include "core/trace/trace.h"

#include <memory>
#include <vector>

namespace regard {

struct FinishedRun {
  std::shared_ptr<const Model> model{};  ///< null until the first model has loaded
  std::shared_ptr<const Trace> trace{};  ///< of `encoding`; null while there is none
  Encoding encoding{};                   ///< the sentence that is shown: the tokens of `trace`
  /// Of a model with an encoder and a decoder: what the encoder reads; `encoding` is the decoder's text then.
  Encoding encoder_encoding{};
  std::shared_ptr<const ImageInput> image{};  ///< what the model reads, where it reads pictures
  double milliseconds = 0.0;                  ///< tokenize + run
  std::vector<CacheStep> steps{};             ///< what the last runs took over and computed, oldest first
};

/// Was it made elsewhere? Then it is shown as it ran: no other text, mask or temperature.
[[nodiscard]] inline bool is_captured(const FinishedRun& run) {
  return run.model && run.model->capture;
}

/// Does the model read two texts?
[[nodiscard]] inline bool has_two_texts(const FinishedRun& run) {
  return run.model && run.model->encoder;
}
/// The run whose heads are measured on a text: of a model with two texts the encoder's. Null where there is none.
[[nodiscard]] inline std::shared_ptr<const Trace> measured_run(const FinishedRun& run) {
  return has_two_texts(run) && run.trace ? run.trace->encoder : run.trace;
}
/// The tokens of one of the texts; of a model with one text always those.
[[nodiscard]] inline const Encoding& encoding_of(const FinishedRun& run, TextSide side) {
  return has_two_texts(run) && side == TextSide::encoder ? run.encoder_encoding : run.encoding;
}
/// Did a person give anything to read: a picture, or a text with a token that no template has put around it?
[[nodiscard]] bool has_something_to_read(const FinishedRun& run);
/// The tokens that ask, and those that are looked at.
[[nodiscard]] const Encoding& asking_encoding(const FinishedRun& run, AttentionKind kind);
[[nodiscard]] const Encoding& asked_encoding(const FinishedRun& run, AttentionKind kind);

}  // namespace regard
