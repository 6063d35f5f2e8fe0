// SPDX-License-Identifier: Apache-2.0
#include "core/trace/kernel_scores.h"

#include "core/base/matrix.h"
#include "core/trace/random_directions.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace regard {
namespace {

constexpr float kLeastProduct = 1e-30F;  ///< smaller sums of features are added up by their logarithms

/// Some rows of d numbers each, wherever they stand.
struct Vectors {
  const float* data = nullptr;
  std::size_t count = 0, width = 0;
  std::size_t stride = 0;  ///< of vectors
  std::size_t step = 1;    ///< of the numbers of a vector
  [[nodiscard]] double at(std::size_t vector, std::size_t dimension) const {
    return static_cast<double>(data[vector * stride + dimension * step]);
  }
  [[nodiscard]] double square(std::size_t vector) const {
    double sum = 0.0;
    for (std::size_t dimension = 0; dimension < width; ++dimension)
      sum += at(vector, dimension) * at(vector, dimension);
    return sum;
  }
};

/// ln φ of some vectors: [count, m].
struct LogFeatures {
  std::size_t count = 0, features = 0;
  std::vector<double> logs{};
  std::vector<double> largest{};  ///< [count] of each vector
  [[nodiscard]] const double* row(std::size_t vector) const { return logs.data() + vector * features; }
};

void note_largest(LogFeatures& of) {
  of.largest.resize(of.count);
  for (std::size_t vector = 0; vector < of.count; ++vector)
    of.largest[vector] = *std::max_element(of.row(vector), of.row(vector) + of.features);
}

/// ln(elu(x) + 1): ln(x + 1) above 0, else x.
LogFeatures elu_features(const Vectors& of) {
  LogFeatures result{.count = of.count, .features = of.width, .logs = std::vector<double>(of.count * of.width)};
  for (std::size_t vector = 0; vector < of.count; ++vector)
    for (std::size_t dimension = 0; dimension < of.width; ++dimension) {
      const double x = of.at(vector, dimension);
      result.logs[vector * of.width + dimension] = x > 0.0 ? std::log1p(x) : x;
    }
  note_largest(result);
  return result;
}

/// ωᵀx' − ‖x'‖²/2, without √m.
LogFeatures random_features(const Vectors& of, const Matrix& directions, double scale) {
  LogFeatures result{.count = of.count, .features = directions.rows};
  result.logs.resize(of.count * directions.rows);
  const double root = std::sqrt(scale);
  std::vector<double> vector_here(of.width);
  for (std::size_t vector = 0; vector < of.count; ++vector) {
    for (std::size_t dimension = 0; dimension < of.width; ++dimension)
      vector_here[dimension] = of.at(vector, dimension) * root;
    const double half = 0.5 * scale * of.square(vector);
    for (std::size_t feature = 0; feature < directions.rows; ++feature) {
      const float* direction = directions.row(feature).data();
      double sum = 0.0;
      for (std::size_t dimension = 0; dimension < of.width; ++dimension)
        sum += static_cast<double>(direction[dimension]) * vector_here[dimension];
      result.logs[vector * directions.rows + feature] = sum - half;
    }
  }
  note_largest(result);
  return result;
}

/// The directions that were asked for last stay: a run asks for the same ones block after block.
const Matrix& directions_for(std::size_t features, std::size_t width) {
  thread_local Matrix last;
  if (last.rows != features || last.cols != width) last = orthogonal_gaussian(features, width, 0);
  return last;
}

/// exp(log − largest): [count, m], or [m, count].
PaddedMatrix raised(const LogFeatures& of, bool transposed) {
  PaddedMatrix result;
  result.resize(transposed ? of.features : of.count, transposed ? of.count : of.features);
  for (std::size_t vector = 0; vector < of.count; ++vector)
    for (std::size_t feature = 0; feature < of.features; ++feature) {
      const auto value = static_cast<float>(std::exp(of.row(vector)[feature] - of.largest[vector]));
      (transposed ? result.row(feature)[vector] : result.row(vector)[feature]) = value;
    }
  return result;
}

/// ln Σ_f exp(a_f + b_f), for products that float32 cannot hold.
double log_product(const double* a, const double* b, std::size_t features) {
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t feature = 0; feature < features; ++feature)
    largest = std::max(largest, a[feature] + b[feature]);
  double sum = 0.0;
  for (std::size_t feature = 0; feature < features; ++feature)
    sum += std::exp(a[feature] + b[feature] - largest);
  return largest + std::log(sum);
}

/// T·(ln φ(q)·φ(k) − `constant`)
void log_products(const LogFeatures& queries, const LogFeatures& keys, double temperature, double constant,
                  std::size_t begin, float* out, std::size_t out_stride) {
  const PaddedMatrix asking = raised(queries, false), asked = raised(keys, true);
  PaddedMatrix products;
  products.resize(queries.count, keys.count);
  multiply({asking.row(0), asking.stride}, queries.count, queries.features, asked.row(0), asked.stride, 0,
           products.stride, products.row(0), products.stride);
  for (std::size_t query = 0; query < queries.count; ++query)
    for (std::size_t key = 0; key < keys.count; ++key) {
      const float product = products.row(query)[key];
      const double log = product < kLeastProduct
                             ? log_product(queries.row(query), keys.row(key), queries.features)
                             : std::log(static_cast<double>(product)) + queries.largest[query] + keys.largest[key];
      out[query * out_stride + begin + key] = static_cast<float>(temperature * (log - constant));
    }
}

void cosine_scores(double sharpness, const Vectors& queries, const Vectors& keys, const float* products,
                   std::size_t stride, float* out, std::size_t out_stride) {
  std::vector<double> lengths(keys.count);
  for (std::size_t key = 0; key < keys.count; ++key)
    lengths[key] = std::sqrt(keys.square(key));
  for (std::size_t query = 0; query < queries.count; ++query) {
    const double length = std::sqrt(queries.square(query));
    for (std::size_t key = 0; key < keys.count; ++key) {
      const double both = length * lengths[key];
      const double product = static_cast<double>(products[query * stride + key]);
      out[query * out_stride + key] = both > 0.0 ? static_cast<float>(sharpness * product / both) : 0.0F;
    }
  }
}

}  // namespace

void kernel_scores(const KernelRule& rule, Strided queries, std::size_t count, const PaddedMatrix& transposed_keys,
                   std::size_t begin, std::size_t end, float* out, std::size_t out_stride) {
  const PaddedMatrix& keys = transposed_keys;
  const std::size_t width = keys.rows, last = std::max(begin, std::min(end, keys.cols));
  const Vectors asking{queries.data, count, width, queries.stride, 1};
  const Vectors asked{keys.row(0) + begin, last - begin, width, 1, keys.stride};
  if (count == 0 || asked.count == 0) return;
  if (rule.kind.form == KindForm::cosine) {
    multiply(queries, count, width, keys.values.data(), keys.stride, begin, end, out, out_stride);
    return cosine_scores(static_cast<double>(rule.kind.first), asking, asked, out + begin, out_stride, out + begin,
                         out_stride);
  }
  if (rule.kind.form == KindForm::linear)
    return log_products(elu_features(asking), elu_features(asked), 1.0, 0.0, begin, out, out_stride);
  const Matrix& directions = directions_for(rule.kind.first, width);
  const double temperature = static_cast<double>(rule.temperature);
  const double scale = static_cast<double>(rule.scale) / temperature;
  log_products(random_features(asking, directions, scale), random_features(asked, directions, scale), temperature,
               std::log(static_cast<double>(directions.rows)), begin, out, out_stride);
}

}  // namespace regard
