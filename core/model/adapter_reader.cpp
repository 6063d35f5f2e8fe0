// SPDX-License-Identifier: Apache-2.0
#include "core/model/adapter_reader.h"

#include "core/base/eigen.h"
#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/progress.h"
#include "core/model/unread_tensors.h"

#include <algorithm>
#include <utility>

namespace regard {
namespace {

constexpr std::string_view kA = ".lora_A.weight", kB = ".lora_B.weight", kLengths = ".lora_magnitude_vector";

using FloatRowsView = Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;

Eigen::VectorXd as_doubles(std::span<const float> numbers) {
  return as_vector(numbers).cast<double>();
}

std::vector<float> widened(const TensorView& tensor) {
  std::vector<float> numbers(tensor.rows() * tensor.cols());
  copy_as_f32(tensor, 0, numbers);
  return numbers;
}

/// ‖w‖², w·δ and ‖δ‖² of every output: δ = b·A, so w·δ = b·(A·w) and ‖δ‖² = b·(A·Aᵀ)·bᵀ.
std::shared_ptr<const Magnitudes> measure(const Linear& linear, const LowRank& low_rank, std::vector<float> length,
                                          const std::stop_token& stop) {
  const std::size_t outputs = linear.weight.rows(), inputs = linear.weight.cols(), rank = low_rank.a.rows();
  const std::vector<float> a = widened(low_rank.a), b = widened(low_rank.b);
  const Eigen::MatrixXd a_rows =
      FloatRowsView(a.data(), static_cast<Eigen::Index>(rank), static_cast<Eigen::Index>(inputs)).cast<double>();
  const Eigen::MatrixXd gram = a_rows * a_rows.transpose();
  auto result = std::make_shared<Magnitudes>();
  result->length = std::move(length);
  result->weight.resize(outputs);
  result->between.resize(outputs);
  result->change.resize(outputs);
  parallel_for(outputs, 64, [&](std::size_t begin, std::size_t end) {
    std::vector<float> row(inputs);
    for (std::size_t output = begin; output < end; ++output) {
      throw_if_stopped(stop);
      copy_own_weights_of(linear, output, row);
      const Eigen::VectorXd w = as_doubles(row), b_row = as_doubles(std::span(b).subspan(output * rank, rank));
      result->weight[output] = w.squaredNorm();
      result->between[output] = b_row.dot(a_rows * w);
      result->change[output] = b_row.dot(gram * b_row);
    }
  });
  return result;
}

/// `name` ends with `end`, alone or behind a dot.
bool ends_as(std::string_view name, std::string_view end) {
  return name.ends_with(end) && (name.size() == end.size() || name[name.size() - end.size() - 1] == '.');
}

}  // namespace

AdapterReader::AdapterReader(const AdapterFiles& files, std::size_t index, const std::stop_token& stop)
    : files_(files), index_(index), reader_(files.tensors, stop), stop_(stop) {
  for (const auto& [name, place] : files.tensors.places)
    names_.emplace(unwrapped_name(name), name);
  told_.path = files.use.path;
  told_.name = files.name;
  told_.config = files.config;
  told_.strength = files.use.strength;
  told_.bytes_on_disk = files.tensors.bytes();
}

std::string AdapterReader::find(std::string_view name, std::string_view root) const {
  if (files_.tensors.own_name) {  // GGUF
    std::string own = files_.tensors.own_name(name);
    return files_.tensors.places.contains(own) ? own : std::string();
  }
  if (const auto found = names_.find(name); found != names_.end()) return found->second;
  // A model with a head and one without call the same matrix by names with and without a prefix.
  const std::string_view rest = name.starts_with(root) ? name.substr(root.size()) : name;
  for (const auto& [plain, own] : names_)
    if (ends_as(plain, rest)) return own;
  return {};
}

std::string AdapterReader::replacement(std::string_view tensor, std::string_view root) const {
  return files_.tensors.own_name ? std::string() : find(tensor, root);  // llama.cpp's have none
}

TensorView AdapterReader::replaced(const std::string& own, std::vector<std::size_t> shape) {
  told_.replaced.push_back(unwrapped_name(own));
  return reader_.tensor(own, std::move(shape));
}

std::vector<float> AdapterReader::replaced_vector(const std::string& own, std::size_t size) {
  told_.replaced.push_back(unwrapped_name(own));
  return reader_.vector(own, size);
}

void AdapterReader::adapt(std::string_view module, std::string_view root, Linear& linear) {
  const std::string name(module);
  const std::string a = find(name + std::string(kA), root), b = find(name + std::string(kB), root);
  if (a.empty() && b.empty()) return;
  const auto shape_in_file = [&](const std::string& own) {
    const auto place = files_.tensors.places.find(own);
    return place == files_.tensors.places.end() ? std::vector<std::size_t>{} : place->second.tensor.shape;
  };
  const std::size_t outputs = linear.weight.rows(), inputs = linear.weight.cols();
  std::size_t rank = rank_of(files_.config, module, files_.listing);
  if (const auto shape = shape_in_file(a); rank == 0 && !shape.empty()) rank = shape.front();
  if (rank == 0) throw Error("adapter_rank", {.file = files_.listing, .item = a, .found = "0"});
  LowRank low_rank;
  low_rank.adapter = index_;
  low_rank.a = reader_.tensor(a.empty() ? name + std::string(kA) : a, {rank, inputs});
  low_rank.b = reader_.tensor(b.empty() ? name + std::string(kB) : b, {outputs, rank});
  low_rank.scale = scale_of(files_.config, module, rank, files_.listing);
  low_rank.strength = files_.use.strength;
  if (files_.config.dora) {
    std::string lengths = find(name + std::string(kLengths), root);
    if (lengths.empty()) lengths = find(name + std::string(kLengths) + ".weight", root);
    low_rank.magnitudes = measure(
        linear, low_rank, reader_.vector(lengths.empty() ? name + std::string(kLengths) : lengths, outputs), stop_);
  }
  linear.adapted.push_back(std::move(low_rank));
  told_.low_rank.emplace_back(module);
  told_.most_rank = std::max(told_.most_rank, rank);
  told_.least_rank = told_.least_rank == 0 ? rank : std::min(told_.least_rank, rank);
}

ModelAdapter AdapterReader::tell(const ModelConfig& model) const {
  for (const std::string& own : reader_.unread())
    if (!is_other_part(unwrapped_name(own), model, {}))
      throw Error("adapter_tensor", {.file = files_.listing, .item = own, .expected = model.architecture});
  ModelAdapter told = told_;
  told.parameters = reader_.parameters();
  return told;
}

}  // namespace regard
