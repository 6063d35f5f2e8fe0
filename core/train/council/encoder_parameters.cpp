// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.h"
#include "core/base/lanes.h"
#include "core/base/random.h"
#include "core/train/council/encoder.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace regard::train {
namespace {

constexpr float kEmbeddingScale = 0.05F;
constexpr double kSlowestWave = 10'000.0;

Slot take(EncoderLayout& layout, std::size_t rows, std::size_t cols) {
  const Slot slot{layout.size, rows, cols};
  layout.size += padded(slot.size());
  return slot;
}

LinearSlots take_linear(EncoderLayout& layout, std::size_t out, std::size_t in) {
  const Slot weight = take(layout, out, in);
  return {weight, take(layout, 1, out)};
}

NormSlots take_norm(EncoderLayout& layout, std::size_t width) {
  const Slot scale = take(layout, 1, width);
  return {scale, take(layout, 1, width)};
}

void name_linear(std::vector<NamedSlot>& named, const std::string& name, const LinearSlots& linear) {
  named.push_back({name + ".weight", linear.weight});
  named.push_back({name + ".bias", linear.bias, true});
}

void name_norm(std::vector<NamedSlot>& named, const std::string& name, const NormSlots& norm) {
  named.push_back({name + ".weight", norm.scale, true});
  named.push_back({name + ".bias", norm.shift, true});
}

void fill_normal(AlignedFloats& values, const Slot& slot, float deviation, Random& random) {
  for (std::size_t index = 0; index < slot.size(); ++index)
    values[slot.first + index] = deviation * random.normal();
}

void fill_matrix(AlignedFloats& values, const Slot& slot, std::size_t rows, Random& random) {
  fill_normal(values, slot, std::sqrt(2.0F / static_cast<float>(rows + slot.cols)), random);
}

void fill_scale(AlignedFloats& values, const NormSlots& norm) {
  std::fill_n(values.begin() + static_cast<std::ptrdiff_t>(norm.scale.first), norm.scale.size(), 1.0F);
}

/// sin and cos by turns: wave 2i and 2i + 1 at place·10000^(−2i/D).
void fill_waves(AlignedFloats& values, const Slot& slot) {
  for (std::size_t place = 0; place < slot.rows; ++place)
    for (std::size_t at = 0; at < slot.cols; ++at) {
      const double turn =
          std::exp(-std::log(kSlowestWave) * static_cast<double>(at - at % 2) / static_cast<double>(slot.cols)) *
          static_cast<double>(place);
      values[slot.first + place * slot.cols + at] =
          kEmbeddingScale * static_cast<float>(at % 2 == 0 ? std::sin(turn) : std::cos(turn));
    }
}

}  // namespace

void check(const EncoderShape& shape) {
  check_between("layers", shape.layers, 1, 12);
  check_between("width", shape.width, 8, 512);
  check_between("heads", shape.heads, 1, shape.width);
  if (shape.width % shape.heads != 0)
    throw Error("training_value", {.item = "heads",
                                   .expected = "n × heads = " + std::to_string(shape.width),
                                   .found = std::to_string(shape.heads)});
  check_between("feed-forward", shape.feed_forward, 1, 4'096);
  check_between("tokens", shape.context, 4, 512);
  check_between("vocabulary", shape.vocabulary, 6, 65'536);
}

EncoderLayout layout_of(const EncoderShape& shape, std::size_t labels) {
  const std::size_t width = shape.width;
  EncoderLayout layout;
  layout.token_embedding = take(layout, shape.vocabulary, width);
  layout.position_embedding = take(layout, shape.context, width);
  layout.type_embedding = take(layout, 2, width);
  layout.embedding_norm = take_norm(layout, width);
  for (std::size_t layer = 0; layer < shape.layers; ++layer) {
    EncoderLayerSlots slots;
    slots.query_key_value = take_linear(layout, 3 * width, width);
    slots.output = take_linear(layout, width, width);
    slots.attention_norm = take_norm(layout, width);
    slots.up = take_linear(layout, shape.feed_forward, width);
    slots.down = take_linear(layout, width, shape.feed_forward);
    slots.feed_forward_norm = take_norm(layout, width);
    layout.layers.push_back(slots);
  }
  layout.transform = take_linear(layout, width, width);
  layout.transform_norm = take_norm(layout, width);
  layout.word_bias = take(layout, 1, shape.vocabulary);
  layout.probe = take_linear(layout, labels, width);
  return layout;
}

std::vector<NamedSlot> named_slots(const EncoderLayout& layout) {
  std::vector<NamedSlot> named{{"bert.embeddings.word_embeddings.weight", layout.token_embedding},
                               {"bert.embeddings.position_embeddings.weight", layout.position_embedding},
                               {"bert.embeddings.token_type_embeddings.weight", layout.type_embedding}};
  name_norm(named, "bert.embeddings.LayerNorm", layout.embedding_norm);
  for (std::size_t layer = 0; layer < layout.layers.size(); ++layer) {
    const EncoderLayerSlots& slots = layout.layers[layer];
    const std::string name = "bert.encoder.layer." + std::to_string(layer) + ".";
    std::size_t part = 0;
    for (const char* which : {"query", "key", "value"}) {
      const std::string projection = name + "attention.self." + which;
      const std::size_t width = slots.output.bias.cols;
      named.push_back({projection + ".weight", part_of(slots.query_key_value.weight, part)});
      named.push_back({projection + ".bias", {slots.query_key_value.bias.first + part * width, 1, width}, true});
      ++part;
    }
    name_linear(named, name + "attention.output.dense", slots.output);
    name_norm(named, name + "attention.output.LayerNorm", slots.attention_norm);
    name_linear(named, name + "intermediate.dense", slots.up);
    name_linear(named, name + "output.dense", slots.down);
    name_norm(named, name + "output.LayerNorm", slots.feed_forward_norm);
  }
  name_linear(named, "cls.predictions.transform.dense", layout.transform);
  name_norm(named, "cls.predictions.transform.LayerNorm", layout.transform_norm);
  named.push_back({"cls.predictions.bias", layout.word_bias, true});
  return named;
}

AlignedFloats first_parameters(const EncoderShape& shape, const EncoderLayout& layout, std::uint64_t seed) {
  Random random(seed);
  AlignedFloats values(layout.size, 0.0F);
  fill_normal(values, layout.token_embedding, kEmbeddingScale, random);
  fill_waves(values, layout.position_embedding);
  fill_scale(values, layout.embedding_norm);
  for (const EncoderLayerSlots& slots : layout.layers) {
    fill_matrix(values, slots.query_key_value.weight, shape.width, random);  // three matrices, one under the other
    for (const Slot& matrix : {slots.output.weight, slots.up.weight, slots.down.weight})
      fill_matrix(values, matrix, matrix.rows, random);
    fill_scale(values, slots.attention_norm);
    fill_scale(values, slots.feed_forward_norm);
  }
  fill_matrix(values, layout.transform.weight, layout.transform.weight.rows, random);
  fill_scale(values, layout.transform_norm);
  fill_matrix(values, layout.probe.weight, layout.probe.weight.rows, random);
  return values;
}

}  // namespace regard::train
