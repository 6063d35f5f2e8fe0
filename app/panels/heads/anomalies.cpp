// SPDX-License-Identifier: Apache-2.0
#include "app/panels/heads/anomalies.h"

#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/anomalies_parts.h"
#include "app/panels/heads/attention_kind.h"
#include "app/session/action_kinds.h"
#include "app/style/anomalies_text.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/effect_view.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <string>

namespace regard {
namespace {

std::vector<std::string> anomaly_token_names(const Encoding& encoding) {
  std::vector<std::string> names;
  for (const Token& token : encoding.tokens)
    names.push_back(label_of(token));
  return names;
}

bool leads_somewhere(const AnomalyLine& line) {
  return line.head || line.query || line.key;
}

void go_to_finding(PanelContext& context, const AnomalyLine& line) {
  if (line.head) context.act(SelectHead{*line.head});
  if (line.query) context.act(SelectQuery{*line.query});
  if (line.key) context.act(SelectKey{*line.key});
}

void link_finding(PanelContext& context, const AnomalyLine& line) {
  if (line.head) context.next_hover.head = line.head;
  if (line.query) context.next_hover.query = line.query;
  if (line.key) context.next_hover.key = line.key;
}

/// The text, its detail muted below it; the whole can be clicked.
void draw_finding(PanelContext& context, const std::string& id, const AnomalyLine& line) {
  const float width = std::max(ImGui::GetContentRegionAvail().x - em(0.8F), em());
  const std::string text = broken_at_spaces(line.text, width);
  std::string detail;
  float height = ImGui::CalcTextSize(text.c_str()).y + em(0.2F);
  const float below = height;
  if (!line.detail.empty()) {
    const ScopedFont font(fonts().small);
    detail = broken_at_spaces(line.detail, width);
    height += ImGui::CalcTextSize(detail.c_str()).y;
  }
  const ImVec2 min = ImGui::GetCursorScreenPos(), max{min.x + width + em(0.8F), min.y + height};
  const bool clicked = ImGui::InvisibleButton(id.c_str(), {width + em(0.8F), height});
  const bool hovered = ImGui::IsItemHovered() && leads_somewhere(line);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (hovered) {
    list.AddRectFilled(min, max, colour_u32(theme().frame_hovered), em(0.2F));
    link_finding(context, line);
  }
  const ImVec2 at{min.x + em(0.4F), min.y + em(0.1F)};
  list.AddText(at, colour_u32(leads_somewhere(line) ? theme().text : theme().text_muted), text.c_str());
  if (!detail.empty()) {
    const ScopedFont font(fonts().small);
    list.AddText({at.x, min.y + below}, colour_u32(theme().text_muted), detail.c_str());
  }
  if (clicked) go_to_finding(context, line);
  if (probe_enabled()) probe(id, min, max);
}

void draw_anomaly_section(PanelContext& context, const AnomalySection& section) {
  heading(section.title);
  const float right = ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x;
  if (right - ImGui::GetItemRectMax().x > ImGui::CalcTextSize(section.count.c_str()).x + em())
    heading_note(section.count);
  else
    wrapped(theme().text_muted, section.count);
  wrapped_caption(section.about);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ImGui::GetStyle().ItemSpacing.x, em(0.3F)});
  for (std::size_t line = 0; line < section.lines.size(); ++line)
    draw_finding(context, "anomalies." + section.id + "." + std::to_string(line), section.lines[line]);
  ImGui::PopStyleVar();
  gap(0.6F);
}

/// The report in words, when it is another one or the language is.
void tell_report(AnomaliesState& state, const std::shared_ptr<const Anomalies>& found, const Snapshot& snapshot,
                 const Session& session) {
  if (state.told == found && state.told_in == language()) return;
  AnomalyNames names{anomaly_token_names(asking_encoding(snapshot, session)),
                     anomaly_token_names(asked_encoding(snapshot, session))};
  const ModelConfig& config = shown_config(snapshot, session);
  names.heads.resize(config.layers);
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    for (std::size_t head = 0; head < config.heads(layer); ++head)
      names.heads[layer].push_back(head_name_and_place(snapshot, {layer, head}));
  state.told = found;
  state.told_in = language();
  const AnomalyWords words;
  state.about = anomalies_about(*found, words, snapshot.model->config.patches.has_value());
  state.sections = anomaly_sections(*found, names, words, shown_kind(snapshot, session) == AttentionKind::cross);
}

/// Multiply-adds of all grids, and of comparing their rows.
double cost_of_report(const Trace& trace) {
  const ModelConfig& config = trace.model->config;
  const auto tokens = static_cast<double>(trace.tokens()), keys = static_cast<double>(trace.keys());
  const double each = tokens * keys * static_cast<double>(config.head_dim(nearest_head(config, {}).layer)) +
                      6.0 * 2.0 * 20.0 * std::min(tokens, 64.0) * keys;
  return static_cast<double>(head_count(config)) * each;
}

}  // namespace

void draw_anomalies(PanelContext& context) {
  if (!context.tabbed) heading(tr("anomalies.title"));
  const Snapshot& snapshot = context.snapshot;
  if (!has_something_to_read(snapshot) || context.background == nullptr) return wrapped_caption(tr("grids.empty"));
  const AttentionKind kind = shown_kind(snapshot, context.session);
  const Encoding& asking = asking_encoding(snapshot, context.session);
  const Encoding& asked = asked_encoding(snapshot, context.session);
  if (std::max(asking.tokens.size(), asked.tokens.size()) > longest_report)
    return wrapped_caption(tr("anomalies.too_long", {{"tokens", std::max(asking.tokens.size(), asked.tokens.size())},
                                                     {"most", longest_report}}));
  AnomaliesState& state = context.state.of<AnomaliesState>();
  const bool quick = cost_of_report(attention_of(*snapshot.trace, kind)) < quick_cost;
  const Outcome<Anomalies> report =
      ask_long_map<AnomaliesSlot>(context, state.report, quick, {snapshot.trace, kind, separators(asking)});
  const LongMapProgress progress = progress_of(report);
  if (report.value && report.fresh) {
    tell_report(state, report.value, snapshot, context.session);
    state.of = snapshot.trace;
    state.kind = kind;
  }
  const bool of_this_run = state.told && state.of.lock() == snapshot.trace && state.kind == kind;
  tell_attention_kind(snapshot, kind);
  if (of_this_run) wrapped_caption(state.about);
  draw_long_map_button(context, slot_id<AnomaliesSlot>(), "anomalies.report", state.report, quick, progress);
  draw_progress_line(progress);
  if (report.error) wrapped_caption(tr(*report.error));
  if (!of_this_run) return;
  for (const AnomalySection& section : state.sections)
    draw_anomaly_section(context, section);
}

}  // namespace regard
