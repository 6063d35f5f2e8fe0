// SPDX-License-Identifier: Apache-2.0
// The table of kinds of attention, in the language chosen.
#include "app/export/maps.h"
#include "app/export/plans.h"
#include "app/style/locale.h"
#include "app/viewmodel/kind_table.h"

#include <string>

namespace regard {

ContentPlan plan_kind_table(const Seen& seen, const FigureStyle& style) {
  std::vector<std::string> titles;
  for (std::size_t column = 0; column < kind_columns; ++column)
    titles.emplace_back(tr("kind_table.column." + std::string(column_name(column))));
  const std::string title = tr("kind_table.title");
  return [seen, style, titles, title, spoken = std::string(language_code(language()))](bool picture) {
    const std::vector<KindRow> rows = load_kind_table(spoken);
    Content content{table_about(*seen.snapshot, seen.session, ExportView::kind_table), {}};
    content.table.columns = {"id"};
    FigureList list;
    for (std::size_t column = 0; column < kind_columns; ++column) {
      content.table.columns.emplace_back(column_name(column));
      list.columns.push_back({titles[column], 60});
    }
    for (const KindRow& row : rows) {
      std::vector<TableCell> cells{row.id};
      std::vector<ListCell> drawn;
      for (std::size_t column = 0; column < kind_columns; ++column) {
        cells.emplace_back(cell_of(row, column));
        drawn.push_back({cell_of(row, column)});
      }
      content.table.rows.push_back(std::move(cells));
      list.rows.push_back(std::move(drawn));
    }
    if (picture) content.figure = list_figure(list, {title, ""}, style);
    return content;
  };
}

}  // namespace regard
