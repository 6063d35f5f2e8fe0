// SPDX-License-Identifier: Apache-2.0
// Everything a person has chosen, as one plain value: undo is a history of these values, a session file is its JSON.
#pragma once

#include "app/session/reading.h"
#include "app/session/stage.h"
#include "core/analysis/kv_cache.h"
#include "core/model/model.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <string>
#include <vector>

namespace regard {

enum class ScoreMap { blue_orange, purple_green };
enum class WeightMap { viridis, cividis, blues };

inline constexpr float min_temperature = 0.05F, max_temperature = 10.0F;
inline constexpr std::size_t max_compared_heads = 7;  ///< with the selected head: eight colours

struct GenerateOptions;  // core/engine/engine.h

inline constexpr float min_sampling_temperature = 0.05F, max_sampling_temperature = 5.0F;
inline constexpr std::size_t max_top_k = 1'000'000, max_generated_tokens = 4096, max_seed = 999'999'999;
inline constexpr float min_pace = 0.5F, max_pace = 32.0F;

/// How a text is continued when a person asks for it.
struct GenerateSettings {
  bool greedy = false;       ///< always the most probable token; the next three are kept and not used then
  float temperature = 0.8F;  ///< 0.05 … 5
  std::size_t top_k = 40;    ///< 0 = draw from all tokens
  std::size_t seed = 1;      ///< 0 … max_seed
  std::size_t tokens = 32;   ///< at most so many new ones, 1 … max_generated_tokens
  float pace = 2.0F;         ///< tokens a second in the window, min_pace … max_pace; max_pace: as fast as it goes
  friend bool operator==(const GenerateSettings&, const GenerateSettings&) = default;
};
[[nodiscard]] GenerateOptions options_of(const GenerateSettings& settings);
/// Tokens a second; 0: as fast as it goes.
[[nodiscard]] double pace_of(const GenerateSettings& settings);

/// How the cache grew with a text that the model wrote. Holds as long as `reading` is what the session reads.
struct WrittenSteps {
  Reading reading{};
  std::vector<CacheStep> steps{};  ///< oldest first, at most max_written_steps; empty: nothing was written
  friend bool operator==(const WrittenSteps&, const WrittenSteps&) = default;
};
inline constexpr std::size_t max_written_steps = 128;

/// What the views show where there is something to compare with: the live text (B), the baseline (A), or what changed.
enum class Shown { live, baseline, difference };

struct Session {
  std::string model{};  ///< folder, or the name of a built-in model
  std::string text{};
  std::string image{};                    ///< path of the picture that models of pictures read; empty: our own example
  HeadRef head{};                         ///< the head all views show
  std::vector<HeadRef> compared_heads{};  ///< more heads in the arcs, each in its own colour; never contains `head`
  TokenAnchor query{};                    ///< who asks
  TokenAnchor key{};                      ///< whom we look at in detail
  std::string
      decoder_text{};  ///< what the decoder of an encoder–decoder model reads; empty: what the model writes itself
  TokenAnchor decoder_query{}, decoder_key{};      ///< selected there; `query` and `key` are of the encoder's text then
  AttentionKind attention = AttentionKind::cross;  ///< which attention of such a model is shown
  MaskMode mask = MaskMode::as_trained;
  float temperature = 1.0F;   ///< 0.05 … 10
  bool add_special = true;    ///< the model reads what its tokenizer puts around a text; false: the text alone
  bool hide_special = false;  ///< leave special tokens out and renormalise (a view, says so)
  bool word_level = false;
  bool sort_bars = false;
  bool arcs_from_all = false;
  float arc_threshold = 0.05F;  ///< arcs below this weight are not drawn
  ScoreMap score_map = ScoreMap::blue_orange;
  WeightMap weight_map = WeightMap::viridis;
  GenerateSettings generate{};
  bool layers_whole_text = false;  ///< the Layers view: means over the text instead of one token's numbers
  Stage stage{};                   ///< what stands in the window
  std::vector<Pin> pins{};         ///< at most max_pins
  std::string baseline{};          ///< name of the pin that is compared with; else the text without its interventions
  Shown shown = Shown::live;
  std::vector<PlacedIntervention> interventions{};  ///< in the order they act; at most max_interventions
  WrittenSteps written{};

  friend bool operator==(const Session&, const Session&) = default;
};

/// Whose tokens ask and whose are looked at, in a model with two texts.
[[nodiscard]] constexpr TextSide asking_side(AttentionKind kind) {
  return kind == AttentionKind::encoder ? TextSide::encoder : TextSide::decoder;
}
[[nodiscard]] constexpr TextSide asked_side(AttentionKind kind) {
  return kind == AttentionKind::self ? TextSide::decoder : TextSide::encoder;
}

/// What a session's run reads.
[[nodiscard]] Reading reading_of(const Session& session);
/// How the cache grew with the session's text, where the model wrote it; else nothing.
[[nodiscard]] std::vector<CacheStep> steps_of_text(const Session& session);
/// The pin of that name, or null.
[[nodiscard]] const Pin* pin_named(const Session& session, const std::string& name);

/// The next letter that no pin is called by; B is left to the live text.
[[nodiscard]] std::string free_pin_name(const Session& session);

/// How one looks, not what is looked at: tabs, order, threshold, colours, levels, A, B or their difference, pace. Undo leaves it be.
void take_views(Session& session, const Session& from);

/// Brings a value from outside into the ranges above: temperature, threshold, compared heads (no repetition, not `head`),
/// pins (names given and different), the baseline's name.
void keep_invariants(Session& session);

}  // namespace regard
