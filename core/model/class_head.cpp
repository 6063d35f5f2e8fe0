// SPDX-License-Identifier: Apache-2.0
// Heads that tell classes apart: of a text, of each token, or where an answer begins and ends.
#include "core/model/config_reader.h"
#include "core/model/family.h"
#include "core/model/weight_reader.h"

#include <string>

namespace regard {
namespace {

constexpr std::string_view kSpans = "qa_outputs";
constexpr std::size_t kMostLabels = 1'048'576;

std::string name_of(const ClassHeadNames& names, ClassHead::Of of) {
  if (of == ClassHead::Of::spans) return std::string(kSpans);
  return std::string(of == ClassHead::Of::text ? names.text : names.tokens);
}

}  // namespace

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
  if (of.classes == ClassHead::Of::spans) return;
  config.labels = read_labels(reader);
  const bool whole = of.classes == ClassHead::Of::text;
  if (whole) config.class_head.between = of.architecture->heads.between;
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
    weights.class_transform = reader.linear(std::string(names.text_transform), config.hidden, config.hidden, true);
  weights.class_output = reader.linear(name, outputs, width, reader.has(name + ".bias"));
  for (auto& owner : reader.take_storage())
    weights.storage.push_back(std::move(owner));
}

bool has_class_weights(const ModelConfig& config, const WeightReader& reader) {
  const ClassHeadNames& names = find_architecture(config.architecture)->heads;
  return reader.has(name_of(names, config.class_head.of) + ".weight");
}

}  // namespace regard
