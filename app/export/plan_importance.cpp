// SPDX-License-Identifier: Apache-2.0
// What predictions lose without heads, and what linear probes read off the states.
#include "app/export/maps.h"
#include "app/export/plans.h"
#include "app/session/look.h"
#include "app/style/locale.h"
#include "app/viewmodel/importance_view.h"
#include "app/viewmodel/views.h"
#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace regard {
namespace {

constexpr double kChartWidth = 620;

ImportanceQuestion question_of(const Seen& seen, const ExportOptions& options) {
  const Model& model = *seen.snapshot->model;
  if (!model.tokenizer || model.config.patches) throw Error("reads_pictures", {.item = model.name});
  if (!model.config.has_lm_head) throw Error("loss_no_head", {.item = model.name});
  ImportanceQuestion question;
  question.model = seen.snapshot->model;
  question.corpus = options.corpus;
  if (options.corpus.empty()) question.text = encoding_of(*seen.snapshot, TextSide::encoder).text;
  question.sentences = options.sentences;
  question.mean = options.importance_mean.value_or(ablated_to_mean(model.config));
  return question;
}

/// An empty cell of CSV, null in JSON, where it is not known.
double number_or_nothing(std::optional<double> number) {
  return number.value_or(std::numeric_limits<double>::quiet_NaN());
}

ExportTable losses_about(const Seen& seen, const ImportanceQuestion& question, const ImportanceView& view,
                         ExportView kind) {
  ExportTable table = table_about(*seen.snapshot, seen.session, kind);
  table.about.insert(table.about.end(), {{"corpus", question.corpus.filename().string()},
                                         {"loss", std::string(name_of(view.kind))},
                                         {"ablated_to", std::string(view.mean ? "mean" : "zero")},
                                         {"sentences", view.losses.texts},
                                         {"sentences_in_text", view.in_text},
                                         {"left_out", view.left_out},
                                         {"predictions", view.losses.rows},
                                         {"mean_loss", view.losses.mean_loss()}});
  return table;
}

/// What the numbers of a picture rest on, in the language chosen when the export began.
struct LossWords {
  std::string about, error, few, one_text;
};
LossWords loss_words() {
  return {tr("pruning.map_about"), tr("pruning.map_error"), tr("pruning.map_few", {{"least", least_predictions}}),
          tr("pruning.map_one_text")};
}

/// The caption with how many predictions there are and how far the intervals of the variants reach, before the text's name: what is too
/// long is cut at its end.
FigureCaption told_by(const LossWords& words, FigureCaption caption, const CorpusLosses& losses) {
  double widest = 0.0;
  for (std::size_t variant = 0; variant < losses.changes.size(); ++variant)
    widest = std::max(widest, interval_errors * losses.rise_error(variant).value_or(0.0));
  const std::string error =
      is_few(losses) ? words.few
      : losses.texts == 1
          ? words.one_text
          : filled(words.error,
                   {{"error", figure_number(static_cast<float>(widest), loss_decimals(static_cast<float>(widest)))}});
  caption.second =
      filled(words.about, {{"predictions", losses.rows}, {"error", error}, {"text", std::move(caption.second)}});
  return caption;
}

float reach_of(const Matrix& values) {
  float largest = 0.0F;
  for (const float value : values.values)
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  return largest > 0.0F ? largest : 1.0F;
}

void fill_probing(ExportTable& table, const ProbeScores& scores, ProbeSource source) {
  const bool heads = source == ProbeSource::heads;
  table.columns = {"layers_read", "accuracy", "control", "selectivity", "half_width"};
  if (heads) table.columns = {"layer", "head", "accuracy", "control", "selectivity", "half_width"};
  Matrix numbers(scores.scores.size(), 3);
  for (std::size_t row = 0; row < scores.scores.size(); ++row) {
    const ProbeScore& score = scores.scores[row];
    const double accuracy = scores.share(score.right), control = scores.share(score.control_right);
    std::vector<TableCell> cells{score.place};
    if (heads) cells = {score.place / scores.heads, score.place % scores.heads};
    cells.insert(cells.end(),
                 {accuracy, control, accuracy - control, number_or_nothing(scores.half_width(score.right))});
    table.rows.push_back(std::move(cells));
    numbers(row, 0) = static_cast<float>(score.place);
    numbers(row, 1) = static_cast<float>(accuracy);
    numbers(row, 2) = static_cast<float>(control);
  }
  table.arrays.emplace_back("probes", std::move(numbers));
}

/// One chart under its caption.
Figure chart_figure(const LayerChart& chart, const FigureCaption& caption, const FigureStyle& style) {
  Figure figure;
  figure.ground = style.ground;
  figure.width = std::max(kChartWidth, caption_width(caption));
  const double y = add_caption(figure, caption, style) + 12;
  figure.height = add_chart(figure, y, chart, style) + kFigureMargin;
  return figure;
}

struct ProbeNames {
  std::string accuracy, control, majority, embedding, heads, title, axis;
};

LayerChart depth_chart(const ProbeScores& scores, const ProbeNames& names, const FigureStyle& style) {
  LayerChart chart{.title = names.title, .axis = names.axis};
  ChartLine accuracy{names.accuracy, {}, style.query, false}, control{names.control, {}, style.key, true},
      majority{names.majority, {}, style.muted, true};
  for (const ProbeScore& score : scores.scores) {
    accuracy.values.push_back(static_cast<float>(scores.share(score.right)));
    control.values.push_back(static_cast<float>(scores.share(score.control_right)));
    majority.values.push_back(static_cast<float>(scores.share(scores.majority_right)));
    chart.places.push_back(score.place == 0 ? names.embedding : std::to_string(score.place - 1));
  }
  chart.lines = {std::move(accuracy), std::move(control), std::move(majority)};
  return chart;
}

}  // namespace

ContentPlan plan_importance(const Seen& seen, const ExportOptions& options, const FigureStyle& style) {
  const ImportanceQuestion question = question_of(seen, options);
  LabelledMap map;
  map.about = tr("pruning.loss") + std::string(" · ") + tr(question.mean ? "effect.mean" : "effect.zero") + "; " +
              tr("pruning.map_pale") + " · " + tr("heads.caption");
  map.decimals = loss_decimals;
  map.badges = head_badges(*seen.snapshot->model);
  map.colours = &gfx::colour_map(look_of(seen.session).score_map, style.theme);
  const FigureCaption caption = caption_on(seen, tr("pruning.map"), question.corpus);
  return [seen, style, map, caption, question, words = loss_words()](bool picture) {
    const std::shared_ptr<const ImportanceView> view = make_importance(question);
    Content content{losses_about(seen, question, *view, ExportView::importance), {}};
    content.table.columns = {"layer", "head", "loss_rise", "standard_error", "divergence"};
    Matrix rise(view->layers, view->heads, kNoNumber), moved(view->layers, view->heads, kNoNumber);
    for (std::size_t head = 0; head < view->losses.changes.size(); ++head) {
      const auto [layer, number] = view->list[head];
      content.table.rows.push_back({layer, number, view->losses.mean_rise(head),
                                    number_or_nothing(view->losses.rise_error(head)),
                                    view->losses.mean_divergence(head)});
      rise(layer, number) = static_cast<float>(view->losses.mean_rise(head));
      moved(layer, number) = static_cast<float>(view->losses.mean_divergence(head));
    }
    if (picture) {
      LabelledMap drawn = map;
      drawn.rows = numbers_up_to(view->layers);
      drawn.cols = numbers_up_to(view->heads);
      drawn.values = rise;
      drawn.high = reach_of(rise);
      drawn.low = -drawn.high;
      drawn.pale.resize(rise.values.size());
      for (std::size_t head = 0; head < view->losses.changes.size(); ++head)
        drawn.pale[view->list[head].layer * view->heads + view->list[head].head] = !is_sure(view->losses, head);
      content.figure = map_figure(drawn, told_by(words, caption, view->losses), style);
    }
    content.table.arrays = {{"loss_rise", std::move(rise)}, {"divergence", std::move(moved)}};
    return content;
  };
}

ContentPlan plan_pruning(const Seen& seen, const ExportOptions& options, const FigureStyle& style) {
  const ImportanceQuestion question = question_of(seen, options);
  const FigureCaption caption = caption_on(seen, tr("pruning.curve"), question.corpus);
  const std::array<std::string, 4> names{tr("pruning.loss_axis"), tr("pruning.line_ordered"), tr("pruning.line_random"),
                                         tr("pruning.axis")};
  return [seen, style, caption, question, names, words = loss_words()](bool picture) {
    const std::shared_ptr<const ImportanceView> one_by_one = make_importance(question);
    const std::vector<std::size_t> order = least_first(importances(one_by_one->losses, Importance::loss));
    const std::shared_ptr<const ImportanceView> view = make_pruning({question, order});
    const std::size_t steps = view->steps.size();
    Content content{losses_about(seen, question, *view, ExportView::pruning), {}};
    content.table.columns = {"heads_removed", "least_important_first", "random_1", "random_2",
                             "random_3",      "standard_error"};
    Matrix numbers(steps, 1 + random_orders);
    LayerChart chart{.title = names[0], .axis = names[3]};
    for (std::size_t line = 0; line <= random_orders; ++line) {
      const std::vector<double> rises = pruning_curve(view->losses, line, steps);
      ChartLine drawn{
          line < 2 ? names[1 + line] : std::string(), {0.0F}, line == 0 ? style.query : style.muted, line > 0};
      for (std::size_t step = 0; step < steps; ++step) {
        numbers(step, line) = static_cast<float>(rises[step]);
        drawn.values.push_back(numbers(step, line));
        chart.low = std::min(chart.low, numbers(step, line));
        chart.high = std::max(chart.high, numbers(step, line));
      }
      chart.lines.push_back(std::move(drawn));
    }
    chart.places = {"0"};
    for (std::size_t step = 0; step < steps; ++step) {
      chart.places.push_back(std::to_string(view->steps[step]));
      std::vector<TableCell> cells{view->steps[step]};
      for (std::size_t line = 0; line <= random_orders; ++line)
        cells.emplace_back(view->losses.mean_rise(line * steps + step));
      cells.emplace_back(number_or_nothing(view->losses.rise_error(step)));
      content.table.rows.push_back(std::move(cells));
    }
    if (picture) content.figure = chart_figure(chart, told_by(words, caption, view->losses), style);
    content.table.arrays = {{"loss_rise", std::move(numbers)}};
    return content;
  };
}

ContentPlan plan_probing(const Seen& seen, const ExportOptions& options, const FigureStyle& style) {
  check_reads_text(*seen.snapshot);
  const ProbingQuestion question{seen.snapshot->model, sentences_file(options), 0, options.probe_task,
                                 options.probe_source};
  static constexpr std::array<const char*, 3> kTasks{"probing.tag", "probing.governor", "probing.relation"};
  const std::string what =
      tr("probing.title") + std::string(" · ") + tr(kTasks[static_cast<std::size_t>(question.task)]);
  const FigureCaption caption = caption_on(seen, what, question.corpus);
  const ProbeNames names{tr("probing.accuracy_short"),
                         tr("probing.control_short"),
                         tr("probing.majority_short"),
                         tr("layers.embedding_short"),
                         tr("probing.heads_about") + std::string(" · ") + tr("heads.caption"),
                         tr("probing.accuracy_axis"),
                         tr("layers.axis_after")};
  const gfx::ColourMap* colours = &gfx::colour_map(look_of(seen.session).score_map, style.theme);
  return [seen, style, caption, question, names, colours](bool picture) {
    static constexpr std::array<const char*, 3> kTaskNames{"part_of_speech", "governor", "relation"};
    const std::shared_ptr<const ProbeScores> scores = make_probing(question);
    Content content{table_about(*seen.snapshot, seen.session, ExportView::probing), {}};
    content.table.about.insert(content.table.about.end(),
                               {{"corpus", question.corpus.filename().string()},
                                {"task", std::string(kTaskNames[static_cast<std::size_t>(question.task)])},
                                {"classes", scores->classes.size()},
                                {"training_words", scores->train_words},
                                {"held_out_words", scores->test_words},
                                {"left_out", scores->left_out},
                                {"majority", scores->majority},
                                {"majority_accuracy", scores->share(scores->majority_right)}});
    fill_probing(content.table, *scores, question.source);
    if (!picture) return content;
    if (question.source == ProbeSource::residual) {
      content.figure = chart_figure(depth_chart(*scores, names, style), caption, style);
      return content;
    }
    LabelledMap map;
    map.about = names.heads;
    map.colours = colours;
    map.rows = numbers_up_to(scores->layers);
    map.cols = numbers_up_to(scores->heads);
    map.values = Matrix(scores->layers, scores->heads, kNoNumber);
    for (const ProbeScore& score : scores->scores)
      map.values.values[score.place] =
          static_cast<float>(scores->share(score.right) - scores->share(scores->majority_right));
    map.high = reach_of(map.values);
    map.low = -map.high;
    content.figure = map_figure(map, caption, style);
    return content;
  };
}

}  // namespace regard
