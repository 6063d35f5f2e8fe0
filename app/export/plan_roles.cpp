// SPDX-License-Identifier: Apache-2.0
// What every head does on a text: measures of all heads, and which word each finds.
#include "app/export/maps.h"
#include "app/export/plans.h"
#include "app/jobs/head_reports.h"
#include "app/session/look.h"
#include "app/style/heads_text.h"
#include "app/style/locale.h"
#include "app/viewmodel/head_table.h"
#include "app/viewmodel/snapshot.h"
#include "core/base/error.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>

namespace regard {
namespace {

constexpr double kRoleRow = 20, kRoleName = 460;  ///< a line of the picture of roles: numbers just fit
constexpr double kLongestRoles = 16000;           ///< of many heads it is no longer

/// The report of the export's text; any thread.
using ReportOf = std::function<HeadReport()>;

ReportOf report_of(const Seen& seen, const ExportOptions& options) {
  const Snapshot& snapshot = *seen.snapshot;
  check_reads_text(snapshot);
  if (!options.corpus.empty())
    return [model = snapshot.model, corpus = options.corpus] {
      return head_report_of(model, corpus, head_reports_folder());
    };
  if (!has_something_to_read(snapshot)) throw Error("no_tokens", {});
  return [trace = measured_run(snapshot), tokens = encoding_of(snapshot, TextSide::encoder).tokens] {
    return make_head_report(measure_trace(*trace, tokens), {});
  };
}

ExportTable roles_about(const Seen& seen, ExportView view, const HeadReport& report) {
  ExportTable table = table_about(*seen.snapshot, seen.session, view);
  table.about.insert(table.about.end(), {{"corpus", report.corpus},
                                         {"sentences", report.sentences},
                                         {"left_out", report.left_out},
                                         {"tokens", report.tokens}});
  return table;
}

void fill_measures(ExportTable& table, const HeadReport& report) {
  table.columns = {"layer", "head", "measure", "value", "uniform", "rows"};
  for (std::size_t measure = 0; measure < report.measures.size(); ++measure) {
    const std::string name(named_measures()[measure].name);
    Matrix values(report.layers, report.heads);
    for (std::size_t head = 0; head < report.size(); ++head) {
      const Measure& cell = report.measures[measure][head];
      const HeadRef ref = report.head_at(head);
      values(ref.layer, ref.head) = cell.defined() ? cell.value : kNoNumber;
      if (cell.defined()) table.rows.push_back({ref.layer, ref.head, name, cell.value, cell.uniform, cell.rows});
    }
    table.arrays.emplace_back(name, std::move(values));
  }
}

void fill_relations(ExportTable& table, const HeadReport& report) {
  table.columns = {"relation", "layer",  "head",   "right",        "low", "high",
                   "strict",   "weight", "offset", "offset_right", "rows"};
  for (const RelationReport& relation : report.relations) {
    Matrix values(report.layers, report.heads);
    for (std::size_t head = 0; head < report.size(); ++head) {
      const RelationScore& score = relation.heads[head];
      const HeadRef ref = report.head_at(head);
      values(ref.layer, ref.head) = score.rows > 0 ? score.right : kNoNumber;
      if (score.rows == 0) continue;
      const ShareInterval interval = score.interval.value_or(ShareInterval{kNoNumber, kNoNumber});
      table.rows.push_back({relation.name, ref.layer, ref.head, score.right, interval.low, interval.high, score.strict,
                            score.weight, static_cast<double>(relation.offset.offset), relation.offset.right,
                            score.rows});
    }
    table.arrays.emplace_back(relation.name, std::move(values));
  }
}

std::string interval_cell(const RelationScore& score) {
  if (!score.interval) return "–";
  return figure_number(100.0F * score.interval->low, 1) + "–" + figure_number(100.0F * score.interval->high, 1);
}

/// Words for the picture, taken on the UI thread.
struct RolesWords {
  std::vector<std::string> heads{};            ///< "2.0 Subject → predicate"
  std::map<std::string, std::string> names{};  ///< of measures and relations
  std::string legend{};
};
RolesWords roles_words(const Model& model) {
  RolesWords words{numbered_heads(model), relation_names(), tr("roles.legend")};
  for (const NamedMeasure& named : named_measures())
    words.names.emplace(named.name, measure_name(named.name));
  words.legend += " · " + tr_plural("roles.legend_pale", least_badge_rows) + " · " + tr("roles.legend_own");
  return words;
}

/// "2.0 Subject → predicate · previous token, itself"
std::string row_name(const RolesWords& words, const HeadTable& table, std::size_t head) {
  std::string badges;
  for (const RoleBadge& badge : table.badges[head])
    badges += (badges.empty() ? " · " : ", ") + words.names.at(badge.name);
  return words.heads[head] + badges;
}

/// "previous token, 412": its rows, of all heads alike; else "398–412".
std::string column_name(const RolesWords& words, const HeadColumn& column) {
  std::size_t most = 0;
  for (const Measure& cell : column.cells)
    most = std::max(most, cell.rows);
  const std::string fewest = column.fewest_rows < most ? std::to_string(column.fewest_rows) + "–" : "";
  return words.names.at(column.name) + ", " + fewest + std::to_string(most);
}

/// Colours are of shares; what can be above 1 is coloured up to its own largest number.
LabelledMap roles_map(const HeadTable& table, const RolesWords& words) {
  LabelledMap map;
  const std::size_t heads = table.badges.size();
  for (std::size_t head = 0; head < heads; ++head)
    map.rows.push_back(row_name(words, table, head));
  map.row_height = std::min(kRoleRow, kLongestRoles / static_cast<double>(heads));
  map.longest_label = kRoleName;
  std::vector<const HeadColumn*> drawn;
  for (const HeadColumn& column : table.columns)
    if (column.defined) drawn.push_back(&column);
  map.values = map.shades = Matrix(heads, drawn.size(), kNoNumber);
  map.pale.assign(heads * drawn.size(), false);
  for (std::size_t col = 0; col < drawn.size(); ++col) {
    map.cols.push_back(column_name(words, *drawn[col]));
    for (std::size_t head = 0; head < heads; ++head) {
      const Measure& cell = drawn[col]->cells[head];
      if (!cell.defined()) continue;
      map.values(head, col) = cell.value;
      map.shades(head, col) = cell.value / std::max(1.0F, drawn[col]->largest);
      map.pale[head * drawn.size() + col] = cell.rows < least_badge_rows;
    }
  }
  return map;
}

}  // namespace

ContentPlan plan_roles(const Seen& seen, const ExportOptions& options, const FigureStyle& style) {
  const ReportOf report_now = report_of(seen, options);
  const FigureCaption caption = caption_on(seen, tr("roles.title"), options.corpus);
  return [seen, style, caption, report_now, words = roles_words(*seen.snapshot->model),
          line = options.badges](bool picture) {
    const HeadReport report = report_now();
    Content content{roles_about(seen, ExportView::roles, report), {}};
    fill_measures(content.table, report);
    if (!picture) return content;
    LabelledMap map = roles_map(make_head_table(report, nullptr, line), words);
    map.about = words.legend;
    map.colours = &gfx::colour_map(look_of(seen.session).weight_map, style.theme);
    content.figure = map_figure(map, caption, style);
    return content;
  };
}

ContentPlan plan_relations(const Seen& seen, const ExportOptions& asked, const FigureStyle& style) {
  ExportOptions options = asked;
  options.corpus = sentences_file(asked).string();  // the sentence on screen has no tree
  const ReportOf report_now = report_of(seen, options);
  const FigureCaption caption = caption_on(seen, tr("relations.title"), options.corpus);
  FigureList list;
  list.columns = {{tr("relations.relation"), 260},
                  {tr("roles.head"), 60},
                  {tr("relations.right"), 150, false, true},
                  {"95 %", 110, true},
                  {tr("relations.offset"), 150, false, true}};
  const std::map<std::string, std::string> names = relation_names();
  return [seen, style, caption, list, report_now, names, options,
          heads = numbered_heads(*seen.snapshot->model)](bool picture) {
    const HeadReport report = report_now();
    if (report.relations.empty()) throw Error("relations_need_trees", {.file = options.corpus});
    Content content{roles_about(seen, ExportView::relations, report), {}};
    fill_relations(content.table, report);
    if (!picture) return content;
    FigureList drawn = list;
    for (const RelationReport& relation : report.relations) {
      const auto name = names.find(relation.name);
      if (name == names.end()) continue;       // labels of the tree are in the table
      if (relation.rows < least_badge_rows) {  // a word or two choose no head
        drawn.rows.push_back({{name->second}, {"–"}});
        continue;
      }
      const std::size_t head = best_head(relation);
      const RelationScore& score = relation.heads[head];
      const auto hundredths = [](float share) { return figure_number(100.0F * share, 1) + " %"; };
      drawn.rows.push_back({{name->second},
                            {heads[head]},
                            {hundredths(score.right), score.right},
                            {interval_cell(score)},
                            {hundredths(relation.offset.right), relation.offset.right}});
    }
    content.figure = list_figure(drawn, caption, style);
    return content;
  };
}

}  // namespace regard
