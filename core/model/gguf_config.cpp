// SPDX-License-Identifier: Apache-2.0
// GgufMetadata → ModelConfig, by way of the config.json that says the same: one set of checks serves both kinds of files.
#include "core/base/error.h"
#include "core/format/dequantize.h"
#include "core/model/family.h"
#include "core/model/gguf_architectures.h"
#include "core/model/gguf_metadata.h"
#include "core/model/gguf_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

namespace regard {
namespace {

using nlohmann::json;

constexpr GgufName kOfScaling[] = {{"rope.scaling.factor", "factor"},
                                   {"rope.scaling.original_context_length", "original_max_position_embeddings"},
                                   {"rope.scaling.yarn_beta_fast", "beta_fast"},
                                   {"rope.scaling.yarn_beta_slow", "beta_slow"}};

/// Settings that would change the numbers where an architecture does not read them: factors, kinds and groups, of which 0, 1 and none
/// mean nothing.
constexpr const char* kForeignFactors[] = {"expert_count",       "expert_weights_scale", "expert_gating_func",
                                           "expert_group_count", "attention.scale",      "logit_scale",
                                           "residual_scale",     "embedding_scale",      "attention.temperature_scale"};
/// Likewise, but 1 means something.
constexpr const char* kForeignBounds[] = {"attention.max_alibi_bias", "attention.clamp_kqv", "attn_logit_softcapping",
                                          "final_logit_softcapping"};
constexpr std::string_view kShortFactors = "rope_factors_short.weight", kLongFactors = "rope_factors_long.weight";

/// Phi-3's LongRoPE: what frequencies are divided by in short and in long texts.
json longrope_scaling(const Gguf& gguf, GgufBytes bytes, const GgufMetadata& metadata) {
  json scaling{{"rope_type", "longrope"}};
  for (const auto& [name, key] : {std::pair(kShortFactors, "short_factor"), std::pair(kLongFactors, "long_factor")}) {
    const StoredTensor* tensor = gguf.tensor(name);
    if (tensor == nullptr)
      throw Error("tensor_missing", {.file = gguf.file, .item = std::string(name), .expected = "[n]"});
    scaling[key] = gguf_numbers(gguf, *tensor, bytes);
  }
  if (metadata.find("rope.scaling.attn_factor") != nullptr)
    scaling["attention_factor"] = metadata.number("rope.scaling.attn_factor", 1.0);
  return scaling;
}

/// Llama 3.1 and later: the file holds what each frequency is divided by, and only the four numbers it was computed from are
/// missing. Three of them are the same in every such model; the largest divisor is the fourth.
json llama3_scaling(const Gguf& gguf, const StoredTensor& tensor, GgufBytes bytes, double base) {
  constexpr double kLow = 1.0, kHigh = 4.0, kContext = 8192.0;
  const std::vector<float> divisors = gguf_numbers(gguf, tensor, bytes);
  if (divisors.empty())
    throw Error("tensor_shape", {.file = gguf.file, .item = tensor.name, .expected = "[n]", .found = "[0]"});
  const auto factor = static_cast<double>(*std::max_element(divisors.begin(), divisors.end()));
  for (std::size_t pair = 0; pair < divisors.size(); ++pair) {
    const double turns = kContext * std::pow(base, -static_cast<double>(pair) / static_cast<double>(divisors.size())) /
                         (2.0 * std::numbers::pi);
    const double blend = std::clamp((turns - kLow) / (kHigh - kLow), 0.0, 1.0);
    const double expected = 1.0 / ((1.0 - blend) / factor + blend);
    if (!(std::abs(static_cast<double>(divisors[pair]) - expected) <= 1e-3 * expected))
      throw Error("config_value", {.file = gguf.file,
                                   .item = tensor.name + "[" + std::to_string(pair) + "]",
                                   .expected = gguf_excerpt(expected),
                                   .found = gguf_excerpt(static_cast<double>(divisors[pair]))});
  }
  return {{"rope_type", "llama3"},
          {"factor", factor},
          {"low_freq_factor", kLow},
          {"high_freq_factor", kHigh},
          {"original_max_position_embeddings", static_cast<std::uint64_t>(kContext)}};
}

/// What queries and keys are multiplied by: 0.1·ln s + 1 times the file's own factor; some files of OLMo 3 tell the product.
double yarn_attention_factor(const GgufMetadata& metadata, double factor) {
  const double usual = 0.1 * std::log(factor) + 1.0;
  const double told = metadata.number("rope.scaling.attn_factor", 1.0);
  if (std::abs(told - usual) < 1e-4) return usual;
  const double whole = metadata.number("rope.scaling.yarn_attn_factor", usual);
  if (whole != 1.0 && std::abs(whole - usual) > 1e-4)
    metadata.fail("rope.scaling.yarn_attn_factor", std::to_string(usual), std::to_string(whole));
  return told * usual;
}

/// The file says a tenth of mscale_all_dim, and means an mscale of the same; nobody knows the scale of the scores without it.
void add_latent_yarn(const GgufMetadata& metadata, json& scaling) {
  constexpr const char* kKey = "rope.scaling.yarn_log_multiplier";
  if (metadata.find(kKey) == nullptr)
    throw Error("config_missing", {.file = metadata.file(), .item = metadata.key(kKey), .expected = "0.1"});
  const double all = metadata.number(kKey, 0.0) * 10.0;
  if (!(all > 0.0 && all < 100.0)) metadata.fail(kKey, "> 0", gguf_excerpt(*metadata.find(kKey)));
  scaling["mscale"] = scaling["mscale_all_dim"] = all;
  if (metadata.number("rope.scaling.attn_factor", 1.0) != 1.0)
    metadata.fail("rope.scaling.attn_factor", "1", gguf_excerpt(*metadata.find("rope.scaling.attn_factor")));
}

json scaling_of(const GgufMetadata& metadata, const GgufArchitecture& architecture) {
  const double old_factor = metadata.number("rope.scale_linear", 1.0);  // before there were kinds
  if (metadata.find("rope.scaling.type") == nullptr && old_factor != 1.0)
    return {{"rope_type", "linear"}, {"factor", old_factor}};
  const GgufValue* type = metadata.find("rope.scaling.type");
  const auto* kind = type == nullptr ? nullptr : std::get_if<std::string_view>(type);
  if (type == nullptr || (kind != nullptr && *kind == "none")) return nullptr;
  if (kind == nullptr || (*kind != "linear" && *kind != "yarn"))
    metadata.fail("rope.scaling.type", "none, linear, yarn", gguf_excerpt(*type));
  json scaling{{"rope_type", std::string(*kind)}};
  for (const GgufName& pair : kOfScaling)
    metadata.copy(pair, scaling);
  const double factor = metadata.number("rope.scaling.factor", 1.0);
  if (*kind == "yarn" && architecture.latent)
    add_latent_yarn(metadata, scaling);
  else if (*kind == "yarn" && factor > 1.0)
    scaling["attention_factor"] = yarn_attention_factor(metadata, factor);
  return scaling;
}

/// Written in the programs that read these files; the files say it rarely, and then must not say otherwise.
bool gates_sum_to_1(const GgufArchitecture& architecture, const GgufMetadata& metadata) {
  constexpr std::array kSumTo1{"llama", "qwen3moe", "gpt-oss", "granitehybrid", "gemma4", "qwen3next", "qwen35moe"};
  const bool sum_to_1 = std::find(kSumTo1.begin(), kSumTo1.end(), architecture.name) != kSumTo1.end();
  const GgufValue* told = metadata.find("expert_weights_norm");
  const auto* flag = told == nullptr ? nullptr : std::get_if<bool>(told);
  if (told != nullptr && (flag == nullptr || *flag != sum_to_1))
    metadata.fail("expert_weights_norm", sum_to_1 ? "true" : "false", gguf_excerpt(*told));
  return sum_to_1;
}

/// What the tensors of the first layer, or the windows of all, tell about an architecture's variants.
void add_kinds_of_layers(const Gguf& gguf, const GgufArchitecture& architecture, const GgufMetadata& metadata,
                         json& config) {
  const auto holds = [&](const char* name) { return gguf.tensor(std::string("blk.0.") + name) != nullptr; };
  if (architecture.name == "stablelm") {
    config["use_parallel_residual"] = !holds("ffn_norm.weight");
    config["qk_layernorm"] = holds("attn_q_norm.weight");
  }
  if (architecture.name == "command-r") config["use_qk_norm"] = holds("attn_q_norm.weight");
  if (architecture.name == "falcon") {
    config["new_decoder_architecture"] = true;  // the first models' are this one's with one key head
    config["num_ln_in_parallel_attn"] = holds("attn_norm_2.weight") ? 2U : 1U;
  }
  const bool windows = metadata.number("attention.sliding_window", 0.0) >= 1.0;
  if (architecture.name == "olmo2" && windows) config["architectures"] = {"Olmo3ForCausalLM"};
  if (architecture.name == "olmo2" && !windows) config.erase("sliding_window");
  if (architecture.name == "cohere2" || (architecture.name == "olmo2" && windows))
    config["layer_types"] = gguf_window_types(metadata);
}

/// DeepSeek, in the words of its config.json: the widths of a head, which of the two classes chooses the experts, and what is not
/// said by a file that is silent.
void add_latent_peculiarities(const GgufMetadata& metadata, json& config) {
  const bool apart = metadata.find("attention.key_length_mla") != nullptr;  // key_length is that of a cache then
  const double head = metadata.number(apart ? "attention.key_length_mla" : "attention.key_length", 0.0);
  const double value = metadata.number(apart ? "attention.value_length_mla" : "attention.value_length", 0.0);
  const double turned = metadata.number("rope.dimension_count", 0.0);
  if (!(head > turned && head < 1e6))
    metadata.fail("attention.key_length", "> rope.dimension_count", std::to_string(head));
  if (!(value >= 1.0 && value < 1e6)) metadata.fail("attention.value_length", "1, 2 …", std::to_string(value));
  if (turned < 1.0) metadata.fail("rope.dimension_count", "2, 4 …", std::to_string(turned));
  config["qk_nope_head_dim"] = static_cast<std::uint64_t>(head - turned);
  config["v_head_dim"] = static_cast<std::uint64_t>(value);
  const double kv_heads = metadata.number("attention.head_count_kv", 1.0);
  if (kv_heads != 1.0 && kv_heads != metadata.number("attention.head_count", 1.0))
    metadata.fail("attention.head_count_kv", "1", gguf_excerpt(*metadata.find("attention.head_count_kv")));
  const double gating = metadata.number("expert_gating_func", 0.0);  // missing: V2's first files
  if (gating != 0.0 && gating != 1.0 && gating != 2.0)
    metadata.fail("expert_gating_func", "1, 2", gguf_excerpt(*metadata.find("expert_gating_func")));
  const bool sigmoid = gating == 2.0;
  if (sigmoid) config["architectures"] = {"DeepseekV3ForCausalLM"};
  config["scoring_func"] = sigmoid ? "sigmoid" : "softmax";
  if (!sigmoid)
    config["topk_method"] = metadata.number("expert_group_count", 1.0) > 1.0 ? "group_limited_greedy" : "greedy";
  const auto unless_told = [&](const char* key, json usual) {
    if (!config.contains(key)) config[key] = std::move(usual);
  };
  unless_told("q_lora_rank", nullptr);
  unless_told("first_k_dense_replace", 0U);
  unless_told("n_group", 1U);
  unless_told("topk_group", 1U);
  unless_told("routed_scaling_factor", 1.0);
  unless_told("norm_topk_prob", false);
  if (config["routed_scaling_factor"] == 0.0) config["routed_scaling_factor"] = 1.0;
}

bool any_layer_has(const Gguf& gguf, std::string_view ending) {
  return std::any_of(gguf.tensors.begin(), gguf.tensors.end(),
                     [&](const StoredTensor& tensor) { return tensor.name.ends_with(ending); });
}

/// Period and offset of the layers for which this holds; 0 and 0 where it holds for none. The families hold the others to them.
template <class Holds>
std::pair<std::size_t, std::size_t> every_so_many(std::size_t layers, const Holds& holds) {
  std::vector<std::size_t> found;
  for (std::size_t layer = 0; layer < layers && found.size() < 2; ++layer)
    if (holds(layer)) found.push_back(layer);
  if (found.empty()) return {};
  return {found.size() == 2 ? found[1] - found[0] : std::max(layers, found[0] + 1), found[0]};
}

/// Hybrids tell which layers attend by their key heads, 0 in the others: → them, and "attention" or "mamba" for each layer.
std::vector<std::int64_t> add_key_heads(const GgufMetadata& metadata, const char* list, json& config) {
  constexpr const char* kKey = "attention.head_count_kv";
  const GgufValue* value = metadata.find(kKey);
  const auto* counts = value == nullptr ? nullptr : std::get_if<GgufArray>(value);
  if (counts == nullptr || counts->kind != GgufArray::Kind::integers || counts->integers.size() > bounds::kLayers)
    metadata.fail(kKey, "[0, 8, …]", value == nullptr ? "∅" : gguf_excerpt(*value));
  const std::vector<std::int64_t>& heads = counts->integers;
  const auto most = heads.empty() ? heads.end() : std::max_element(heads.begin(), heads.end());
  if (most == heads.end() || *most < 1) metadata.fail(kKey, "[0, 8, …]", gguf_excerpt(*value));
  if (std::any_of(heads.begin(), heads.end(), [&](std::int64_t each) { return each != 0 && each != *most; }))
    metadata.fail(kKey, "0, " + std::to_string(*most), gguf_excerpt(*value));
  config["num_key_value_heads"] = static_cast<std::uint64_t>(*most);
  config[list] = json::array();
  for (const std::int64_t each : heads)
    config[list].push_back(each > 0 ? "attention" : "mamba");
  return heads;
}

/// Jamba has both kinds of layers, and mixtures of experts, every so many layers; the tensors tell which ones mix.
void add_jamba_layers(const Gguf& gguf, const GgufMetadata& metadata, json& config) {
  const std::vector<std::int64_t> heads = add_key_heads(metadata, "layers_block_type", config);
  const auto attends = every_so_many(heads.size(), [&](std::size_t layer) { return heads[layer] > 0; });
  config["attn_layer_period"] = attends.first;
  config["attn_layer_offset"] = attends.second;
  const auto mixes = every_so_many(heads.size(), [&](std::size_t layer) {
    return gguf.tensor("blk." + std::to_string(layer) + ".ffn_gate_inp.weight") != nullptr;
  });
  if (mixes.first == 0 || !config.contains("num_experts")) config["num_experts"] = 1U;
  config["expert_layer_period"] = std::max<std::size_t>(mixes.first, 1);
  config["expert_layer_offset"] = mixes.second;
}

/// Granite 4: without turning unless the file says so, and everything under one norm.
void add_granite_layers(const Gguf& gguf, const GgufMetadata& metadata, json& config) {
  (void)add_key_heads(metadata, "layer_types", config);
  const bool turns = gguf.flag(metadata.key("rope.scaling.finetuned")).value_or(false);
  config["position_embedding_type"] = turns ? "rope" : "nope";
  if (!config.contains("num_local_experts")) config["num_local_experts"] = 0U;
  if (metadata.number("ssm.group_count", 1.0) != 1.0)  // programs do not agree what is normalised together
    metadata.fail("ssm.group_count", "1", gguf_excerpt(*metadata.find("ssm.group_count")));
}

/// State spaces, in the words of config.json: what is told by the tensors that are there, or by a product.
void add_states(const Gguf& gguf, const GgufArchitecture& architecture, const GgufMetadata& metadata, json& config) {
  const bool convolution_bias = any_layer_has(gguf, ".ssm_conv1d.bias");
  if (architecture.name == "falcon-h1") {
    config["mamba_conv_bias"] = convolution_bias;
    config["mamba_rms_norm"] = gguf.tensor("blk.0.ssm_norm.weight") != nullptr;
    config["mamba_norm_before_gate"] = false;  // nobody who reads these files normalises before
    return;
  }
  const bool jamba = architecture.name == "jamba", granite = architecture.name == "granitehybrid";
  const bool second = architecture.name == "mamba2", hybrid = jamba || granite;
  config[hybrid ? "mamba_conv_bias" : "use_conv_bias"] = convolution_bias;
  if (jamba) add_jamba_layers(gguf, metadata, config);
  if (granite) add_granite_layers(gguf, metadata, config);
  const double inner = metadata.number("ssm.inner_size", 0.0);
  const double parts = metadata.number(second ? "ssm.time_step_rank" : "embedding_length", 0.0);
  const double each = parts > 0.0 ? inner / parts : 0.0;
  if (!(each >= 1.0 && each < 1e6 && each == std::floor(each)))
    metadata.fail("ssm.inner_size", "n × " + gguf_excerpt(parts), gguf_excerpt(*metadata.find("ssm.inner_size")));
  config[hybrid ? "mamba_expand" : second ? "head_dim" : "expand"] = static_cast<std::uint64_t>(each);
  if (const GgufValue* normed = metadata.find("ssm.dt_b_c_rms"); normed != nullptr && gguf_json(*normed) != json(false))
    metadata.fail("ssm.dt_b_c_rms", "false", gguf_excerpt(*normed));  // Falcon Mamba
}

/// What the files of single architectures say in other ways than config.json does.
void add_peculiarities(const Gguf& gguf, GgufBytes bytes, const GgufArchitecture& architecture,
                       const GgufMetadata& metadata, json& config) {
  const double hidden = metadata.number("embedding_length", 0.0);
  const double heads = std::max(metadata.number("attention.head_count", 1.0), 1.0);
  const double window = metadata.number("attention.sliding_window", 0.0);
  if (architecture.scaled_by_width > 0) {  // Gemma 2 and 3
    const bool by_width = metadata.number("block_count", 0.0) == static_cast<double>(architecture.scaled_by_width);
    config["query_pre_attn_scalar"] = by_width ? hidden / heads : metadata.number("attention.key_length", 256.0);
  }
  if (architecture.name == "phi3" && window >= 1.0)
    config["sliding_window"] = gguf_json(*metadata.find("attention.sliding_window"));
  if (architecture.name == "phi3" || architecture.name == "stablelm")
    if (const double turned = metadata.number("rope.dimension_count", 0.0); turned >= 1.0)
      config["partial_rotary_factor"] = std::min((turned + 0.5) * heads / std::max(hidden, 1.0), 1.0);
  add_kinds_of_layers(gguf, architecture, metadata, config);
  const bool nemotron = architecture.huggingface == std::string_view("NemotronHForCausalLM");
  if (architecture.name == "gemma3n") add_gemma3n(gguf, metadata, config);
  if (architecture.name == "gemma4") add_gemma4(gguf, bytes, metadata, config);
  if (nemotron) add_nemotron(gguf, metadata, config);
  if (architecture.layers_differ && architecture.whole_norms) add_delta_layers(metadata, config);
  if (architecture.states) add_states(gguf, architecture, metadata, config);
  if (architecture.latent)
    add_latent_peculiarities(metadata, config);
  else if (!architecture.experts.empty() && !nemotron)
    config["norm_topk_prob"] = gates_sum_to_1(architecture, metadata);
  if (const StoredTensor* types = gguf.tensor("token_types.weight"); types != nullptr && types->shape.size() == 2)
    config["type_vocab_size"] = types->shape.front();
}

/// A file that is silent has a key head for each query head, as wide as the stream allows, and turns as Llama did first, whatever the
/// class of the library takes.
void add_usual_heads(const GgufArchitecture& architecture, const GgufMetadata& metadata, json& config) {
  const double heads = metadata.number("attention.head_count", 0.0);
  if (config.contains("num_attention_heads") && !config.contains("num_key_value_heads"))
    config["num_key_value_heads"] = config["num_attention_heads"];
  if (!config.contains("rope_theta"))
    for (const char* name : {"llama", "olmo2", "command-r", "falcon-h1"})  // Mixtral, too
      if (architecture.name == name) config["rope_theta"] = 10000.0;
  if (architecture.name.starts_with("granite") && !config.contains("attention_multiplier"))
    config["attention_multiplier"] = std::sqrt(heads / std::max(metadata.number("embedding_length", 1.0), 1.0));
  if (architecture.name != "qwen3" || config.contains("head_dim")) return;
  if (heads >= 1.0)
    config["head_dim"] =
        static_cast<std::uint64_t>(std::clamp(metadata.number("embedding_length", 0.0), 0.0, 1e9) / heads);
}

json config_json(const Gguf& gguf, GgufBytes bytes, const GgufArchitecture& architecture,
                 const GgufMetadata& metadata) {
  json config{{"architectures", {architecture.huggingface}}};
  for (const std::span<const GgufName> required : {architecture.required, architecture.experts})
    for (const GgufName& pair : required) {
      if (metadata.find(pair.gguf) == nullptr)
        throw Error("config_missing", {.file = gguf.file, .item = metadata.key(pair.gguf), .expected = "1, 2 …"});
      metadata.copy(pair, config);
    }
  for (const GgufName& pair : architecture.optional)
    metadata.copy(pair, config);
  add_peculiarities(gguf, bytes, architecture, metadata, config);
  add_usual_heads(architecture, metadata, config);
  const StoredTensor* embedding = gguf.tensor("token_embd.weight");
  if (embedding == nullptr || embedding->shape.size() != 2)
    throw Error("tensor_missing", {.file = gguf.file, .item = "token_embd.weight", .expected = "[n, m]"});
  config["vocab_size"] = embedding->shape.front();
  config["tie_word_embeddings"] = gguf.tensor("output.weight") == nullptr;
  json scaling = scaling_of(metadata, architecture);
  if (const StoredTensor* divisors = gguf.tensor("rope_freqs.weight");
      divisors != nullptr && architecture.name != "gemma4")
    scaling = llama3_scaling(gguf, *divisors, bytes, metadata.number("rope.freq_base", 10000.0));
  if (architecture.name == "phi3" && gguf.tensor(kLongFactors) != nullptr)
    scaling = longrope_scaling(gguf, bytes, metadata);
  if (architecture.name == "gpt-oss") {  // the files do not say it
    if (scaling.is_null()) scaling = {{"rope_type", "default"}};
    scaling["truncate"] = false;
  }
  if (!scaling.is_null()) config["rope_scaling"] = std::move(scaling);
  return config;
}

/// A complaint about config.json, told about the key of the file that it came from.
Error in_words_of_file(const Error& error, const GgufArchitecture& architecture, const GgufMetadata& metadata) {
  Error::Details details = error.details();
  const std::string last = details.item.substr(details.item.rfind('.') + 1);
  const auto rename = [&](std::span<const GgufName> pairs) {
    for (const GgufName& pair : pairs)
      if (last == pair.huggingface) details.item = metadata.key(pair.gguf);
  };
  rename(architecture.required);
  rename(architecture.optional);
  rename(architecture.experts);
  rename(kOfScaling);
  return Error(error.code(), std::move(details));
}

/// Does the architecture's config come from this key, among others?
bool reads(const GgufArchitecture& architecture, std::string_view key) {
  const auto names = [&](const GgufName& each) { return key == each.gguf; };
  return std::any_of(architecture.required.begin(), architecture.required.end(), names) ||
         std::any_of(architecture.optional.begin(), architecture.optional.end(), names) ||
         std::any_of(architecture.experts.begin(), architecture.experts.end(), names);
}

/// No value of another kind may hide behind the sizes that were read.
void refuse_foreign_settings(const Gguf& gguf, const GgufArchitecture& architecture, const GgufMetadata& metadata,
                             const ModelConfig& config) {
  const auto is_read = [&](std::string_view key) { return reads(architecture, key); };
  const auto refuse = [&](std::span<const char* const> keys, bool one_is_neutral) {
    for (const char* key : keys)
      if (const double value = metadata.number(key, 0.0);
          value != 0.0 && !(one_is_neutral && value == 1.0) && !is_read(key))
        metadata.fail(key, "0", gguf_excerpt(*metadata.find(key)));
  };
  refuse(kForeignFactors, true);
  refuse(kForeignBounds, false);
  // llama.cpp has no window in these mixtures whatever the file says.
  const bool windowless =
      !architecture.experts.empty() && architecture.name != "llama" && !is_read("attention.sliding_window");
  if (windowless && metadata.number("attention.sliding_window", 0.0) != 0.0)
    metadata.fail("attention.sliding_window", "0", gguf_excerpt(*metadata.find("attention.sliding_window")));
  if (architecture.name == "granite" && !gguf.flag(metadata.key("rope.scaling.finetuned")).value_or(true))
    metadata.fail("rope.scaling.finetuned", "true", "false");  // there is no turning, then
  if (architecture.layers_differ) return;                      // held to each other where they are read
  const auto expect = [&](const char* key, std::size_t size) {
    if (metadata.number(key, static_cast<double>(size)) != static_cast<double>(size))
      metadata.fail(key, std::to_string(size), gguf_excerpt(*metadata.find(key)));
  };
  const HeadList softmax = softmax_heads(config);
  const std::size_t head_dim = config.head_dim(softmax.empty() ? 0 : softmax.front().layer);
  if (!architecture.latent) expect("attention.value_length", head_dim);
  const Rotary* rotary = first_rotary(config);
  expect("rope.dimension_count", rotary != nullptr ? rotary->width : head_dim);
  const StoredTensor* divisors = gguf.tensor("rope_freqs.weight");
  const std::size_t pairs[] = {head_dim / 2};
  if (divisors != nullptr &&
      !std::equal(divisors->shape.begin(), divisors->shape.end(), std::begin(pairs), std::end(pairs)))
    throw Error("tensor_shape", {.file = gguf.file,
                                 .item = divisors->name,
                                 .expected = shape_text(pairs),
                                 .found = shape_text(divisors->shape)});
}

}  // namespace

ModelConfig read_gguf_config(const Gguf& gguf, GgufBytes bytes) {
  const GgufArchitecture& architecture = gguf_architecture_of(gguf);
  const GgufMetadata metadata(gguf, architecture.name);
  const json document = config_json(gguf, bytes, architecture, metadata);
  ModelConfig config;
  try {
    config = parse_model_config(document.dump(-1, ' ', false, json::error_handler_t::replace), gguf.file);
  } catch (const Error& error) {
    throw in_words_of_file(error, architecture, metadata);
  }
  if (architecture.layers_differ) config.unread_layers = gguf_layers(metadata) - config.layers;
  refuse_foreign_settings(gguf, architecture, metadata, config);
  if (architecture.biases == GgufBiases::as_held) {
    const bool bias = any_layer_has(gguf, ".attn_q.bias"), output_bias = any_layer_has(gguf, ".attn_output.bias");
    const bool inner_bias = any_layer_has(gguf, ".ffn_up.bias") || any_layer_has(gguf, ".ffn_up_exps.bias");
    const bool read = reads(architecture, "attention.sliding_window");
    const double window = read ? 0.0 : metadata.number("attention.sliding_window", 0.0);
    for (LayerPlan& plan : config.plans) {
      plan.attention.bias = bias;
      plan.attention.output_bias = output_bias;
      plan.feed_forward.bias = inner_bias;
      if (window >= 1.0) plan.attention.window.width = static_cast<std::size_t>(std::min(window, 1e9));
    }
  }
  return config;
}

}  // namespace regard
