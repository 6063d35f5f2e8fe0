// SPDX-License-Identifier: Apache-2.0
// Small random checkpoints as Hugging Face folders: config.json, model.safetensors and a vocabulary, with odd sizes.
#pragma once

#include "core/base/random.h"
#include "core/model/model.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/format/safetensors_writer.h"

#include <algorithm>
#include <bit>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace regard::testing {

/// What a folder is made of; tests change parts of it before writing.
struct TinyCheckpoint {
  std::string config{};
  std::vector<FileTensor> tensors{};
  std::size_t vocabulary = 11;

  [[nodiscard]] FileTensor& at(const std::string& name) {
    return *std::find_if(tensors.begin(), tensors.end(), [&](const FileTensor& tensor) { return tensor.name == name; });
  }
  void remove(const std::string& name) {
    std::erase_if(tensors, [&](const FileTensor& tensor) { return tensor.name == name; });
  }
  /// Adds a float32 tensor of small random numbers that bfloat16 and float16 hold exactly.
  void add(const std::string& name, std::vector<std::size_t> shape) {
    std::size_t count = 1;
    for (const std::size_t axis : shape)
      count *= axis;
    std::vector<float> values(count);
    for (float& value : values)
      value = (static_cast<float>(random_.below(129)) - 64.0F) / 64.0F;
    tensors.push_back({name, "F32", std::move(shape), bytes_of(values)});
  }
  /// Stores every float32 tensor as "F16" or "BF16" instead.
  void shrink(const std::string& type) {
    for (FileTensor& tensor : tensors) {
      if (tensor.type != "F32") continue;
      std::string halves;
      for (std::size_t at = 0; at < tensor.bytes.size(); at += 4) {
        const std::uint32_t bits = *reinterpret_cast<const std::uint32_t*>(tensor.bytes.data() + at);
        std::uint32_t half = bits >> 16;
        if (type == "F16")
          half = (bits >> 16 & 0x8000U) | ((bits & 0x7FFFFFFFU) == 0 ? 0U : ((bits >> 13 & 0x3FFFFU) - (112U << 10)));
        halves += static_cast<char>(half & 0xFF);
        halves += static_cast<char>(half >> 8);
      }
      tensor.type = type;
      tensor.bytes = halves;
    }
  }
  void write_side_files(const std::filesystem::path& folder) const {
    write(folder / "config.json", config);
    std::string lines = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n";
    for (std::size_t piece = 5; piece < vocabulary; ++piece)
      lines += static_cast<char>('a' + piece - 5) + std::string("\n");
    write(folder / "vocab.txt", lines);
  }
  void write_to(const std::filesystem::path& folder) const {
    write_side_files(folder);
    write(folder / "model.safetensors", safetensors_of(tensors));
  }

private:
  Random random_{1};
};

/// The model in it. It is gone from the disk then, and still mapped.
[[nodiscard]] inline std::shared_ptr<const Model> opened(const TinyCheckpoint& checkpoint) {
  const TemporaryFolder folder;
  checkpoint.write_to(folder.path());
  return load_model(folder.path());
}

/// 2 layers, 3 heads of 4, feed-forward 10, 11 pieces, 9 positions.
inline TinyCheckpoint tiny_bert(const std::string& prefix = "bert.", bool old_norm_names = false) {
  TinyCheckpoint model;
  model.config = R"({"architectures": ["BertForMaskedLM"], "hidden_size": 12, "num_hidden_layers": 2,
        "num_attention_heads": 3, "intermediate_size": 10, "vocab_size": 11, "max_position_embeddings": 9,
        "type_vocab_size": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-12})";
  const auto norm = [&](const std::string& name) {
    model.add(name + (old_norm_names ? ".gamma" : ".weight"), {12});
    model.add(name + (old_norm_names ? ".beta" : ".bias"), {12});
  };
  const auto linear = [&](const std::string& name, std::size_t out, std::size_t in) {
    model.add(name + ".weight", {out, in});
    model.add(name + ".bias", {out});
  };
  model.tensors.push_back({prefix + "embeddings.position_ids", "I64", {1, 1}, std::string(8, '\0')});
  model.add(prefix + "embeddings.word_embeddings.weight", {11, 12});
  model.add(prefix + "embeddings.position_embeddings.weight", {9, 12});
  model.add(prefix + "embeddings.token_type_embeddings.weight", {2, 12});
  norm(prefix + "embeddings.LayerNorm");
  for (const char* layer : {"0.", "1."}) {
    const std::string name = prefix + "encoder.layer." + layer;
    for (const char* part : {"query", "key", "value"})
      linear(name + "attention.self." + part, 12, 12);
    linear(name + "attention.output.dense", 12, 12);
    norm(name + "attention.output.LayerNorm");
    linear(name + "intermediate.dense", 10, 12);
    linear(name + "output.dense", 12, 10);
    norm(name + "output.LayerNorm");
  }
  linear("cls.predictions.transform.dense", 12, 12);
  norm("cls.predictions.transform.LayerNorm");
  model.add("cls.predictions.bias", {11});
  return model;
}

/// 2 layers, 6 query heads of 4 on 2 key/value heads, width 10, feed-forward 7, 11 pieces, untied; as Qwen3 with QK-norm.
inline TinyCheckpoint tiny_llama(const std::string& architecture = "LlamaForCausalLM") {
  TinyCheckpoint model;
  model.config = R"({"architectures": [")" + architecture + R"("], "hidden_size": 10, "num_hidden_layers": 2,
        "num_attention_heads": 6, "num_key_value_heads": 2, "head_dim": 4, "intermediate_size": 7, "vocab_size": 11,
        "max_position_embeddings": 32, "rms_norm_eps": 1e-6, "tie_word_embeddings": false})";
  model.add("model.embed_tokens.weight", {11, 10});
  for (const char* layer : {"0.", "1."}) {
    const std::string name = std::string("model.layers.") + layer;
    model.add(name + "input_layernorm.weight", {10});
    model.add(name + "self_attn.q_proj.weight", {24, 10});
    model.add(name + "self_attn.k_proj.weight", {8, 10});
    model.add(name + "self_attn.v_proj.weight", {8, 10});
    model.add(name + "self_attn.o_proj.weight", {10, 24});
    if (architecture.starts_with("Qwen2")) {
      model.add(name + "self_attn.q_proj.bias", {24});
      model.add(name + "self_attn.k_proj.bias", {8});
      model.add(name + "self_attn.v_proj.bias", {8});
    }
    if (architecture.starts_with("Qwen3")) {
      model.add(name + "self_attn.q_norm.weight", {4});
      model.add(name + "self_attn.k_norm.weight", {4});
    }
    model.add(name + "post_attention_layernorm.weight", {10});
    model.add(name + "mlp.gate_proj.weight", {7, 10});
    model.add(name + "mlp.up_proj.weight", {7, 10});
    model.add(name + "mlp.down_proj.weight", {10, 7});
  }
  model.add("model.norm.weight", {10});
  model.add("lm_head.weight", {11, 10});
  return model;
}

/// Replaces one piece of the config text, which must be there.
inline void edit(TinyCheckpoint& model, const std::string& from, const std::string& to) {
  const std::size_t at = model.config.find(from);
  if (at == std::string::npos) throw std::runtime_error("the config has no " + from);
  model.config.replace(at, from.size(), to);
}

}  // namespace regard::testing
