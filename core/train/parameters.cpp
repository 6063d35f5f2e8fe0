// SPDX-License-Identifier: Apache-2.0
#include "core/train/parameters.h"

#include "core/base/lanes.h"
#include "core/base/random.h"

#include <algorithm>
#include <cmath>

namespace regard::train {
namespace {

Slot take(Layout& layout, std::size_t rows, std::size_t cols) {
  const Slot slot{layout.size, rows, cols};
  layout.size += padded(slot.size());
  return slot;
}

NormSlots take_norm(Layout& layout, const Shape& shape) {
  NormSlots norm{.scale = take(layout, 1, shape.width)};
  if (shape.norm == NormKind::layer_norm) norm.shift = take(layout, 1, shape.width);
  return norm;
}

void name_norm(std::vector<NamedSlot>& named, const std::string& name, const NormSlots& norm) {
  named.push_back({name + ".weight", norm.scale, true});
  if (norm.shift.size() > 0) named.push_back({name + ".bias", norm.shift, true});
}

void fill_matrix(AlignedFloats& values, const Slot& slot, Random& random) {
  const float bound = 1.0F / std::sqrt(static_cast<float>(slot.cols));
  for (std::size_t index = 0; index < slot.size(); ++index)
    values[slot.first + index] = bound * (2.0F * random.uniform() - 1.0F);
}

void fill_embedding(AlignedFloats& values, const Slot& slot, Random& random) {
  for (std::size_t index = 0; index < slot.size(); ++index)
    values[slot.first + index] = random.normal();
}

void fill_scale(AlignedFloats& values, const NormSlots& norm) {
  std::fill_n(values.begin() + static_cast<std::ptrdiff_t>(norm.scale.first), norm.scale.size(), 1.0F);
}

}  // namespace

Slot part_of(const Slot& query_key_value, std::size_t part) {
  const std::size_t rows = query_key_value.rows / 3;
  return {query_key_value.first + part * rows * query_key_value.cols, rows, query_key_value.cols};
}

Layout layout_of(const Shape& shape) {
  const std::size_t width = shape.width, inner = shape.feed_forward;
  Layout layout;
  layout.token_embedding = take(layout, shape.vocabulary, width);
  if (shape.positions == PositionKind::learned) layout.position_embedding = take(layout, shape.context, width);
  for (std::size_t layer = 0; layer < shape.layers; ++layer) {
    LayerSlots slots;
    slots.attention_norm = take_norm(layout, shape);
    slots.query_key_value = take(layout, 3 * width, width);
    slots.output = take(layout, width, width);
    if (inner > 0) {
      slots.feed_forward_norm = take_norm(layout, shape);
      slots.up = take(layout, inner, width);
      slots.down = take(layout, width, inner);
    }
    layout.layers.push_back(slots);
  }
  layout.final_norm = take_norm(layout, shape);
  layout.unembedding = take(layout, shape.vocabulary, width);
  return layout;
}

std::vector<NamedSlot> named_slots(const Layout& layout) {
  std::vector<NamedSlot> named;
  named.push_back({"model.embed_tokens.weight", layout.token_embedding});
  if (layout.position_embedding.size() > 0)
    named.push_back({"model.embed_positions.weight", layout.position_embedding});
  for (std::size_t layer = 0; layer < layout.layers.size(); ++layer) {
    const LayerSlots& slots = layout.layers[layer];
    const std::string name = "model.layers." + std::to_string(layer) + ".";
    name_norm(named, name + "input_layernorm", slots.attention_norm);
    named.push_back({name + "self_attn.q_proj.weight", part_of(slots.query_key_value, 0)});
    named.push_back({name + "self_attn.k_proj.weight", part_of(slots.query_key_value, 1)});
    named.push_back({name + "self_attn.v_proj.weight", part_of(slots.query_key_value, 2)});
    named.push_back({name + "self_attn.o_proj.weight", slots.output});
    if (slots.up.size() == 0) continue;
    name_norm(named, name + "post_attention_layernorm", slots.feed_forward_norm);
    named.push_back({name + "mlp.up_proj.weight", slots.up});
    named.push_back({name + "mlp.down_proj.weight", slots.down});
  }
  name_norm(named, "model.norm", layout.final_norm);
  named.push_back({"lm_head.weight", layout.unembedding});
  return named;
}

std::size_t parameter_count(const Layout& layout) {
  std::size_t count = 0;
  for (const NamedSlot& named : named_slots(layout))
    count += named.slot.size();
  return count;
}

AlignedFloats first_parameters(const Layout& layout, std::uint64_t seed) {
  Random random(seed);
  AlignedFloats values(layout.size, 0.0F);
  fill_embedding(values, layout.token_embedding, random);
  fill_embedding(values, layout.position_embedding, random);
  for (const LayerSlots& slots : layout.layers) {
    fill_scale(values, slots.attention_norm);
    fill_scale(values, slots.feed_forward_norm);
    for (const Slot& matrix : {slots.query_key_value, slots.output, slots.up, slots.down})
      fill_matrix(values, matrix, random);
  }
  fill_scale(values, layout.final_norm);
  fill_matrix(values, layout.unembedding, random);
  return values;
}

}  // namespace regard::train
