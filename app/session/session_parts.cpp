// SPDX-License-Identifier: Apache-2.0
#include "app/session/session_parts.h"

#include "app/session/kept.h"
#include "core/trace/intervention_json.h"

#include <algorithm>
#include <string>
#include <utility>

namespace regard {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::size_t most_index = 1U << 20;  // layers, heads
constexpr std::size_t most_byte = std::size_t{1} << 40;
constexpr std::size_t most_pin_name_bytes = 256;  // as much as an intervention reads of its source
constexpr std::size_t most_panel_name_bytes = 64;
constexpr std::size_t most_pairs = 4096;
constexpr std::size_t most_spans = 65'536;  // of one intervention
constexpr std::size_t most_fingerprint_bytes = 256;

constexpr std::array<Named<TokenAnchor::Kind>, 3> anchor_names{{{TokenAnchor::Kind::byte, "byte"},
                                                                {TokenAnchor::Kind::special_front, "special_front"},
                                                                {TokenAnchor::Kind::special_back, "special_back"}}};
constexpr std::array<Named<TextSide>, 2> side_names{{{TextSide::encoder, "encoder"}, {TextSide::decoder, "decoder"}}};

constexpr std::array<Named<CacheStep::Why>, 3> why_names{
    {{CacheStep::Why::text, "text"}, {CacheStep::Why::prompt, "prompt"}, {CacheStep::Why::token, "token"}}};

ordered_json json_of(const TokenSpan& span) {
  ordered_json object = ordered_json::object();
  if (span.first) object["first"] = json_of(*span.first);
  if (span.last) object["last"] = json_of(*span.last);
  return object;
}

void read_span(const Fields& fields, TokenSpan& span) {
  fields.read_object("first", [&](const Fields& anchor) { read_anchor(anchor, span.first.emplace()); });
  fields.read_object("last", [&](const Fields& anchor) { read_anchor(anchor, span.last.emplace()); });
}

void read_cells(const Fields& fields, CellSpan& cells) {
  fields.read_object("queries", [&](const Fields& span) { read_span(span, cells.queries); });
  fields.read_object("keys", [&](const Fields& span) { read_span(span, cells.keys); });
}

void read_pair(const Fields& fields, AnchoredPair& pair) {
  fields.read_object("pinned", [&](const Fields& anchor) { read_anchor(anchor, pair.pinned); });
  fields.read_object("live", [&](const Fields& anchor) { read_anchor(anchor, pair.live); });
  fields.read("side", pair.side, side_names);
}

ordered_json json_of(const Reading& reading) {
  return {{"model", reading.model},
          {"adapters", json_list(reading.adapters)},
          {"captured", json_of(reading.captured)},
          {"text", reading.text},
          {"image", reading.image},
          {"decoder_text", reading.decoder_text},
          {"mask", name_of(mask_names, reading.mask)},
          {"temperature", shortest_double(reading.temperature)},
          {"add_special", reading.add_special},
          {"interventions", json_list(reading.interventions)}};
}

void read_reading(const Fields& fields, Reading& reading) {
  fields.read("model", reading.model, most_name_bytes);
  read_adapters(fields, reading.adapters);
  read_captured(fields, reading.captured);
  fields.read("text", reading.text, most_text_bytes);
  fields.read("image", reading.image, most_name_bytes);
  fields.read("decoder_text", reading.decoder_text, most_text_bytes);
  fields.read("mask", reading.mask, mask_names);
  fields.read("temperature", reading.temperature);
  fields.read("add_special", reading.add_special);
  read_interventions(fields, "interventions", reading.interventions);
}

void read_checked_cell(const Fields& fields, CheckedCell& cell) {
  fields.read("attention", cell.attention, attention_names);
  read_head(fields, cell.head);
  fields.read("query", cell.query, most_byte);
  fields.read("key", cell.key, most_byte);
  fields.read("score", cell.score);
  fields.read("weight", cell.weight);
}

}  // namespace

ordered_json json_of(const ReadingAdapter& adapter) {
  return {{"path", adapter.path}, {"strength", shortest_double(adapter.strength)}};
}

void read_adapters(const Fields& fields, std::vector<ReadingAdapter>& adapters) {
  fields.read_list("adapters", max_adapters, [&](const Fields& adapter) {
    ReadingAdapter& added = adapters.emplace_back();
    adapter.read("path", added.path, most_name_bytes);
    adapter.read("strength", added.strength);
  });
}

ordered_json json_of(const ReadingCapture& captured) {
  if (captured == ReadingCapture{}) return nullptr;
  return {{"checkpoint", captured.checkpoint}, {"axes", captured.axes}, {"states_of", captured.states_of}};
}

void read_captured(const Fields& fields, ReadingCapture& captured) {
  if (fields.object().contains("captured") && fields.object()["captured"].is_null()) return;
  fields.read_object("captured", [&](const Fields& said) {
    said.read("checkpoint", captured.checkpoint, most_name_bytes);
    said.read("axes", captured.axes, max_axes, most_panel_name_bytes);
    std::vector<std::int32_t> layers;
    said.read("states_of", layers, max_states_of);
    captured.states_of.assign(layers.begin(), layers.end());
  });
}

ordered_json json_of(HeadRef head) {
  return {{"layer", head.layer}, {"head", head.head}};
}

ordered_json json_of(const TokenAnchor& anchor) {
  return {{"kind", name_of(anchor_names, anchor.kind)}, {"value", anchor.value}, {"repeat", anchor.repeat}};
}

ordered_json json_of(const Pin& pin) {
  ordered_json pairs = ordered_json::array();
  for (const AnchoredPair& pair : pin.pairs)
    pairs.push_back(
        {{"pinned", json_of(pair.pinned)}, {"live", json_of(pair.live)}, {"side", name_of(side_names, pair.side)}});
  return {{"name", pin.name}, {"reading", json_of(pin.reading)}, {"pairs", std::move(pairs)}};
}

ordered_json json_of(const PlacedIntervention& intervention) {
  const json spelled = interventions_to_json({&intervention.item, 1}).front();
  ordered_json object{{"on", intervention.on}, {"kind", ordered_json(spelled.at("kind"))}};
  for (const auto& [key, value] : spelled.items())
    if (key != "kind" && key != "cells") object[key] = ordered_json(value);
  if (spelled.contains("cells")) {
    object["cells"] = ordered_json::array();
    for (const CellSpan& cells : intervention.cells)
      object["cells"].push_back({{"queries", json_of(cells.queries)}, {"keys", json_of(cells.keys)}});
  }
  for (const TokenSpan& span : intervention.positions)
    object["positions"].push_back(json_of(span));
  return object;
}

ordered_json json_of(const Proof& proof) {
  ordered_json cells = ordered_json::array();
  for (const CheckedCell& cell : proof.cells)
    cells.push_back({{"attention", name_of(attention_names, cell.attention)},
                     {"layer", cell.head.layer},
                     {"head", cell.head.head},
                     {"query", cell.query},
                     {"key", cell.key},
                     {"score", shortest_double(cell.score)},
                     {"weight", shortest_double(cell.weight)}});
  return {{"fingerprint", proof.fingerprint}, {"bytes", proof.bytes},
          {"adapters", proof.adapters},       {"ids", proof.ids},
          {"encoder_ids", proof.encoder_ids}, {"cells", std::move(cells)}};
}

ordered_json json_of(const Stage& stage) {
  ordered_json chosen = ordered_json::array();
  for (const auto& [workspace, panels] : stage.chosen)
    chosen.push_back({{"workspace", workspace}, {"panels", panels}});
  ordered_json json = {
      {"workspace", stage.workspace}, {"chosen", std::move(chosen)}, {"filling", stage.filling}, {"step", stage.step}};
  if (const LessonPlace& place = stage.lesson; !place.lesson.empty())
    json["lesson"] = {{"lesson", place.lesson}, {"step", place.step}, {"contents", place.contents}};
  return json;
}

ordered_json json_of(const CacheStep& step) {
  return {{"why", name_of(why_names, step.why)},
          {"tokens", step.tokens},
          {"reused", step.reused},
          {"dropped", step.dropped},
          {"ms", shortest_double(static_cast<float>(step.milliseconds))}};
}

void read_head(const Fields& fields, HeadRef& head) {
  fields.read("layer", head.layer, most_index);
  fields.read("head", head.head, most_index);
}

void read_anchor(const Fields& fields, TokenAnchor& anchor) {
  fields.read("kind", anchor.kind, anchor_names);
  fields.read("value", anchor.value, most_byte);
  fields.read("repeat", anchor.repeat, most_byte);
}

void read_pin(const Fields& fields, Pin& pin) {
  fields.read("name", pin.name, most_pin_name_bytes);
  fields.read_object("reading", [&](const Fields& reading) { read_reading(reading, pin.reading); });
  fields.read_list("pairs", most_pairs, [&](const Fields& pair) { read_pair(pair, pin.pairs.emplace_back()); });
}

/// The core reads kinds and numbers and knows which key belongs to which kind; it is given a whole range for every place, and the
/// places are read here.
void read_interventions(const Fields& fields, const char* key, std::vector<PlacedIntervention>& list) {
  const json whole_cells = json::array({json::object()});
  const json whole_range = json::array({json::array({0, nullptr})});
  json plain = json::array();
  fields.read_list(key, max_interventions, [&](const Fields& item) {
    PlacedIntervention& added = list.emplace_back();
    item.read("on", added.on);
    item.read_list("cells", most_spans, [&](const Fields& cells) { read_cells(cells, added.cells.emplace_back()); });
    item.read_list("positions", most_spans,
                   [&](const Fields& span) { read_span(span, added.positions.emplace_back()); });
    json object = json::object();
    for (const auto& [name, value] : item.object().items()) {
      if (name == "on") continue;
      object[name] = name == "cells" ? whole_cells : name == "positions" ? whole_range : value;
    }
    plain.push_back(std::move(object));
  });
  std::vector<Intervention> items = interventions_from_json(plain, fields.file(), fields.item(key));
  for (std::size_t index = 0; index < items.size(); ++index) {
    PlacedIntervention& placed = list[list.size() - items.size() + index];
    placed.item = std::move(items[index]);
    placed.item.cells.clear();
    placed.item.positions.clear();
  }
}

void read_proof(const Fields& fields, Proof& proof) {
  fields.read("fingerprint", proof.fingerprint, most_fingerprint_bytes);
  fields.read("bytes", proof.bytes, std::size_t{1} << 52);
  fields.read("adapters", proof.adapters, most_fingerprint_bytes);
  fields.read("ids", proof.ids, max_checked_ids);
  fields.read("encoder_ids", proof.encoder_ids, max_checked_ids);
  fields.read_list("cells", max_checked_cells,
                   [&](const Fields& cell) { read_checked_cell(cell, proof.cells.emplace_back()); });
}

void read_stage(const Fields& fields, Stage& stage) {
  fields.read("workspace", stage.workspace, most_panel_name_bytes);
  fields.read("filling", stage.filling, most_panel_name_bytes);
  fields.read("step", stage.step, most_index);
  fields.read_object("lesson", [&](const Fields& lesson) {
    lesson.read("lesson", stage.lesson.lesson, max_lesson_name);
    lesson.read("step", stage.lesson.step, max_lesson_step);
    lesson.read("contents", stage.lesson.contents);
  });
  fields.read_list("chosen", max_workspaces, [&](const Fields& chosen) {
    std::string workspace;
    chosen.read("workspace", workspace, most_panel_name_bytes);
    chosen.read("panels", stage.chosen[workspace], max_chosen_panels, most_panel_name_bytes);
  });
}

void read_side_of_old_formats(const Fields& fields, Stage& stage) {
  std::string side;
  fields.read("side", side, most_panel_name_bytes);
  if (side.empty()) return;
  const bool looked = side == "question" || side == "layers";
  choose_panel(stage, looked ? "look" : side == "kv_cache" ? "write" : "change", side);
}

void read_step(const Fields& fields, CacheStep& step) {
  fields.read("why", step.why, why_names);
  fields.read("tokens", step.tokens, most_byte);
  fields.read("reused", step.reused, most_byte);
  fields.read("dropped", step.dropped, most_byte);
  float milliseconds = 0.0F;
  fields.read("ms", milliseconds);
  step.milliseconds = std::max(0.0, static_cast<double>(milliseconds));
}

}  // namespace regard
