// SPDX-License-Identifier: Apache-2.0
// Whether the numbers of a file are what their names say.
#include "core/base/error.h"
#include "core/capture/layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <set>

namespace regard {
namespace {

constexpr double kExactSum = 2e-5;    // of float32
constexpr double kRoundedSum = 0.02;  // of half precision and of few digits
constexpr float kSameWeight = 1e-4F;
constexpr std::size_t kColumnsOf = 4096;  // tokens: of longer texts columns are not summed

/// First, last, and some between.
std::set<std::size_t> some_of(std::size_t count) {
  return {0, count / 3, 2 * count / 3, count - 1};
}

std::string sums_text(double least, double largest) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), least == largest ? "%.4g" : "%.4g … %.4g", least, largest);
  return text.data();
}

struct RowsSeen {
  double least = 1.0, largest = 1.0;
  bool sensible = true;  ///< no weight is negative or no number
  bool ahead = false;    ///< a query looks at a key behind it
};

void look_at(const CapturedLayer& layer, RowsSeen& seen) {
  const std::size_t queries = layer.weights.rows(), keys = layer.weights.cols();
  std::vector<float> row(keys);
  for (const std::size_t head : some_of(layer.heads))
    for (const std::size_t query : some_of(queries)) {
      layer.weights.read(head, query, {0, keys}, row);
      double sum = 0.0;
      for (std::size_t key = 0; key < keys; ++key) {
        sum += row[key];
        seen.sensible = seen.sensible && row[key] >= 0.0F;
        seen.ahead = seen.ahead || (key > query && row[key] != 0.0F);
      }
      if (!layer.sink.empty()) {
        float share = 0.0F;
        layer.sink.read(head, 0, {query, query + 1}, {&share, 1});
        sum += share;
      }
      seen.least = std::min(seen.least, sum);
      seen.largest = std::max(seen.largest, sum);
    }
}

/// How far the columns of a layer's first head are from summing to 1, and whether they are its rows anyway.
struct ColumnsSeen {
  double off = std::numeric_limits<double>::infinity();
  bool mirrored = false;  ///< the grid is its own transpose, as far as rounding goes
};

ColumnsSeen look_at_columns(const CapturedLayer& layer) {
  const std::size_t tokens = layer.weights.rows();
  if (tokens != layer.weights.cols() || tokens > kColumnsOf) return {};
  Matrix grid(tokens, tokens);
  std::vector<double> sums(tokens);
  ColumnsSeen seen{0.0, true};
  for (std::size_t query = 0; query < tokens; ++query) {
    layer.weights.read(0, query, {0, tokens}, grid.row(query));
    for (std::size_t key = 0; key < tokens; ++key) {
      sums[key] += grid(query, key);
      if (key < query) seen.mirrored = seen.mirrored && std::abs(grid(query, key) - grid(key, query)) <= kSameWeight;
    }
  }
  for (const double sum : sums)
    seen.off = std::isfinite(sum) ? std::max(seen.off, std::abs(sum - 1.0)) : std::numeric_limits<double>::infinity();
  return seen;
}

double off_by(const RowsSeen& seen) {
  return std::max(1.0 - seen.least, seen.largest - 1.0);
}

/// Would the grid be one of weights with its axes exchanged, too? Rows that are exact tell where columns are but roughly so.
bool may_be_exchanged(const CapturedLayer& layer, const RowsSeen& seen) {
  if (!seen.ahead) return false;  // a lower triangle whose columns sum to 1 is the diagonal
  const ColumnsSeen columns = look_at_columns(layer);
  return !columns.mirrored && columns.off <= (off_by(seen) <= kExactSum ? kExactSum : kRoundedSum);
}

void check_sums(const CapturedLayer& layer, const RowsSeen& seen, bool may_be_low, const std::string& file) {
  const bool low = !may_be_low && !(seen.least >= 1.0 - kRoundedSum), high = !(seen.largest <= 1.0 + kRoundedSum);
  if (!low && !high && seen.sensible) return;
  const Error::Details details{
      .file = file, .item = layer.weights.array.name, .expected = "1", .found = sums_text(seen.least, seen.largest)};
  if (look_at_columns(layer).off <= kRoundedSum) throw Error("capture_transposed", details);
  if (high || !seen.sensible) throw Error("capture_sums", details);
}

/// In a causal run the first query's scores behind itself are masked, where they are at all.
bool scores_are_masked(const CapturedLayer& layer) {
  const std::size_t tokens = layer.scores.cols();
  std::vector<float> row(tokens);
  layer.scores.read(0, 0, {0, tokens}, row);
  return tokens > 1 && std::all_of(row.begin() + 1, row.end(), [](float score) { return score < -1e4F; });
}

/// Some rows of a layer's products, held against the file.
class Products {
public:
  Products(const CapturedLayer& layer, bool causal)
      : layer_(layer), causal_(causal), queries_(layer.queries.rows()), keys_(layer.keys.rows()) {}

  [[nodiscard]] bool fit(float scale) const {
    for (const std::size_t head : some_of(layer_.heads))
      for (const std::size_t query : some_of(queries_))
        if (!row_fits(head, query, scale)) return false;
    return true;
  }

private:
  [[nodiscard]] bool row_fits(std::size_t head, std::size_t query, float scale) const {
    const std::size_t dims = layer_.head_dim, end = causal_ ? query + 1 : keys_;
    const std::size_t begin = layer_.window != 0 && query + 1 > layer_.window ? query + 1 - layer_.window : 0;
    std::vector<float> asking(dims), asked(dims), stored(keys_);
    std::vector<double> scores(keys_);
    layer_.queries.read(head, query, {0, dims}, asking);
    (layer_.scores.empty() ? layer_.weights : layer_.scores).read(head, query, {0, keys_}, stored);
    double largest = -1e300, sum = 0.0;
    for (std::size_t key = begin; key < end; ++key) {
      layer_.keys.read(head * layer_.kv_heads / layer_.heads, key, {0, dims}, asked);
      double dot = 0.0;
      for (std::size_t dim = 0; dim < dims; ++dim)
        dot += static_cast<double>(asking[dim]) * asked[dim];
      scores[key] = dot * scale;
      if (layer_.cap > 0.0F) scores[key] = layer_.cap * std::tanh(scores[key] / layer_.cap);
      largest = std::max(largest, scores[key]);
    }
    for (std::size_t key = begin; key < end; ++key)
      sum += std::exp(scores[key] - largest);
    for (std::size_t key = begin; key < end; ++key) {
      const double made = layer_.scores.empty() ? std::exp(scores[key] - largest) / sum : scores[key];
      const double limit = layer_.scores.empty() ? 5e-3 : 1e-2 * std::max(1.0, std::abs(scores[key]));
      if (stored[key] > -1e4F && !(std::abs(made - stored[key]) <= limit)) return false;
    }
    return true;
  }

  const CapturedLayer& layer_;
  bool causal_;
  std::size_t queries_;
  std::size_t keys_;
};

/// How far a head looks back in a row: so many keys; 0 where it is the first key, or where weights of 0 may have come about otherwise.
std::size_t reach_of(const CapturedLayer& layer, std::size_t head, std::size_t query) {
  constexpr float kVanishing = 60.0F;  // exp(−60) is no 0 yet
  const std::size_t tokens = layer.weights.rows();
  std::vector<float> weights(tokens), scores(tokens);
  layer.weights.read(head, query, {0, tokens}, weights);
  layer.scores.read(head, query, {0, tokens}, scores);
  const auto first = std::find_if(weights.begin(), weights.end(), [](float weight) { return weight != 0.0F; });
  const auto unseen = static_cast<std::size_t>(first - weights.begin());
  const float most = *std::max_element(scores.begin(), scores.begin() + static_cast<std::ptrdiff_t>(query) + 1);
  const bool closed = unseen > 0 && unseen <= query &&
                      std::any_of(scores.begin(), scores.begin() + static_cast<std::ptrdiff_t>(unseen),
                                  [most](float score) { return score > most - kVanishing; });
  return closed ? query + 1 - unseen : 0;
}

/// A file without `window` shows it where scores stand behind weights of 0.
void find_window(CapturedLayer& layer) {
  if (layer.window != 0 || layer.weights.empty() || layer.scores.empty()) return;
  const std::size_t last = layer.weights.rows() - 1, width = reach_of(layer, 0, last);
  if (width == 0) return;
  for (const std::size_t head : some_of(layer.heads))
    for (const std::size_t query : some_of(last + 1))
      if (query >= width && reach_of(layer, head, query) != width) return;
  layer.window = width;
}

}  // namespace

void look_at_rows(Capture& capture, const std::string& file, bool order_is_chosen) {
  RowsSeen all;
  bool any_weights = false, masked = false, any_scores = false;
  bool open = !order_is_chosen && capture.rows != CapturedRows::largest_only;
  for (const CapturedLayer& layer : capture.layers) {
    if (!layer.weights.empty()) {
      RowsSeen seen;
      look_at(layer, seen);
      check_sums(layer, seen, capture.rows == CapturedRows::largest_only, file);
      all = {std::min(all.least, seen.least), std::max(all.largest, seen.largest), true, all.ahead || seen.ahead};
      open = open && may_be_exchanged(layer, seen);
      if (open && !capture.open_grids) capture.open_grids = layer.weights.array.name;
      any_weights = true;
    } else if (!layer.scores.empty()) {
      masked = (masked || !any_scores) && scores_are_masked(layer);
      any_scores = true;
    }
  }
  if (capture.causal_is_guessed && capture.token_count() > 1 && (any_weights || any_scores)) {
    capture.causal = any_weights ? !all.ahead : masked;
    capture.causal_is_guessed = false;
  }
  if (!open) capture.open_grids.reset();
  capture.least_sum = all.least;
  capture.largest_sum = all.largest;
  if (capture.rows == CapturedRows::largest_only) return;
  const double off = std::max(1.0 - all.least, all.largest - 1.0);
  capture.rows = off <= kExactSum     ? CapturedRows::whole
                 : off <= kRoundedSum ? CapturedRows::rounded
                                      : CapturedRows::below_one;
}

void look_at_products(Capture& capture) {
  for (CapturedLayer& layer : capture.layers) {
    if (capture.causal) find_window(layer);
    if (layer.queries.empty() || layer.keys.empty()) continue;
    const bool told = layer.scale != 0.0F;
    if (!told) layer.scale = 1.0F / std::sqrt(static_cast<float>(layer.head_dim));
    if (layer.scores.empty() && layer.weights.empty()) {
      layer.from_products = true;
      continue;
    }
    const Products products(layer, capture.causal);
    layer.from_products = products.fit(layer.scale);
    if (layer.from_products || told || !products.fit(1.0F)) continue;
    layer.scale = 1.0F;  // T5 and a few others do not divide
    layer.from_products = true;
  }
}

}  // namespace regard
