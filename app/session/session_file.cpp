// SPDX-License-Identifier: Apache-2.0
#include "app/session/session_file.h"

#include "app/session/kept.h"
#include "app/session/session.h"
#include "app/session/session_parts.h"
#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/trace/kind_of_attention.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace regard {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t newest_session_format = 3;

constexpr std::array<Named<ScoreMap>, 2> score_map_names{
    {{ScoreMap::blue_orange, "blue_orange"}, {ScoreMap::purple_green, "purple_green"}}};
constexpr std::array<Named<WeightMap>, 3> weight_map_names{
    {{WeightMap::viridis, "viridis"}, {WeightMap::cividis, "cividis"}, {WeightMap::blues, "blues"}}};
constexpr std::array<Named<GridWeight>, grid_weights> grid_weight_names{{{GridWeight::attention, "attention"},
                                                                         {GridWeight::value, "value"},
                                                                         {GridWeight::output, "output"},
                                                                         {GridWeight::rollout, "rollout"},
                                                                         {GridWeight::max_flow, "max_flow"}}};
constexpr std::array<Named<std::optional<ScorePartKind>>, score_part_kinds + 1> score_part_names{
    {{std::nullopt, "all"},
     {ScorePartKind::content, "content"},
     {ScorePartKind::rotary, "rotary"},
     {ScorePartKind::position, "position"},
     {ScorePartKind::content_to_position, "content_to_position"},
     {ScorePartKind::position_to_content, "position_to_content"}}};
constexpr std::array<Named<RouterMap>, router_maps> router_map_names{
    {{RouterMap::layer, "layer"}, {RouterMap::token, "token"}, {RouterMap::load, "load"}}};
constexpr std::size_t most_experts = 1U << 20;  ///< of a layer
constexpr std::array<Named<Shown>, 3> shown_names{
    {{Shown::live, "live"}, {Shown::baseline, "baseline"}, {Shown::difference, "difference"}}};

ordered_json json_of(const GenerateSettings& settings) {
  return {{"greedy", settings.greedy}, {"temperature", shortest_double(settings.temperature)},
          {"top_k", settings.top_k},   {"seed", settings.seed},
          {"tokens", settings.tokens}, {"pace", shortest_double(settings.pace)}};
}

void read_generate(const Fields& fields, GenerateSettings& settings) {
  fields.read("greedy", settings.greedy);
  fields.read("temperature", settings.temperature);
  fields.read("top_k", settings.top_k, max_top_k);
  fields.read("seed", settings.seed, max_seed);
  fields.read("tokens", settings.tokens, max_generated_tokens);
  fields.read("pace", settings.pace);
}

/// A number, or nothing: null.
ordered_json json_of_number(const std::optional<std::size_t>& number) {
  return number ? ordered_json(*number) : ordered_json(nullptr);
}

void read_expert(const Fields& fields, std::optional<std::size_t>& expert) {
  const auto found = fields.object().find("expert");
  if (found == fields.object().end() || found->is_null()) return;
  std::size_t number = 0;
  fields.read("expert", number, most_experts);
  expert = number;
}

ordered_json json_of_kinds(const std::vector<KindOfAttention>& kinds) {
  ordered_json list = ordered_json::array();
  for (const KindOfAttention& kind : kinds)
    list.push_back(kind_text(kind));
  return list;
}

/// "window:4"; what is no kind here is one of a newer version, and left out.
void read_kinds(const Fields& fields, std::vector<KindOfAttention>& kinds) {
  std::vector<std::string> texts;
  fields.read("kinds", texts, most_kinds, most_name_bytes);
  if (texts.empty()) return;
  kinds.clear();
  for (const std::string& text : texts) {
    try {
      kinds.push_back(parse_kind(text));
    } catch (const Error& error) {
      throw Error("session_value", {fields.file(), fields.item("kinds"), error.details().expected, text});
    }
  }
}

std::string dump(const ordered_json& json) {
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

ordered_json json_of(const Session& session) {
  return {
      {"format", newest_session_format},
      {"model", session.model},
      {"adapters", json_list(session.adapters)},
      {"captured", json_of(session.captured)},
      {"text", session.text},
      {"image", session.image},
      {"head", json_of(session.head)},
      {"compared_heads", json_list(session.compared_heads)},
      {"query", json_of(session.query)},
      {"key", json_of(session.key)},
      {"decoder_text", session.decoder_text},
      {"decoder_query", json_of(session.decoder_query)},
      {"decoder_key", json_of(session.decoder_key)},
      {"attention", name_of(attention_names, session.attention)},
      {"mask", name_of(mask_names, session.mask)},
      {"temperature", shortest_double(session.temperature)},
      {"add_special", session.add_special},
      {"hide_special", session.hide_special},
      {"word_level", session.word_level},
      {"sort_bars", session.sort_bars},
      {"arcs_from_all", session.arcs_from_all},
      {"arc_threshold", shortest_double(session.arc_threshold)},
      {"score_map", name_of(score_map_names, session.score_map)},
      {"weight_map", name_of(weight_map_names, session.weight_map)},
      {"grid_weight", name_of(grid_weight_names, session.grid_weight)},
      {"score_part", name_of(score_part_names, session.score_part)},
      {"router_map", name_of(router_map_names, session.router_map)},
      {"experts_by_load", session.experts_by_load},
      {"expert", json_of_number(session.expert)},
      {"kinds", json_of_kinds(session.kinds)},
      {"training", json_of(session.training)},
      {"council", json_of(session.council)},
      {"generate", json_of(session.generate)},
      {"layers_whole_text", session.layers_whole_text},
      {"stage", json_of(session.stage)},
      {"interventions", json_list(session.interventions)},
      {"pins", json_list(session.pins)},
      {"baseline", session.baseline},
      {"shown", name_of(shown_names, session.shown)},
      {"written_steps", json_list(steps_of_text(session))},
  };
}

Session read_session(const Fields& fields) {
  Session session;
  fields.read("model", session.model, most_name_bytes);
  read_adapters(fields, session.adapters);
  read_captured(fields, session.captured);
  fields.read("text", session.text, most_text_bytes);
  fields.read("image", session.image, most_name_bytes);
  fields.read_object("head", [&](const Fields& head) { read_head(head, session.head); });
  fields.read_list("compared_heads", max_compared_heads,
                   [&](const Fields& head) { read_head(head, session.compared_heads.emplace_back()); });
  fields.read_object("query", [&](const Fields& anchor) { read_anchor(anchor, session.query); });
  fields.read_object("key", [&](const Fields& anchor) { read_anchor(anchor, session.key); });
  fields.read("decoder_text", session.decoder_text, most_text_bytes);
  fields.read_object("decoder_query", [&](const Fields& anchor) { read_anchor(anchor, session.decoder_query); });
  fields.read_object("decoder_key", [&](const Fields& anchor) { read_anchor(anchor, session.decoder_key); });
  fields.read("attention", session.attention, attention_names);
  fields.read("mask", session.mask, mask_names);
  fields.read("temperature", session.temperature);
  fields.read("add_special", session.add_special);
  fields.read("hide_special", session.hide_special);
  fields.read("word_level", session.word_level);
  fields.read("sort_bars", session.sort_bars);
  fields.read("arcs_from_all", session.arcs_from_all);
  fields.read("arc_threshold", session.arc_threshold);
  fields.read("score_map", session.score_map, score_map_names);
  fields.read("weight_map", session.weight_map, weight_map_names);
  fields.read("grid_weight", session.grid_weight, grid_weight_names);
  fields.read("score_part", session.score_part, score_part_names);
  fields.read("router_map", session.router_map, router_map_names);
  fields.read("experts_by_load", session.experts_by_load);
  read_expert(fields, session.expert);
  read_kinds(fields, session.kinds);
  fields.read_object("training", [&](const Fields& training) { read_training(training, session.training); });
  fields.read_object("council", [&](const Fields& council) { read_council(council, session.council); });
  fields.read_object("generate", [&](const Fields& generate) { read_generate(generate, session.generate); });
  fields.read("layers_whole_text", session.layers_whole_text);
  fields.read_object("stage", [&](const Fields& stage) { read_stage(stage, session.stage); });
  read_side_of_old_formats(fields, session.stage);
  read_interventions(fields, "interventions", session.interventions);
  fields.read_list("pins", max_pins, [&](const Fields& pin) { read_pin(pin, session.pins.emplace_back()); });
  fields.read("baseline", session.baseline, most_name_bytes);
  fields.read("shown", session.shown, shown_names);
  fields.read_list("written_steps", max_written_steps,
                   [&](const Fields& step) { read_step(step, session.written.steps.emplace_back()); });
  keep_invariants(session);
  if (!session.written.steps.empty()) session.written.reading = reading_of(session);
  return session;
}

std::string to_json(const Session& session) {
  return dump(json_of(session));
}

std::string to_json(const SessionFile& file) {
  ordered_json json = json_of(file.session);
  if (file.proof != Proof{}) json["proof"] = json_of(file.proof);
  return dump(json);
}

SessionFile session_file_from_json(std::string_view json, const std::string& file) {
  const Document document(json, file, newest_session_format);
  SessionFile read{read_session(document.fields()), {}};
  document.fields().read_object("proof", [&](const Fields& proof) { read_proof(proof, read.proof); });
  return read;
}

Session session_from_json(std::string_view json, const std::string& file) {
  return session_file_from_json(json, file).session;
}

void save_session(const SessionFile& content, const std::filesystem::path& path) {
  const std::string json = to_json(content);
  if (json.size() > max_session_bytes)
    throw Error(
        "file_too_large",
        {.file = path.string(), .expected = std::to_string(max_session_bytes), .found = std::to_string(json.size())});
  (void)session_file_from_json(json, path.string());
  write_file_atomically(path, json);
}

SessionFile load_session(const std::filesystem::path& path) {
  return session_file_from_json(read_file(path, max_session_bytes), path.string());
}

}  // namespace regard
