// SPDX-License-Identifier: Apache-2.0
#include "core/model/latent_weights.h"

#include "core/base/error.h"
#include "core/model/fused.h"

#include <memory>
#include <utility>
#include <vector>

namespace regard {
namespace {

/// One head's matrix [rank, content] turned into rows of the other: [content, rank].
void turn_head(std::span<const float> from, std::size_t rank, std::size_t content, std::span<float> to) {
  for (std::size_t row = 0; row < rank; ++row)
    for (std::size_t column = 0; column < content; ++column)
      to[column * rank + row] = from[row * content + column];
}

/// k_b_proj [H, rank, content] and v_b_proj [H, value, rank] as kv_b_proj [H·(content + value), rank], in float32.
Linear joined_up(const SoftmaxAttention& plan, WeightReader& reader, const std::string& attention) {
  const std::size_t rank = plan.latent->rank, value = plan.value_dim,
                    content = plan.head_dim - plan.latent->shared_dims;
  const TensorView keys = reader.tensor(attention + "k_b_proj.weight", {plan.heads, rank, content});
  const TensorView values = reader.tensor(attention + "v_b_proj.weight", {plan.heads, value, rank});
  const std::size_t of_keys = content * rank, of_values = value * rank;
  const auto joined = std::make_shared<std::vector<float>>(plan.heads * (of_keys + of_values));
  std::vector<float> head_keys(of_keys);
  for (std::size_t head = 0; head < plan.heads; ++head) {
    const std::span<float> rows = std::span(*joined).subspan(head * (of_keys + of_values), of_keys + of_values);
    copy_as_f32(keys, head * of_keys, head_keys);
    turn_head(head_keys, rank, content, rows.first(of_keys));
    copy_as_f32(values, head * of_values, rows.last(of_values));
  }
  Linear up;
  up.weight = {DType::f32, {plan.heads * (content + value), rank}, reinterpret_cast<const std::byte*>(joined->data())};
  reader.storage().push_back(joined);
  return up;
}

Linear read_up(const SoftmaxAttention& plan, WeightReader& reader, const std::string& attention) {
  const std::size_t content = plan.head_dim - plan.latent->shared_dims, rank = plan.latent->rank;
  const std::string together = attention + "kv_b_proj";
  if (!reader.has(attention + "k_b_proj.weight"))
    return reader.linear(together, plan.heads * (content + plan.value_dim), rank, false);
  if (reader.has(together + ".weight"))  // nobody could say which of them counts
    throw Error(
        "tensor_unknown",
        {.file = reader.checkpoint().listing, .item = together + ".weight", .expected = attention + "k_b_proj.weight"});
  return joined_up(plan, reader, attention);
}

}  // namespace

LayerWeights read_latent_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                               const std::string& name) {
  const LatentAttention& latent = *plan.attention.latent;
  const std::size_t hidden = config.hidden, queries = plan.attention.heads * plan.attention.head_dim;
  const std::string attention = name + "self_attn.";
  LayerWeights layer;
  layer.attention_norm = reader.rms_norm(name + "input_layernorm", hidden);
  if (latent.query_rank > 0) {
    layer.latent.query_down = reader.linear(attention + "q_a_proj", latent.query_rank, hidden, plan.attention.bias);
    layer.latent.query_norm = reader.rms_norm(attention + "q_a_layernorm", latent.query_rank);
    layer.query = reader.linear(attention + "q_b_proj", queries, latent.query_rank, false);
  } else {
    layer.query = reader.linear(attention + "q_proj", queries, hidden, false);
  }
  const Linear down =
      reader.linear(attention + "kv_a_proj_with_mqa", latent.rank + latent.shared_dims, hidden, plan.attention.bias);
  layer.latent.down = output_rows(down, 0, latent.rank);
  layer.latent.shared_key = output_rows(down, latent.rank, latent.shared_dims);
  layer.latent.norm = reader.rms_norm(attention + "kv_a_layernorm", latent.rank);
  layer.latent.up = read_up(plan.attention, reader, attention);
  layer.output = reader.linear(attention + "o_proj", hidden, plan.attention.heads * plan.attention.value_dim,
                               plan.attention.output_bias);
  layer.feed_forward_norm = reader.rms_norm(name + "post_attention_layernorm", hidden);
  return layer;
}

}  // namespace regard
