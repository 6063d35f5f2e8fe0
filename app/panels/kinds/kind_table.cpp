// SPDX-License-Identifier: Apache-2.0
// The table of kinds: what each is, what it costs, who uses it, and a way to where it can be seen.
#include "app/viewmodel/kind_table.h"
#include "app/jobs/background.h"
#include "app/panels/common/button_parts.h"
#include "app/panels/common/command.h"
#include "app/panels/common/job_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/kinds/kinds.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>

namespace regard {
namespace {

constexpr float kCellSpace = 0.8F;   ///< ems between what stands in a column and the next one
constexpr float kTableRoom = 62.0F;  ///< ems: narrower panels have rows one below the other
constexpr std::array<float, kind_columns> kColumnShares{1.2F, 2.6F, 1.3F, 1.4F, 1.7F, 0.7F};

struct KindTableSlot {
  struct Asked {
    Language language = Language::en;
    friend bool operator==(const Asked&, const Asked&) = default;
  };
  using Answer = std::vector<KindRow>;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>&) {
    return std::make_shared<const Answer>(load_kind_table(language_code(asked.language)));
  }
  static Models stays_with(const Asked&) { return {}; }
};

std::string column_title(std::size_t column) {
  return tr("kind_table.column." + std::string(column_name(column)));
}

/// What stands before and behind the first space.
std::pair<std::string, std::string> split_show(const std::string& show) {
  const std::size_t space = std::min(show.find(' '), show.size());
  return {show.substr(0, space), show.substr(std::min(space + 1, show.size()))};
}

/// The first layer of the model that is so, where there is one.
std::optional<HeadRef> layer_of_kind(const ModelConfig& config, const std::string& what) {
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    const LayerPlan& plan = config.plans[layer];
    const bool is_so = what == "latent"        ? plan.attention.latent.has_value()
                       : what == "gated_delta" ? std::holds_alternative<GatedDelta>(plan.mixer)
                                               : std::holds_alternative<StateSpace>(plan.mixer);
    if (is_so && config.heads(layer) > 0) return HeadRef{layer, 0};
  }
  return std::nullopt;
}

/// Why the open model shows nothing of it; empty where it does.
std::string why_not_shown(const PanelContext& context, const KindRow& row) {
  const auto [how, what] = split_show(row.show);
  if (how == "attention" && !has_two_texts(context.snapshot)) return tr("kind_table.no_cross");
  if (how == "layers" && (!context.snapshot.model || !layer_of_kind(context.snapshot.model->config, what)))
    return tr("kind_table.no_layer");
  return {};
}

void show_kind(PanelContext& context, const KindOfAttention& kind) {
  std::vector<KindOfAttention> kinds = context.look().kinds;
  if (std::ranges::find(kinds, kind) == kinds.end()) {
    if (kinds.size() >= most_kinds) kinds.pop_back();
    kinds.push_back(kind);
    context.act(SetKinds{std::move(kinds)});
  }
  context.act(SelectPanel{"kinds", "kinds"});
}

void show_row(PanelContext& context, const KindRow& row) {
  const auto [how, what] = split_show(row.show);
  if (how == "kinds") return show_kind(context, parse_kind(what));
  if (how == "attention") {
    context.act(SetAttention{AttentionKind::cross});
    return context.act(SelectPanel{"look", "weights"});
  }
  if (how == "layers") {
    context.act(SelectHead{*layer_of_kind(context.snapshot.model->config, what)});
    return context.act(SelectPanel{"look", "weights"});
  }
  const std::size_t slash = std::min(what.find('/'), what.size());
  context.act(SelectPanel{what.substr(0, slash), what.substr(std::min(slash + 1, what.size()))});
}

void draw_show_button(PanelContext& context, const KindRow& row) {
  if (row.show.empty()) return;
  const std::string why = why_not_shown(context, row);
  const ScopedTextColour ink(why.empty() ? theme().text : mix(theme().text_muted, theme().panel, 0.5F));
  if (quiet_button("kind_table.show." + row.id, tr("kind_table.show")) && why.empty()) show_row(context, row);
  if (!why.empty()) why_not(why);
}

void draw_cell(const ImVec4& colour, const std::string& text) {
  coloured(colour, broken_at_spaces(text, ImGui::GetContentRegionAvail().x - em(kCellSpace)));
}

void draw_wide(PanelContext& context, const std::vector<KindRow>& rows) {
  constexpr ImGuiTableFlags kFlags = ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_PadOuterX;
  if (!ImGui::BeginTable("kind_table", static_cast<int>(kind_columns), kFlags)) return;
  for (std::size_t column = 0; column < kind_columns; ++column)
    ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthStretch, kColumnShares[column]);
  ImGui::TableNextRow();
  for (std::size_t column = 0; column < kind_columns; ++column) {
    ImGui::TableNextColumn();
    draw_cell(theme().text_muted, column_title(column));
  }
  for (const KindRow& row : rows) {
    const ScopedId scope(row.id);
    ImGui::TableNextRow();
    for (std::size_t column = 0; column < kind_columns; ++column) {
      ImGui::TableNextColumn();
      draw_cell(column == 0 ? theme().text : theme().text_muted, cell_of(row, column));
      if (column == 0) draw_show_button(context, row);
    }
  }
  ImGui::EndTable();
}

void draw_narrow(PanelContext& context, const std::vector<KindRow>& rows) {
  for (const KindRow& row : rows) {
    const ScopedId scope(row.id);
    gap(0.4F);
    wrapped(theme().text, row.name);
    wrapped(theme().text_muted, row.formula);
    for (std::size_t column = 2; column < kind_columns; ++column)
      if (!cell_of(row, column).empty())
        wrapped(theme().text_muted, tr("labelled", {{"name", column_title(column)}, {"value", cell_of(row, column)}}));
    draw_show_button(context, row);
  }
}

}  // namespace

void draw_kind_table(PanelContext& context) {
  if (!context.tabbed) heading(tr("kind_table.title"));
  if (context.background == nullptr) return wrapped_caption(tr("grids.empty"));
  const Outcome<std::vector<KindRow>> made = context.background->ask<KindTableSlot>({language()});
  if (made.error) return wrapped_caption(tr(*made.error));
  if (!made.value || !made.fresh) return;
  if (quiet_button("kind_table.copy", tr("kind_table.copy"))) {
    std::vector<std::string> names;
    for (std::size_t column = 0; column < kind_columns; ++column)
      names.push_back(column_title(column));
    context.command(CopyText{kind_table_as_text(*made.value, names)});
  }
  hint(tr("kind_table.copy_hint"));
  wrapped_caption(tr("kind_table.about"));
  const ScopedFont font(fonts().small);
  if (ImGui::GetContentRegionAvail().x >= em(kTableRoom))
    draw_wide(context, *made.value);
  else
    draw_narrow(context, *made.value);
}

}  // namespace regard
