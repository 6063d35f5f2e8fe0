// SPDX-License-Identifier: Apache-2.0
#include "app/cli/kinds_command.h"

#include "app/base/model_path.h"
#include "app/cli/head_cuts_output.h"
#include "app/cli/positions_output.h"
#include "app/cli/stretch_output.h"
#include "app/cli/writers.h"
#include "app/export/kinds_table.h"
#include "app/export/text_fields.h"
#include "app/style/locale.h"
#include "app/viewmodel/kind_table.h"
#include "core/base/error.h"
#include "core/engine/engine.h"
#include "core/text/continuation.h"

#include <ostream>

namespace regard::cli {
namespace {

/// Does the head attend so as it was trained, or in what comes to the same?
bool is_trained(const KindReport& report) {
  return report.trained || (is_trained_kind(report.kind.form) && report.obstacle != KindObstacle::linear);
}

std::vector<KindOfAttention> all_usual_kinds() {
  std::vector<KindOfAttention> kinds;
  for (const KindInfo& info : kind_infos())
    kinds.push_back(usual_kind(info.form));
  return kinds;
}

void check_head(const Model& model, const KindsCommand& command) {
  const auto check = [&](const char* option, std::size_t index, std::size_t count) {
    if (index >= count)
      throw Error("heads_range", {model.name, option, std::to_string(count - 1), std::to_string(index)});
  };
  check("--layer", command.layer, model.config.layers);
  const std::size_t heads = model.config.heads(command.layer);
  if (heads == 0) throw Error("layer_without_heads", {model.name, std::to_string(command.layer)});
  check("--head", command.head, heads);
}

std::string cost_json(const KindCost& cost) {
  return "{\"tokens\":" + std::to_string(cost.tokens) + ",\"pairs\":" + shortest(cost.pairs) +
         ",\"multiply_adds\":" + shortest(cost.multiply_adds) + ",\"bytes\":" + shortest(cost.bytes) + "}";
}

std::string list_json(std::span<const float> values) {
  std::string result;
  for (const float value : values)
    result += (result.empty() ? "[" : ",") + shortest(value);
  return result.empty() ? "[]" : result + "]";
}

std::string grid_json(const Matrix& matrix) {
  std::string result = "[";
  for (std::size_t row = 0; row < matrix.rows; ++row)
    result += (row == 0 ? "" : ",") + list_json(matrix.row(row));
  return result + "]";
}

std::string report_json(const KindReport& report, const std::vector<KindCost>& curve) {
  std::string result =
      "{\"kind\":" + json_string(kind_text(report.kind)) + ",\"trained\":" + (is_trained(report) ? "true" : "false");
  if (report.obstacle != KindObstacle::none)
    return result + ",\"obstacle\":" + json_string(name_of(report.obstacle)) + "}";
  result += std::string(",\"sums_to_one\":") + (report.numbers.sums_to_one() ? "true" : "false") +
            ",\"reaches_all\":" + (report.numbers.reaches_all ? "true" : "false");
  for (const auto& [name, value] : numbers_of_kind(report))
    result += ",\"" + std::string(name) + "\":" + shortest(value);
  result += ",\"cost\":" + cost_json(report.cost) + ",\"costs\":[";
  for (std::size_t at = 0; at < curve.size(); ++at)
    result += (at == 0 ? "" : ",") + cost_json(curve[at]);
  result += "],\"weights\":" + grid_json(report.shown.weights);
  if (!report.shown.sinks.empty()) result += ",\"sinks\":" + list_json(report.shown.sinks);
  return result + "}";
}

std::string kinds_json(const Encoding& encoding, const KindsAnswer& answer, const KindCosts& costs) {
  const Trace& trace = *answer.of.trace;
  const HeadShape& shape = costs.of.shape;
  std::string result = "{\"model\":" + json_string(trace.model->name) + ",\"text\":" + json_string(encoding.text) +
                       ",\"tokens\":" + tokens_json(encoding) + ",\"layer\":" + std::to_string(answer.of.head.layer) +
                       ",\"head\":" + std::to_string(answer.of.head.head) +
                       ",\"causal\":" + (shape.causal ? "true" : "false") +
                       ",\"key_width\":" + std::to_string(shape.key_width) +
                       ",\"value_width\":" + std::to_string(shape.value_width) + ",\"kinds\":[";
  for (std::size_t index = 0; index < answer.reports.size(); ++index)
    result += (index == 0 ? "" : ",") + report_json(answer.reports[index], costs.curves[index]);
  return result + "]}\n";
}

std::string kinds_csv(const Encoding& encoding, const KindsAnswer& answer, const KindCosts& costs) {
  KindsTexts texts;
  for (const Token& token : encoding.tokens)
    texts.queries.push_back(token.text);
  texts.keys = texts.queries;
  ExportTable table;
  fill_kinds_table(table, answer.reports, costs, texts);
  return table_as_csv(table);
}

/// What kinds there are, in the language chosen.
std::string kind_table(bool csv) {
  const std::vector<KindRow> rows = load_kind_table(language_code(language()));
  std::string text = csv ? "" : "[";
  for (std::size_t column = 0; csv && column < kind_columns; ++column)
    text += (column == 0 ? "" : ",") + std::string(column_name(column));
  for (const KindRow& row : rows) {
    if (csv) {
      for (std::size_t column = 0; column < kind_columns; ++column)
        text += (column == 0 ? "\n" : ",") + csv_field(cell_of(row, column));
      continue;
    }
    text += (&row == &rows.front() ? "{\"id\":" : ",{\"id\":") + json_string(row.id);
    for (std::size_t column = 0; column < kind_columns; ++column)
      if (!cell_of(row, column).empty())
        text += ",\"" + std::string(column_name(column)) + "\":" + json_string(cell_of(row, column));
    text += "}";
  }
  return text + (csv ? "\n" : "]\n");
}

}  // namespace

void run_kinds(const KindsCommand& command, Streams streams) {
  if (command.table) {
    streams.out << kind_table(command.csv);
    return;
  }
  const std::vector<KindOfAttention> kinds = command.kinds.empty() ? all_usual_kinds() : parse_kinds(command.kinds);
  const std::shared_ptr<const Model> opened = load_model(model_path(command.model));
  const std::shared_ptr<const Model> model = opened->encoder ? opened->encoder : opened;
  if (model->config.patches) throw Error("needs_image", {.item = opened->name});
  if (model->capture && command.text)
    throw Refusal(tr("cli.refusal.own_text", {{"model", model->name}, {"option", "--text"}}));
  if (command.stretch) {
    streams.out << told_stretch_of(opened, command.text.value_or(""), command.special, command.csv, streams);
    return;
  }
  check_head(*model, command);
  const Encoding encoding = opened->tokenizer->encode(
      command.text.value_or(""), {.add_special = command.special, .max_tokens = model->config.context});
  if (encoding.tokens.empty()) throw Refusal(tr("cli.refusal.no_token"));
  if (encoding.repaired) streams.err << "regard: " << tr("cli.remark.repaired") << '\n';
  if (encoding.dropped > 0)
    streams.err << "regard: " << tr_plural("cli.remark.cut", encoding.tokens.size(), {{"model", opened->name}}) << '\n';
  Request request{.mask = command.mask};
  (opened->encoder ? request.encoder_ids : request.ids) = ids_of(encoding);
  if (opened->encoder) request.ids = opened->config.decoder_start;
  const std::shared_ptr<const Trace> whole = run(opened, std::move(request));
  const std::shared_ptr<const Trace> trace = opened->encoder ? whole->encoder : whole;
  if (!command.heads.empty()) {
    const LayerOf of{*trace, AttentionKind::self, command.layer};
    const std::vector<HeadCut> cuts = head_cuts(of, parse_cuts(command.heads, of));
    streams.out << (command.csv ? cuts_csv(cuts) : cuts_json(encoding, of, cuts));
    return;
  }
  const HeadRef head{command.layer, command.head};
  if (command.positions) {
    streams.out << told_positions_of(trace, encoding, {head, command.query, command.key, command.reach}, command.csv);
    return;
  }
  const auto answer = make_kinds({trace, AttentionKind::self, head, kinds});
  const auto costs = make_kind_costs({kinds, head_shape(*trace, head)});
  streams.out << (command.csv ? kinds_csv(encoding, *answer, *costs) : kinds_json(encoding, *answer, *costs));
}

}  // namespace regard::cli
