// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/status.h"

#include "app/base/assets.h"
#include "app/base/layer_sizes.h"
#include "app/jobs/run_request.h"
#include "app/panels/change/intervene.h"
#include "app/panels/common/command.h"
#include "app/panels/common/lesson_news.h"
#include "app/panels/common/message.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/window_state.h"
#include "app/panels/common/world.h"
#include "app/panels/frame/commands.h"
#include "app/panels/lesson/lessons_menu.h"
#include "app/session/reading.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <optional>
#include <string>

namespace regard {
namespace {

std::string facts(const PanelContext& context) {
  const Snapshot& snapshot = context.snapshot;
  if (!snapshot.model) return tr("status.no_model");
  const ModelConfig& config = snapshot.model->config;
  std::string text =
      full_name(*snapshot.model) + " · " +
      tr("status.shape", {{"layers", config.layers}, {"heads", heads_in_words(config)}, {"width", config.hidden}});
  if (has_two_texts(snapshot))
    text += " · " + tr("status.two_texts", {{"encoder", snapshot.encoder_encoding.tokens.size()},
                                            {"decoder", snapshot.encoding.tokens.size()}});
  else
    text += " · " + tr_plural("status.tokens", snapshot.encoding.tokens.size());
  if (snapshot.trace)
    text +=
        " · " + tr("status.run",
                   {{"ms", number(static_cast<float>(snapshot.milliseconds), snapshot.milliseconds < 10.0 ? 1 : 0)}});
  return text;
}

std::string doing(const PanelContext& context) {
  const World& world = context.world;
  if (world.stopping) return tr("status.stopping");
  if (world.paused) return tr("generate.paused");
  if (world.worker == WorkerState::loading_model) return tr("status.loading", {{"model", world.loading}});
  const std::optional<Generation>& generation = context.snapshot.generation;
  if (world.generating && generation && generation->running())
    return tr("generate.progress", {{"made", generation->made}, {"wanted", generation->wanted}});
  return tr("status.running");
}

void draw_progress(PanelContext& context) {
  const World& world = context.world;
  if (world.worker == WorkerState::idle) return;
  ImGui::SameLine(0.0F, em(1.25F));
  coloured(theme().accent, doing(context));
  ImGui::SameLine(0.0F, em(0.6F));
  const float height = ImGui::GetTextLineHeight();
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 size{em(7.0F), height};
  ImGui::Dummy(size);
  const float bar = height * 0.3F;
  const float top = min.y + (height - bar) * 0.5F;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled({min.x, top}, {min.x + size.x, top + bar}, colour_u32(theme().frame), bar * 0.5F);
  const float done = std::clamp(world.progress, 0.0F, 1.0F) * size.x;
  if (done > 1.0F) list.AddRectFilled({min.x, top}, {min.x + done, top + bar}, colour_u32(theme().accent), bar * 0.5F);
  ImGui::SameLine(0.0F, em(0.6F));
  if (world.stopping) return;
  const char* cancel = tr(world.generating ? "generate.stop" : "status.cancel");
  const ImVec2 start = ImGui::GetCursorScreenPos();
  if (ImGui::InvisibleButton("cancel", {ImGui::CalcTextSize(cancel).x, height})) context.command(CancelRun{});
  probe_last_item("status.cancel");
  list.AddText(start, colour_u32(ImGui::IsItemHovered() ? theme().text : theme().text_muted), cancel);
}

/// A handout is on its way to the disk.
void draw_printing(const PanelContext& context) {
  if (context.world.lessons == nullptr || !context.world.lessons->printing) return;
  ImGui::SameLine(0.0F, em(1.25F));
  coloured(theme().accent, tr("status.printing"));
  probe_last_item("status.printing");
}

/// Beside the numbers: what somebody who is new here could begin with.
void draw_offer(PanelContext& context) {
  if (context.world.worker != WorkerState::idle) return;
  ImGui::SameLine(0.0F, em(1.5F));
  draw_lesson_offer(context);
}

/// What stood in the status line, and what was read when it came.
struct StatusState {
  std::string text{}, time{};
  Reading read{};
  std::size_t messages = 0;
};

/// An error is history once something else was read since, and read well.
bool is_over(const PanelContext& context, const Message& message) {
  if (message.kind != Message::Kind::error) return false;
  StatusState& state = context.state.of<StatusState>();
  const Reading& read = context.reading();
  const std::string text = text_of(message);
  const std::size_t messages = context.world.log->size();
  if (state.text != text || state.time != message.time || state.messages != messages)
    state = {text, message.time, read, messages};
  return read != state.read && context.snapshot.trace && !context.snapshot.error &&
         shows_run_of(context.snapshot, context.session, assets_folder());
}

/// The last message, at the right; a click shows all of them.
void draw_last_message(PanelContext& context) {
  if (context.world.log == nullptr || context.world.log->empty()) return;
  const Message& message = context.world.log->back();
  if (message.of_text && *message.of_text != context.reading().text) return;
  if (is_over(context, message)) return;
  const ImVec4& colour = message.kind == Message::Kind::error     ? theme().error
                         : message.kind == Message::Kind::warning ? theme().warning
                                                                  : theme().text_muted;
  ImGui::SameLine(0.0F, em(1.5F));
  const float room = ImGui::GetContentRegionAvail().x;
  if (room < em(4.0F)) return;
  const std::string text = fitted(text_of(message), room);
  const float width = ImGui::CalcTextSize(text.c_str()).x;
  align_right(width);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const bool clicked = ImGui::InvisibleButton("message", {std::max(width, 1.0F), ImGui::GetTextLineHeight()});
  ImGui::GetWindowDrawList()->AddText(start, colour_u32(colour), text.c_str());
  probe("status.message", start, {start.x + width, start.y + ImGui::GetTextLineHeight()});
  hint(text_of(message));
  if (clicked) context.state.of<WindowState>().overlay = Overlay::log;
}

/// What is on show, in numbers; a click tells all about the model.
void draw_facts(PanelContext& context) {
  const std::string text = fitted(facts(context), ImGui::GetContentRegionAvail().x);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const ImVec2 size{std::max(1.0F, ImGui::CalcTextSize(text.c_str()).x), ImGui::GetTextLineHeight()};
  const bool clicked = ImGui::InvisibleButton("facts", size) && context.snapshot.model;
  const ImVec2 end = ImGui::GetItemRectMax();
  const bool lit = context.snapshot.model && ImGui::IsItemHovered();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (lit) list.AddRectFilled({start.x, end.y - 1.0F}, end, colour_u32(theme().text));
  list.AddText(start, colour_u32(lit ? theme().text : theme().text_muted), text.c_str());
  probe("status.facts", start, end);
  if (context.snapshot.model) hint(tr("status.facts_hint"));
  if (clicked) run_command("window.model_card", context);
}

}  // namespace

void draw_status(PanelContext& context) {
  const ScopedFont font(fonts().small);
  draw_facts(context);
  draw_intervention_badge(context);
  draw_progress(context);
  draw_printing(context);
  draw_offer(context);
  draw_last_message(context);
}

}  // namespace regard
