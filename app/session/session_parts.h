// SPDX-License-Identifier: Apache-2.0
// How the parts of a session are spelled in its file: places, heads, pins, interventions, the proof. Private to app/session
// (it pulls in nlohmann/json). Kinds and numbers of interventions as in core/trace/intervention_json.h, but with "on", and with
// words in the place of token numbers:
//
//   {"on": true, "kind": "mask", "layer": 1, "head": 2, "cells": [{"queries": {}, "keys": {"first": …, "last": …}}]}
//
// where "first" and "last" are places as "query" is; one that is not there: as far as the text goes.
#pragma once

#include "app/session/json_fields.h"
#include "app/session/kept.h"
#include "app/session/look.h"
#include "app/session/proof.h"

#include <array>
#include <nlohmann/json.hpp>
#include <vector>

namespace regard {

struct Session;  // app/session/session.h

inline constexpr std::size_t most_text_bytes = 8U << 20;
inline constexpr std::size_t most_name_bytes = 4096;

inline constexpr std::array<Named<MaskMode>, 3> mask_names{
    {{MaskMode::as_trained, "as_trained"}, {MaskMode::causal, "causal"}, {MaskMode::bidirectional, "bidirectional"}}};
inline constexpr std::array<Named<AttentionKind>, 3> attention_names{
    {{AttentionKind::self, "self"}, {AttentionKind::cross, "cross"}, {AttentionKind::encoder, "encoder"}}};

[[nodiscard]] nlohmann::ordered_json json_of(const ReadingAdapter& adapter);
[[nodiscard]] nlohmann::ordered_json json_of(HeadRef head);
[[nodiscard]] nlohmann::ordered_json json_of(const TokenAnchor& anchor);
[[nodiscard]] nlohmann::ordered_json json_of(const Pin& pin);
[[nodiscard]] nlohmann::ordered_json json_of(const PlacedIntervention& intervention);
[[nodiscard]] nlohmann::ordered_json json_of(const Proof& proof);
[[nodiscard]] nlohmann::ordered_json json_of(const Stage& stage);
[[nodiscard]] nlohmann::ordered_json json_of(const TrainingChoices& choices);
[[nodiscard]] nlohmann::ordered_json json_of(const CouncilChoices& choices);
[[nodiscard]] nlohmann::ordered_json json_of(const CacheStep& step);
[[nodiscard]] nlohmann::ordered_json json_of(const Session& session);

template <class Item>
[[nodiscard]] nlohmann::ordered_json json_list(const std::vector<Item>& items) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Item& item : items)
    list.push_back(json_of(item));
  return list;
}

// Reading: what is missing keeps its value. Throws Error session_value or json_value with the item's path.
void read_head(const Fields& fields, HeadRef& head);
void read_anchor(const Fields& fields, TokenAnchor& anchor);
/// {"checkpoint", "axes", "states_of"}; null where nothing was said.
[[nodiscard]] nlohmann::ordered_json json_of(const ReadingCapture& captured);
void read_captured(const Fields& fields, ReadingCapture& captured);
void read_adapters(const Fields& fields, std::vector<ReadingAdapter>& adapters);
void read_pin(const Fields& fields, Pin& pin);
/// The list that stands under `key`.
void read_interventions(const Fields& fields, const char* key, std::vector<PlacedIntervention>& list);
void read_proof(const Fields& fields, Proof& proof);
void read_stage(const Fields& fields, Stage& stage);
void read_training(const Fields& fields, TrainingChoices& choices);
void read_council(const Fields& fields, CouncilChoices& choices);
[[nodiscard]] Session read_session(const Fields& fields);
/// Formats 1 and 2 had one column at the right and said "side": which panel stood there.
void read_side_of_old_formats(const Fields& fields, Stage& stage);
void read_step(const Fields& fields, CacheStep& step);

}  // namespace regard
