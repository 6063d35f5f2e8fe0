// SPDX-License-Identifier: Apache-2.0
// Heads that tell classes apart: of a text, of each token, or where an answer begins and ends.
#include "core/model/config_reader.h"
#include "core/model/encoder_layout.h"
#include "core/model/family.h"
#include "core/model/weight_reader.h"

#include <string>

namespace regard {
namespace {

constexpr std::string_view kSpans = "qa_outputs";
constexpr std::size_t kMostLabels = 1'048'576;

std::string name_of(const ClassHeadNames& names, ClassHead::Of of) {
  if (of == ClassHead::Of::spans && !names.alike) return std::string(kSpans);
  return std::string(of == ClassHead::Of::text ? names.text : names.tokens);
}

/// Only what the class has of what the family says about heads; what stands between is what the kind always has, where it says
/// nothing.
void settle(const ModelClass& of, ClassHead& head) {
  const ClassHeadNames& names = of.architecture->heads;
  head.pooled = head.pooled && of.classes == ClassHead::Of::text;
  if (of.classes != ClassHead::Of::text && !names.alike)
    head.between = ClassHead::Between::none;
  else if (head.between == ClassHead::Between::none)
    head.between = names.between;
}

}  // namespace

ClassHead::Between read_between(const ConfigReader& reader, std::string_view key) {
  if (reader.text(key, "gelu") == "tanh") return ClassHead::Between::tanh;
  switch (read_activation(reader, "gelu", key)) {
    case Activation::gelu:
      return ClassHead::Between::gelu;
    case Activation::gelu_tanh:
      return ClassHead::Between::gelu_tanh;
    case Activation::relu_squared:  // no such head is read
    case Activation::relu:
      return ClassHead::Between::relu;
    case Activation::silu:
      return ClassHead::Between::silu;
    case Activation::quick_gelu:
      return ClassHead::Between::quick_gelu;
  }
  return ClassHead::Between::none;
}

std::vector<std::string> read_labels(const ConfigReader& reader) {
  std::vector<std::string> labels;
  const auto names = reader.object("id2label");
  if (!names) {
    const ConfigReader::Bounds bounds{.most = kMostLabels};
    const std::size_t older = reader.size("_num_labels", bounds, 2, Null::missing);
    const std::size_t count = reader.size("num_labels", bounds, older, Null::missing);
    for (std::size_t id = 0; id < count; ++id)
      labels.push_back("LABEL_" + std::to_string(id));
    return labels;
  }
  for (std::string id = "0"; names->has(id); id = std::to_string(labels.size()))
    labels.push_back(names->text(id));
  if (labels.empty()) names->fail("0", "\"…\"");
  return labels;
}

void read_class_head(const ConfigReader& reader, const ModelClass& of, ModelConfig& config) {
  if (of.classes == ClassHead::Of::nothing) return;
  config.class_head.of = of.classes;
  settle(of, config.class_head);
  if (of.classes == ClassHead::Of::spans) return;
  config.labels = read_labels(reader);
  const bool whole = of.classes == ClassHead::Of::text;
  const std::string problem = reader.text("problem_type", "", Null::missing);
  config.class_head.independent = whole && problem == "multi_label_classification";
  config.class_head.numbers = config.labels.size() == 1 || (whole && problem == "regression");
}

void read_class_weights(const ModelConfig& config, WeightReader& reader, Weights& weights) {
  const ClassHead& head = config.class_head;
  const ClassHeadNames& names = find_architecture(config.architecture)->heads;
  const std::size_t outputs = head.of == ClassHead::Of::spans ? 2 : config.labels.size();
  const std::size_t width = weights.output_projection.weight.empty() ? config.hidden : config.table_width();
  const std::string name = name_of(names, head.of);
  if (head.between != ClassHead::Between::none)
    weights.class_transform =
        reader.linear(std::string(names.text_transform), config.hidden, config.hidden, head.transform_bias);
  if (!names.norm.empty()) weights.class_norm = read_stream_norm(config, reader, std::string(names.norm));
  weights.class_output = reader.linear(name, outputs, width, reader.has(name + ".bias"));
  for (auto& owner : reader.take_storage())
    weights.storage.push_back(std::move(owner));
}

bool has_class_weights(const ModelConfig& config, const WeightReader& reader) {
  const ClassHeadNames& names = find_architecture(config.architecture)->heads;
  return reader.has(name_of(names, config.class_head.of) + ".weight");
}

}  // namespace regard
