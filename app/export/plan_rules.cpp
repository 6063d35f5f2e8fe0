// SPDX-License-Identifier: Apache-2.0
// What all heads get by a person's rules, and which of them answer a relation together.
#include "app/base/built_in_texts.h"
#include "app/base/head_place.h"
#include "app/export/maps.h"
#include "app/export/plans.h"
#include "app/style/locale.h"
#include "app/viewmodel/detectors_view.h"
#include "app/viewmodel/snapshot.h"
#include "core/analysis/head_ensembles.h"
#include "core/base/error.h"

#include <algorithm>

namespace regard {
namespace {

std::string share_of_hundred(float share) {
  return figure_number(100.0F * share, 1) + " %";
}

void fill_detectors(ExportTable& table, const DetectorReports& reports) {
  table.columns = {"detector", "layer", "head", "value", "uniform", "rows"};
  Matrix values(reports.detectors.size(), reports.layers * reports.heads, kNoNumber);
  for (std::size_t index = 0; index < reports.detectors.size(); ++index) {
    const DetectorReport& detector = reports.detectors[index];
    for (std::size_t head = 0; head < detector.heads.size(); ++head) {
      const Measure& cell = detector.heads[head];
      if (!cell.defined()) continue;
      const HeadRef ref = reports.head_at(head);
      values(index, head) = cell.value;
      table.rows.push_back({detector.rule.name, ref.layer, ref.head, cell.value, cell.uniform, cell.rows});
    }
  }
  table.arrays.emplace_back("weights", std::move(values));
}

/// Detectors × the best head of each, as the view has them.
void add_best_heads(FigureList& list, const DetectorReports& reports, const std::vector<std::string>& heads,
                    const std::string& nothing) {
  for (const DetectorReport& detector : reports.detectors) {
    if (detector.best.empty()) {
      list.rows.push_back({{detector.rule.name}, {nothing}});
      continue;
    }
    const Measure& leader = detector.leader();
    list.rows.push_back({{detector.rule.name},
                         {heads[detector.best.front()]},
                         {share_of_hundred(leader.value), leader.value},
                         {share_of_hundred(leader.uniform)},
                         {std::to_string(leader.rows)}});
  }
}

float share_right(std::size_t right, std::size_t rows) {
  return static_cast<float>(right) / static_cast<float>(rows);
}

void fill_ensembles(ExportTable& table, const HeadEnsembles& ensembles, std::size_t heads) {
  table.columns = {"relation", "place", "layer", "head", "chosen_right", "right", "chosen_rows", "rows"};
  std::size_t lines = 0;
  for (const auto& [relation, ensemble] : ensembles)
    lines += ensemble.heads.size();
  Matrix numbers(lines, 4);
  std::size_t line = 0;
  for (const auto& [relation, ensemble] : ensembles)
    for (std::size_t place = 0; place < ensemble.heads.size(); ++place, ++line) {
      const std::size_t layer = ensemble.heads[place] / heads, head = ensemble.heads[place] % heads;
      const float chosen = share_right(ensemble.chosen_right[place], ensemble.chosen_rows);
      const float right = share_right(ensemble.right[place], ensemble.rows);
      table.rows.push_back({relation, place + 1, layer, head, chosen, right, ensemble.chosen_rows, ensemble.rows});
      numbers(line, 0) = static_cast<float>(layer);
      numbers(line, 1) = static_cast<float>(head);
      numbers(line, 2) = chosen;
      numbers(line, 3) = right;
    }
  table.arrays.emplace_back("ensembles", std::move(numbers));
}

/// Relations that heads are named after; labels of the tree are in the table.
void add_teams(FigureList& list, const HeadEnsembles& ensembles, std::size_t heads,
               const std::map<std::string, std::string>& names) {
  for (const auto& [relation, ensemble] : ensembles) {
    const auto name = names.find(relation);
    if (name == names.end()) continue;
    const std::size_t count = ensemble.helping();
    std::string team;
    for (std::size_t place = 0; place < count; ++place)
      team += (place > 0 ? " + " : "") + head_place({ensemble.heads[place] / heads, ensemble.heads[place] % heads});
    const float alone = share_right(ensemble.right.front(), ensemble.rows);
    const float together = share_right(ensemble.right[count - 1], ensemble.rows);
    list.rows.push_back({{name->second},
                         {team},
                         {share_of_hundred(alone), alone},
                         {share_of_hundred(together), together},
                         {std::to_string(ensemble.rows)}});
  }
}

}  // namespace

ContentPlan plan_detectors(const Seen& seen, const ExportOptions& options, const FigureStyle& style) {
  check_reads_text(*seen.snapshot);
  const std::filesystem::path file = sentences_file(options);
  const std::filesystem::path rules = options.detectors.empty() ? built_in_detectors(language_code(language()))
                                                                : std::filesystem::path(options.detectors);
  const FigureCaption caption = caption_on(seen, tr("detectors.title"), file);
  FigureList list;
  list.above = {tr("detectors.rules", {{"file", rules.filename().string()}})};
  list.columns = {{tr("detectors.detector"), 280},
                  {tr("detectors.best"), 110},
                  {tr("detectors.value"), 120, false, true},
                  {tr("detectors.uniform"), 90, true},
                  {tr("detectors.rows"), 80, true}};
  return
      [=, heads = numbered_heads(*seen.snapshot->model), nothing = std::string(tr("detectors.nothing"))](bool picture) {
        const DetectorReports reports = make_detectors(seen.snapshot->model, file, rules);
        Content content{table_about(*seen.snapshot, seen.session, ExportView::detectors), {}};
        content.table.about.insert(content.table.about.end(),
                                   {{"corpus", file.filename().string()}, {"rules", rules.filename().string()}});
        fill_detectors(content.table, reports);
        if (!picture) return content;
        FigureList drawn = list;
        add_best_heads(drawn, reports, heads, nothing);
        content.figure = list_figure(drawn, caption, style);
        return content;
      };
}

ContentPlan plan_ensembles(const Seen& seen, const ExportOptions& options, const FigureStyle& style) {
  check_reads_text(*seen.snapshot);
  const std::filesystem::path file = sentences_file(options);
  const FigureCaption caption = caption_on(seen, tr("relations.ensembles"), file);
  FigureList list;
  list.columns = {{tr("relations.relation"), 260},
                  {tr("relations.ensembles"), 170},
                  {tr("relations.alone"), 110, false, true},
                  {tr("relations.all"), 110, false, true},
                  {tr("relations.questions"), 80, true}};
  list.below = {tr("relations.ensembles_about")};
  return [=, names = relation_names()](bool picture) {
    const std::shared_ptr<const Model>& model = seen.snapshot->model;
    const HeadEnsembles ensembles = measure_ensembles(model, load_corpus(file), most_together);
    if (ensembles.empty()) throw Error("relations_need_trees", {.file = file.string()});
    const std::size_t heads = most_heads(reader_of(model)->config);
    Content content{table_about(*seen.snapshot, seen.session, ExportView::ensembles), {}};
    content.table.about.emplace_back("corpus", file.filename().string());
    fill_ensembles(content.table, ensembles, heads);
    if (!picture) return content;
    FigureList drawn = list;
    add_teams(drawn, ensembles, heads, names);
    content.figure = list_figure(drawn, caption, style);
    return content;
  };
}

}  // namespace regard
