// SPDX-License-Identifier: Apache-2.0
#include "app/panels/look/grid_look.h"

#include "app/panels/common/compare_parts.h"
#include "app/panels/common/difference_parts.h"
#include "app/panels/common/images.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/quantities.h"
#include "app/panels/look/grid_map_panel.h"
#include "app/panels/look/weight_kind.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/change_text.h"
#include "app/style/fonts.h"
#include "app/style/kinds_text.h"
#include "app/style/locale.h"
#include "app/style/positions_text.h"
#include "app/style/scores_text.h"
#include "app/style/theme.h"
#include "app/style/weights_text.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/difference_views.h"
#include "app/widgets/changes.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>

namespace regard {
namespace {

constexpr float kNumbersAt = 7.0F;  // ems

void line(std::string_view name, const std::string& value) {
  coloured(theme().text_muted, name);
  ImGui::SameLine(em(kNumbersAt));
  coloured(theme().text, value);
}

void arrow_line(const std::string& query, const std::string& key) {
  coloured(theme().query, query);
  ImGui::SameLine(0.0F, em(0.4F));
  coloured(theme().text_muted, "→");
  ImGui::SameLine(0.0F, em(0.4F));
  coloured(theme().key, key);
}

std::string weight_text(float weight, bool masked) {
  return masked ? std::string(tr("grids.masked")) : exact_number(weight);
}

/// What the numbers of the grid of scores are, in a word.
std::string score_line(const GridView& grid) {
  return grid.score_part ? score_part_name(grid.score_part) : tr("grids.score");
}

/// A, B and B − A of one cell.
void difference_tooltip(const PanelContext& context, const GridDifference& difference, const Cell& cell) {
  const GridView& grid = context.views.grid;
  const ComparedNames names = compared_names(context.session);
  const std::size_t row = difference.rows.partner[cell.row], col = difference.cols.partner[cell.col];
  const bool masked = grid.is_masked(cell.row, cell.col);
  if (row == kNoPartner || col == kNoPartner) {
    coloured(theme().text_muted, tr("difference.no_partner", {{"name", names.baseline}}));
    const ScopedFont font(fonts().mono);
    if (grid.has_softmax) line(score_line(grid), exact_number(shown_scores(grid)(cell.row, cell.col)));
    line(tr("grids.weight"), weight_text(grid.weights(cell.row, cell.col), masked));
    return;
  }
  const std::string& query = difference.rows.baseline.units[row].label;
  const std::string& key = difference.cols.baseline.units[col].label;
  if (query != grid.rows.units[cell.row].label || key != grid.cols.units[cell.col].label) {
    coloured(theme().text_muted, names.baseline + ":");
    ImGui::SameLine(0.0F, em(0.4F));
    arrow_line(query, key);
  }
  const bool baseline_masked = difference.baseline_masked[cell.row * grid.cols.size() + cell.col];
  const ScopedFont font(fonts().mono);
  coloured(theme().text_muted, score_line(grid));
  line("  " + names.baseline, exact_number(difference.baseline_scores(cell.row, cell.col)));
  line("  " + names.live, exact_number(shown_scores(grid)(cell.row, cell.col)));
  line("  Δ", exact_change(difference.scores(cell.row, cell.col)));
  coloured(theme().text_muted, tr("grids.weight"));
  line("  " + names.baseline, weight_text(difference.baseline_weights(cell.row, cell.col), baseline_masked));
  line("  " + names.live, weight_text(grid.weights(cell.row, cell.col), masked));
  line("  Δ", masked && baseline_masked ? std::string(tr("grids.masked"))
                                        : exact_change(difference.weights(cell.row, cell.col)));
}

/// Most models divide q·k by √d; T5 leaves it, some Gemmas multiply it by a number of their own.
std::string scale_note(const QuestionView& question) {
  if (has_scores_of_its_own(question.kind.form))
    return tr("grids.scores_of_kind", {{"kind", kind_title(question.kind)}});
  const float usual = 1.0F / std::sqrt(static_cast<float>(std::max<std::size_t>(question.head_dim, 1)));
  if (std::abs(question.scale - usual) < 1e-5F || question.head_dim == 0) return tr("grids.scores_about");
  if (question.scale == 1.0F) return tr("grids.scores_undivided");
  return tr("grids.scores_scaled", {{"scale", plain_number(question.scale)}});
}

/// DeBERTa's terms, which depend on the tokens, too, and not on their distance alone.
bool has_content_with_position(const QuestionView& question) {
  return std::any_of(question.score_parts.begin(), question.score_parts.end(), [](ScorePartKind part) {
    return part == ScorePartKind::content_to_position || part == ScorePartKind::position_to_content;
  });
}

/// What was done to q·k, and whose tokens stand where, if they are of two texts.
std::string scores_note(const PanelContext& context) {
  const QuestionView& question = context.views.question;
  if (const auto& part = context.views.grid.score_part; part && !shows_map(context)) return score_part_about(part);
  std::string note = scale_note(question);
  if (question.score_cap != 0.0F)
    note = tr("listed",
              {{"list", note}, {"next", tr("grids.scores_capped", {{"cap", plain_number(question.score_cap)}})}});
  if (question.alibi_slope != 0.0F || question.relative_bias)
    note =
        tr("listed",
           {{"list", note},
            {"next", tr(has_content_with_position(question) ? "grids.scores_disentangled" : "grids.scores_biased")}});
  const bool cross = shown_kind(context.snapshot, context.session) == AttentionKind::cross;
  return cross ? tr("grids.cross_axes") + (" · " + note) : note;
}

/// Words of rows and columns that only one text has. In self-attention they are the same.
std::string unpaired(const PanelContext& context, const GridDifference& difference) {
  std::vector<std::string> only_live = difference.rows.only_live, only_baseline = difference.rows.only_baseline;
  if (shown_kind(context.snapshot, context.session) == AttentionKind::cross) {
    only_live.insert(only_live.end(), difference.cols.only_live.begin(), difference.cols.only_live.end());
    only_baseline.insert(only_baseline.end(), difference.cols.only_baseline.begin(),
                         difference.cols.only_baseline.end());
  }
  return unpaired_note(only_live, only_baseline);
}

GridLook difference_look(const DifferenceViews& views, GridLook look) {
  const bool scores = look.kind == GridKind::scores;
  const GridDifference& difference = views.grid;
  look.values = scores ? &difference.scores : &difference.weights;
  look.masked = &difference.masked;
  look.high = scores ? difference.score_limit : difference.weight_limit;
  look.low = -look.high;
  look.revision = views.grid_revision;
  return look;
}

}  // namespace

GridLook look_of(const PanelContext& context, GridKind kind) {
  constexpr std::uint64_t kTexts = 4;                               // A, B, Δ: revisions of their own
  constexpr std::uint64_t kOtherWeights = std::uint64_t{1} << 61U;  // apart from those
  const GridView& grid = context.views.grid;
  const bool scores = kind == GridKind::scores;
  const DifferenceViews* both = context.difference;
  GridLook look{scores ? "grid.scores" : "grid.weights",
                scores ? "legend.scores" : "legend.weights",
                kind,
                scores ? &shown_scores(grid) : &grid.weights,
                &grid.masked,
                &gfx::colours_of_weights(context.look(), context.preferences.theme, grid.has_softmax && !scores),
                nullptr,
                0.0F,
                scores ? grid.score_limit : grid.weight_limit,
                context.views.grid_revision};
  if (context.images != nullptr) look.image = scores ? &context.images->scores : &context.images->weights;
  if (both != nullptr) look.high = std::max(look.high, scores ? both->score_limit : both->weight_limit);
  if (scores || !grid.has_softmax) look.low = -look.high;
  if (const DifferenceViews* difference = shown_difference(context)) {
    look.map = &gfx::colour_map(context.look().score_map, context.preferences.theme);  // of a long text's map, too
    if (!shows_map(context)) look = difference_look(*difference, look);
  } else if (!shows_map(context) && !grid.sinks.empty()) {
    look.beside = scores ? std::vector<float>(grid.rows.size(), grid.sink_score) : grid.sinks;
  }
  look.revision = look.revision * kTexts + static_cast<std::uint64_t>(context.shown);
  if (const WeightKindState* other = scores ? nullptr : other_weights(context)) {
    look.values = &other->values;
    look.masked = &other->masked;
    look.high = other->largest;
    look.revision = kOtherWeights + other->revision;
    look.beside.clear();
  }
  return look;
}

namespace {

/// What the selected row adds up to is told, because it is not 1.
std::string signed_note(const GridView& grid) {
  if (grid.query >= grid.weights.rows) return tr("grids.signed_about");
  double sum = 0.0;
  for (const float weight : grid.weights.row(grid.query))
    sum += static_cast<double>(weight);
  return tr("grids.signed_sum",
            {{"row", grid.rows.units[grid.query].label}, {"sum", signed_number(static_cast<float>(sum), 3)}}) +
         " · " + tr("grids.signed_about");
}

std::string note_of_numbers(const PanelContext& context, GridKind kind) {
  const bool scores = kind == GridKind::scores;
  const bool is_signed = !context.views.grid.has_softmax;
  if (scores && is_signed) return {};  // why there are none stands in their place
  if (const GridDifference* difference = shown_grid_difference(context)) {
    std::string note = difference_sign(context);
    const std::string small = small_change_note(largest_change(scores ? difference->scores : difference->weights),
                                                scores ? least_score_scale : least_weight_scale);
    if (!small.empty()) note += " · " + small;
    const std::string words = unpaired(context, *difference);
    return words.empty() ? note : note + " · " + words;
  }
  if (!scores && other_weights(context) != nullptr)
    return weight_note(context.look().grid_weight, shown_head(context.snapshot, context.session), context.views.grid,
                       *context.snapshot.trace);
  if (is_signed && is_softmax(context.views.grid.kind.form)) return signed_note(context.views.grid);
  std::string note = scores ? scores_note(context) : rows_about(context.views.grid);
  if (shows_map(context)) {
    const bool difference = shown_difference(context) != nullptr;
    return (difference ? difference_sign(context) + " · " : std::string()) + map_note(context) + " · " + note;
  }
  const bool common = context.difference != nullptr && context.difference->score_limit > 0.0F;
  return common ? note + " · " + tr("difference.common_scale") : note;
}

}  // namespace

std::string grid_note(const PanelContext& context, GridKind kind) {
  const std::string kept = note_of_numbers(context, kind),
                    said = untrained_note(context.views.grid.untrained_kind(), context.views.grid.positions);
  return said.empty() || kept.empty() ? said + kept : said + " · " + kept;
}

Axis sink_label() {
  return {.units = {{.label = tr("grids.sink"), .special = true}}, .window = {0, 1}, .total = 1};
}

void sink_tooltip(const PanelContext& context, std::size_t row) {
  const GridView& grid = context.views.grid;
  const ScopedTooltip scope;
  arrow_line(grid.rows.units[row].label, tr("grids.sink"));
  {
    const ScopedFont font(fonts().mono);
    line(tr("grids.score"), exact_number(grid.sink_score));
    line(tr("grids.sink_share"), exact_number(grid.sinks[row]));
  }
  constexpr float kWide = 24.0F;  // ems
  ImGui::PushTextWrapPos(em(kWide));
  coloured(theme().text_muted, tr("grids.sink_about"));
  ImGui::PopTextWrapPos();
}

std::size_t linked_unit(const Axis& axis, std::optional<std::size_t> token) {
  if (!token) return kNone;
  const std::size_t unit = axis.unit_of(*token);
  return unit < axis.size() ? unit : kNone;
}

void grid_tooltip(const PanelContext& context, const Cell& cell) {
  const GridView& grid = context.views.grid;
  const ScopedTooltip scope;
  arrow_line(grid.rows.units[cell.row].label, grid.cols.units[cell.col].label);
  if (const GridDifference* difference = shown_grid_difference(context))
    return difference_tooltip(context, *difference, cell);
  const ScopedFont font(fonts().mono);
  for (const ScorePart& part : grid.score_parts)
    if (grid.score_parts.size() > 1) line(score_part_name(part.kind), exact_number(part.scores(cell.row, cell.col)));
  if (grid.has_softmax) line(tr("grids.score"), exact_number(grid.scores(cell.row, cell.col)));
  line(tr("grids.weight"), weight_text(grid.weights(cell.row, cell.col), grid.is_masked(cell.row, cell.col)));
  if (const WeightKindState* other = other_weights(context))
    line(weight_sign(context.look().grid_weight),
         weight_text(other->values(cell.row, cell.col), other->masked[cell.row * grid.cols.size() + cell.col]));
}

}  // namespace regard
