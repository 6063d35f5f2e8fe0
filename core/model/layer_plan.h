// SPDX-License-Identifier: Apache-2.0
// What one layer of a model is made of, part by part: the forward pass executes it, views ask it. The files of the families make
// the plans; layers may differ in every part. Plain values.
#pragma once

#include "core/base/matrix.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace regard {

enum class Activation { gelu, gelu_tanh, relu, relu_squared, silu, quick_gelu };

/// How far the queries of a layer may look.
struct KeyWindow {
  std::size_t width = 0;       ///< at keys less than so far away; 0: there is no window
  std::size_t first_keys = 0;  ///< and, where there is one, at so many keys at the text's beginning
  friend bool operator==(const KeyWindow&, const KeyWindow&) = default;
};

/// Whether queries and keys go through a norm before position encoding.
enum class QkNorm {
  none,
  each_head,     ///< every head by itself (Qwen3)
  all_heads,     ///< the heads of a row together (OLMoE)
  each_head_own  ///< every head by itself, with a scale of its own (Command R+)
};

/// Keys and values come out of one narrow row (DeepSeek-AI 2024, https://arxiv.org/abs/2405.04434): c = RMSNorm(W_DKV·x), and in
/// every head k = [W_UK·c | W_KR·x], v = W_UV·c. W_KR·x, one key for all heads, is all of a key that is turned.
struct LatentAttention {
  std::size_t rank = 0;         ///< numbers of c
  std::size_t query_rank = 0;   ///< q = W_UQ·RMSNorm(W_DQ·x) by a row of so many numbers; 0: q = W_Q·x
  std::size_t shared_dims = 0;  ///< trailing dimensions of a head whose key is one for all heads
  float norm_epsilon = 1e-6F;   ///< of the norms of narrow rows
  friend bool operator==(const LatentAttention&, const LatentAttention&) = default;
};

/// softmax(q·k · scale), then the weighted sum of v, in every head (Vaswani et al. 2017).
struct SoftmaxAttention {
  std::size_t heads = 0;     ///< query heads; 0: the layer has no attention
  std::size_t kv_heads = 0;  ///< as many as query heads, or a divisor of their number
  std::size_t head_dim = 0;
  std::size_t value_dim = 0;  ///< of a value; 0: head_dim (ModelConfig::value_dim())
  float scale = 1.0F;         ///< of q·k; mostly usual_scale()
  float cap = 0.0F;           ///< Gemma 2: s becomes cap·tanh(s/cap); 0 = no cap
  KeyWindow window{};
  QkNorm qk_norm = QkNorm::none;
  bool bias =
      false;  ///< query, key and value projections add a bias; where there is a latent, what makes the narrow rows
  bool unbiased_keys = false;  ///< but the key projection adds none (DINOv3)
  bool output_bias = false;    ///< the output projection adds one
  /// Each head has one more score, a learned number: the softmax runs over it, too, and no value belongs to it, so that the weights
  /// of a row's keys sum to less than 1 (gpt-oss)
  bool sink = false;
  std::optional<LatentAttention> latent{};
  bool output_gate =
      false;  ///< what a head puts out is multiplied by σ(W_g x) before the output projection (Qwen3-Next)
  bool values_are_keys =
      false;                ///< one projection makes both: a value is a key before its norm and its place (Gemma 4)
  bool value_norm = false;  ///< each head's value is divided by its root mean square (Gemma 4)
  /// Weights are φ(q)·φ(k) / Σ_k φ(q)·φ(k), φ(x) = elu(x) + 1, in place of a softmax of q·k·scale (Katharopoulos et al. 2020): the
  /// heads attend as KindForm::linear, and so were trained. No cap, sink, bias or temperature.
  bool linear = false;
  /// The earlier layer whose keys and values the heads read, normalised and turned there; this one makes none of its own (Gemma 4).
  std::optional<std::size_t> keys_of{};
};
/// 1/√d
[[nodiscard]] float usual_scale(std::size_t head_dim);
/// Heads that divide the stream among themselves, each with a key head of its own.
[[nodiscard]] SoftmaxAttention even_heads(std::size_t heads, std::size_t hidden);

/// The heads weigh values as SoftmaxAttention says.
struct Softmax {
  friend bool operator==(const Softmax&, const Softmax&) = default;
};

/// Gated delta rule (Yang et al. 2024, https://arxiv.org/abs/2412.06464): a head has a state S, S_t = g_t·S_{t−1}(I − β_t k_t k_tᵀ) +
/// β_t v_t k_tᵀ, and puts out S_t q_t · scale, normalised and multiplied by silu(W_z x). q, k and v go through a convolution over
/// tokens and silu, then q and k are made of length 1. There are as many queries and keys as values: SoftmaxAttention's heads,
/// kv_heads (as many), head_dim and scale tell their sizes.
struct GatedDelta {
  std::size_t key_heads = 0;    ///< of the projections: each is there for heads / key_heads neighbours
  std::size_t convolution = 0;  ///< tokens it sees, the asking one the last
  friend bool operator==(const GatedDelta&, const GatedDelta&) = default;
};

/// Selective state space with one decay for each head (Mamba-2, Dao & Gu 2024, https://arxiv.org/abs/2405.21060): a head has a state S,
/// S_t = exp(A·Δ_t)·S_{t−1} + Δ_t·x_t B_tᵀ, and puts out S_t C_t + D·x_t, multiplied by silu(W_z x) and normalised. x, B and C go through
/// a convolution over tokens and silu. x is the value, B the key and C the query: SoftmaxAttention's heads, kv_heads (as many),
/// head_dim (of B and C) and value_dim (of x) tell their sizes.
/// Mamba-1 (Gu & Dao 2023, https://arxiv.org/abs/2312.00752) has a decay for each channel of x and each number of its state: a channel is
/// a head with a value_dim of 1, S_t = exp(A∘Δ_t)∘S_{t−1} + Δ_t·x_t B_t. x alone is convolved; B, C and a narrow row that Δ comes out of
/// are projected from it then.
struct StateSpace {
  std::size_t groups = 0;       ///< of neighbouring heads: each shares one B and one C
  std::size_t convolution = 0;  ///< tokens it sees, the asking one the last
  std::size_t norm_parts = 1;   ///< of what the heads put out, side by side, each normalised by itself
  bool convolution_bias = true;
  bool bias =
      false;  ///< the projections into the layer add one; SoftmaxAttention::output_bias tells of the one out of it
  bool normed = true;             ///< what the heads put out is normalised
  bool norm_before_gate = false;  ///< and then multiplied by silu(W_z x), not the other way round
  /// x, B and C as they are projected are multiplied by these; a part of the convolution's kernel, which is multiplied when it is read.
  std::array<float, 3> part_scales{1.0F, 1.0F, 1.0F};
  float gate_scale = 1.0F;    ///< silu(gate_scale·W_z x)
  float step_scale = 1.0F;    ///< Δ = softplus(step_scale·(W_Δ x + b))
  std::size_t step_rank = 0;  ///< Mamba-1: numbers of the narrow row; 0: Mamba-2
  bool inner_norms = false;   ///< Mamba-1: B, C and the narrow row go through RMSNorms (Jamba)
  friend bool operator==(const StateSpace&, const StateSpace&) = default;
};

/// How tokens of a layer learn of each other.
using Mixer = std::variant<Softmax, GatedDelta, StateSpace>;

/// Nothing says where a token stands.
struct NoPositions {
  friend bool operator==(const NoPositions&, const NoPositions&) = default;
};

/// How the angles of rotary positions grow, and how they are stretched for long texts.
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
  bool truncate = true;  ///< YaRN's ramp begins and ends at whole pairs
  /// So many first pairs turn, those of the shortest waves, by the frequencies that they have among all; θ of the others is 0 (Gemma 4).
  /// Nothing: all turn.
  std::optional<std::size_t> turned{};
  std::vector<float> short_factors{};  ///< [width/2], LongRoPE: frequencies are divided by them
  std::vector<float> long_factors{};   ///< [width/2], likewise for texts longer than original_context
  friend bool operator==(const RopeConfig&, const RopeConfig&) = default;
};

/// Queries and keys are turned (Su et al. 2021), in half-split pairs (k, k + width/2) or in neighbours (2k, 2k + 1).
struct Rotary {
  RopeConfig rope{};
  std::size_t width = 0;     ///< dimensions of a head that are turned: the leading ones, but for
  std::size_t first = 0;     ///< so many in front of them
  bool interleaved = false;  ///< the pairs are neighbours (GPT-J)
  /// Half of the pairs by the row of a patch in the picture, half by its column, both from −1 to 1, in turns of 2π; tokens that
  /// are no patches are not turned (DINOv3).
  bool two_axes = false;
  friend bool operator==(const Rotary&, const Rotary&) = default;
};

/// −slope·(i − j) is added to s (Press et al. 2021).
struct Alibi {
  std::vector<float> slopes{};  ///< [heads]
};

/// A learned number for each head and each bucket of distances is added to s (T5).
struct RelativeBias {
  std::size_t buckets = 0;
  std::size_t distance = 0;  ///< offsets this far and farther share the last bucket
  bool shared = false;       ///< the table is that of the layer before (T5: the first layer's; umT5: each has its own)
  /// [heads, 2·distance + 1], by key − query + distance; from the weights
  std::shared_ptr<const std::vector<float>> values{};
  [[nodiscard]] std::size_t width() const { return 2 * distance + 1; }
};

/// Offsets have queries and keys of their own (DeBERTa, He et al. 2020, https://arxiv.org/abs/2006.03654): with the row r of
/// i − j, q_i·keys_r (content to position) and k_j·queries_r (position to content) are added to q_i·k_j before it is scaled.
struct Disentangled {
  std::size_t span = 0;  ///< the tables have 2·span rows; offsets beyond share the last one
  std::size_t buckets =
      0;  ///< half of the offsets below it have a row each, farther ones ranges that grow; 0: each has its own
  std::size_t distance = 0;  ///< the offset that ends the last of these ranges
  bool content_to_position = false;
  bool position_to_content = false;
  bool normed = false;                      ///< the table that keys and queries are made of goes through a norm
  bool shares_projections = false;          ///< they are made of it by the tokens' own matrices
  std::shared_ptr<const Matrix> keys{};     ///< [2·span, H·d], from the weights; null without content_to_position
  std::shared_ptr<const Matrix> queries{};  ///< likewise of position_to_content
  /// The rows of the offsets −n … n, of all that texts have; offset_row() knows the others.
  std::shared_ptr<const std::vector<std::uint32_t>> rows{};
};

/// What a layer does to its queries, keys or scores so that they know where tokens stand.
using Positions = std::variant<NoPositions, Rotary, Alibi, RelativeBias, Disentangled>;

/// What becomes of a router's numbers: softmax over the experts, or σ of each by itself.
enum class RouterScore { softmax, sigmoid };

/// Many blocks of which each token goes through a few (Shazeer et al. 2017): Σ over the chosen ones of g·expert(x), with
/// p = softmax(router·x) or σ(router·x) and g = p of the chosen.
struct Experts {
  std::size_t count = 0;
  std::size_t chosen = 0;        ///< of a token: those with the largest p (+ choice_bias)
  bool gates_sum_to_1 = false;   ///< g = p divided by the sum of the chosen ones' p
  std::size_t shared_width = 0;  ///< of an expert that all tokens go through; 0: there is none
  bool shared_is_gated = true;   ///< times σ(shared_gate·x); else it is added as it is
  RouterScore score = RouterScore::softmax;
  float gate_scale = 1.0F;  ///< g is multiplied by it
  // Experts next to each other form groups of one size; a token chooses among those of its best groups alone.
  std::size_t groups = 1;
  std::size_t chosen_groups = 1;
  std::size_t group_votes = 1;  ///< a group is worth the sum of its so many largest p (+ choice_bias)
  bool has_choice_bias = false;
  /// [count] learned numbers that are added to p where it chooses, not where it becomes g; from the weights. Null: there are none
  std::shared_ptr<const std::vector<float>> choice_bias{};
  bool has_gate_factors = false;
  /// [count] learned numbers that g is multiplied by at last; from the weights. Null: there are none
  std::shared_ptr<const std::vector<float>> gate_factors{};
  /// Router and experts read the stream by norms of their own, and what the experts write and what the one of all tokens writes
  /// go through a norm each before they are added (Gemma 4).
  bool own_norms = false;
  friend bool operator==(const Experts&, const Experts&) = default;
};

/// In the place of f(gate·x)·(up·x), with g = min(gate·x, limit) and u = up·x within ±limit: g·σ(slope·g)·(u + 1) (gpt-oss).
struct ClampedGate {
  float slope = 1.702F;
  float limit = 7.0F;
  friend bool operator==(const ClampedGate&, const ClampedGate&) = default;
};

/// down·f(up·x), or with a gate down·(f(gate·x)·(up·x)) (Shazeer 2020).
struct FeedForward {
  std::size_t width = 0;  ///< where there are experts: of each; 0: the layer has no feed-forward
  Activation activation = Activation::gelu;
  bool gated = false;
  std::optional<ClampedGate> clamped{};
  /// gate·x becomes max(gate·x − mean − z·σ, 0) before f, with this z and the mean and standard deviation σ of the row: of normally
  /// distributed numbers a share of 1 − Φ(z) gets through (Gemma 3n)
  std::optional<float> cutoff{};
  bool bias = false;                 ///< of all its matrices, a router among them
  float gate_scale = 1.0F;           ///< gate·x is multiplied by it before f (Falcon-H1)
  float output_scale = 1.0F;         ///< and what the block writes, before it is added
  std::optional<Experts> experts{};  ///< a mixture of such blocks stands in the place of one
  friend bool operator==(const FeedForward&, const FeedForward&) = default;
};
/// Of one block: 3 where it has a gate, else 2.
[[nodiscard]] inline std::size_t feed_forward_matrices(const FeedForward& plan) {
  return plan.gated ? 3 : 2;
}

/// Where the norms of a layer's blocks stand.
enum class NormPlace {
  before,    ///< of what a block reads
  after,     ///< of the stream, when what a block wrote is added (2017)
  both,      ///< of what a block reads, and of what it writes before that is added (Gemma 2)
  parallel,  ///< as `before`, and attention and feed-forward read the same stream (GPT-NeoX)
  written,   ///< of what a block writes, before that is added (OLMo 2)
  shared     ///< as `parallel`, and one norm serves both blocks (GPT-J)
};
/// Is there a norm of what a block reads?
[[nodiscard]] bool normalises_read(NormPlace place);
/// Is there one of what it writes, before that is added?
[[nodiscard]] bool normalises_written(NormPlace place);
/// Do attention and feed-forward read the same stream?
[[nodiscard]] bool is_parallel(NormPlace place);

struct LayerPlan {
  SoftmaxAttention attention{};
  Mixer mixer{};
  Positions positions{};
  /// It reads the stream that the layer before it reads, too, and adds to the one that that layer leaves: both are the halves of one
  /// layer of the file, which mixes tokens in two ways side by side (Falcon-H1). Not in the first layer.
  bool beside = false;
  bool cross = false;  ///< between attention and feed-forward, a decoder looks at its encoder
  FeedForward feed_forward{};
  NormPlace norms = NormPlace::before;
  /// What the mixer reads is multiplied by it (Falcon-H1); a part of the norm in front, whose scale is multiplied when it is read.
  float read_scale = 1.0F;
  float residual_scale = 1.0F;  ///< what a block writes is multiplied by it before it is added (Granite)
  /// What a block writes is scaled channel by channel (Touvron et al. 2021). The scales are a part of its last matrix, which is
  /// multiplied by them when it is read.
  bool layer_scale = false;
  /// Numbers of a row that each token has for this layer alone, u: made of its embedding and a table of the layer's own. Behind the
  /// feed-forward, and told as a part of it, the stream x is added norm(W_out·(f(W_in·x)·u)) (Gemma 4); where there are several
  /// streams, see Streams. 0: there is none.
  std::size_t token_row = 0;
  bool stream_factor = false;  ///< the stream behind the layer is multiplied by a learned number (Gemma 4)
  /// Learned low-rank path beside attention (LAuReL, Menghani et al. 2024, https://arxiv.org/abs/2411.07501): with the stream x, a of
  /// attention and y = norm(x), the stream becomes (x + a + y + norm(B·A·y)) ÷ √2, A·y a row of so many numbers (Gemma 3n). 0: there is none.
  std::size_t side_rank = 0;
};

/// Alternating updates (Baykal et al. 2023, https://arxiv.org/abs/2301.13310): beside the stream x_0 that blocks read run others, made of
/// it at the beginning, x_i = U_i·x_0, as long as x_0. A layer predicts all of them, p_i = x_i + Σ_j P_ij·x_j; its blocks take p_0 to y;
/// what they brought corrects all, x_i = p_i + c_i·(y − p_0). P = W_P·m(x_0) and c = 1 + W_c·m(y), with m(x) = tanh(W_m·norm(x)/D).
/// A token's own row (LayerPlan::token_row) is asked for by x_0, and what it brings is added to all but x_0. At the end stands the mean of
/// x_0 and of V_i·x_i, as long as x_0 (Gemma 3n).
struct Streams {
  std::size_t count = 1;     ///< S, x_0 among them
  bool scaled_rows = false;  ///< x_0 asks for the token's own row times learned numbers, channel by channel
  float largest_correction =
      0.0F;  ///< numbers of W_c are held within ± it where they are read; 0: they are as they are
  friend bool operator==(const Streams&, const Streams&) = default;
};

/// Are the weights of the layer's heads those of a softmax: positive, of scores, with a sum of 1? A layer without heads has none.
[[nodiscard]] inline bool has_softmax(const LayerPlan& plan) {
  return plan.attention.heads > 0 && std::holds_alternative<Softmax>(plan.mixer);
}
/// Does the layer carry a state from token to token in the place of a softmax over all of them?
[[nodiscard]] inline bool keeps_state(const LayerPlan& plan) {
  return !std::holds_alternative<Softmax>(plan.mixer);
}
/// Is its stream all that the layer reads of the layers before it?
[[nodiscard]] inline bool reads_stream_alone(const LayerPlan& plan) {
  return !plan.attention.keys_of;
}
/// Has each number of a head's state a decay of its own, one head for each channel (Mamba-1)?
[[nodiscard]] bool decays_by_channel(const LayerPlan& plan);
/// Width of a value, and so of what a head puts out.
[[nodiscard]] std::size_t value_dim(const SoftmaxAttention& attention);
/// Queries of a token: one for each head, or in a state space for each group of heads.
[[nodiscard]] std::size_t query_heads(const LayerPlan& plan);
/// Likewise keys: SoftmaxAttention::kv_heads, or one for each group.
[[nodiscard]] std::size_t key_heads(const LayerPlan& plan);
// Of a layer that keeps a state; 0 in others.
/// Channels that it convolves: those of queries, keys and values, in Mamba-1 of values alone.
[[nodiscard]] std::size_t convolved_channels(const LayerPlan& plan);
/// Tokens that its convolution sees.
[[nodiscard]] std::size_t convolved_tokens(const LayerPlan& plan);

/// A row of a learned table is added to the embedding of each token.
struct LearnedPositions {
  std::size_t offset = 0;         ///< row of the first token
  std::int32_t unplaced_id = -1;  ///< an id that takes no place of its own (RoBERTa's padding); −1 = none
};

/// Sines and cosines are added to the embedding of each token (Vaswani et al. 2017).
struct Sinusoids {
  bool fairseq = false;  ///< with fairseq's frequencies, from position 2 on (M2M100)
};

/// What is added to the embedding before the first layer.
using EmbeddedPositions = std::variant<NoPositions, LearnedPositions, Sinusoids>;

}  // namespace regard
