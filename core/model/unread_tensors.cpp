// SPDX-License-Identifier: Apache-2.0
#include "core/model/unread_tensors.h"

#include "core/base/error.h"
#include "core/format/dequantize.h"
#include "core/model/family.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace regard {
namespace {

/// Buffers: what the library computes again when it opens a model.
constexpr std::array<std::string_view, 11> kBuffers{
    "coder.version", ".attn.bias",     ".attn.masked_bias", ".attention.bias", ".attention.masked_bias", ".inv_freq",
    "position_ids",  "token_type_ids", ".cos_cached",       ".sin_cached",     "embed_positions.weights"};

/// Behind the model, or beside it: other heads than the one that was read, and the other senses of a model that reads pictures.
constexpr std::array<std::string_view, 27> kOtherParts{"pooler.",
                                                       "sop_classifier.",
                                                       "mask_predictions.",
                                                       "cls.seq_relationship.",
                                                       "classifier.",
                                                       "cls_classifier.",
                                                       "distillation_classifier.",
                                                       "classification_head.",
                                                       "pre_classifier.",
                                                       "score.",
                                                       "qa_outputs.",
                                                       "summary.",
                                                       "v_head.",
                                                       "multiple_choice_head.",
                                                       "discriminator_predictions.",
                                                       "logits_proj.",
                                                       "dropout.",
                                                       "vision_tower.",
                                                       "vision_model.",
                                                       "visual.",
                                                       "mtp.",  // predicts the token after the next one
                                                       "audio_tower.",
                                                       "embed_vision.",  // Gemma 4: of pictures and sounds
                                                       "embed_audio.",
                                                       "multi_modal_projector.",
                                                       "model.vision_tower.",
                                                       "model.multi_modal_projector."};
/// Heads that predict words: nobody asks for them where a model is opened without.
constexpr std::array<std::string_view, 10> kWordHeads{
    "final_logits_bias", "predictions.",      "lm_predictions.",  "cls.",       "lm_head.",
    "vocab_transform.",  "vocab_layer_norm.", "vocab_projector.", "embed_out.", "generator_"};

template <std::size_t Count>
bool begins_with_any(std::string_view name, const std::array<std::string_view, Count>& beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view each) { return name.starts_with(each); });
}

bool is_buffer(std::string_view name, const ModelConfig& config) {
  const auto ends = [&](std::string_view ending) { return name.ends_with(ending); };
  if (std::any_of(kBuffers.begin(), kBuffers.end(), ends)) return true;
  if (ends("EncDecAttention.relative_attention_bias.weight"))
    return true;  // T5's first files have one, which nobody reads
  if (ends("embeddings.mask_token")) return config.patches.has_value();
  if (ends(
          "embeddings.position_embeddings.weight"))  // DeBERTa's files have them, the library reads them by position_biased_input
    return std::holds_alternative<NoPositions>(config.embedded_positions);
  return ends("embed_positions.weight") &&
         std::holds_alternative<Sinusoids>(config.embedded_positions);  // sines and cosines, written down
}

/// Of the layers behind the last one, which predict further tokens.
bool is_unread_layer(std::string_view name, const ModelConfig& config, std::string_view root) {
  for (std::size_t layer = config.layers; layer < config.layers + config.unread_layers; ++layer)
    if (name.starts_with(std::string(root) + "layers." + std::to_string(layer) + ".")) return true;
  return false;
}

/// Of layers that read the keys and values of an earlier one: files may hold the matrices that nobody reads there.
bool is_unread_key(std::string_view name, const ModelConfig& config, std::string_view root) {
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    if (!config.plans[layer].attention.keys_of) continue;
    const std::string front = std::string(root) + "layers." + std::to_string(layer) + ".self_attn.";
    for (const char* part : {"k_proj.", "v_proj.", "k_norm.", "v_norm."})
      if (name.starts_with(front + part)) return true;
  }
  return false;
}

/// The other half of an encoder–decoder model.
bool is_other_half(std::string_view name, const ModelConfig& config, std::string_view root) {
  return class_named(config.architecture).encoder_only && name.starts_with(std::string(root) + "decoder.");
}

}  // namespace

bool is_other_part(std::string_view name, const ModelConfig& config, std::string_view root) {
  const bool inside = name.starts_with(root);
  const std::string_view own = inside ? name.substr(root.size()) : name;
  if (begins_with_any(own, kOtherParts)) return true;
  if (config.patches && inside && own.starts_with("head.")) return true;  // SigLIP's: one vector of all patches
  if (config.has_lm_head) return false;
  return begins_with_any(name, kWordHeads) || (!root.empty() && !inside);
}

void refuse_unread_tensors(const ModelConfig& config, const WeightReader& reader) {
  const Checkpoint& checkpoint = reader.checkpoint();
  if (checkpoint.own_name) return;  // GGUF: held to its own list when it was opened
  for (const std::string& own : reader.unread()) {
    const std::string name = unwrapped_name(own);
    const Checkpoint::Place& place = checkpoint.places.find(own)->second;
    if (!is_float_kind(place.tensor.type) || is_buffer(name, config) ||
        is_other_part(name, config, reader.found_root()) || is_other_half(name, config, reader.found_root()) ||
        is_unread_layer(name, config, reader.found_root()) || is_unread_key(name, config, reader.found_root()))
      continue;
    const std::string& file = checkpoint.files[place.file].name;
    if (name.find("lora_") != std::string::npos) throw Error("is_adapter", {.file = file});
    throw Error("tensor_unknown", {.file = file, .item = own, .expected = config.architecture});
  }
}

}  // namespace regard
