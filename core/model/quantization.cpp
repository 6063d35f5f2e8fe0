// SPDX-License-Identifier: Apache-2.0
#include "core/model/quantization.h"

#include "core/base/error.h"
#include "core/format/json.h"
#include "core/model/config_reader.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

namespace regard {
namespace {

using Method = Quantization::Method;

constexpr std::size_t kLargestGroup = 1 << 20;
constexpr std::size_t kBlockMultiple = 32;  ///< inputs that the kernels widen at once

/// Settings that would change the numbers, and what leaves them alone.
struct QuantizationSetting {
  const char* key;
  const char* neutral;
};
constexpr QuantizationSetting kQuantizationSettings[] = {{"pack_dtype", R"(["int32", null])"},
                                                         {"dynamic", "[{}, null]"},
                                                         {"is_marlin_format", "[false, null]"},
                                                         {"rotation", "[null]"},
                                                         {"adapter", "[{}, null]"},
                                                         {"kv_cache_scheme", "[null]"},
                                                         {"mixed_precision", "[false, null]"},
                                                         {"expert_dtype", R"(["fp8", null])"},
                                                         {"transform_config", "[{}, null]"},
                                                         {"sparsity_config", "[{}, null]"}};

[[noreturn]] void refuse(const ConfigReader& settings, const std::string& found) {
  throw Error(
      "config_quantized",
      {.file = settings.file(), .expected = "F32, F16, BF16, FP8, GPTQ (4, 8), AWQ (4, GEMM), GGUF", .found = found});
}

void refuse_other_settings(const nlohmann::json& object, const ConfigReader& settings) {
  for (const auto& [key, neutral] : kQuantizationSettings) {
    const auto found = object.find(key);
    const nlohmann::json values = nlohmann::json::parse(neutral);
    if (found == object.end() || std::find(values.begin(), values.end(), *found) != values.end()) continue;
    throw Error("config_setting", {.file = settings.file(),
                                   .item = std::string("quantization_config.") + key,
                                   .expected = values.front().dump(),
                                   .found = json_excerpt(*found)});
  }
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char letter) { return std::tolower(letter); });
  return text;
}

void read_gptq(const ConfigReader& settings, Quantization& quantization) {
  quantization.method = Method::gptq;
  quantization.bits = settings.size("bits", {1, 32});
  if (quantization.bits != 4 && quantization.bits != 8)
    refuse(settings, "GPTQ, " + std::to_string(quantization.bits) + " bit");
  quantization.group = settings.size_or_all("group_size", {1, kLargestGroup}, 128);
  quantization.act_order = settings.flag("desc_act", false);
  const std::string format =
      lower(settings.text("checkpoint_format", settings.text("format", "gptq", Null::missing), Null::missing));
  if (format != "gptq" && format != "gptq_v2") refuse(settings, "GPTQ, " + format);
  quantization.zeros_less_one = format == "gptq";
}

void read_awq(const ConfigReader& settings, Quantization& quantization) {
  quantization.method = Method::awq;
  quantization.bits = settings.size(settings.has("bits") ? "bits" : "w_bit", {1, 32});
  if (quantization.bits != 4) refuse(settings, "AWQ, " + std::to_string(quantization.bits) + " bit");
  quantization.group =
      settings.size_or_all(settings.has("group_size") ? "group_size" : "q_group_size", {1, kLargestGroup}, 128);
  const std::string version = lower(settings.text("version", "gemm", Null::missing));
  if (version != "gemm") refuse(settings, "AWQ, " + version);
  if (!settings.flag("zero_point", true)) settings.fail("zero_point", "true");
}

/// [rows, cols] of a block with one scale; missing: a row has one, or the whole matrix.
void read_blocks(const ConfigReader& settings, std::string_view key, Quantization& quantization) {
  if (!settings.has(key)) return;
  const auto [rows, cols] = settings.sides(key, {1, kLargestGroup});
  if (cols % kBlockMultiple != 0) settings.fail(key, "[n, m × " + std::to_string(kBlockMultiple) + "]");
  quantization.block_rows = rows;
  quantization.block_cols = cols;
}

void read_fp8(const ConfigReader& settings, Quantization& quantization) {
  quantization.method = Method::fp8;
  const std::string format = lower(settings.text("fmt", "e4m3", Null::missing));
  if (format != "e4m3" && format != "e5m2") refuse(settings, "FP8, " + format);
  read_blocks(settings, "weight_block_size", quantization);
}

/// compressed-tensors: groups of modules, of which all must be F8 here.
void read_compressed(const nlohmann::json& object, const ConfigReader& settings, Quantization& quantization) {
  const std::string format = settings.text("format", "?", Null::missing);
  if (format != "float-quantized") refuse(settings, "compressed-tensors, " + format);
  quantization.method = Method::fp8;
  const auto groups = object.find("config_groups");
  if (groups == object.end() || !groups->is_object() || groups->empty()) settings.fail("config_groups", "{…}");
  for (const auto& [name, group] : groups->items()) {
    if (!group.is_object() || !group.contains("weights") || !group["weights"].is_object())
      settings.fail("config_groups", "{\"group_0\": {\"weights\": {…}}}");
    const ConfigReader weights(group["weights"], settings.file(),
                               "quantization_config.config_groups." + name + ".weights.");
    const std::string strategy = weights.text("strategy", "tensor", Null::missing);
    if (weights.size("num_bits", {1, 32}) != 8 || weights.text("type") != "float" || !weights.flag("symmetric", true) ||
        (strategy != "tensor" && strategy != "channel" && strategy != "block"))
      refuse(settings, "compressed-tensors, " + strategy);
    read_blocks(weights, "block_structure", quantization);
  }
}

}  // namespace

StoredType Quantization::packed_type() const {
  if (method == Method::awq) return StoredType::awq_4;
  return bits == 8 ? StoredType::gptq_8 : StoredType::gptq_4;
}

bool Quantization::leaves_out(std::string_view module) const {
  return std::any_of(unquantised.begin(), unquantised.end(), [&](const std::string& name) {
    return module == name || module.starts_with(name + ".") || module.ends_with("." + name);
  });
}

std::string name_of(const Quantization& quantization) {
  if (!quantization.packed()) return {};
  return (quantization.method == Method::gptq ? "GPTQ, " : "AWQ, ") + std::to_string(quantization.bits) + " bit";
}

Quantization read_quantization(const nlohmann::json& document, const ConfigReader& reader) {
  Quantization quantization;
  const auto settings = reader.object("quantization_config");
  if (!settings) return quantization;
  const nlohmann::json& object = document["quantization_config"];
  const std::string method = lower(settings->text("quant_method", "?", Null::missing));
  if (method == "gptq")
    read_gptq(*settings, quantization);
  else if (method == "awq")
    read_awq(*settings, quantization);
  else if (method == "fp8" || method == "fbgemm_fp8")
    read_fp8(*settings, quantization);
  else if (method == "compressed-tensors")
    read_compressed(object, *settings, quantization);
  else if (method != "mxfp4")  // gpt-oss: its family's file reads it
    refuse(*settings, method);
  refuse_other_settings(object, *settings);
  for (const char* key : {"modules_to_not_convert", "ignored_layers", "ignore"})
    for (const std::string& name : settings->texts(key))
      quantization.unquantised.push_back(name);
  return quantization;
}

}  // namespace regard
