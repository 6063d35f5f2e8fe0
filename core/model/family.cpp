// SPDX-License-Identifier: Apache-2.0
#include "core/model/family.h"

#include "core/base/error.h"
#include "core/format/json.h"
#include "core/model/config_reader.h"
#include "core/model/unread_settings.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

namespace regard {
namespace {

using Between = ClassHead::Between;

constexpr ClassHeadNames kBertHeads{"bert.pooler.dense", Between::tanh, "classifier", "classifier"};
constexpr ClassHeadNames kRobertaHeads{"classifier.dense", Between::tanh, "classifier.out_proj", "classifier"};
constexpr ClassHeadNames kDistilBertHeads{"pre_classifier", Between::relu, "classifier", "classifier"};
constexpr ClassHeadNames kElectraHeads{"classifier.dense", Between::gelu, "classifier.out_proj", "classifier"};
constexpr ClassHeadNames kAlbertHeads{"albert.pooler", Between::tanh, "classifier", "classifier"};
constexpr ClassHeadNames kDebertaHeads{"pooler.dense", Between::gelu, "classifier", "classifier"};
constexpr ClassHeadNames kModernBertHeads{"head.dense", Between::gelu, "classifier", "classifier", "head.norm", true};
constexpr ClassHeadNames kOlderHeads{{}, Between::none, "score", "classifier"};  // GPT-2, NeoX, BLOOM
constexpr ClassHeadNames kDecoderHeads{{}, Between::none, "score", "score"};
constexpr ClassHeadNames kT5Heads{{}, Between::none, {}, "classifier"};

constexpr Architecture kArchitectures[] = {
    {"bert", "Bert", "BertForMaskedLM", read_bert_config, read_bert_weights, "cls.predictions.transform.dense.weight",
     kBertHeads},
    {"roberta", "Roberta", "RobertaForMaskedLM", read_roberta_config, read_roberta_weights, "lm_head.dense.weight",
     kRobertaHeads},
    {"xlm-roberta", "XLMRoberta", "XLMRobertaForMaskedLM", read_roberta_config, read_roberta_weights,
     "lm_head.dense.weight", kRobertaHeads},
    {"distilbert", "DistilBert", "DistilBertForMaskedLM", read_distilbert_config, read_distilbert_weights,
     "vocab_transform.weight", kDistilBertHeads},
    {"electra", "Electra", "ElectraForMaskedLM", read_electra_config, read_electra_weights,
     "generator_predictions.dense.weight", kElectraHeads},
    {"albert", "Albert", "AlbertForMaskedLM", read_albert_config, read_albert_weights, "predictions.dense.weight",
     kAlbertHeads},
    {"mpnet", "MPNet", "MPNetForMaskedLM", read_mpnet_config, read_mpnet_weights, "lm_head.dense.weight",
     kRobertaHeads},
    {"deberta", "Deberta", "DebertaForMaskedLM", read_deberta_config, read_deberta_weights,
     "cls.predictions.transform.dense.weight", kDebertaHeads},
    {"deberta-v2", "DebertaV2", "DebertaV2ForMaskedLM", read_deberta_v2_config, read_deberta_v2_weights,
     "cls.predictions.transform.dense.weight", kDebertaHeads},
    {"modernbert", "ModernBert", "ModernBertForMaskedLM", read_modern_bert_config, read_modern_bert_weights,
     "head.dense.weight", kModernBertHeads},
    {"gpt2", "GPT2", "GPT2LMHeadModel", read_gpt2_config, read_gpt2_weights, {}, kOlderHeads},
    {"gpt_neox", "GPTNeoX", "GPTNeoXForCausalLM", read_neox_config, read_neox_weights, "embed_out.weight", kOlderHeads},
    {"opt", "OPT", "OPTForCausalLM", read_opt_config, read_opt_weights, {}, kDecoderHeads},
    {"bloom", "Bloom", "BloomForCausalLM", read_bloom_config, read_bloom_weights, {}, kOlderHeads},
    {"llama", "Llama", "LlamaForCausalLM", read_llama_config, read_llama_weights, {}, kDecoderHeads},
    {"mistral", "Mistral", "MistralForCausalLM", read_mistral_config, read_llama_weights, {}, kDecoderHeads},
    {"mixtral", "Mixtral", "MixtralForCausalLM", read_mixtral_config, read_mixtral_weights, {}, kDecoderHeads},
    {"qwen2", "Qwen2", "Qwen2ForCausalLM", read_qwen2_config, read_llama_weights, {}, kDecoderHeads},
    {"qwen3", "Qwen3", "Qwen3ForCausalLM", read_qwen3_config, read_llama_weights, {}, kDecoderHeads},
    {"qwen2_moe", "Qwen2Moe", "Qwen2MoeForCausalLM", read_qwen2_moe_config, read_mixture_weights, {}, kDecoderHeads},
    {"qwen3_moe", "Qwen3Moe", "Qwen3MoeForCausalLM", read_qwen3_moe_config, read_mixture_weights, {}, kDecoderHeads},
    {"deepseek_v2",
     "DeepseekV2",
     "DeepseekV2ForCausalLM",
     read_deepseek_v2_config,
     read_deepseek_weights,
     {},
     kDecoderHeads},
    {"deepseek_v3",
     "DeepseekV3",
     "DeepseekV3ForCausalLM",
     read_deepseek_v3_config,
     read_deepseek_weights,
     {},
     kDecoderHeads},
    {"qwen3_next",
     "Qwen3Next",
     "Qwen3NextForCausalLM",
     read_qwen3_next_config,
     read_qwen3_next_weights,
     {},
     kDecoderHeads},
    {"qwen3_5_text", "Qwen3_5", "Qwen3_5ForCausalLM", read_qwen3_5_config, read_qwen3_next_weights, {}, kDecoderHeads},
    {"qwen3_5",
     "Qwen3_5ForConditionalGeneration",
     "Qwen3_5ForConditionalGeneration",
     read_qwen3_5_config,
     read_qwen3_next_weights,
     {}},
    {"qwen3_5_moe",
     "Qwen3_5MoeForConditionalGeneration",
     "Qwen3_5MoeForConditionalGeneration",
     read_qwen3_5_moe_config,
     read_qwen3_next_weights,
     {}},
    {"qwen3_5_moe_text",
     "Qwen3_5Moe",
     "Qwen3_5MoeForCausalLM",
     read_qwen3_5_moe_config,
     read_qwen3_next_weights,
     {},
     kDecoderHeads},
    {"olmoe", "Olmoe", "OlmoeForCausalLM", read_olmoe_config, read_mixture_weights, {}, kDecoderHeads},
    {"gpt_oss", "GptOss", "GptOssForCausalLM", read_gpt_oss_config, read_gpt_oss_weights, {}, kDecoderHeads},
    {"smollm3", "SmolLM3", "SmolLM3ForCausalLM", read_smollm3_config, read_llama_weights, {}, kDecoderHeads},
    {"olmo2", "Olmo2", "Olmo2ForCausalLM", read_olmo2_config, read_olmo2_weights, {}, kDecoderHeads},
    {"olmo3", "Olmo3", "Olmo3ForCausalLM", read_olmo3_config, read_olmo2_weights, {}, kDecoderHeads},
    {"granite", "Granite", "GraniteForCausalLM", read_granite_config, read_llama_weights, {}, kDecoderHeads},
    {"granitemoehybrid",
     "GraniteMoeHybrid",
     "GraniteMoeHybridForCausalLM",
     read_granite_hybrid_config,
     read_granite_hybrid_weights,
     {},
     kDecoderHeads},
    {"falcon_h1", "FalconH1", "FalconH1ForCausalLM", read_falcon_h1_config, read_falcon_h1_weights},
    {"jamba", "Jamba", "JambaForCausalLM", read_jamba_config, read_jamba_weights, {}, kDecoderHeads},
    {"mamba", "Mamba", "MambaForCausalLM", read_mamba_config, read_mamba_weights},
    {"mamba2", "Mamba2", "Mamba2ForCausalLM", read_mamba2_config, read_mamba_weights},
    {"nemotron_h",
     "NemotronH",
     "NemotronHForCausalLM",
     read_nemotron_h_config,
     read_nemotron_h_weights,
     {},
     kDecoderHeads},
    {"starcoder2",
     "Starcoder2",
     "Starcoder2ForCausalLM",
     read_starcoder2_config,
     read_starcoder2_weights,
     {},
     kDecoderHeads},
    {"stablelm", "StableLm", "StableLmForCausalLM", read_stablelm_config, read_stablelm_weights, {}, kDecoderHeads},
    {"cohere", "Cohere", "CohereForCausalLM", read_cohere_config, read_cohere_weights, {}, kDecoderHeads},
    {"cohere2", "Cohere2", "Cohere2ForCausalLM", read_cohere2_config, read_cohere_weights, {}, kDecoderHeads},
    {"gptj", "GPTJ", "GPTJForCausalLM", read_gptj_config, read_gptj_weights, {}, kDecoderHeads},
    {"falcon", "Falcon", "FalconForCausalLM", read_falcon_config, read_falcon_weights, {}, kOlderHeads},
    {"phi3", "Phi3", "Phi3ForCausalLM", read_phi3_config, read_phi3_weights, {}, kDecoderHeads},
    {"gemma", "Gemma", "GemmaForCausalLM", read_gemma_config, read_gemma_weights, {}, kDecoderHeads},
    {"gemma2", "Gemma2", "Gemma2ForCausalLM", read_gemma2_config, read_gemma_weights, {}, kDecoderHeads},
    {"gemma3_text", "Gemma3Text", "Gemma3ForCausalLM", read_gemma3_config, read_gemma_weights, {}, kDecoderHeads},
    {"gemma3n_text", "Gemma3n", "Gemma3nForCausalLM", read_gemma3n_config, read_gemma3n_weights, {}},
    {"gemma3n",
     "Gemma3nForConditionalGeneration",
     "Gemma3nForConditionalGeneration",
     read_gemma3n_config,
     read_gemma3n_weights,
     {}},
    {"gemma4_text", "Gemma4", "Gemma4ForCausalLM", read_gemma4_config, read_gemma4_weights, {}, kDecoderHeads},
    {"gemma4",
     "Gemma4ForConditionalGeneration",
     "Gemma4ForConditionalGeneration",
     read_gemma4_config,
     read_gemma4_weights,
     {}},
    {"regard_decoder", "RegardDecoder", "RegardDecoderForCausalLM", read_regard_decoder_config,
     read_regard_decoder_weights},
    {"regard_rms_decoder", "RegardRmsDecoder", "RegardRmsDecoderForCausalLM", read_regard_decoder_config,
     read_regard_rms_decoder_weights},
    {"vit", "ViT", "ViTForImageClassification", read_vit_config, read_vit_weights, "classifier.weight"},
    {"deit", "DeiT", "DeiTForImageClassification", read_deit_config, read_vit_weights, "classifier.weight"},
    {"clip", "CLIP", "CLIPModel", nullptr, nullptr, {}, {}, "CLIPVisionModel", "CLIPTextModel"},
    {"clip_vision_model", "CLIPVision", "CLIPVisionModel", read_clip_vision_config, read_clip_vision_weights},
    {"clip_text_model", "CLIPText", "CLIPTextModel", read_clip_text_config, read_clip_text_weights},
    {"siglip", "Siglip", "SiglipModel", nullptr, nullptr, {}, {}, "SiglipVisionModel"},
    {"siglip_vision_model", "SiglipVision", "SiglipVisionModel", read_siglip_vision_config, read_siglip_vision_weights},
    {"dinov2", "Dinov2", "Dinov2Model", read_dinov2_config, read_dinov2_weights},
    {"dinov2_with_registers", "Dinov2WithRegisters", "Dinov2WithRegistersModel", read_dinov2_with_registers_config,
     read_dinov2_weights},
    {"dinov3_vit", "DINOv3ViT", "DINOv3ViTModel", read_dinov3_config, read_dinov3_weights},
    {"t5", "T5", "T5ForConditionalGeneration", read_t5_config, read_t5_weights, {}, kT5Heads},
    {"mt5", "MT5", "MT5ForConditionalGeneration", read_mt5_config, read_t5_weights, {}, kT5Heads},
    {"umt5", "UMT5", "UMT5ForConditionalGeneration", read_umt5_config, read_t5_weights, {}, kT5Heads},
    {"bart", "Bart", "BartForConditionalGeneration", read_bart_config, read_bart_weights, {}},
    {"mbart", "MBart", "MBartForConditionalGeneration", read_mbart_config, read_bart_weights, {}},
    {"pegasus", "Pegasus", "PegasusForConditionalGeneration", read_pegasus_config, read_bart_weights, {}},
    {"marian", "Marian", "MarianMTModel", read_marian_config, read_bart_weights, {}},
    {"m2m_100", "M2M100", "M2M100ForConditionalGeneration", read_m2m100_config, read_bart_weights, {}},
};

/// Other endings of classes whose head predicts words and lies where the usual one's does.
constexpr std::string_view kWordHeads[] = {"BertForPreTraining",   "AlbertForPreTraining", "BertLMHeadModel",
                                           "RobertaForCausalLM",   "ElectraForCausalLM",   "XLMRobertaForCausalLM",
                                           "GPT2DoubleHeadsModel", "T5WithLMHeadModel"};
/// Heads that predict words in another way than the usual one.
constexpr std::string_view kOtherWordHeads[] = {"LM", "Generation"};

bool is_among(std::string_view name, std::span<const std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// What stands behind the kind's own name in the name of a class; nothing where the class is of another kind.
std::optional<ModelClass> class_of(const Architecture& kind, std::string_view name) {
  if (name == kind.name || (name.starts_with(kind.class_name) && is_among(name, kWordHeads)))
    return ModelClass{.architecture = &kind, .has_lm_head = true};
  if (!name.starts_with(kind.class_name)) return std::nullopt;
  const std::string_view ending = name.substr(kind.class_name.size());
  const bool two_stacks = kind.name.starts_with("T5") || kind.class_name.ends_with("T5");
  if (ending == "Model" || ending == "ModelWithProjection") return ModelClass{.architecture = &kind};
  if (two_stacks && ending == "EncoderModel") return ModelClass{.architecture = &kind, .encoder_only = true};
  if (!ending.starts_with("For")) return std::nullopt;
  for (const std::string_view other : kOtherWordHeads)
    if (ending.find(other) != std::string_view::npos) return std::nullopt;
  ModelClass found{.architecture = &kind};
  using Of = ClassHead::Of;
  if (ending == "ForSequenceClassification" && !kind.heads.text.empty()) found.classes = Of::text;
  if (ending == "ForTokenClassification" && !kind.heads.tokens.empty()) found.classes = Of::tokens;
  if (ending.starts_with("ForQuestionAnswering") && !kind.heads.text.empty()) found.classes = Of::spans;
  found.encoder_only = two_stacks && ending == "ForTokenClassification";
  return found;
}

/// The first known name of "architectures"; where the file lists none, what its "model_type" means.
ModelClass choose_class(const ConfigReader& reader) {
  const std::vector<std::string> names = reader.texts("architectures");
  for (const std::string& name : names)
    if (const ModelClass known = class_named(name); known.architecture != nullptr) return known;
  const std::string type = reader.text("model_type", "", Null::missing);
  if (names.empty())
    if (const Architecture* known = architecture_of_type(type)) return {.architecture = known, .has_lm_head = true};
  if (names.empty() && type.empty())
    throw Error("config_missing", {.file = reader.file(), .item = "architectures", .expected = "[\"…\"]"});
  std::string all;
  for (const Architecture& known : kArchitectures)
    all += (all.empty() ? "" : ", ") + std::string(known.name);
  throw Error("unknown_architecture",
              {.file = reader.file(), .expected = all, .found = names.empty() ? type : names.front()});
}

void check_consistent(const ConfigReader& reader, const ModelConfig& config) {
  if (head_count(config) == 0) reader.fail("num_attention_heads", "≥ 1");
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    if (config.heads(layer) == 0) continue;
    if (config.heads(layer) % config.kv_heads(layer) != 0)
      reader.fail("num_key_value_heads", "1, …, " + std::to_string(config.heads(layer)) + " (÷)");
    if (std::max(config.queries_width(layer), config.outputs_width(layer)) > bounds::kHidden)
      reader.fail("num_attention_heads", "× head_dim ≤ " + std::to_string(bounds::kHidden));
  }
}

/// The encoder of an encoder–decoder model as a model of its own.
ModelConfig encoder_alone(const ModelConfig& whole) {
  if (!whole.encoder) return whole;
  ModelConfig encoder = *whole.encoder;
  encoder.architecture = whole.architecture;
  encoder.has_lm_head = false;
  return encoder;
}

/// What the file tells of one tower; older files repeat it under "…_dict", which counts alone then.
nlohmann::json tower_settings(const nlohmann::json& document, const ConfigReader& reader, const std::string& key) {
  for (const std::string& name : {key + "_dict", key}) {
    const auto found = document.find(name);
    if (found == document.end() || found->is_null()) continue;
    if (!found->is_object()) reader.fail(name, "{…}");
    return *found;
  }
  return nlohmann::json::object();
}

/// One of two models that stand side by side in a file.
ModelConfig parse_tower(const nlohmann::json& document, const ConfigReader& whole, const Architecture& both,
                        Tower tower) {
  if (both.text_tower.empty()) tower = Tower::vision;
  const std::string key = tower == Tower::text ? "text_config" : "vision_config";
  const nlohmann::json settings = tower_settings(document, whole, key);
  const ConfigReader reader(settings, whole.file(), key + ".");
  ModelConfig config;
  config.architecture = tower == Tower::text ? both.text_tower : both.vision_tower;
  config.tower = tower;
  find_architecture(config.architecture)->read_config(reader, config);
  check_consistent(reader, config);
  refuse_unread_settings(settings, reader, config);
  return config;
}

}  // namespace

std::span<const Architecture> architectures() {
  return kArchitectures;
}

ModelClass class_named(std::string_view name) {
  std::optional<ModelClass> best;
  for (const Architecture& known : kArchitectures) {
    const std::optional<ModelClass> found = class_of(known, name);
    const bool longer = best && best->architecture->class_name.size() >= known.class_name.size();
    if (found && !longer) best = found;
  }
  return best.value_or(ModelClass{});
}

const Architecture* find_architecture(std::string_view name) {
  return class_named(name).architecture;
}

const Architecture* architecture_of_type(std::string_view model_type) {
  if (model_type == "kimi_k2") model_type = "deepseek_v3";  // the class that its files name
  for (const Architecture& known : kArchitectures)
    if (known.model_type == model_type) return &known;
  return nullptr;
}

Activation read_activation(const ConfigReader& reader, std::string_view fallback, std::string_view key) {
  const std::string name = reader.text(key, std::string(fallback));
  if (name == "gelu" || name == "gelu_python") return Activation::gelu;
  if (name == "gelu_new" || name == "gelu_fast" || name == "gelu_pytorch_tanh") return Activation::gelu_tanh;
  if (name == "relu") return Activation::relu;
  if (name == "silu" || name == "swish") return Activation::silu;
  if (name == "quick_gelu") return Activation::quick_gelu;
  reader.fail(key, "gelu, gelu_new, gelu_fast, gelu_pytorch_tanh, quick_gelu, relu, silu, swish");
}

std::size_t learned_rows(const ModelConfig& config) {
  return std::get<LearnedPositions>(config.embedded_positions).offset + config.context;
}

ModelConfig parse_model_config(std::string_view json, const std::string& file, Tower tower) {
  const nlohmann::json document = parse_python_json(json, file);
  if (!document.is_object())
    throw Error("json_value", {.file = file, .item = "$", .expected = "{…}", .found = json_excerpt(document)});
  const ConfigReader reader(document, file);
  const ModelClass chosen = choose_class(reader);
  const Quantization quantization = read_quantization(document, reader);
  if (!chosen.architecture->vision_tower.empty()) {
    ModelConfig config = parse_tower(document, reader, *chosen.architecture, tower);
    config.quantization = quantization;
    return config;
  }
  ModelConfig config;
  config.quantization = quantization;
  config.head_is_guessed = reader.texts("architectures").empty();
  config.architecture = chosen.architecture->name;
  for (const std::string& name : reader.texts("architectures"))
    if (class_named(name).architecture != nullptr) {
      config.architecture = name;
      break;
    }
  config.has_lm_head = chosen.has_lm_head;
  chosen.architecture->read_config(reader, config);
  if (chosen.encoder_only) config = encoder_alone(config);
  read_class_head(reader, chosen, config);
  check_consistent(reader, config);
  refuse_unread_settings(document, reader, config);
  if (reader.was_read("text_config"))
    if (const auto text = reader.object("text_config")) refuse_unread_settings(document["text_config"], *text, config);
  return config;
}

}  // namespace regard
