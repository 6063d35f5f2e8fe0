// SPDX-License-Identifier: Apache-2.0
#include "tests/core/engine/reference.h"

#include "core/base/mapped_file.h"
#include "core/base/text_file.h"
#include "core/format/png.h"
#include "core/trace/sink.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

namespace regard::testing {
namespace {

namespace fs = std::filesystem;

MaskMode mask_mode(const std::string& name) {
  if (name == "causal") return MaskMode::causal;
  return name == "bidirectional" ? MaskMode::bidirectional : MaskMode::as_trained;
}

ReferenceRun read_run(const nlohmann::json& json, const Model& model, const fs::path& folder) {
  ReferenceRun run{.name = json.at("name"), .text = json.value("text", ""), .target = json.value("target", "")};
  if (json.contains("image")) {
    const fs::path file = folder / json.at("image").get<std::string>();
    const RgbImage picture = parse_png(MappedFile(file).bytes(), file.string());
    run.image = prepare_image(picture, model.image_steps, *model.config.patches);
    run.request = request_for(model, run.image);
  } else {
    run.request.ids = json.at("ids").get<std::vector<std::int32_t>>();
  }
  if (json.contains("encoder_ids")) run.request.encoder_ids = json.at("encoder_ids").get<std::vector<std::int32_t>>();
  run.request.mask = mask_mode(json.value("mask", "as_trained"));
  run.request.temperature = json.value("temperature", 1.0F);
  run.strengths = json.value("strengths", std::vector<float>{});
  run.request.all_logits = true;
  return run;
}

}  // namespace

fs::path reference_folder(const std::string& model) {
  return fs::path(REGARD_REFERENCE_DIR) / model;
}

std::vector<float> Reference::array(const ReferenceRun& run, const std::string& tensor) const {
  return arrays.at(run.name + "_" + tensor).as_f32();
}

nlohmann::json reference_runs(const std::string& model) {
  return nlohmann::json::parse(read_file(reference_folder(model) / "reference.json", 1 << 20)).at("runs");
}

Reference open_reference(const std::string& model) {
  return open_reference(model, load_model(reference_folder(model)));
}

Reference open_reference(const std::string& name, std::shared_ptr<const Model> model) {
  const fs::path folder = reference_folder(name);
  Reference reference{std::move(model), read_npz(folder / "reference.npz")};
  for (const auto& run : reference_runs(name))
    reference.runs.push_back(read_run(run, *reference.model, folder));
  return reference;
}

RecordedRun recorded_run(const std::string& model, std::size_t index) {
  RecordedRun recorded{open_reference(model), index};
  recorded.trace = run(recorded.reference.model, recorded.reference.runs.at(index).request);
  return recorded;
}

Request request_for(const Model& model, const ImageInput& image) {
  Request request{.patches = std::make_shared<const Matrix>(image.patches), .all_logits = true};
  request.ids.resize(model.config.context);
  std::iota(request.ids.begin(), request.ids.end(), 0);
  return request;
}

double scale_of_sums(const std::vector<float>& sums) {
  float largest = 0.0F;
  for (const float sum : sums)
    largest = std::max(largest, std::abs(sum));
  return std::max(1.0, static_cast<double>(largest) / 10.0);
}

Differences differences(const Trace& trace, const Arrays& arrays, const std::string& run, const std::string& prefix) {
  Differences worst;
  const auto compare = [&](const std::string& tensor, const std::vector<float>& ours) {
    const std::string name = prefix + tensor;
    worst[name] = worst_difference(ours, arrays.at(std::string(run).append("_").append(name)).as_f32());
  };
  const auto compare_sums = [&](const std::string& tensor, const std::vector<float>& ours) {
    compare(tensor, ours);
    worst[prefix + tensor] /= scale_of_sums(ours);
  };
  compare("q", all_heads(trace, &LayerTrace::queries));
  compare("k", all_heads(trace, &LayerTrace::keys));
  compare("v", all_heads(trace, &LayerTrace::values));
  compare("scores", all_scores(trace));
  compare("weights", all_weights(trace));
  if (has_sinks(trace)) compare("sink", all_sinks(trace));
  compare_sums("head_out", all_heads(trace, &LayerTrace::head_outputs));
  compare_sums("attention_output", all_rows_of(trace, &LayerTrace::attention_output));
  if (trace.request.cross) return worst;  // the rest is its decoder's
  compare_sums("residual", all_residuals(trace));
  compare_sums("feed_forward_output", all_rows_of(trace, &LayerTrace::feed_forward_output));
  if (prefix.empty() && arrays.contains(run + "_latent")) {
    compare("latent", all_rows_of(trace, &LayerTrace::latent));
    compare("shared_key", all_rows_of(trace, &LayerTrace::shared_key));
    compare("content", all_score_parts(trace, ScorePartKind::content));
    compare("rotary", all_score_parts(trace, ScorePartKind::rotary));
  }
  if (prefix.empty() && arrays.contains(run + "_router")) {
    compare("router", all_rows_of(trace, &LayerTrace::router));
    compare("gates", all_gates(trace));
  }
  if (prefix.empty() && arrays.contains(run + "_logits")) compare("logits", trace.logits.values);
  return worst;
}

void gather(Differences& all, const Differences& more) {
  for (const auto& [tensor, difference] : more)
    all[tensor] = std::max(all[tensor], difference);
}

double worst_of(const Differences& differences) {
  double worst = 0.0;
  for (const auto& [tensor, difference] : differences)
    worst = std::max(worst, difference);
  return worst;
}

void tell(const std::string& model, const Differences& worst) {
  std::cout << model << ": worst difference";
  for (const auto& [tensor, difference] : worst)
    std::cout << "  " << tensor << " " << difference;
  std::cout << "\n";
}

std::shared_ptr<const Model> with_one_value_changed(const Model& model, Linear LayerWeights::*matrix) {
  auto weights = std::make_shared<Weights>(*model.weights);
  if ((weights->layers.front().*matrix).weight.empty()) matrix = &LayerWeights::output;  // latent attention has no W_V
  const std::size_t stride = (weights->layers.front().*matrix).input_stride;
  TensorView& tensor = (weights->layers.front().*matrix).weight;
  if (tensor.dtype != DType::f32 && tensor.dtype != DType::f16 && tensor.dtype != DType::bf16) {
    const auto wide = std::make_shared<std::vector<float>>(tensor.rows() * tensor.cols());
    copy_as_f32(tensor, 0, *wide);
    tensor = {DType::f32, tensor.shape, reinterpret_cast<const std::byte*>(wide->data()), {}};
    weights->storage.push_back(wide);
  }
  std::size_t at = 7;  // of a weight that is not 0
  for (float number = 0.0F; number == 0.0F && at + 1 < tensor.rows() * tensor.cols(); at += number == 0.0F ? 1 : 0)
    copy_as_f32(tensor, at, {&number, 1});
  const std::size_t element = tensor.dtype == DType::f32 ? 4 : 2;
  // A part of a fused matrix that is stored by input ends in the middle of the last row.
  const std::size_t numbers =
      stride == 0 ? tensor.rows() * tensor.cols() : (tensor.cols() - 1) * stride + tensor.rows();
  const auto copy = std::make_shared<std::vector<std::byte>>(tensor.data, tensor.data + numbers * element);
  (*copy)[element * at + element - 1] ^= std::byte{0x01};  // one bit of the exponent of one weight
  tensor.data = copy->data();
  weights->storage.push_back(copy);
  auto changed = std::make_shared<Model>(model);
  changed->weights = weights;
  return changed;
}

}  // namespace regard::testing
