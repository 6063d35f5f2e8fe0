// SPDX-License-Identifier: Apache-2.0
#include "app/cli/stretch_output.h"

#include "app/cli/writers.h"
#include "app/export/text_fields.h"
#include "app/style/locale.h"
#include "app/viewmodel/positions_view.h"
#include "core/base/error.h"
#include "core/text/continuation.h"

#include <cmath>
#include <ostream>

namespace regard::cli {
namespace {

std::string number_or(double value, const char* nothing) {
  return std::isfinite(value) ? shortest(value) : nothing;
}

std::string stretch_csv(const StretchCosts& costs) {
  std::string text = "method,factor,loss,divergence\ntrained,1," + number_or(costs.loss, "") + ",0\n";
  for (const StretchCost& cost : costs.each)
    text += std::string(name_of(cost.of.method)) + "," + std::to_string(cost.of.factor) + "," +
            number_or(cost.loss, "") + "," + shortest(cost.divergence) + "\n";
  return text;
}

}  // namespace

std::string told_stretch_of(const std::shared_ptr<const Model>& model, const std::string& text, bool special, bool csv,
                            Streams streams) {
  if (const StretchObstacle obstacle = obstacle_to_stretch(*model); obstacle != StretchObstacle::none)
    throw Error("stretch_" + std::string(name_of(obstacle)), {.item = model->name});
  const Encoding encoding =
      model->tokenizer->encode(text, {.add_special = special, .max_tokens = most_stretch * model->config.context});
  if (encoding.tokens.empty()) throw Refusal(tr("cli.refusal.no_token"));
  if (encoding.dropped > 0)
    streams.err << "regard: " << tr_plural("cli.remark.cut", encoding.tokens.size(), {{"model", model->name}}) << '\n';
  const StretchCosts costs =
      stretch_costs(model, {.ids = ids_of(encoding)}, predicted_positions(encoding), usual_stretches);
  if (csv) return stretch_csv(costs);
  std::string result = "{\"model\":" + json_string(model->name) + ",\"text\":" + json_string(encoding.text) +
                       ",\"tokens\":" + std::to_string(costs.tokens) +
                       ",\"context\":" + std::to_string(model->config.context) +
                       ",\"predicted\":" + std::to_string(costs.predicted) +
                       ",\"loss\":" + number_or(costs.loss, "null") + ",\"stretches\":[";
  for (const StretchCost& cost : costs.each)
    result += std::string(&cost == &costs.each.front() ? "" : ",") +
              "{\"method\":" + json_string(name_of(cost.of.method)) + ",\"factor\":" + std::to_string(cost.of.factor) +
              ",\"loss\":" + number_or(cost.loss, "null") + ",\"divergence\":" + shortest(cost.divergence) + "}";
  return result + "]}\n";
}

}  // namespace regard::cli
