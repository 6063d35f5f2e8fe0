// SPDX-License-Identifier: Apache-2.0
#include "core/model/family.h"

#include "core/base/error.h"
#include "core/format/json.h"
#include "core/model/config_reader.h"

#include <nlohmann/json.hpp>

namespace regard {
namespace {

constexpr Architecture kArchitectures[] = {
    {"BertForMaskedLM", "bert", true, read_bert_config, read_bert_weights},
    {"BertForPreTraining", "bert", true, read_bert_config, read_bert_weights},
    {"BertModel", "bert", false, read_bert_config, read_bert_weights},
    {"BertForSequenceClassification", "bert", false, read_bert_config, read_bert_weights},
    {"RobertaForMaskedLM", "roberta", true, read_roberta_config, read_roberta_weights},
    {"RobertaModel", "roberta", false, read_roberta_config, read_roberta_weights},
    {"XLMRobertaForMaskedLM", "xlm-roberta", true, read_roberta_config, read_roberta_weights},
    {"XLMRobertaModel", "xlm-roberta", false, read_roberta_config, read_roberta_weights},
    {"DistilBertForMaskedLM", "distilbert", true, read_distilbert_config, read_distilbert_weights},
    {"DistilBertModel", "distilbert", false, read_distilbert_config, read_distilbert_weights},
    {"ElectraForMaskedLM", "electra", true, read_electra_config, read_electra_weights},
    {"ElectraForPreTraining", "electra", false, read_electra_config, read_electra_weights},
    {"ElectraModel", "electra", false, read_electra_config, read_electra_weights},
    {"GPT2LMHeadModel", "gpt2", true, read_gpt2_config, read_gpt2_weights},
    {"GPT2Model", "gpt2", false, read_gpt2_config, read_gpt2_weights},
    {"GPTNeoXForCausalLM", "gpt_neox", true, read_neox_config, read_neox_weights},
    {"GPTNeoXModel", "gpt_neox", false, read_neox_config, read_neox_weights},
    {"OPTForCausalLM", "opt", true, read_opt_config, read_opt_weights},
    {"OPTModel", "opt", false, read_opt_config, read_opt_weights},
    {"BloomForCausalLM", "bloom", true, read_bloom_config, read_bloom_weights},
    {"BloomModel", "bloom", false, read_bloom_config, read_bloom_weights},
    {"LlamaForCausalLM", "llama", true, read_llama_config, read_llama_weights},
    {"LlamaModel", "llama", false, read_llama_config, read_llama_weights},
    {"MistralForCausalLM", "mistral", true, read_mistral_config, read_llama_weights},
    {"MistralModel", "mistral", false, read_mistral_config, read_llama_weights},
    {"Qwen2ForCausalLM", "qwen2", true, read_qwen2_config, read_llama_weights},
    {"Qwen2Model", "qwen2", false, read_qwen2_config, read_llama_weights},
    {"Qwen3ForCausalLM", "qwen3", true, read_qwen3_config, read_llama_weights},
    {"Qwen3Model", "qwen3", false, read_qwen3_config, read_llama_weights},
    {"SmolLM3ForCausalLM", "smollm3", true, read_smollm3_config, read_llama_weights},
    {"SmolLM3Model", "smollm3", false, read_smollm3_config, read_llama_weights},
    {"Phi3ForCausalLM", "phi3", true, read_phi3_config, read_phi3_weights},
    {"Phi3Model", "phi3", false, read_phi3_config, read_phi3_weights},
    {"GemmaForCausalLM", "gemma", true, read_gemma_config, read_gemma_weights},
    {"GemmaModel", "gemma", false, read_gemma_config, read_gemma_weights},
    {"Gemma2ForCausalLM", "gemma2", true, read_gemma2_config, read_gemma_weights},
    {"Gemma2Model", "gemma2", false, read_gemma2_config, read_gemma_weights},
    {"Gemma3ForCausalLM", "gemma3_text", true, read_gemma3_config, read_gemma_weights},
    {"Gemma3TextModel", "gemma3_text", false, read_gemma3_config, read_gemma_weights},
    {"ViTForImageClassification", "vit", true, read_vit_config, read_vit_weights},
    {"ViTModel", "vit", false, read_vit_config, read_vit_weights},
    {"DeiTForImageClassification", "deit", true, read_deit_config, read_vit_weights},
    {"DeiTModel", "deit", false, read_deit_config, read_vit_weights},
    {"T5ForConditionalGeneration", "t5", true, read_t5_config, read_t5_weights},
    {"T5Model", "t5", false, read_t5_config, read_t5_weights},
    {"MT5ForConditionalGeneration", "mt5", true, read_mt5_config, read_t5_weights},
    {"UMT5ForConditionalGeneration", "umt5", true, read_umt5_config, read_t5_weights},
    {"BartForConditionalGeneration", "bart", true, read_bart_config, read_bart_weights},
    {"BartModel", "bart", false, read_bart_config, read_bart_weights},
    {"MBartForConditionalGeneration", "mbart", true, read_mbart_config, read_bart_weights},
    {"PegasusForConditionalGeneration", "pegasus", true, read_pegasus_config, read_bart_weights},
    {"MarianMTModel", "marian", true, read_marian_config, read_bart_weights},
    {"M2M100ForConditionalGeneration", "m2m_100", true, read_m2m100_config, read_bart_weights},
};

/// The first known name of "architectures"; where the file lists none, what its "model_type" means.
const Architecture& choose_architecture(const ConfigReader& reader) {
  const std::vector<std::string> names = reader.texts("architectures");
  for (const std::string& name : names)
    if (const Architecture* known = find_architecture(name)) return *known;
  const std::string type = reader.text("model_type", "");
  if (names.empty())
    for (const Architecture& known : kArchitectures)
      if (known.model_type == type) return known;
  if (names.empty() && type.empty())
    throw Error("config_missing", {.file = reader.file(), .item = "architectures", .expected = "[\"…\"]"});
  std::string all;  // one of each kind: a person can read that many
  std::string_view kind;
  for (const Architecture& known : kArchitectures) {
    if (known.model_type != kind) all += (all.empty() ? "" : ", ") + std::string(known.name);
    kind = known.model_type;
  }
  throw Error("unknown_architecture",
              {.file = reader.file(), .expected = all, .found = names.empty() ? type : names.front()});
}

void check_consistent(const ConfigReader& reader, const ModelConfig& config) {
  if (config.heads % config.kv_heads != 0)
    reader.fail("num_key_value_heads", "1, …, " + std::to_string(config.heads) + " (÷)");
  if (config.queries_width() > bounds::kHidden)
    reader.fail("num_attention_heads", "× head_dim ≤ " + std::to_string(bounds::kHidden));
}

}  // namespace

std::span<const Architecture> architectures() {
  return kArchitectures;
}

const Architecture* find_architecture(std::string_view name) {
  for (const Architecture& known : kArchitectures)
    if (known.name == name) return &known;
  return nullptr;
}

Activation read_activation(const ConfigReader& reader, std::string_view fallback, std::string_view key) {
  const std::string name = reader.text(key, std::string(fallback));
  if (name == "gelu" || name == "gelu_python") return Activation::gelu;
  if (name == "gelu_new" || name == "gelu_fast" || name == "gelu_pytorch_tanh") return Activation::gelu_tanh;
  if (name == "relu") return Activation::relu;
  if (name == "silu" || name == "swish") return Activation::silu;
  reader.fail(key, "gelu, gelu_new, gelu_fast, gelu_pytorch_tanh, relu, silu, swish");
}

ModelConfig parse_model_config(std::string_view json, const std::string& file) {
  const nlohmann::json document = parse_json(json, file);
  if (!document.is_object())
    throw Error("json_value", {.file = file, .item = "$", .expected = "{…}", .found = json_excerpt(document)});
  const ConfigReader reader(document, file);
  const Architecture& architecture = choose_architecture(reader);
  if (const auto quantization = reader.object("quantization_config"))
    throw Error("config_quantized",
                {.file = file, .expected = "F32, F16, BF16", .found = quantization->text("quant_method", "?")});
  ModelConfig config;
  config.architecture = architecture.name;
  config.has_lm_head = architecture.has_lm_head;
  architecture.read_config(reader, config);
  config.window.resize(config.layers, 0);
  check_consistent(reader, config);
  return config;
}

}  // namespace regard
