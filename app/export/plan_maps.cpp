// SPDX-License-Identifier: Apache-2.0
// Maps of numbers: which heads moved, what every head matters, what patches bring back.
#include "app/base/head_place.h"
#include "app/export/maps.h"
#include "app/export/plans.h"
#include "app/session/look.h"
#include "app/style/locale.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/effect_view.h"
#include "app/viewmodel/patching_view.h"
#include "app/viewmodel/views.h"
#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace regard {
namespace {

float largest_of(const Matrix& values) {
  float largest = 0.0F;
  for (const float value : values.values)
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  return largest > 0.0F ? largest : 1.0F;
}

std::vector<std::string> heads_of_layer(std::size_t layer, std::size_t heads) {
  std::vector<std::string> names;
  for (std::size_t head = 0; head < heads; ++head)
    names.push_back(head_place({layer, head}));
  return names;
}

std::string answer_text(const Model& model, std::int32_t id) {
  return token_text(model, id);
}

void about_patching(ExportTable& table, const PatchingQuestion& question, const PatchingView& view) {
  static constexpr std::array<const char*, patch_whats> kWhats{
      "residual", "attention_output", "feed_forward_output", "head_output", "query", "key", "value", "pattern"};
  const Model& model = *question.pair.corrupt->model;
  table.about.insert(table.about.end(), {{"from", question.pair.pin},
                                         {"patched", std::string(kWhats[static_cast<std::size_t>(question.what)])},
                                         {"right", answer_text(model, question.right)},
                                         {"right_id", static_cast<std::size_t>(question.right)},
                                         {"wrong", answer_text(model, question.wrong)},
                                         {"wrong_id", static_cast<std::size_t>(question.wrong)},
                                         {"position", question.pair.position},
                                         {"clean_position", question.pair.clean_position},
                                         {"clean_logit_difference", view.map.clean.logit_difference},
                                         {"clean_probability", view.map.clean.probability},
                                         {"corrupt_logit_difference", view.map.corrupt.logit_difference},
                                         {"corrupt_probability", view.map.corrupt.probability}});
}

void fill_patching(ExportTable& table, const PatchingView& view) {
  table.columns = {
      "layer", "head", "position", "logit_difference", "probability", "recovered", "recovered_probability"};
  for (const PatchResult& result : view.map.results) {
    const auto index_or_empty = [](const std::optional<std::size_t>& index) {
      return index ? TableCell(*index) : TableCell(std::string());
    };
    const double none = std::numeric_limits<double>::quiet_NaN();
    table.rows.push_back({result.cell.layer, index_or_empty(result.cell.head), index_or_empty(result.cell.position),
                          result.aligned ? result.patched.logit_difference : none,
                          result.aligned ? result.patched.probability : none, result.aligned ? result.recovered : none,
                          result.aligned ? result.recovered_probability : none});
  }
  table.arrays.emplace_back("recovered", view.recovered);
}

}  // namespace

ContentPlan plan_movement(const Seen& seen, const FigureStyle& style) {
  const Comparison* known = seen.snapshot->comparison.get();
  if (known == nullptr || !known->baseline || !known->baseline->trace)
    throw Error("nothing_to_compare", {.item = seen.snapshot->model->name});
  LabelledMap map;
  map.about = tr("compare.formula") + std::string(" · ") + tr("heads.caption");
  map.badges = head_badges(*seen.snapshot->model);
  map.colours = &gfx::colour_map(look_of(seen.session).weight_map, style.theme);
  FigureCaption caption = caption_about(*seen.snapshot, tr("compare.moved"));
  return [seen, style, map, caption](bool picture) {
    const Snapshot& live = *seen.snapshot;
    Comparison comparison = *live.comparison;
    if (comparison.movements_pending) add_movements(comparison, live);
    const AttentionKind kind = shown_kind(live, seen.session);
    const std::vector<HeadMovement>& moved = comparison.movements[static_cast<std::size_t>(kind)];
    std::size_t layers = 0, heads = 0;
    for (const HeadMovement& each : moved) {
      layers = std::max(layers, each.head.layer + 1);
      heads = std::max(heads, each.head.head + 1);
    }
    Content content{table_about(live, seen.session, ExportView::movement), {}};
    content.table.about.emplace_back("baseline", comparison.name);
    content.table.about.emplace_back("baseline_text", comparison.baseline->source_text);
    content.table.columns = {"layer", "head", "movement", "lost", "gained"};
    Matrix values(layers, heads), lost(layers, heads), gained(layers, heads);
    for (const HeadMovement& each : moved) {
      content.table.rows.push_back({each.head.layer, each.head.head, each.movement, each.lost, each.gained});
      values(each.head.layer, each.head.head) = static_cast<float>(each.movement);
      lost(each.head.layer, each.head.head) = static_cast<float>(each.lost);
      gained(each.head.layer, each.head.head) = static_cast<float>(each.gained);
    }
    if (picture) {
      LabelledMap drawn = map;
      drawn.rows = numbers_up_to(layers);
      drawn.cols = numbers_up_to(heads);
      drawn.values = values;
      drawn.high = largest_of(values);
      content.figure = map_figure(drawn, caption, style);
    }
    content.table.arrays = {{"movement", std::move(values)}, {"lost", std::move(lost)}, {"gained", std::move(gained)}};
    return content;
  };
}

ContentPlan plan_ablation(const Seen& seen, const ExportOptions& options, const FigureStyle& style) {
  const Snapshot& snapshot = *seen.snapshot;
  if (!snapshot.model->config.has_lm_head) throw Error("nothing_to_export", {.item = snapshot.model->name});
  const AblationQuestion question{snapshot.trace, make_predictions(snapshot, seen.session).position,
                                  options.token.value_or(-1), options.mean};
  LabelledMap map;
  map.about =
      std::string("KL(p‖p′) · ") + tr(options.mean ? "effect.mean" : "effect.zero") + " · " + tr("heads.caption");
  map.colours = &gfx::colour_map(look_of(seen.session).weight_map, style.theme);
  map.badges = head_badges(*snapshot.model);
  FigureCaption caption = caption_about(snapshot, tr("effect.map"));
  return [seen, style, map, caption, question](bool picture) {
    const std::shared_ptr<const AblationView> view = make_ablation(question);
    Content content{table_about(*seen.snapshot, seen.session, ExportView::ablation), {}};
    content.table.about.insert(content.table.about.end(),
                               {{"position", question.position},
                                {"token", view->token_text},
                                {"token_id", static_cast<std::size_t>(view->token)},
                                {"ablated_to", std::string(question.mean ? "mean" : "zero")}});
    content.table.columns = {"layer", "head", "divergence", "log_probability_change"};
    Matrix divergence(view->layers, view->heads, kNoNumber), change(view->layers, view->heads, kNoNumber);
    for (const std::optional<HeadEffect>& each : view->effects) {
      if (!each) continue;
      content.table.rows.push_back({each->head.layer, each->head.head, each->divergence, each->log_probability_change});
      divergence(each->head.layer, each->head.head) = static_cast<float>(each->divergence);
      change(each->head.layer, each->head.head) = static_cast<float>(each->log_probability_change);
    }
    if (picture) {
      LabelledMap drawn = map;
      drawn.rows = numbers_up_to(view->layers);
      drawn.cols = numbers_up_to(view->heads);
      drawn.values = divergence;
      drawn.high = largest_of(divergence);
      if (drawn.high < 0.1F) drawn.decimals = [](float) { return 4; };
      content.figure = map_figure(drawn, caption, style);
    }
    content.table.arrays = {{"divergence", std::move(divergence)}, {"log_probability_change", std::move(change)}};
    return content;
  };
}

ContentPlan plan_patching(const Seen& seen, const ExportOptions& options, const FigureStyle& style) {
  const Snapshot& snapshot = *seen.snapshot;
  const FoundPair found = patching_pair(snapshot, make_predictions(snapshot, seen.session).position);
  if (!found.pair)
    throw Error(found.why == NoPair::no_answer ? "nothing_to_export" : "nothing_to_compare",
                {.item = snapshot.model->name});
  PatchingQuestion question{*found.pair, options.patch_what};
  if (has_heads(question.what)) question.grid = options.patch_grid;
  if (question.grid == PatchGrid::heads_tokens) question.layer = shown_head(snapshot, seen.session).layer;
  LabelledMap map;
  map.about = tr("patching.formula", {{"name", found.pair->pin}});
  map.colours = &gfx::colour_map(look_of(seen.session).score_map, style.theme);
  if (question.grid == PatchGrid::layers_heads) {
    map.badges = head_badges(*snapshot.model);
    map.about += " · " + std::string(tr("heads.caption"));
  }
  FigureCaption caption = caption_about(
      snapshot, std::string(tr("patching.heading")) + " · " + tr(patch_names[static_cast<std::size_t>(question.what)]));
  return [seen, style, map, caption, question, options](bool picture) mutable {
    if (!options.right || !options.wrong) {
      const AnswerTokens answers = make_answers(question.pair);
      question.right = options.right.value_or(answers.right);
      question.wrong = options.wrong.value_or(answers.wrong);
    }
    const std::shared_ptr<const PatchingView> view = make_patching(question);
    Content content{table_about(*seen.snapshot, seen.session, ExportView::patching), {}};
    about_patching(content.table, question, *view);
    fill_patching(content.table, *view);
    if (picture) {
      LabelledMap drawn = map;
      const bool by_heads = question.grid == PatchGrid::heads_tokens;
      drawn.rows = by_heads ? heads_of_layer(question.layer, view->rows) : numbers_up_to(view->rows);
      drawn.cols =
          question.grid == PatchGrid::layers_heads ? numbers_up_to(view->cols) : token_labels(seen.snapshot->encoding);
      drawn.cols.resize(view->cols);
      drawn.values = view->recovered;
      for (std::size_t cell = 0; cell < view->known.size(); ++cell)
        if (!view->known[cell]) drawn.values.values[cell] = kNoNumber;
      drawn.high = std::max(1.0F, largest_of(drawn.values));
      drawn.low = -drawn.high;
      content.figure = map_figure(drawn, caption, style);
    }
    return content;
  };
}

}  // namespace regard
