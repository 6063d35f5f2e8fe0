// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.h"
#include "core/format/json.h"
#include "core/model/adapter.h"
#include "core/model/config_reader.h"
#include "core/text/regex.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

namespace regard {
namespace {

constexpr std::size_t kMostRank = 1 << 16;
constexpr float kMostAlpha = 1e6F;
constexpr std::size_t kMostPatterns = 10'000;

/// Ways of beginning that leave the base as it is: what was learned stands in the file alone.
constexpr std::array<std::string_view, 4> kHarmlessBeginnings{"gaussian", "eva", "orthogonal", "mica"};

/// Settings of relatives of LoRA: each adds something that is not computed here. Neutral where missing, null, false or empty.
constexpr std::array<std::string_view, 11> kOtherKinds{"layer_replication",
                                                       "trainable_token_indices",
                                                       "target_parameters",
                                                       "alora_invocation_tokens",
                                                       "use_qalora",
                                                       "use_bdlora",
                                                       "arrow_config",
                                                       "corda_config",
                                                       "lora_bias",
                                                       "lora_ga_config",
                                                       "alora_invocation_string"};

bool is_neutral(const nlohmann::json& value) {
  return value.is_null() || value == false || ((value.is_array() || value.is_object()) && value.empty());
}

[[noreturn]] void fail_setting(const std::string& file, std::string_view key, const nlohmann::json& value) {
  throw Error("adapter_setting", {.file = file, .item = std::string(key), .found = json_excerpt(value)});
}

/// PiSSA, OLoRA and their like take something out of the base when they begin, which it does not say what.
void refuse_changed_base(const nlohmann::json& json, const std::string& file) {
  const auto found = json.find("init_lora_weights");
  if (found == json.end() || found->is_null() || found->is_boolean()) return;
  const bool harmless = found->is_string() && std::find(kHarmlessBeginnings.begin(), kHarmlessBeginnings.end(),
                                                        found->get<std::string>()) != kHarmlessBeginnings.end();
  if (!harmless) fail_setting(file, "init_lora_weights", *found);
}

/// An object of numbers in (0, most].
std::vector<std::pair<std::string, double>> read_patterns(const nlohmann::json& json, const ConfigReader& reader,
                                                          const char* key, double most) {
  std::vector<std::pair<std::string, double>> patterns;
  const auto found = json.find(key);
  if (found == json.end() || found->is_null()) return patterns;
  const std::string expected = "{\"…\": 0…" + std::to_string(static_cast<std::size_t>(most)) + "}";
  if (!found->is_object() || found->size() > kMostPatterns) reader.fail(key, expected);
  for (const auto& [pattern, value] : found->items()) {
    if (!value.is_number() || !(value.get<double>() > 0.0) || value.get<double>() > most) reader.fail(key, expected);
    patterns.emplace_back(pattern, value.get<double>());
  }
  return patterns;
}

/// What the patterns that fit say; they must not disagree.
template <class Value>
std::optional<Value> fitting(const std::vector<std::pair<std::string, Value>>& patterns, std::string_view module,
                             const char* key, const std::string& file) {
  std::optional<Value> result;
  MatchBudget budget(module.size());
  for (const auto& [pattern, value] : patterns) {
    const Regex regex("\\A(?:.*\\.)?(?:" + pattern + ")\\z", file, key);
    if (!RegexMatcher(regex, budget).find(module, 0)) continue;
    if (result && *result != value)
      throw Error("config_value", {.file = file,
                                   .item = std::string(key) + "[\"" + pattern + "\"]",
                                   .expected = std::to_string(*result),
                                   .found = std::to_string(value)});
    result = value;
  }
  return result;
}

}  // namespace

AdapterConfig parse_adapter_config(std::string_view text, const std::string& file) {
  const nlohmann::json json = parse_python_json(text, file);
  if (!json.is_object()) throw Error("json_value", {file, "{…}", "{…}", json_excerpt(json)});
  const ConfigReader reader(json, file);
  if (const std::string kind = reader.text("peft_type", "LORA", Null::missing); kind != "LORA")
    throw Error("adapter_kind", {.file = file, .found = kind});
  refuse_changed_base(json, file);
  for (const std::string_view key : kOtherKinds)
    if (const auto found = json.find(key); found != json.end() && !is_neutral(*found)) fail_setting(file, key, *found);
  AdapterConfig config;
  config.base = reader.text("base_model_name_or_path", "", Null::missing);
  config.rank = reader.size("r", {.most = kMostRank}, 8);
  config.alpha = reader.positive("lora_alpha", kMostAlpha, 8.0F);
  config.rank_stabilised = reader.flag("use_rslora", false);
  config.dora = reader.flag("use_dora", false);
  for (const auto& [pattern, rank] : read_patterns(json, reader, "rank_pattern", kMostRank)) {
    if (rank != std::floor(rank)) reader.fail("rank_pattern", "{\"…\": 1, 2, …}");
    config.rank_pattern.emplace_back(pattern, static_cast<std::size_t>(rank));
  }
  for (const auto& [pattern, alpha] : read_patterns(json, reader, "alpha_pattern", kMostAlpha))
    config.alpha_pattern.emplace_back(pattern, static_cast<float>(alpha));
  return config;
}

std::size_t rank_of(const AdapterConfig& config, std::string_view module, const std::string& file) {
  return fitting(config.rank_pattern, module, "rank_pattern", file).value_or(config.rank);
}

float scale_of(const AdapterConfig& config, std::string_view module, std::size_t rank, const std::string& file) {
  const float alpha = fitting(config.alpha_pattern, module, "alpha_pattern", file).value_or(config.alpha);
  if (alpha == 0.0F) return 1.0F;
  const auto ranks = static_cast<double>(rank);
  return static_cast<float>(alpha / (config.rank_stabilised ? std::sqrt(ranks) : ranks));
}

}  // namespace regard
