// SPDX-License-Identifier: Apache-2.0
// How far heads move as adapters grow, and how large the change of their matrices is.
#include "app/export/maps.h"
#include "app/export/plans.h"
#include "app/style/heads_text.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/drift_view.h"
#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t kDrawnHeads = 6;
constexpr double kDriftWidth = 640;

constexpr std::array<std::pair<const char*, std::optional<double> WeightChange::*>, 4> kChanges{
    {{"change_query", &WeightChange::query},
     {"change_key", &WeightChange::key},
     {"change_value", &WeightChange::value},
     {"change_output", &WeightChange::output}}};

TableCell change_cell(const std::optional<double>& change) {
  return change ? TableCell(*change) : TableCell(Masked{});
}

void fill_drift(ExportTable& table, const Drift& drift, const WeightChangeView& changes) {
  table.columns = {"layer", "head", "alpha", "drift"};
  for (const auto& [name, part] : kChanges)
    table.columns.emplace_back(name);
  Matrix moved(drift.heads.size(), drift.alphas.size()), changed(drift.heads.size(), kChanges.size());
  for (std::size_t head = 0; head < drift.heads.size(); ++head) {
    for (std::size_t part = 0; part < kChanges.size(); ++part)
      changed(head, part) = static_cast<float>((changes.changes[head].*kChanges[part].second).value_or(std::nan("")));
    for (std::size_t at = 0; at < drift.alphas.size(); ++at) {
      moved(head, at) = static_cast<float>(drift.movement[at][head]);
      std::vector<TableCell> row{drift.heads[head].layer, drift.heads[head].head, drift.alphas[at],
                                 drift.movement[at][head]};
      for (const auto& [name, part] : kChanges)
        row.push_back(change_cell(changes.changes[head].*part));
      table.rows.push_back(std::move(row));
    }
  }
  Matrix alphas(1, drift.alphas.size());
  std::copy(drift.alphas.begin(), drift.alphas.end(), alphas.values.begin());
  table.arrays = {{"alphas", std::move(alphas)}, {"drift", std::move(moved)}, {"changes", std::move(changed)}};
}

gfx::Rgb drift_ink(const FigureStyle& style, std::size_t line) {
  const std::array<gfx::Rgb, kDrawnHeads> inks{style.query,    style.key,  style.positive,
                                               style.negative, style.text, style.muted};
  return inks[line % inks.size()];
}

Figure drift_figure(const Drift& drift, LayerChart chart, const FigureCaption& caption, const FigureStyle& style,
                    const std::vector<std::string>& names) {
  const std::vector<std::size_t> heads = farthest_heads(drift, kDrawnHeads);
  chart.high = 0.0F;
  for (std::size_t line = 0; line < heads.size(); ++line) {
    ChartLine drawn{.name = names[heads[line]], .ink = drift_ink(style, line)};
    for (const std::vector<double>& at : drift.movement)
      drawn.values.push_back(static_cast<float>(at[heads[line]]));
    chart.high = std::max(chart.high, *std::max_element(drawn.values.begin(), drawn.values.end()));
    chart.lines.push_back(std::move(drawn));
  }
  if (chart.high == 0.0F) chart.high = 1.0F;
  for (const float alpha : drift.alphas)
    chart.places.push_back(figure_number(alpha, 2));
  Figure figure;
  figure.ground = style.ground;
  figure.width = std::max(kDriftWidth, caption_width(caption));
  const double y = add_caption(figure, caption, style) + 12;
  figure.height = add_chart(figure, y, chart, style) + kFigureMargin;
  return figure;
}

}  // namespace

ContentPlan plan_drift(const Seen& seen, const ExportOptions& options, const FigureStyle& style) {
  const Snapshot& snapshot = *seen.snapshot;
  if (snapshot.model->adapters.empty()) throw Error("no_adapters", {.item = snapshot.model->name});
  if (snapshot.model->config.patches) throw Error("reads_pictures", {.item = snapshot.model->name});
  DriftQuestion question = drift_question(snapshot);
  question.corpus = options.corpus;
  question.own_weights = options.own_weights;
  std::string title = tr("adapters.drift");
  if (options.own_weights) title += " · " + std::string(tr("adapters.own"));
  if (!options.corpus.empty()) title += " · " + text_name(options.corpus);
  const FigureCaption caption = caption_about(snapshot, title);
  const LayerChart chart{.title = tr("adapters.drift_axis"), .axis = tr("adapters.axis")};
  const Model& reader = snapshot.model->encoder ? *snapshot.model->encoder : *snapshot.model;
  std::vector<std::string> names;
  for (const HeadRef head : softmax_heads(reader.config))
    names.push_back(tr("heads.label", {{"layer", head.layer}, {"head", head.head}}));
  return [seen, style, question, caption, chart, names](bool picture) {
    const std::shared_ptr<const Drift> drift = make_drift(question, {});
    const std::shared_ptr<const WeightChangeView> changes = make_weight_changes(question.of, {});
    Content content{table_about(*seen.snapshot, seen.session, ExportView::drift), {}};
    content.table.about.insert(content.table.about.end(),
                               {{"own_weights", std::string(question.own_weights ? "true" : "false")},
                                {"texts", drift->texts},
                                {"rows", drift->rows}});
    fill_drift(content.table, *drift, *changes);
    if (picture) content.figure = drift_figure(*drift, chart, caption, style, names);
    return content;
  };
}

}  // namespace regard
