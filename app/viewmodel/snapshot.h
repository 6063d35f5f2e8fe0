// SPDX-License-Identifier: Apache-2.0
// What the worker hands to the window: one finished run and everything derived from it that is too slow for a frame.
#pragma once

#include "app/session/reading.h"
#include "app/viewmodel/finished_run.h"
#include "app/viewmodel/generation.h"
#include "app/viewmodel/head_pictures.h"
#include "core/base/error.h"
#include "core/engine/engine.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace regard {

struct Comparison;  // app/viewmodel/comparison.h
struct Snapshot;

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

/// What the request was, in its own words.
struct AskedFor {
  Reading reading{};                  ///< with what the model wrote on
  std::string source_text{};          ///< the text, byte for byte
  std::string source_model{};         ///< the model as the request named it
  std::string source_image{};         ///< the file of the picture that is read
  std::string source_decoder_text{};  ///< the decoder's text
  bool decoder_written = false;       ///< nobody typed the decoder's text: the model wrote it
};

/// Why the last request has brought nothing; all else is the last good state.
struct Failure {
  std::optional<Error> error{};
  std::string failed_model{};  ///< the model that request named
};

/// Other runs beside this one.
struct Beside {
  std::shared_ptr<const Snapshot>
      plain{};                      ///< the same unchanged (app/session/reading.h); null where nothing changes it
  std::vector<LeftOut> left_out{};  ///< interventions that do not act
  std::shared_ptr<const Comparison> comparison{};  ///< with what the session compares with; null where there is nothing
};

/// A value of parts: whoever needs one takes that one.
struct Snapshot : FinishedRun, AskedFor, HeadPictures, Beside, Failure {
  std::uint64_t number = 0;  ///< grows with each one the worker publishes
  std::vector<PositionPredictions>
      predictions{};                       ///< of the positions people look at first (masks, a causal model's last)
  std::optional<Generation> generation{};  ///< the text is being continued, or has just been
};

/// The live text without its interventions, by the same model at the same strengths of its adapters; itself where none acts.
[[nodiscard]] const Snapshot& without_interventions(const Snapshot& live);

/// Fills the pictures of every kind of attention the trace has. Throws Cancelled.
void add_thumbnails(Snapshot& snapshot, const std::stop_token& stop = {});
/// The pictures of one kind of attention.
[[nodiscard]] const std::vector<std::vector<Thumbnail>>& thumbnails_of(const Snapshot& snapshot, AttentionKind kind);

/// A finished run as a snapshot, number 0, with the predictions of the first masks and of a causal model's last position.
/// `trace` may be null (no token). Thumbnails are made unless `previous` is given, whose (older) ones are kept as pending.
[[nodiscard]] std::shared_ptr<Snapshot> make_snapshot(std::shared_ptr<const Model> model,
                                                      std::shared_ptr<const Trace> trace, Encoding encoding,
                                                      const std::stop_token& stop = {},
                                                      const Snapshot* previous = nullptr);

}  // namespace regard
