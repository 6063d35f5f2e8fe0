// SPDX-License-Identifier: Apache-2.0
#include "core/engine/variants.h"

#include "core/engine/engine.h"
#include "core/engine/forward.h"
#include "core/engine/growing_trace.h"
#include "core/trace/kind_obstacle.h"
#include "core/trace/switched_positions.h"

#include <algorithm>

namespace regard {
namespace {

using Variant = std::vector<Intervention>;

constexpr std::size_t kRowsTogether = 512;  // products are at full speed, and a layer's rows still take a few megabytes

std::vector<Request> requests_of(const Request& base, std::span<const Variant> variants) {
  std::vector<Request> requests;
  requests.reserve(variants.size());
  for (const Variant& variant : variants) {
    Request& request = requests.emplace_back(base);
    request.interventions.insert(request.interventions.end(), variant.begin(), variant.end());
  }
  return requests;
}

void copy_rows(const Matrix& stream, std::size_t first_row, std::span<const std::size_t> positions, Matrix& to,
               std::size_t to_row) {
  for (const std::size_t position : positions)
    std::copy_n(stream.row(first_row + position).begin(), stream.cols, to.row(to_row++).begin());
}

/// The first layer that any of the variants changes.
std::size_t first_layer_of(const ModelConfig& config, std::span<const Variant> variants) {
  std::size_t first = config.layers;
  for (const Variant& variant : variants)
    first = std::min(first, first_change({}, variant, config).layer);
  return first;
}

/// A trace whose rows are those of all texts, of which only what the pass needs has memory.
Trace stacked_trace(const Trace& base, std::size_t texts, std::size_t first_layer) {
  Trace trace = empty_trace(base.model, {});
  const std::size_t rows = texts * base.tokens();
  trace.request.ids.resize(rows);
  const std::size_t first_stream = base.model->config.stream_read(first_layer);
  for (std::size_t index = first_stream; index <= first_layer; ++index) {
    const Matrix& stream = base.residual[index];
    Matrix& streams = trace.residual[index];
    streams = Matrix(0, stream.cols);
    for (std::size_t text = 0; text < texts; ++text)
      streams.values.insert(streams.values.end(), stream.values.begin(), stream.values.end());
    streams.rows = rows;
  }
  trace.residual[first_layer + 1] = Matrix(rows, base.residual[first_layer].cols);
  resize_layer(trace.layers[first_layer], rows);
  return trace;
}

/// The last streams of all texts.
Matrix run_stacked(const Trace& base, std::span<const Request> requests, std::size_t first_layer,
                   const std::stop_token& stop) {
  Trace trace = stacked_trace(base, requests.size(), first_layer);
  const Range rows{0, trace.tokens()};
  Pass pass{*base.model, trace, rows, stop, nullptr, first_layer, false, requests};
  forward(pass);
  return std::move(trace.residual.back());
}

}  // namespace

std::size_t variants_at_once(std::size_t tokens) {
  return std::max<std::size_t>(1, kRowsTogether / std::max<std::size_t>(tokens, 1));
}

Matrix run_variants(const std::shared_ptr<const Trace>& base, std::span<const Variant> variants,
                    std::span<const std::size_t> positions, const std::stop_token& stop) {
  const ModelConfig& config = base->model->config;
  Matrix result(variants.size() * positions.size(), config.hidden);
  const std::size_t group = variants_at_once(base->tokens());
  for (std::size_t first = 0; first < variants.size(); first += group) {
    throw_if_stopped(stop);
    const auto some = variants.subspan(first, std::min(group, variants.size() - first));
    const std::vector<Request> requests = requests_of(base->request, some);
    for (const Request& request : requests) {
      check_interventions(request.interventions, config, base->tokens());
      check_kinds(config, request);
    }
    const std::size_t first_layer = first_layer_of(config, some);
    // A decoder's texts each look at the encoder; rows of texts that stand elsewhere are embedded and turned each in its own way;
    // where layers read keys of earlier ones, or there are several streams, those have to be there.
    const bool moved =
        std::ranges::any_of(some, [](const Variant& each) { return std::ranges::any_of(each, moves_positions); });
    const bool stacked = !config.encoder && !config.streams && !moved && first_layer < config.layers &&
                         std::ranges::all_of(config.plans, reads_stream_alone);
    const Matrix streams = stacked ? run_stacked(*base, requests, first_layer, stop) : Matrix{};
    for (std::size_t at = 0; at < some.size(); ++at) {
      const std::size_t row = (first + at) * positions.size();
      if (stacked)
        copy_rows(streams, at * base->tokens(), positions, result, row);
      else
        copy_rows(run(base->model, requests[at], base, stop)->residual.back(), 0, positions, result, row);
    }
  }
  return result;
}

Matrix logits_of(const Model& model, const Matrix& residual, const std::stop_token& stop) {
  return unembed(model, all_rows(residual), stop);
}

}  // namespace regard
