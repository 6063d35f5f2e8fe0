// SPDX-License-Identifier: Apache-2.0
#include "core/train/curves.h"

#include "core/analysis/head_atlas.h"
#include "core/engine/engine.h"

#include <array>
#include <charconv>

namespace regard::train {
namespace {

constexpr std::size_t kMeasured = 8;  // sequences
constexpr std::uint64_t kSeed =
    0x5EED'0F'7E'57;  // of them: every step and every learner of a task is measured on the same

std::vector<std::shared_ptr<const Trace>> runs_of(const std::shared_ptr<const Model>& model, const PreparedTask& task,
                                                  const std::stop_token& stop) {
  Random random(kSeed);
  Batch batch;
  draw(task, kMeasured, random, batch);
  std::vector<std::shared_ptr<const Trace>> runs;
  for (std::size_t index = 0; index < kMeasured; ++index) {
    const auto first = batch.ids.begin() + static_cast<std::ptrdiff_t>(index * batch.tokens);
    Request request;
    request.ids.assign(first, first + static_cast<std::ptrdiff_t>(batch.tokens));
    runs.push_back(run(model, std::move(request), nullptr, stop));
  }
  return runs;
}

HeadPoint measure(std::span<const std::shared_ptr<const Trace>> runs, const InductionProbe& probe, HeadRef head,
                  std::size_t index, const std::stop_token& stop) {
  MeasureTally previous, entropy;
  for (const auto& trace : runs) {
    const HeadMeasures measures = measure_head(*trace, head, stop);
    previous.add(measures.previous);
    entropy.add(measures.normalised_entropy);
  }
  HeadPoint point{.previous = previous.mean(), .entropy = entropy.mean()};
  if (probe.seeds == 0) return point;
  point.induction = probe.scores[index].mean();
  point.contrast = probe.contrast(index);
  return point;
}

void add_number(std::string& line, double number) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), static_cast<float>(number)).ptr;
  line.append(digits.data(), end);
}

void add_field(std::string& line, double number, bool known) {
  line += ',';
  if (known) add_number(line, number);
}

}  // namespace

std::vector<HeadPoint> measure_heads(const std::shared_ptr<const Model>& model, const PreparedTask& task,
                                     const std::stop_token& stop) {
  const InductionProbe probe = probe_induction(model, stop);
  const auto runs = runs_of(model, task, stop);
  std::vector<HeadPoint> points;
  for (const HeadRef head : all_heads(model->config))
    points.push_back(measure(runs, probe, head, points.size(), stop));
  return points;
}

std::size_t best_head(std::span<const HeadPoint> heads, Measure HeadPoint::*measure) {
  std::size_t best = 0;
  for (std::size_t head = 1; head < heads.size(); ++head)
    if ((heads[head].*measure).value > (heads[best].*measure).value) best = head;
  return best;
}

std::string curves_csv(const Shape& shape, std::span<const CurvePoint> points) {
  const std::size_t heads = shape.layers * shape.heads;
  std::string text = "step,loss,loss_predictable,loss_unpredictable,accuracy_predictable";
  for (std::size_t head = 0; head < heads; ++head)
    for (const char* measure : {"induction", "contrast", "previous_token", "normalised_entropy"})
      text += ",L" + std::to_string(head / shape.heads) + "H" + std::to_string(head % shape.heads) + "_" + measure;
  text += '\n';
  for (const CurvePoint& point : points) {
    const Score &rule = point.scores.at(Expect::rule), &chance = point.scores.at(Expect::chance);
    text += std::to_string(point.step);
    add_field(text, point.scores.loss, true);
    add_field(text, rule.loss, rule.positions > 0);
    add_field(text, chance.loss, chance.positions > 0);
    add_field(text, rule.accuracy(), rule.positions > 0);
    for (std::size_t head = 0; head < heads; ++head) {
      const HeadPoint of = point.heads.empty() ? HeadPoint{} : point.heads[head];
      add_field(text, of.induction.value, of.induction.defined());
      add_field(text, of.contrast, of.induction.defined());
      add_field(text, of.previous.value, of.previous.defined());
      add_field(text, of.entropy.value, of.entropy.defined());
    }
    text += '\n';
  }
  return text;
}

}  // namespace regard::train
