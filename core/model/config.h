// SPDX-License-Identifier: Apache-2.0
// What config.json says about a model, in the words of the field. A plain value.
#pragma once

#include "core/model/image_steps.h"
#include "core/model/layer_plan.h"
#include "core/model/quantization.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// How a table of positions is brought to a picture with another number of patches.
enum class Stretch {
  cubic,        ///< cubic convolution, a = −3/4, without smoothing where there are fewer (DINOv2)
  smooth_cubic  ///< a = −1/2; the filter grows with the reduction (DINOv2 with registers)
};

/// What a model that reads pictures makes its tokens of: special tokens, then the patches row by row.
struct PatchConfig {
  std::size_t height = 0;  ///< pixels of the picture the model reads
  std::size_t width = 0;
  std::size_t patch_height = 0;  ///< pixels; what is left over at the right and at the bottom is not read
  std::size_t patch_width = 0;
  std::size_t channels = 3;                          ///< 3: red, green, blue; 1: grey
  std::vector<std::string> special_tokens{"[CLS]"};  ///< in front of the patches; none in SigLIP
  ImageSteps usual_steps{};  ///< what is done to a picture where preprocessor_config.json does not say
  bool any_size = false;     ///< it reads pictures as large as preprocessor_config.json makes them (DINO)
  /// Side of the square of patches that its positions were learned on, where that may be another one than it reads (DINOv2); else 0.
  std::size_t learned_side = 0;
  Stretch stretch = Stretch::cubic;  ///< how they are brought to the patches it reads

  [[nodiscard]] std::size_t specials() const { return special_tokens.size(); }
  [[nodiscard]] std::size_t rows() const { return height / patch_height; }
  [[nodiscard]] std::size_t cols() const { return width / patch_width; }
  [[nodiscard]] std::size_t patches() const { return rows() * cols(); }
  [[nodiscard]] std::size_t patch_numbers() const { return channels * patch_height * patch_width; }
};

/// The head of a fine-tuned model that tells classes apart: y = output·f(transform·x), in ModernBERT with a norm
/// behind f, or y = output·x.
struct ClassHead {
  enum class Of {
    nothing,
    text,    ///< one answer for the whole text, read at its first token (encoders) or its last one (decoders)
    tokens,  ///< one answer for each token
    spans    ///< two numbers for each token: does the answer begin here, does it end here
  };
  enum class Between { none, tanh, relu, gelu, gelu_tanh, silu, quick_gelu };
  Of of = Of::nothing;
  Between between = Between::none;  ///< f; none: there is no transform
  bool independent = false;         ///< labels do not exclude each other: a probability of its own for each
  bool numbers = false;             ///< the answer is a number (a reward, a grade), no class
  bool pooled = false;              ///< of a text: read is the mean over its tokens (ModernBERT)
  bool transform_bias = true;
  [[nodiscard]] bool empty() const { return of == Of::nothing; }
};

/// Two models side by side in one file: one reads pictures, the other one texts (CLIP).
enum class Tower { vision, text };

/// One attention head: layer and head count from 0.
struct HeadRef {
  std::size_t layer = 0;
  std::size_t head = 0;
  friend auto operator<=>(const HeadRef&, const HeadRef&) = default;  // NOLINT(modernize-use-nullptr): sees 0 in it
};
using HeadList = std::vector<HeadRef>;

/// Where tables of embeddings that are narrower than the stream are widened to it.
enum class Widening {
  before_positions,  ///< OPT 350M
  before_norm,       ///< DeBERTa
  after_norm         ///< ELECTRA, ALBERT
};

/// Layers with the same weights (ALBERT): the weights are those of groups · inner layers. The layers run through the inner ones of
/// their group again and again; a group has as many of them as the next, or nearly.
struct LayerSharing {
  std::size_t groups = 0;  ///< 0: every layer has its own weights
  std::size_t inner = 1;
};

/// Sizes and switches. All sizes are checked (positive, consistent, bounded) by parse_model_config().
struct ModelConfig {
  std::string architecture{};  ///< e.g. "BertForMaskedLM", as the file names it
  std::size_t layers = 0;
  std::vector<LayerPlan> plans{};  ///< [layers]
  LayerSharing sharing{};
  std::size_t hidden = 0;  ///< width of the residual stream, D
  std::size_t vocabulary = 0;
  std::size_t context = 0;  ///< most tokens it can read
  std::size_t unread_layers =
      0;  ///< behind the last one, for predicting further tokens at once: they have no part in a run
  std::size_t token_types = 0;      ///< BERT's segment embeddings; 0 = none
  std::size_t embedding_width = 0;  ///< of the embedding tables where it is not `hidden` (ELECTRA); 0 = hidden
  Widening widening = Widening::after_norm;
  float embedding_scale = 1.0F;  ///< Gemma: √hidden
  /// Of the table behind LayerPlan::token_row; 0: there is none. Ids behind its end stand for pictures and sounds: no text may have them.
  std::size_t token_rows = 0;
  std::optional<Streams> streams{};  ///< none: there is one stream, to which blocks add
  EmbeddedPositions embedded_positions{};
  float norm_epsilon = 1e-5F;
  bool norms_shift = true;  ///< ModernBERT: LayerNorm has a scale only
  bool causal = false;
  bool tied_embeddings = true;
  bool has_lm_head = true;       ///< BertModel has none: no predictions of words then
  Quantization quantization{};   ///< of the files of weights
  bool head_is_guessed = false;  ///< the file names no class: it has a head if its weights have one
  /// The head that predicts words begins with a layer of its own: dense, this, norm (BERT); none: it is the unembedding alone.
  std::optional<Activation> head_activation{};
  bool head_bias = true;                 ///< that head's unembedding adds a bias (ModernBERT may do without)
  float logit_scale = 1.0F;              ///< of the last stream (T5 with tied embeddings: 1/√hidden)
  float logit_cap = 0.0F;                ///< Gemma 2: a logit becomes cap·tanh(logit/cap); 0 = no cap
  ClassHead class_head{};                ///< of a fine-tuned model; has_lm_head is false then
  std::vector<std::string> labels{};     ///< the classes that class_head tells apart; [vocabulary], ViT's on [CLS]
  std::optional<PatchConfig> patches{};  ///< the model reads a picture; every one is `context` tokens (ViT)
  std::optional<Tower> tower{};          ///< which of the file's two towers this is (CLIP); the other one is not read
  // Of an encoder–decoder model this config tells of the decoder.
  std::shared_ptr<const ModelConfig> encoder{};  ///< what it listens to; null elsewhere
  std::vector<std::int32_t> decoder_start{};     ///< ids that every text of the decoder begins with; never empty there

  [[nodiscard]] std::size_t table_width() const { return embedding_width == 0 ? hidden : embedding_width; }

  // Of one layer.
  /// Query heads; 0: the layer has no attention.
  [[nodiscard]] std::size_t heads(std::size_t layer) const { return plans[layer].attention.heads; }
  [[nodiscard]] std::size_t head_dim(std::size_t layer) const { return plans[layer].attention.head_dim; }
  /// Width of a value, and so of what a head puts out.
  [[nodiscard]] std::size_t value_dim(std::size_t layer) const { return regard::value_dim(plans[layer].attention); }
  [[nodiscard]] std::size_t kv_heads(std::size_t layer) const { return plans[layer].attention.kv_heads; }
  /// Query head h reads the kv head ⌊h·kv_heads/heads⌋.
  [[nodiscard]] std::size_t kv_head_of(std::size_t layer, std::size_t head) const {
    return head * kv_heads(layer) / heads(layer);
  }
  /// Queries and keys of a token; a state space has one of each for a group of heads.
  [[nodiscard]] std::size_t query_heads(std::size_t layer) const { return regard::query_heads(plans[layer]); }
  [[nodiscard]] std::size_t key_heads(std::size_t layer) const { return regard::key_heads(plans[layer]); }
  [[nodiscard]] std::size_t query_head_of(std::size_t layer, std::size_t head) const {
    return head * query_heads(layer) / heads(layer);
  }
  [[nodiscard]] std::size_t key_head_of(std::size_t layer, std::size_t head) const {
    return head * key_heads(layer) / heads(layer);
  }
  /// Which stream its attention reads, of those between layers: the one in front of it, or the one that the layer it stands beside reads.
  [[nodiscard]] std::size_t stream_read(std::size_t layer) const { return plans[layer].beside ? layer - 1 : layer; }
  [[nodiscard]] std::size_t queries_width(std::size_t layer) const { return query_heads(layer) * head_dim(layer); }
  [[nodiscard]] std::size_t keys_width(std::size_t layer) const { return key_heads(layer) * head_dim(layer); }
  [[nodiscard]] std::size_t values_width(std::size_t layer) const { return kv_heads(layer) * value_dim(layer); }
  [[nodiscard]] std::size_t outputs_width(std::size_t layer) const { return heads(layer) * value_dim(layer); }
};

/// The heads of the layer that has the most: as wide is a grid whose rows are layers. Shorter rows have fewer cells.
[[nodiscard]] std::size_t most_heads(const ModelConfig& config);
/// Of all layers together.
[[nodiscard]] std::size_t head_count(const ModelConfig& config);
/// By layer, then head. [head_count]
[[nodiscard]] HeadList all_heads(const ModelConfig& config);
[[nodiscard]] bool has_head(const ModelConfig& config, HeadRef head);
/// Those whose weights are a softmax's, by layer, then head: what asks for shares of weight asks them alone.
[[nodiscard]] HeadList softmax_heads(const ModelConfig& config);
[[nodiscard]] bool has_softmax(const ModelConfig& config, HeadRef head);
/// The first layer whose heads have no softmax; nothing where all have one.
[[nodiscard]] std::optional<std::size_t> first_without_softmax(const ModelConfig& config);
/// This head; where there is none, one of the nearest layer that has heads (the earlier of two): the nearest in number.
[[nodiscard]] HeadRef nearest_head(const ModelConfig& config, HeadRef head);

/// Is the last stream a sum of the embedding and of what attention and feed-forward blocks wrote, up to norms and factors on the way?
[[nodiscard]] bool is_sum_of_writers(const ModelConfig& config);

/// The turning of the first layer that turns queries and keys; nullptr: none does.
[[nodiscard]] const Rotary* first_rotary(const ModelConfig& config);

/// Numbers of the weights that one token does not go through: those of the experts it does not choose.
[[nodiscard]] std::size_t idle_parameters(const ModelConfig& config);

/// Have all layers as many heads, of the same sizes?
[[nodiscard]] bool layers_alike(const ModelConfig& config);

/// Have both as many layers with heads of the same sizes?
[[nodiscard]] bool same_heads(const ModelConfig& a, const ModelConfig& b);

/// From the bytes of config.json (`file` only names it in errors). Pure; fuzzed. Throws Error: unknown architecture
/// (named, with the known ones), missing or senseless sizes. `tower`: which one, where the file has two that can be opened.
[[nodiscard]] ModelConfig parse_model_config(std::string_view json, const std::string& file,
                                             Tower tower = Tower::vision);

}  // namespace regard
