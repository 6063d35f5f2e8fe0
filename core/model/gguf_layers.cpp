// SPDX-License-Identifier: Apache-2.0
// Architectures whose layers differ from each other: what their files say layer by layer, in the words of config.json.
#include "core/base/error.h"
#include "core/base/normal_quantile.h"
#include "core/model/gguf_metadata.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace regard {
namespace {

using nlohmann::json;

bool layer_holds(const Gguf& gguf, std::size_t layer, const char* name) {
  return gguf.tensor("blk." + std::to_string(layer) + "." + name) != nullptr;
}

void require_key(const GgufMetadata& metadata, const char* name) {
  if (metadata.find(name) == nullptr)
    throw Error("config_missing", {.file = metadata.file(), .item = metadata.key(name), .expected = "1, 2 …"});
}

/// The numbers under both keys must be the same where the second one is there.
void expect_like(const GgufMetadata& metadata, const char* name, const char* other) {
  if (metadata.find(other) != nullptr && metadata.number(other, 0.0) != metadata.number(name, 0.0))
    metadata.fail(other, metadata.key(name));
}

/// What all of the layers that `among` names have; nothing where it names none.
std::optional<std::size_t> common_size(const GgufMetadata& metadata, const char* name,
                                       const std::vector<std::size_t>& sizes, const std::vector<bool>& among) {
  std::optional<std::size_t> common;
  for (std::size_t layer = 0; layer < sizes.size(); ++layer) {
    if (!among[layer]) continue;
    if (common && *common != sizes[layer]) metadata.fail(name, std::to_string(*common));
    common = sizes[layer];
  }
  return common;
}

std::vector<bool> negated(std::vector<bool> flags) {
  flags.flip();
  return flags;
}

/// Layers that predict further tokens stand behind the others.
std::size_t layers_that_run(const GgufMetadata& metadata) {
  const std::size_t all = gguf_layers(metadata);
  const double behind = metadata.number("nextn_predict_layers", 0.0);
  if (!(behind >= 0.0 && behind < static_cast<double>(std::max<std::size_t>(all, 1))))
    metadata.fail("nextn_predict_layers", "< " + std::to_string(all));
  return all - static_cast<std::size_t>(behind);
}

/// Gemma 4 of its far layers: which share of the pairs is turned. The others are divided by so much that they stand.
double turned_share(const Gguf& gguf, GgufBytes bytes) {
  constexpr float kStands = 1e29F;
  const StoredTensor* divisors = gguf.tensor("rope_freqs.weight");
  if (divisors == nullptr)
    throw Error("tensor_missing", {.file = gguf.file, .item = "rope_freqs.weight", .expected = "[n]"});
  const std::vector<float> numbers = gguf_numbers(gguf, *divisors, bytes);
  const auto turned = static_cast<std::size_t>(std::count(numbers.begin(), numbers.end(), 1.0F));
  for (std::size_t pair = 0; pair < numbers.size(); ++pair)
    if (pair < turned ? numbers[pair] != 1.0F : !(numbers[pair] >= kStands))
      throw Error("config_value", {.file = gguf.file,
                                   .item = divisors->name + "[" + std::to_string(pair) + "]",
                                   .expected = pair < turned ? "1" : "1e30",
                                   .found = gguf_excerpt(static_cast<double>(numbers[pair]))});
  if (turned == 0)
    throw Error("config_value", {.file = gguf.file, .item = divisors->name, .expected = "[1, …]", .found = "[…]"});
  return static_cast<double>(turned) / static_cast<double>(numbers.size());
}

void add_turnings(const Gguf& gguf, GgufBytes bytes, const GgufMetadata& metadata, json& config) {
  const double near = metadata.number("rope.freq_base_swa", metadata.number("rope.freq_base", 10'000.0));
  json far{{"rope_type", "proportional"}, {"rope_theta", metadata.number("rope.freq_base", 10'000.0)}};
  far["partial_rotary_factor"] = turned_share(gguf, bytes);
  config["rope_parameters"] = {{"full_attention", std::move(far)},
                               {"sliding_attention", {{"rope_type", "default"}, {"rope_theta", near}}}};
  if (const GgufValue* kind = metadata.find("rope.scaling.type"); kind != nullptr && gguf_json(*kind) != "none")
    metadata.fail("rope.scaling.type", "none");
  expect_like(metadata, "attention.key_length", "rope.dimension_count");
  expect_like(metadata, "attention.key_length_swa", "rope.dimension_count_swa");
  const StoredTensor* divisors = gguf.tensor("rope_freqs.weight");
  const double pairs = metadata.number("attention.key_length", 0.0) / 2.0;
  if (divisors != nullptr && (divisors->shape.size() != 1 || static_cast<double>(divisors->shape.front()) != pairs))
    throw Error("tensor_shape", {.file = gguf.file,
                                 .item = divisors->name,
                                 .expected = "[" + std::to_string(static_cast<std::size_t>(std::max(pairs, 0.0))) + "]",
                                 .found = shape_text(divisors->shape)});
}

/// The last layers, which share keys, may have blocks twice as wide.
void add_block_widths(const GgufMetadata& metadata, const std::vector<bool>& shares, json& config) {
  constexpr const char* kKey = "feed_forward_length";
  require_key(metadata, kKey);
  const std::vector<std::size_t> widths = metadata.sizes(kKey, shares.size());
  const std::size_t width = common_size(metadata, kKey, widths, negated(shares)).value_or(0);
  const std::size_t of_shared = common_size(metadata, kKey, widths, shares).value_or(width);
  if (of_shared != width && of_shared != 2 * width) metadata.fail(kKey, std::to_string(width));
  config["intermediate_size"] = width;
  config["use_double_wide_mlp"] = of_shared != width;
}

/// Letters of Nemotron's layers.
std::string kinds_of_layers(const Gguf& gguf, const GgufMetadata& metadata, const std::vector<std::size_t>& kv_heads,
                            const std::vector<std::size_t>& widths, std::size_t count) {
  std::string letters;
  for (std::size_t layer = 0; layer < count; ++layer) {
    if (kv_heads[layer] > 0 && widths[layer] > 0) metadata.fail("feed_forward_length", "[0, …]");
    const char block = layer_holds(gguf, layer, "ffn_gate_inp.weight") ? 'E' : '-';
    letters += kv_heads[layer] > 0 ? '*' : widths[layer] > 0 ? block : 'M';
  }
  return letters;
}

std::vector<bool> layers_of(const std::string& letters, std::size_t count, char letter) {
  std::vector<bool> flags(count);
  for (std::size_t layer = 0; layer < letters.size(); ++layer)
    flags[layer] = letters[layer] == letter;
  return flags;
}

/// a ÷ b, both positive whole numbers.
std::uint64_t whole_part(const GgufMetadata& metadata, const char* name, const char* divisor) {
  require_key(metadata, name);
  require_key(metadata, divisor);
  const double whole = metadata.number(name, 0.0), parts = metadata.number(divisor, 0.0);
  if (!(parts >= 1.0 && whole >= parts && whole < 1e9 && std::fmod(whole, parts) == 0.0))
    metadata.fail(name, "n × " + metadata.key(divisor));
  return static_cast<std::uint64_t>(whole / parts);
}

void add_nemotron_mixture(const GgufMetadata& metadata, json& config) {
  for (const char* name : {"moe_latent_size", "expert_latent_length"})
    if (metadata.number(name, 0.0) != 0.0) metadata.fail(name, "0");
  if (metadata.number("expert_gating_func", 2.0) != 2.0) metadata.fail("expert_gating_func", "2");
  config.erase("scoring_func");
  if (metadata.number("expert_group_count", 1.0) <= 1.0) {
    config["n_group"] = config["topk_group"] = 1U;
  } else {
    require_key(metadata, "expert_group_used_count");
  }
  if (metadata.number("expert_weights_scale", 1.0) == 0.0) config["routed_scaling_factor"] = 1.0;
}

/// Thresholds of gates, in standard deviations, as the shares of numbers that stay below them; −∞: all get through.
json shares_below(const GgufMetadata& metadata, const char* name, std::size_t layers) {
  const GgufValue* value = metadata.find(name);
  const auto* list = value == nullptr ? nullptr : std::get_if<GgufArray>(value);
  if (list == nullptr || list->kind != GgufArray::Kind::numbers || list->numbers.size() != layers)
    metadata.fail(name, "[1.64, …, −∞] (" + std::to_string(layers) + ")");
  json shares = json::array();
  for (const float deviations : list->numbers) {
    const double share = normal_share(static_cast<double>(deviations));
    if (!(share >= 0.0 && share < 1.0)) metadata.fail(name, "[1.64, …, −∞]");
    shares.push_back(share);
  }
  return shares;
}

/// A whole number that files may hold as a fraction.
std::optional<std::uint64_t> whole_number(const GgufMetadata& metadata, const char* name) {
  if (metadata.find(name) == nullptr) return std::nullopt;
  const double number = metadata.number(name, 0.0);
  if (!(number >= 0.0 && number <= 1e9 && number == std::floor(number))) metadata.fail(name, "0, 1 …");
  return static_cast<std::uint64_t>(number);
}

}  // namespace

void add_gemma3n(const Gguf& gguf, const GgufMetadata& metadata, json& config) {
  constexpr const char* kWidths = "feed_forward_length";
  constexpr const char* kShares = "activation_sparsity_scale";
  const std::size_t layers = gguf_layers(metadata);
  require_key(metadata, kWidths);
  config["intermediate_size"] = metadata.sizes(kWidths, layers);
  if (metadata.find("attention.sliding_window_pattern") != nullptr) config["layer_types"] = gguf_window_types(metadata);
  if (const auto shared = whole_number(metadata, "attention.shared_kv_layers"))
    config["num_kv_shared_layers"] = *shared;
  if (metadata.find(kShares) != nullptr)
    config["activation_sparsity_pattern"] = shares_below(metadata, kShares, layers);
  const StoredTensor* table = gguf.tensor("per_layer_token_embd.weight");
  if (table != nullptr && table->shape.size() == 2) config["vocab_size_per_layer_input"] = table->shape.front();
  const StoredTensor* side = gguf.tensor("blk.0.laurel_l.weight");
  if (side != nullptr && side->shape.size() == 2) config["laurel_rank"] = side->shape.front();
}

void add_gemma4(const Gguf& gguf, GgufBytes bytes, const GgufMetadata& metadata, json& config) {
  const std::size_t layers = gguf_layers(metadata);
  require_key(metadata, "attention.sliding_window_pattern");
  config["layer_types"] = gguf_window_types(metadata);
  std::vector<bool> far, shares;
  const double shared = metadata.number("attention.shared_kv_layers", 0.0);
  for (const json& type : config["layer_types"]) {
    far.push_back(type == "full_attention");
    shares.push_back(static_cast<double>(far.size()) > static_cast<double>(layers) - shared);
  }
  if (far.size() != layers || far.empty() || !far.back())
    metadata.fail("attention.sliding_window_pattern", "[…, false] (" + std::to_string(layers) + ")");
  std::vector<std::size_t> kv_heads = metadata.sizes("attention.head_count_kv", layers);
  if (kv_heads.empty()) kv_heads = metadata.sizes("attention.head_count", layers);
  const auto of_far = common_size(metadata, "attention.head_count_kv", kv_heads, far);
  const auto of_near = common_size(metadata, "attention.head_count_kv", kv_heads, negated(far));
  config["num_key_value_heads"] = of_near.value_or(*of_far);
  bool one_projection = false;
  for (std::size_t layer = layers; layer-- > 0;)
    if (far[layer] && !shares[layer]) one_projection = !layer_holds(gguf, layer, "attn_v.weight");
  config["attention_k_eq_v"] = one_projection;
  if (one_projection)
    config["num_global_key_value_heads"] = *of_far;
  else if (of_near && *of_near != *of_far)
    metadata.fail("attention.head_count_kv", std::to_string(*of_near));
  if (!config.contains("hidden_size_per_layer_input")) config["hidden_size_per_layer_input"] = 0U;
  if (const StoredTensor* table = gguf.tensor("per_layer_token_embd.weight");
      table != nullptr && table->shape.size() == 2)
    config["vocab_size_per_layer_input"] = table->shape.front();
  config["enable_moe_block"] = config.contains("num_experts");
  add_block_widths(metadata, shares, config);
  add_turnings(gguf, bytes, metadata, config);
  expect_like(metadata, "attention.key_length", "attention.value_length");
  expect_like(metadata, "attention.key_length_swa", "attention.value_length_swa");
}

void add_nemotron(const Gguf& gguf, const GgufMetadata& metadata, json& config) {
  constexpr const char* kKvHeads = "attention.head_count_kv";
  constexpr const char* kWidths = "feed_forward_length";
  const std::size_t all = gguf_layers(metadata), count = layers_that_run(metadata);
  require_key(metadata, kKvHeads);
  require_key(metadata, kWidths);
  const std::vector<std::size_t> kv_heads = metadata.sizes(kKvHeads, all), widths = metadata.sizes(kWidths, all);
  const std::string letters = kinds_of_layers(gguf, metadata, kv_heads, widths, count);
  config["num_hidden_layers"] = count;
  config["hybrid_override_pattern"] = letters;
  config["num_key_value_heads"] = common_size(metadata, kKvHeads, kv_heads, layers_of(letters, all, '*')).value_or(1);
  config["intermediate_size"] = common_size(metadata, kWidths, widths, layers_of(letters, all, '-')).value_or(1);
  config["mamba_head_dim"] = whole_part(metadata, "ssm.inner_size", "ssm.time_step_rank");
  config["use_bias"] = config["mamba_proj_bias"] = false;
  config["use_conv_bias"] = false;
  for (std::size_t layer = 0; layer < count; ++layer)
    if (layer_holds(gguf, layer, "ssm_conv1d.bias")) config["use_conv_bias"] = true;
  if (config.contains("n_routed_experts")) add_nemotron_mixture(metadata, config);
  expect_like(metadata, "attention.key_length", "attention.value_length");
}

void add_delta_layers(const GgufMetadata& metadata, json& config) {
  config["num_hidden_layers"] = layers_that_run(metadata);
  config["linear_value_head_dim"] = whole_part(metadata, "ssm.inner_size", "ssm.time_step_rank");
  if (const GgufValue* flags = metadata.find("attention.recurrent_layers")) {
    const auto* list = std::get_if<GgufArray>(flags);
    if (list == nullptr || list->kind != GgufArray::Kind::flags || list->flags.size() != gguf_layers(metadata))
      metadata.fail("attention.recurrent_layers", "[true, …] (" + std::to_string(gguf_layers(metadata)) + ")");
    json types = json::array();
    for (std::size_t layer = 0; layer < layers_that_run(metadata); ++layer)
      types.push_back(list->flags[layer] ? "linear_attention" : "full_attention");
    config["layer_types"] = std::move(types);
  }
  const double turned = metadata.number("rope.dimension_count", 0.0), d = metadata.number("attention.key_length", 0.0);
  if (!(turned >= 1.0 && turned <= d)) metadata.fail("rope.dimension_count", "2, 4 … " + std::to_string(d));
  config["partial_rotary_factor"] = std::min((turned + 0.25) / d, 1.0);
  expect_like(metadata, "attention.key_length", "attention.value_length");
}

}  // namespace regard
