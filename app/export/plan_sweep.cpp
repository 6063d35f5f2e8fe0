// SPDX-License-Identifier: Apache-2.0
// Words in the place of one: how far each moves the watched weight, the head, the prediction.
#include "app/export/maps.h"
#include "app/export/plans.h"
#include "app/session/selection.h"
#include "app/style/locale.h"
#include "app/viewmodel/sweep_view.h"
#include "app/viewmodel/views.h"
#include "core/base/error.h"
#include "core/text/visible_text.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace regard {
namespace {

void fill(ExportTable& table, const SweepView& view, const std::vector<std::size_t>& order) {
  table.columns = {"token", "before", "word", "tokens", "weight", "weight_change", "movement", "divergence"};
  Matrix numbers(view.rows.size(), 4);
  for (std::size_t place = 0; place < order.size(); ++place) {
    const SweepRow& row = view.rows[order[place]];
    const SweepResult& result = row.numbers;
    table.rows.push_back({row.token, row.before, row.word, result.substitution.ids.size(), result.weight,
                          result.weight_change, result.movement, result.divergence});
    const std::array<double, 4> values{result.weight, result.weight_change, result.movement, result.divergence};
    std::transform(values.begin(), values.end(), numbers.row(place).begin(),
                   [](double value) { return static_cast<float>(value); });
  }
  table.arrays.emplace_back("sweep", std::move(numbers));
}

}  // namespace

ContentPlan plan_sweep(const Seen& seen, const ExportOptions& options, const FigureStyle& style) {
  const Snapshot& snapshot = *seen.snapshot;
  const bool of_own_attention = !has_two_texts(snapshot) || selection_of(seen.session).attention == AttentionKind::self;
  if (snapshot.image) throw Error("reads_pictures", {.item = snapshot.model->name});
  if (!of_own_attention) throw Error("export_own_attention", {});
  SweepQuestion question;
  question.text = sweep_text(snapshot, seen.session, make_predictions(snapshot, seen.session).position,
                             std::make_shared<const Encoding>(swept(snapshot).encoding));
  question.token = options.sweep_key ? question.text.watch.key : question.text.watch.query;
  question.words = options.sweep_words;
  question.own = words_of(options.sweep_own);
  const auto label = [&](std::size_t token) { return label_of(question.text.encoding->tokens[token]); };
  if (!can_replace(question.token, *question.text.encoding))
    throw Error("export_special", {.found = label(question.token)});
  const Watch& watch = question.text.watch;
  FigureCaption caption = caption_about(snapshot, tr("sweep.title") + std::string(" · ") + label(question.token));
  FigureList list;
  list.columns = {{tr("sweep.column.word"), 150},
                  {tr("sweep.column.weight"), 140, false, true},
                  {tr("sweep.column.change"), 140, false, true, true},
                  {tr("sweep.column.movement"), 90, true},
                  {tr("sweep.column.divergence"), 90, true}};
  const std::string watched = "A[" + label(watch.query) + ", " + label(watch.key) + "] · " +
                              tr("heads.label", {{"layer", watch.head.layer}, {"head", watch.head.head}});
  return [seen, style, question, caption, list, watched](bool picture) {
    const std::shared_ptr<const SweepView> view = make_sweep(question);
    const std::vector<std::size_t> order = sorted(*view, SweepColumn::change, false);
    const Watch& at = question.text.watch;
    Content content{table_about(*seen.snapshot, seen.session, ExportView::sweep), {}};
    content.table.about.insert(content.table.about.end(), {{"layer", at.head.layer},
                                                           {"head", at.head.head},
                                                           {"query", at.query},
                                                           {"key", at.key},
                                                           {"replaced", question.token},
                                                           {"weight", view->weight}});
    fill(content.table, *view, order);
    if (!picture) return content;
    FigureList drawn = list;
    drawn.above = {watched + " = " + figure_number(static_cast<float>(view->weight), 4)};
    for (const std::size_t index : order) {
      const SweepRow& row = view->rows[index];
      const SweepResult& result = row.numbers;
      drawn.rows.push_back({{visible_word(row.word)},
                            {figure_number(static_cast<float>(result.weight), 4), static_cast<float>(result.weight)},
                            {signed_figure_number(result.weight_change, 4), static_cast<float>(result.weight_change)},
                            {figure_number(static_cast<float>(result.movement), 4)},
                            {figure_number(static_cast<float>(result.divergence), 4)}});
    }
    content.figure = list_figure(drawn, caption, style);
    return content;
  };
}

}  // namespace regard
