// SPDX-License-Identifier: Apache-2.0
// What a person may do to a session, a struct for each: app/session/action.h is one of them. Whoever only does things
// includes this; another session as a whole stands in app/session/load_session.h.
#pragma once

#include "app/session/generate_settings.h"
#include "app/session/kept.h"
#include "app/session/look.h"
#include "app/session/placed_intervention.h"
#include "app/session/reading.h"
#include "app/session/stage.h"
#include "app/session/token_anchor.h"
#include "app/session/training_choices.h"
#include "core/analysis/kv_cache.h"
#include "core/text/tokenizer.h"
#include "core/trace/kind_of_attention.h"
#include "core/trace/score_parts.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace regard {

struct SetText {
  std::string text;
};  ///< typing in the field (anchors move with the edit)
struct SetImage {
  std::string image;
};  ///< a picture's path; "" is our own example
struct SetDecoderText {
  std::string text;
};  ///< likewise in the decoder's field; "" leaves it to the model
struct ReplaceToken {
  std::size_t token;
  std::string text;
  TextSide side = TextSide::encoder;
};  ///< edit in place; "" deletes it (with the space before it)
/// Where a token stands in a text.
struct TokenPlace {
  std::size_t begin = 0, end = 0;  ///< bytes
  bool word_goes_on = false;       ///< the next token is a piece of the same word
  friend bool operator==(const TokenPlace&, const TokenPlace&) = default;
};
/// A token of a possibly older text in `text`, widened to whole characters; none where it was edited meanwhile, or where no text
/// stands for it.
[[nodiscard]] std::optional<TokenPlace> place_of(std::size_t token, const Encoding& encoding, const std::string& text);

struct EditToken {
  TokenPlace place;
  std::string from;  ///< the whole text as it was when the editing began; `place` is in it
  std::string text;  ///< what stands there now
  TextSide side = TextSide::encoder;
  std::uint64_t stroke = 0;  ///< of one editing, never 0
};  ///< each one takes the place of the one before: all of one stroke is one step back, or none
struct SelectHead {
  HeadRef head;
};
/// Another text, and a row of a head in it: one step back.
struct ShowRow {
  std::string text;
  HeadRef head;
  TokenAnchor query, key;
};
struct ToggleComparedHead {
  HeadRef head;
};
struct SelectQuery {
  std::size_t token;
};
struct SelectKey {
  std::size_t token;
};
struct SetAttention {
  AttentionKind kind;
};
struct SetMask {
  MaskMode mask;
};
struct SetTemperature {
  float temperature;
};
struct SetAddSpecial {
  bool on;
};
struct SetHideSpecial {
  bool on;
};
struct SetWordLevel {
  bool on;
};
struct SetSortBars {
  bool on;
};
struct SetArcsFromAll {
  bool on;
};
struct SetArcThreshold {
  float threshold;
};
struct SetScoreMap {
  ScoreMap map;
};
struct SetWeightMap {
  WeightMap map;
};
struct SetGridWeight {
  GridWeight weight;
};
struct SetScorePart {
  std::optional<ScorePartKind> part;
};
struct SetRouterMap {
  RouterMap map;
};
struct SetExpertsByLoad {
  bool on;
};
struct SelectExpert {
  std::optional<std::size_t> expert;
};
struct SetKinds {
  std::vector<KindOfAttention> kinds;
};  ///< of attention, side by side
struct SetTraining {
  TrainingChoices choices;
};  ///< what is to learn; nothing begins by it
struct SetCouncil {
  CouncilChoices choices;
};  ///< likewise
struct SetGenerate {
  GenerateSettings settings;
};
struct ContinueText {
  std::string text;
  std::uint64_t run;               ///< of one continuation, never 0
  TokenAnchor query{};             ///< who asks now
  std::vector<CacheStep> steps{};  ///< how the cache has grown so far
};                                 ///< the model wrote on: all of one run is one step back
struct SetLayersWholeText {
  bool on;
};
struct SelectWorkspace {
  std::string workspace;
};
struct SelectPanel {
  std::string workspace;
  std::string panel;
};  ///< shows it, and its workspace
struct FillWindow {
  std::string panel;
};  ///< with one panel; "": back to all of them
struct SetStep {
  std::size_t step;
};  ///< of the workspace Steps
struct SetLesson {
  LessonPlace place;
};                  ///< which page of which lesson stands beside the workspace
struct PinText {};  ///< keeps the live text under the next free name and compares with it
struct RenamePin {
  std::string name;
  std::string to;
};
struct RemovePin {
  std::string name;
};
struct SwapWithPin {
  std::string name;
};  ///< the live text becomes the pin, the pin's text the live one
struct SetBaseline {
  std::string name;
};  ///< a pin's; "": the text without its interventions
struct SetShown {
  Shown shown;
};
struct PairTokens {
  std::string pin;
  AnchoredPair pair;
};  ///< a person's own alignment; takes the place of pairs with one of its tokens
struct ForgetPairs {
  std::string pin;
};
struct AddIntervention {
  PlacedIntervention intervention;
};  ///< a growing brush stroke replaces itself: all of one stroke is one step back
struct ChangeIntervention {
  std::size_t index;
  PlacedIntervention intervention;
};
struct RemoveIntervention {
  std::size_t index;
};
struct MoveIntervention {
  std::size_t from;
  std::size_t to;
};
struct ClearInterventions {};
struct SetInterventions {
  std::vector<PlacedIntervention> list;
  std::uint64_t stroke = 0;
};  ///< the whole list at once: an eraser touches several lines; all of one stroke is one step back
struct AddAdapter {
  std::string path;
  float strength = 1.0F;
};  ///< nothing where it is there already, or there is no room
struct RemoveAdapter {
  std::size_t index;
};
struct SetStrength {
  std::size_t index;
  float strength;
  std::uint64_t stroke = 0;
};  ///< of an adapter; all of one stroke is one step back
struct SetCheckpoint {
  std::string model;
  std::uint64_t stroke = 0;
};  ///< another step of the model on show; its adapters stay; all of one stroke is one step back
struct OpenModel {
  std::string model;
};  ///< ask the worker; Session changes only when it has loaded
struct ModelOpened {
  std::string model;
  std::size_t layers;
  std::size_t heads;
  ReadingCapture captured{};  ///< what it was opened with
};                            ///< clamps the head
struct Undo {};
struct Redo {};

}  // namespace regard
