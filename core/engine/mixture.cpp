// SPDX-License-Identifier: Apache-2.0
#include "core/engine/mixture.h"

#include "core/engine/feed_forward.h"
#include "core/engine/linear.h"
#include "core/engine/norm.h"
#include "core/trace/experts.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

/// A row that goes through an expert.
struct Visit {
  std::size_t row = 0;
  float gate = 0.0F;
};
using Visits = std::vector<Visit>;

void softmax_in_place(std::span<float> row) {
  const float maximum = *std::max_element(row.begin(), row.end());
  double sum = 0.0;
  for (float& value : row) {
    value = std::exp(value - maximum);
    sum += static_cast<double>(value);
  }
  for (float& value : row)
    value = static_cast<float>(static_cast<double>(value) / sum);
}

void sigmoid_in_place(std::span<float> row) {
  for (float& value : row)
    value = 1.0F / (1.0F + std::exp(-value));
}

/// [experts], rows in order.
std::vector<Visits> visits_of(const Experts& experts, ConstRows probabilities, const std::stop_token& stop) {
  std::vector<Visits> visits(experts.count);
  for (std::size_t row = 0; row < probabilities.count; ++row) {
    throw_if_stopped(stop);
    for (const ChosenExpert& chosen : chosen_experts(experts, probabilities.row(row)))
      visits[chosen.expert].push_back({row, chosen.gate});
  }
  return visits;
}

/// written += gate·expert(x) for the rows that visit it.
void add_expert(const Pass& pass, const FeedForward& plan, const FeedForwardWeights& w, const Visits& visits,
                ConstRows read, LayerBuffers& buffers, Rows written) {
  const Rows some = narrowed(buffers.expert_read, visits.size(), read.width);
  for_rows(visits.size(), read.width, [&](std::size_t visit) {
    const std::span<const float> row = read.row(visits[visit].row);
    std::copy(row.begin(), row.end(), some.row(visit).begin());
  });
  const Rows out = narrowed(buffers.expert_written, visits.size(), read.width);
  write_block(plan, w, some, buffers, out, pass.stop);
  for_rows(visits.size(), read.width, [&](std::size_t visit) {
    const std::span<float> sum = written.row(visits[visit].row);
    const std::span<const float> row = out.row(visit);
    for (std::size_t column = 0; column < sum.size(); ++column)
      sum[column] += visits[visit].gate * row[column];
  });
}

/// Every row, each with a gate of its own where the plan has one.
Visits visits_of_shared(const Pass& pass, const Experts& experts, const Linear& gate, ConstRows read) {
  Matrix gates(read.count, 1, 1.0F);
  if (experts.shared_is_gated) {
    project(read, gate, all_rows(gates), pass.stop);
    sigmoid_in_place(gates.values);
  }
  Visits visits(read.count);
  for (std::size_t row = 0; row < visits.size(); ++row)
    visits[row] = {row, gates(row, 0)};
  return visits;
}

/// The router's probabilities, recorded.
ConstRows ask_router(const Pass& pass, std::size_t layer, ConstRows read) {
  const Rows router = pass.now(pass.trace.layers[layer].router);
  project(read, pass.weights().layers[layer].mixture.router, router, pass.stop);
  const bool softmax = pass.config().plans[layer].feed_forward.experts->score == RouterScore::softmax;
  for_rows(router.count, router.width,
           [&](std::size_t row) { (softmax ? softmax_in_place : sigmoid_in_place)(router.row(row)); });
  return router;
}

/// Σ g·expert(x) over the experts that each row chooses.
void write_chosen(const Pass& pass, std::size_t layer, ConstRows router, ConstRows read, LayerBuffers& buffers,
                  Rows written) {
  const FeedForward& plan = pass.config().plans[layer].feed_forward;
  const MixtureWeights& w = pass.weights().layers[layer].mixture;
  std::fill(written.all().begin(), written.all().end(), 0.0F);
  const std::vector<Visits> visits = visits_of(*plan.experts, router, pass.stop);
  for (std::size_t expert = 0; expert < visits.size(); ++expert)
    if (!visits[expert].empty()) add_expert(pass, plan, w.experts[expert], visits[expert], read, buffers, written);
}

/// Experts that have norms of their own beside a block that `read` is for.
void write_by_own_norms(const Pass& pass, std::size_t layer, ConstRows read, LayerBuffers& buffers, Rows written) {
  const MixtureWeights& w = pass.weights().layers[layer].mixture;
  const float epsilon = pass.config().norm_epsilon;
  const ConstRows stream = pass.now(pass.trace.residual[layer + 1]);  // as attention leaves it
  const Rows own = all_rows(buffers.own_read);
  normalise(stream, w.router_norm, epsilon, own);
  const ConstRows router = ask_router(pass, layer, own);
  normalise(stream, w.read_norm, epsilon, own);
  write_chosen(pass, layer, router, own, buffers, written);
  normalise(written, w.written_norm, epsilon, written);
  write_block(pass.config().plans[layer].feed_forward, w.shared, read, buffers, own, pass.stop);
  normalise(own, w.shared_norm, epsilon, own);
  add(own, written, written);
}

}  // namespace

void write_mixture(const Pass& pass, std::size_t layer, ConstRows read, LayerBuffers& buffers, Rows written) {
  const Experts& experts = *pass.config().plans[layer].feed_forward.experts;
  if (experts.own_norms) return write_by_own_norms(pass, layer, read, buffers, written);
  write_chosen(pass, layer, ask_router(pass, layer, read), read, buffers, written);
  const MixtureWeights& w = pass.weights().layers[layer].mixture;
  if (experts.shared_width > 0)
    add_expert(pass, pass.config().plans[layer].feed_forward, w.shared,
               visits_of_shared(pass, experts, w.shared_gate, read), read, buffers, written);
}

}  // namespace regard
