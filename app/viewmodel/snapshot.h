// SPDX-License-Identifier: Apache-2.0
// What the worker hands to the window: one finished run and everything derived from it that is too slow for a frame.
#pragma once

#include "app/session/reading.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/generation.h"
#include "core/analysis/kv_cache.h"
#include "core/base/error.h"
#include "core/engine/engine.h"
#include "core/text/tokenizer.h"
#include "core/trace/trace.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace regard {

/// One head's picture in the overview: weights, max-pooled where there are more tokens than thumbnail_side, 0…1 as 8 bits.
struct Thumbnail {
  std::size_t rows = 0;                ///< queries
  std::size_t cols = 0;                ///< keys
  std::vector<std::uint8_t> pixels{};  ///< [rows, cols]
};

/// What could stand at a position, best first.
struct PositionPredictions {
  std::size_t position = 0;
  std::vector<Prediction> best{};
};

/// A line of the list of interventions that this text or model has no room for, and why. The run was made without it.
struct LeftOut {
  std::size_t index = 0;  ///< in the session's list
  Error error;
};

/// How many candidates a position gets.
inline constexpr std::size_t predictions_per_position = 10;

struct Snapshot {
  std::uint64_t number = 0;              ///< grows with each one the worker publishes
  std::shared_ptr<const Model> model{};  ///< null until the first model has loaded
  std::shared_ptr<const Trace> trace{};  ///< of `encoding`; null while there is none
  Encoding encoding{};                   ///< the sentence this snapshot shows: the tokens of `trace`
  /// Of a model with an encoder and a decoder: what the encoder reads; `encoding` is the decoder's text then.
  Encoding encoder_encoding{};
  bool decoder_written = false;                      ///< nobody typed the decoder's text: the model wrote it
  std::string source_decoder_text{};                 ///< the decoder's text that was asked for
  Reading reading{};                                 ///< what was asked for, with what the model wrote on
  std::string source_text{};                         ///< the text that was asked for, byte for byte
  std::string source_model{};                        ///< the model as the request named it
  std::shared_ptr<const ImageInput> image{};         ///< what the model reads, where it reads pictures
  std::string source_image{};                        ///< the file it came from
  std::vector<std::vector<Thumbnail>> thumbnails{};  ///< [layers][heads]; empty while there is no trace
  std::vector<std::vector<Thumbnail>> cross_thumbnails{}, encoder_thumbnails{};  ///< likewise, of those kinds
  bool thumbnails_pending = false;  ///< they still show the text before: the next snapshot brings the right ones
  std::vector<PositionPredictions>
      predictions{};                        ///< of the positions people look at first (masks, a causal model's last)
  std::optional<Error> error{};             ///< the last request failed; the rest is the last good state
  std::string failed_model{};               ///< the model that request named
  double milliseconds = 0.0;                ///< tokenize + run
  std::optional<Generation> generation{};   ///< the text is being continued, or has just been
  std::shared_ptr<const Snapshot> plain{};  ///< the same without interventions; null where none acts
  std::vector<LeftOut> left_out{};          ///< interventions that do not act
  std::shared_ptr<const Comparison> comparison{};  ///< with what the session compares with; null where there is nothing
  std::vector<CacheStep> steps{};                  ///< what the last runs took over and computed, oldest first
};

/// Fills the pictures of every kind of attention the trace has. Throws Cancelled.
void add_thumbnails(Snapshot& snapshot, const std::stop_token& stop = {});

/// Does the model read two texts?
[[nodiscard]] inline bool has_two_texts(const Snapshot& snapshot) {
  return snapshot.model && snapshot.model->encoder;
}
/// The pictures of one kind of attention.
[[nodiscard]] const std::vector<std::vector<Thumbnail>>& thumbnails_of(const Snapshot& snapshot, AttentionKind kind);

/// A head's picture has at most this many pixels a side.
inline constexpr std::size_t thumbnail_side = 48;

/// One head's thumbnail. Texts longer than the side are max-pooled from tiles. Throws Cancelled.
[[nodiscard]] Thumbnail make_thumbnail(const Trace& trace, HeadRef head, const std::stop_token& stop = {});
/// All of them, [layers][heads], on all cores. Throws Cancelled.
[[nodiscard]] std::vector<std::vector<Thumbnail>> make_thumbnails(const Trace& trace, const std::stop_token& stop = {});

/// A finished run as a snapshot, number 0, with the predictions of the first masks and of a causal model's last position.
/// `trace` may be null (no token). Thumbnails are made unless `previous` is given, whose (older) ones are kept as pending.
[[nodiscard]] std::shared_ptr<Snapshot> make_snapshot(std::shared_ptr<const Model> model,
                                                      std::shared_ptr<const Trace> trace, Encoding encoding,
                                                      const std::stop_token& stop = {},
                                                      const Snapshot* previous = nullptr);

}  // namespace regard
