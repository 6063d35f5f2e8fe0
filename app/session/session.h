// SPDX-License-Identifier: Apache-2.0
// Everything a person has chosen, as one plain value: undo is a history of these values, a session file is its JSON.
#pragma once

#include "core/model/model.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// A place in the text that survives edits: the byte where the token starts, or a template special counted from the front
/// (0 = [CLS]) or from the back (0 = [SEP]).
struct TokenAnchor {
  enum class Kind { byte, special_front, special_back };
  Kind kind = Kind::byte;
  std::size_t value = 0;
  std::size_t repeat =
      0;  ///< among the tokens that start at this very byte (the byte pieces of one emoji), counted from 0
  friend bool operator==(const TokenAnchor&, const TokenAnchor&) = default;
};

enum class ScoreMap { blue_orange, purple_green };
enum class WeightMap { viridis, cividis, blues };

inline constexpr float min_temperature = 0.05F, max_temperature = 10.0F;
inline constexpr std::size_t max_compared_heads = 7;  ///< with the selected head: eight colours

struct GenerateOptions;  // core/engine/engine.h

inline constexpr float min_sampling_temperature = 0.05F, max_sampling_temperature = 5.0F;
inline constexpr std::size_t max_top_k = 1'000'000, max_generated_tokens = 4096, max_seed = 999'999'999;

/// How a text is continued when a person asks for it.
struct GenerateSettings {
  bool greedy = false;       ///< always the most probable token; the next three are kept and not used then
  float temperature = 0.8F;  ///< 0.05 … 5
  std::size_t top_k = 40;    ///< 0 = draw from all tokens
  std::size_t seed = 1;      ///< 0 … max_seed
  std::size_t tokens = 32;   ///< at most so many new ones, 1 … max_generated_tokens
  friend bool operator==(const GenerateSettings&, const GenerateSettings&) = default;
};
[[nodiscard]] GenerateOptions options_of(const GenerateSettings& settings);

/// An encoder–decoder model reads two texts; every other model one, which counts as the encoder's.
enum class TextSide { encoder, decoder };

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
  std::string side = "question";   ///< panel at the right; one the program does not know shows the first

  friend bool operator==(const Session&, const Session&) = default;
};

/// Whose tokens ask and whose are looked at, in a model with two texts.
[[nodiscard]] constexpr TextSide asking_side(AttentionKind kind) {
  return kind == AttentionKind::encoder ? TextSide::encoder : TextSide::decoder;
}
[[nodiscard]] constexpr TextSide asked_side(AttentionKind kind) {
  return kind == AttentionKind::self ? TextSide::decoder : TextSide::encoder;
}

/// Brings a value from outside into the ranges above: temperature, threshold, compared heads (no repetition, not `head`).
void keep_invariants(Session& session);

/// One replacement in a text: bytes [begin, end) of the old text gave way to `inserted` bytes.
struct TextEdit {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t inserted = 0;
};

/// The smallest edit that leads from one text to the other (longest common prefix, then suffix), on whole UTF-8 characters.
[[nodiscard]] TextEdit edit_between(std::string_view from, std::string_view to);

/// Where an anchor stands after an edit: behind it, it moves along; inside, it goes to the edit's start.
[[nodiscard]] TokenAnchor moved(TokenAnchor anchor, const TextEdit& edit);

}  // namespace regard
