// SPDX-License-Identifier: Apache-2.0
// What config.json says about a model, in the words of the field. A plain value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

enum class Family {
  bert,
  gpt,     ///< GPT-2, GPT-NeoX, OPT, BLOOM, ViT (LayerNorm, two matrices of feed-forward, positions of four kinds)
  llama,   ///< Llama, Mistral, Qwen2, Qwen3, Phi-3, Gemma (one residual stream, RMSNorm, RoPE, gated feed-forward)
  seq2seq  ///< T5, BART and their relatives: an encoder, and a decoder that looks at it
};
enum class Activation { gelu, gelu_tanh, relu, silu };

/// Rotary position encoding, half-split pairs (k, k + d/2).
struct RopeConfig {
  enum class Scaling { none, linear, dynamic, llama3, yarn, longrope };
  float base = 10000.0F;
  Scaling scaling = Scaling::none;
  float factor = 1.0F;
  float low_frequency_factor = 1.0F;
  float high_frequency_factor = 4.0F;
  float original_context = 0.0F;  ///< tokens
  float attention_factor = 1.0F;  ///< YaRN's and LongRoPE's multiplier of cos and sin
  float beta_fast = 32.0F;
  float beta_slow = 1.0F;
  std::vector<float> short_factors{};  ///< [d/2], LongRoPE: frequencies are divided by them
  std::vector<float> long_factors{};   ///< [d/2], likewise for texts longer than original_context
};

/// T5's positions: a learned number for each head and each bucket of distances is added to s.
struct RelativeBias {
  std::size_t buckets = 0;   ///< 0 = none
  std::size_t distance = 0;  ///< offsets this far and farther share the last bucket
  bool by_layer = false;     ///< a table for each layer (umT5); else all layers share one
  std::vector<float>
      values{};  ///< [heads, or layers·heads; 2·distance + 1], by key − query + distance; from the weights
  [[nodiscard]] bool empty() const { return buckets == 0; }
  [[nodiscard]] std::size_t width() const { return 2 * distance + 1; }
};

/// What a model that reads pictures makes its tokens of: one or two special tokens, then the patches row by row.
struct PatchConfig {
  std::size_t height = 0;  ///< pixels of the picture the model reads
  std::size_t width = 0;
  std::size_t patch_height = 0;  ///< pixels; what is left over at the right and at the bottom is not read
  std::size_t patch_width = 0;
  std::size_t channels = 3;  ///< 3: red, green, blue; 1: grey
  std::size_t specials = 1;  ///< [CLS], in DeiT with [DIST] behind it

  [[nodiscard]] std::size_t rows() const { return height / patch_height; }
  [[nodiscard]] std::size_t cols() const { return width / patch_width; }
  [[nodiscard]] std::size_t patches() const { return rows() * cols(); }
  [[nodiscard]] std::size_t patch_numbers() const { return channels * patch_height * patch_width; }
};

/// The head of a fine-tuned model that tells classes apart: y = output·f(transform·x), or y = output·x.
struct ClassHead {
  enum class Of {
    nothing,
    text,    ///< one answer for the whole text, read at its first token (encoders) or its last one (decoders)
    tokens,  ///< one answer for each token
    spans    ///< two numbers for each token: does the answer begin here, does it end here
  };
  enum class Between { none, tanh, relu, gelu };
  Of of = Of::nothing;
  Between between = Between::none;  ///< f; none: there is no transform
  bool independent = false;         ///< labels do not exclude each other: a probability of its own for each
  bool numbers = false;             ///< the answer is a number (a reward, a grade), no class
  [[nodiscard]] bool empty() const { return of == Of::nothing; }
};

/// Sizes and switches. All sizes are checked (positive, consistent, bounded) by parse_model_config().
struct ModelConfig {
  Family family = Family::bert;
  std::string architecture{};  ///< e.g. "BertForMaskedLM", as the file names it
  std::size_t layers = 0;
  std::size_t heads = 0;     ///< query heads per layer
  std::size_t kv_heads = 0;  ///< key/value heads; query head h reads kv head ⌊h·kv_heads/heads⌋
  std::size_t head_dim = 0;
  std::size_t hidden = 0;  ///< width of the residual stream, D
  std::size_t feed_forward = 0;
  std::size_t vocabulary = 0;
  std::size_t context = 0;          ///< most tokens it can read
  std::size_t token_types = 0;      ///< BERT's segment embeddings; 0 = none
  std::size_t embedding_width = 0;  ///< of the embedding tables where it is not `hidden` (ELECTRA); 0 = hidden
  std::size_t position_offset = 0;  ///< row of the position table that the first token reads
  std::int32_t unplaced_id = -1;    ///< an id that takes no position of its own (RoBERTa's padding); −1 = none
  Activation activation = Activation::gelu;
  Activation head_activation = Activation::gelu;  ///< of BERT's prediction head
  float norm_epsilon = 1e-5F;
  bool causal = false;
  bool tied_embeddings = true;
  bool has_lm_head = true;            ///< BertModel has none: no predictions of words then
  bool head_is_guessed = false;       ///< the file names no class: it has a head if its weights have one
  ClassHead class_head{};             ///< of a fine-tuned model; has_lm_head is false then
  bool qk_norm = false;               ///< Qwen3
  bool attention_bias = false;        ///< query, key and value projections add a bias
  bool output_bias = false;           ///< the attention's output projection adds one
  bool feed_forward_bias = false;     ///< so do gate, up and down
  bool output_norms = false;          ///< llama: what a block writes is normalised before it is added (Gemma 2, 3)
  bool post_norm = false;             ///< gpt: each block is normalised after it is added (OPT 350M)
  bool parallel_blocks = false;       ///< gpt: attention and feed-forward read the same stream (GPT-NeoX)
  float embedding_scale = 1.0F;       ///< Gemma: √hidden
  float score_cap = 0.0F;             ///< Gemma 2: s becomes cap·tanh(s/cap); 0 = no cap
  float logit_cap = 0.0F;             ///< likewise for logits
  std::vector<float> score_scales{};  ///< [layers]; empty: 1/√d in every layer
  std::vector<float> alibi_slopes{};  ///< [heads], ALiBi: −m·(i−j) is added to s; empty = none
  std::size_t rotary_dim = 0;         ///< leading dimensions of a head that RoPE turns; 0: all in llama, none in gpt
  std::optional<RopeConfig> local_rope{};  ///< of layers with a window, where it is another (Gemma 3)
  RopeConfig rope{};
  std::vector<bool> unrotated{};         ///< [layers] that RoPE leaves alone (SmolLM3); empty: none
  std::vector<std::size_t> window{};     ///< [layers], keys allowed if 0 ≤ i−j < window; 0 = no window
  std::optional<PatchConfig> patches{};  ///< the model reads a picture; every one is `context` tokens (ViT)
  std::vector<std::string> labels{};     ///< the classes that class_head tells apart; [vocabulary], ViT's on [CLS]
  RelativeBias relative_bias{};          ///< T5; empty elsewhere
  // Of an encoder–decoder model this config tells of the decoder.
  std::shared_ptr<const ModelConfig> encoder{};  ///< what it listens to; null elsewhere
  std::vector<std::int32_t> decoder_start{};     ///< ids that every text of the decoder begins with; never empty there
  bool gated = false;                            ///< seq2seq: the feed-forward block has a gate (T5 1.1)
  bool sinusoidal = false;                       ///< seq2seq: positions are sines and cosines, not learned (Marian)
  bool fairseq_sinusoids = false;                ///< seq2seq: with fairseq's frequencies, from position 2 on (M2M100)
  float logit_scale = 1.0F;                      ///< seq2seq: of the last stream (T5 with tied embeddings: 1/√hidden)

  [[nodiscard]] std::size_t table_width() const { return embedding_width == 0 ? hidden : embedding_width; }
  [[nodiscard]] std::size_t rotary_width() const { return rotary_dim == 0 ? head_dim : rotary_dim; }
  [[nodiscard]] std::size_t kv_head_of(std::size_t head) const { return head * kv_heads / heads; }
  [[nodiscard]] std::size_t queries_width() const { return heads * head_dim; }
  [[nodiscard]] std::size_t keys_width() const { return kv_heads * head_dim; }
};

/// From the bytes of config.json (`file` only names it in errors). Pure; fuzzed. Throws Error: unknown architecture
/// (named, with the known ones), missing or senseless sizes.
[[nodiscard]] ModelConfig parse_model_config(std::string_view json, const std::string& file);

}  // namespace regard
