// SPDX-License-Identifier: Apache-2.0
// What one run reads: a plain value.
#pragma once

#include "app/session/placed_intervention.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <string>
#include <vector>

namespace regard {

struct Session;  // app/session/session.h

inline constexpr float min_temperature = 0.05F, max_temperature = 10.0F;

/// Something that changes the model (core/model/adapter.h).
struct ReadingAdapter {
  std::string path{};     ///< a folder or file
  float strength = 1.0F;  ///< min_strength … max_strength; 0: none of it, 1: as trained
  friend bool operator==(const ReadingAdapter&, const ReadingAdapter&) = default;
};
inline constexpr float min_strength = -1.0F, max_strength = 2.0F;
inline constexpr std::size_t max_adapters = 8;

/// What a person said of a captured run that its file does not say (CaptureChoices of core/capture/capture.h).
struct ReadingCapture {
  std::string checkpoint{};         ///< folder or name of the model that made the hidden states; empty: none
  std::vector<std::string> axes{};  ///< orders of axes by their names, at most max_axes
  std::vector<std::size_t>
      states_of{};  ///< layers of the hidden states, in the order of the file; at most max_states_of
  friend bool operator==(const ReadingCapture&, const ReadingCapture&) = default;
};
inline constexpr std::size_t max_axes = 2, max_states_of = 4097;

/// A text, the model that reads it, and how.
struct Reading {
  std::string model{};  ///< folder, or the name of a built-in model
  std::string text{};
  MaskMode mask = MaskMode::as_trained;
  float temperature = 1.0F;  ///< min_temperature … max_temperature
  bool add_special =
      true;  ///< what the tokenizer puts around a text: [CLS] … [SEP], <s> …; pictures always have theirs
  std::string image{};         ///< a .png file, read where the model reads pictures; empty: our own example
  std::string decoder_text{};  ///< of a model with a decoder beside its encoder; empty: it writes its own
  std::vector<PlacedIntervention> interventions{};  ///< in the order they act; at most max_interventions
  std::vector<ReadingAdapter> adapters{};           ///< the model is read with; at most max_adapters
  ReadingCapture captured{};                        ///< of a captured run; else empty
  friend bool operator==(const Reading&, const Reading&) = default;
};

/// What a session's run reads.
[[nodiscard]] const Reading& reading_of(const Session& session);

/// Is an item of the list switched on?
[[nodiscard]] bool intervenes(const Reading& reading);

/// Is an adapter on, at a strength other than 0?
[[nodiscard]] bool is_adapted(const Reading& reading);

/// What a changed run is compared with where no pin is: the same without interventions; where none acts, with its adapters at
/// strength 0. Equal to the reading where nothing changes it.
[[nodiscard]] Reading unchanged(Reading reading);

/// Which files a model is made of.
struct ModelSource {
  std::string model{};
  std::vector<std::string> adapters{};
  ReadingCapture captured{};
  friend bool operator==(const ModelSource&, const ModelSource&) = default;
};
[[nodiscard]] ModelSource source_of(const Reading& reading);
[[nodiscard]] std::vector<float> strengths_of(const Reading& reading);

inline constexpr std::size_t max_interventions = 256;

}  // namespace regard
