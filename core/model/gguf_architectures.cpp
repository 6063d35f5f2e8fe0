// SPDX-License-Identifier: Apache-2.0
#include "core/model/gguf_architectures.h"

#include "core/base/error.h"
#include "core/model/gguf_keys.h"
#include "core/model/gguf_tensors.h"

#include <algorithm>
#include <cstddef>
#include <string>

namespace regard {
namespace {

using namespace gguf;

constexpr std::string_view kDecoderLayers = "model.layers.";

/// Named and built like Llama; the biases are those that the file holds.
constexpr GgufArchitecture like_llama(std::string_view name, const char* huggingface) {
  return {.name = name,
          .huggingface = huggingface,
          .layers = kDecoderLayers,
          .required = kLlamaKeys,
          .optional = kLlamaExtras,
          .outside = kDecoder,
          .of_layer = kLlamaLayer,
          .biases = GgufBiases::as_held};
}

/// The same with a mixture of experts in its layers.
constexpr GgufArchitecture mixture_like_llama(std::string_view name, const char* huggingface,
                                              std::span<const GgufName> experts,
                                              std::span<const GgufName> of_layer = kMixtureLayer) {
  GgufArchitecture architecture = like_llama(name, huggingface);
  architecture.experts = experts;
  architecture.of_layer = of_layer;
  return architecture;
}

/// The same with LayerNorms.
constexpr GgufArchitecture shifted_like_llama(std::string_view name, const char* huggingface,
                                              std::span<const GgufName> required, std::span<const GgufName> of_layer) {
  GgufArchitecture architecture = like_llama(name, huggingface);
  architecture.required = required;
  architecture.of_layer = of_layer;
  architecture.shifted_norms = true;
  return architecture;
}

/// Command R and its successor, which has no biases: LayerNorms that shift by nothing.
constexpr GgufArchitecture like_cohere(std::string_view name, const char* huggingface,
                                       std::span<const GgufName> optional, GgufBiases biases) {
  GgufArchitecture architecture = shifted_like_llama(name, huggingface, kCohereKeys, kCohereLayer);
  architecture.optional = optional;
  architecture.biases = biases;
  architecture.shifted_norms = false;
  return architecture;
}

constexpr GgufArchitecture granite() {
  GgufArchitecture architecture = like_llama("granite", "GraniteForCausalLM");
  architecture.optional = kGraniteExtras;
  return architecture;
}

constexpr GgufArchitecture gemma4(std::span<const GgufName> experts) {
  return {.name = "gemma4",
          .huggingface = "Gemma4ForCausalLM",
          .layers = kDecoderLayers,
          .required = kGemma4Keys,
          .optional = kGemma4Extras,
          .experts = experts,
          .outside = kGemma4,
          .of_layer = kGemma4Layer,
          .layers_differ = true};
}

/// Softmax in some layers, Mamba-2 in others.
constexpr GgufArchitecture nemotron(std::string_view name, std::span<const GgufName> experts) {
  return {.name = name,
          .huggingface = "NemotronHForCausalLM",
          .layers = "backbone.layers.",
          .required = kNemotronKeys,
          .optional = kNemotronExtras,
          .experts = experts,
          .outside = kNemotron,
          .of_layer = kNemotronLayer,
          .layers_differ = true,
          .whole_rates = true};
}

/// Softmax in some layers, the gated delta rule in others.
constexpr GgufArchitecture delta(std::string_view name, const char* huggingface, std::span<const GgufName> experts,
                                 bool values_by_turns) {
  return {.name = name,
          .huggingface = huggingface,
          .layers = kDecoderLayers,
          .required = kDeltaKeys,
          .optional = kDeltaExtras,
          .experts = experts,
          .outside = kDecoder,
          .of_layer = kDeltaLayer,
          .whole_norms = true,
          .layers_differ = true,
          .whole_rates = true,
          .values_by_turns = values_by_turns};
}

/// Granite 4, dense or with experts.
constexpr GgufArchitecture granite_hybrid(std::span<const GgufName> experts, std::span<const GgufName> of_layer) {
  return {.name = "granitehybrid",
          .huggingface = "GraniteMoeHybridForCausalLM",
          .layers = kDecoderLayers,
          .required = kGraniteHybridKeys,
          .optional = kGraniteExtras,
          .experts = experts,
          .outside = kDecoder,
          .of_layer = of_layer,
          .interleaved = true,
          .states = true};
}

/// Rows of queries and keys lie in pairs in files of this name.
constexpr GgufArchitecture interleaved(GgufArchitecture architecture) {
  architecture.interleaved = true;
  return architecture;
}

constexpr GgufArchitecture kGgufArchitectures[] = {
    interleaved(like_llama("llama", "LlamaForCausalLM")),
    like_llama("qwen2", "Qwen2ForCausalLM"),
    like_llama("qwen3", "Qwen3ForCausalLM"),
    interleaved(mixture_like_llama("llama", "MixtralForCausalLM", kMixtralExperts, kMixtralLayer)),
    mixture_like_llama("qwen2moe", "Qwen2MoeForCausalLM", kQwen2Experts),
    mixture_like_llama("qwen3moe", "Qwen3MoeForCausalLM", kQwen3Experts),
    mixture_like_llama("olmoe", "OlmoeForCausalLM", kOlmoeExperts),
    interleaved(granite()),
    shifted_like_llama("starcoder2", "Starcoder2ForCausalLM", kStarcoder2Keys, kStarcoder2Layer),
    shifted_like_llama("stablelm", "StableLmForCausalLM", kBertKeys, kStablelmLayer),
    like_cohere("command-r", "CohereForCausalLM", kLlamaExtras, GgufBiases::as_held),
    like_cohere("cohere2", "Cohere2ForCausalLM", kWindowExtras, GgufBiases::none),
    {.name = "olmo2",  // OLMo 3, too: with windows
     .huggingface = "Olmo2ForCausalLM",
     .layers = kDecoderLayers,
     .required = kLlamaKeys,
     .optional = kWindowExtras,
     .outside = kDecoder,
     .of_layer = kOlmo2Layer},
    {.name = "falcon",
     .huggingface = "FalconForCausalLM",
     .layers = "h.",
     .required = kFalconKeys,
     .optional = kFalconExtras,
     .outside = kFalcon,
     .of_layer = kFalconLayer,
     .shifted_norms = true,
     .parts_apart = true},
    {.name = "gpt-oss",
     .huggingface = "GptOssForCausalLM",
     .layers = kDecoderLayers,
     .required = kGptOssKeys,
     .optional = kLlamaExtras,
     .experts = kGptOssExperts,
     .outside = kDecoder,
     .of_layer = kGptOssLayer,
     .biases = GgufBiases::as_held},
    {.name = "deepseek2",
     .huggingface = "DeepseekV2ForCausalLM",
     .layers = kDecoderLayers,
     .required = kDeepseekKeys,
     .optional = kDeepseekExtras,
     .experts = kDeepseekExperts,
     .outside = kDecoder,
     .of_layer = kDeepseekLayer,
     .latent = true},
    {.name = "falcon-h1",  // its numbers are multiplied into the matrices
     .huggingface = "FalconH1ForCausalLM",
     .layers = kDecoderLayers,
     .required = kFalconH1Keys,
     .optional = kLlamaExtras,
     .outside = kFinalDecoder,
     .of_layer = kFalconH1Layer,
     .states = true,
     .halves = 2},
    granite_hybrid({}, kGraniteHybridLayer),
    granite_hybrid(kMixtralExperts, kGraniteMixtureLayer),
    {.name = "jamba",
     .huggingface = "JambaForCausalLM",
     .layers = kDecoderLayers,
     .required = kJambaKeys,
     .optional = kJambaExtras,
     .outside = kFinalDecoder,
     .of_layer = kJambaLayer,
     .states = true},
    {.name = "mamba",
     .huggingface = "MambaForCausalLM",
     .layers = "backbone.layers.",
     .required = kMambaKeys,
     .optional = {},
     .outside = kMamba,
     .of_layer = kMambaLayer,
     .states = true},
    {.name = "mamba2",
     .huggingface = "Mamba2ForCausalLM",
     .layers = "backbone.layers.",
     .required = kMamba2Keys,
     .optional = {},
     .outside = kMamba,
     .of_layer = kMamba2Layer,
     .states = true},
    {.name = "gpt2",
     .huggingface = "GPT2LMHeadModel",
     .layers = "h.",
     .required = kGpt2Keys,
     .optional = {},
     .outside = kGpt2,
     .of_layer = kGpt2Layer,
     .biases = GgufBiases::all,
     .outputs_first = true},
    {.name = "gemma",
     .huggingface = "GemmaForCausalLM",
     .layers = kDecoderLayers,
     .required = kLlamaKeys,
     .optional = kLlamaExtras,
     .outside = kDecoder,
     .of_layer = kLlamaLayer,
     .whole_norms = true},
    {.name = "gemma2",
     .huggingface = "Gemma2ForCausalLM",
     .layers = kDecoderLayers,
     .required = kGemma2Keys,
     .optional = kGemma2Extras,
     .outside = kDecoder,
     .of_layer = kGemma2Layer,
     .whole_norms = true,
     .scaled_by_width = 46},  // Gemma 2 27B
    {.name = "gemma3",
     .huggingface = "Gemma3ForCausalLM",
     .layers = kDecoderLayers,
     .required = kLlamaKeys,
     .optional = kGemma3Extras,
     .outside = kDecoder,
     .of_layer = kGemma2Layer,
     .whole_norms = true,
     .scaled_by_width = 62},  // Gemma 3 27B
    {.name = "gemma3n",
     .huggingface = "Gemma3nForCausalLM",
     .layers = kDecoderLayers,
     .required = kGemma3nKeys,
     .optional = kGemma3nExtras,
     .outside = kGemma3n,
     .of_layer = kGemma3nLayer},
    gemma4({}),
    gemma4(kGemma4Experts),
    nemotron("nemotron_h", {}),
    nemotron("nemotron_h_moe", kNemotronExperts),
    delta("qwen3next", "Qwen3NextForCausalLM", kQwen2Experts, false),
    delta("qwen35", "Qwen3_5ForCausalLM", {}, true),
    delta("qwen35moe", "Qwen3_5MoeForCausalLM", kQwen2Experts, true),
    {.name = "phi3",
     .huggingface = "Phi3ForCausalLM",
     .layers = kDecoderLayers,
     .required = kLlamaKeys,
     .optional = kPhi3Extras,
     .outside = kDecoder,
     .of_layer = kPhi3Layer},
    {.name = "bert",
     .huggingface = "BertModel",
     .layers = "encoder.layer.",
     .required = kBertKeys,
     .optional = kBertExtras,
     .outside = kBert,
     .of_layer = kBertLayer,
     .biases = GgufBiases::all},
    {.name = "modern-bert",
     .huggingface = "ModernBertModel",
     .layers = "layers.",
     .required = kModernBertKeys,
     .optional = kModernBertExtras,
     .outside = kModernBert,
     .of_layer = kModernBertLayer},
};

bool is_first_of_its_name(const GgufArchitecture& entry) {
  const auto* first = std::find_if(std::begin(kGgufArchitectures), std::end(kGgufArchitectures),
                                   [&](const GgufArchitecture& each) { return each.name == entry.name; });
  return first == &entry;
}

}  // namespace

std::span<const GgufArchitecture> gguf_architectures() {
  return kGgufArchitectures;
}

const GgufArchitecture& gguf_architecture_of(const Gguf& gguf) {
  const auto name = gguf.text("general.architecture");
  if (!name)
    throw Error("config_missing", {.file = gguf.file, .item = "general.architecture", .expected = "\"llama\""});
  const GgufValue* count = gguf.find(std::string(*name) + ".expert_count");
  const auto* number = count == nullptr ? nullptr : std::get_if<std::uint64_t>(count);
  const bool experts = number != nullptr && *number > 1;
  const GgufArchitecture* found = nullptr;
  std::string known;
  for (const GgufArchitecture& each : kGgufArchitectures) {
    if (each.name == *name && (found == nullptr || each.experts.empty() != experts)) found = &each;
    if (is_first_of_its_name(each)) known += (known.empty() ? "" : ", ") + std::string(each.name);
  }
  if (found != nullptr) return *found;
  throw Error("unknown_architecture", {.file = gguf.file, .expected = known, .found = std::string(*name)});
}

}  // namespace regard
