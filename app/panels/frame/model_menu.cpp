// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/model_menu.h"

#include "app/panels/common/parts.h"
#include "app/panels/frame/top_bar.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <imgui_stdlib.h>

#include <algorithm>

namespace regard {
namespace {

void section(std::string_view text) {
  gap(0.5F);
  caption(text);
}

bool is_current(const PanelContext& context, const std::string& model) {
  return context.session.model == model ||
         (context.snapshot.model && context.snapshot.model->folder == std::filesystem::path(model));
}

void open(PanelContext& context, const std::string& model) {
  context.act(OpenModel{model});
  ImGui::CloseCurrentPopup();
}

/// One line about a model: what its folder says, else its architecture.
std::string about(const ModelEntry& entry) {
  const std::string& told = language() == Language::ru ? entry.about.ru : entry.about.en;
  if (!told.empty()) return told;
  return entry.supported ? entry.architecture : tr("models.unknown", {{"architecture", entry.architecture}});
}

/// The models found in one place.
void list(PanelContext& context, bool built_in, bool beside_recent = false) {
  if (context.world.models == nullptr) return;
  const std::vector<ModelEntry>& models = *context.world.models;
  const auto wanted = [&](const ModelEntry& entry) {
    return entry.built_in == built_in && entry.beside_recent == beside_recent;
  };
  if (std::none_of(models.begin(), models.end(), wanted)) return;
  section(tr(built_in ? "models.built_in" : beside_recent ? "models.beside" : "models.cache"));
  for (const ModelEntry& entry : models) {
    if (!wanted(entry)) continue;
    const std::string model = built_in ? entry.name : entry.folder.string();
    if (menu_line("models." + entry.name, entry.name, about(entry), is_current(context, model), entry.supported))
      open(context, model);
  }
}

void recent(PanelContext& context) {
  std::vector<std::string> shown;
  for (const std::string& model : context.preferences.recent_models) {
    const bool listed = context.world.models != nullptr &&
                        std::any_of(context.world.models->begin(), context.world.models->end(),
                                    [&](const ModelEntry& entry) { return entry.built_in && entry.name == model; });
    if (!listed) shown.push_back(model);
  }
  if (shown.empty()) return;
  section(tr("models.recent"));
  for (std::size_t index = 0; index < shown.size(); ++index)
    if (menu_line("models.recent." + std::to_string(index), display_name(shown[index]), shown[index],
                  is_current(context, shown[index])))
      open(context, shown[index]);
}

void path_field(PanelContext& context) {
  const ScopedRaisedFrames frames;
  section(tr("models.other"));
  const float button = ImGui::CalcTextSize(tr("models.open")).x + em(1.0F);
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - button - ImGui::GetStyle().ItemSpacing.x);
  const bool entered = ImGui::InputTextWithHint("##path", tr("models.path"), &context.state.model_path,
                                                ImGuiInputTextFlags_EnterReturnsTrue);
  probe_last_item("models.path");
  ImGui::SameLine();
  const bool pressed = ImGui::Button(tr("models.open"), {button, 0.0F});
  probe_last_item("models.open");
  if ((entered || pressed) && !context.state.model_path.empty()) open(context, context.state.model_path);
  wrapped_caption(tr("models.drop"));
}

}  // namespace

bool menu_line(std::string_view id, std::string_view text, std::string_view second, bool selected, bool enabled) {
  const ScopedId scope(id);
  const float width = ImGui::GetContentRegionAvail().x;
  const float pad = em(0.25F);
  const float height = em(1.2F) + (second.empty() ? 0.0F : em(1.1F)) + 2.0F * pad;
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 max{min.x + width, min.y + height};
  const bool chosen = ImGui::InvisibleButton("line", {width, height}) && enabled;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (enabled && ImGui::IsItemHovered())
    list.AddRectFilled(min, max, colour_u32(theme().frame_hovered), em(0.25F));
  else if (selected)
    list.AddRectFilled(min, max, colour_u32(theme().selection), em(0.25F));
  const float left = min.x + em(0.5F);
  const std::string first_line = fitted(text, width - em(1.0F));
  list.AddText({left, min.y + pad}, colour_u32(enabled ? theme().text : theme().text_muted), first_line.c_str());
  if (!second.empty()) {
    const ScopedFont font(fonts().small);
    const std::string second_line = fitted(second, width - em(1.0F));
    list.AddText({left, max.y - pad - ImGui::GetFontSize() * 1.1F}, colour_u32(theme().text_muted),
                 second_line.c_str());
  }
  probe(id, min, max);
  return chosen;
}

void draw_model_menu(PanelContext& context, ImVec2 corner) {
  ImGui::SetNextWindowPos(corner);
  ImGui::SetNextWindowSize({em(34.0F), 0.0F});
  if (!ImGui::BeginPopup(kModelMenu)) return;
  context.state.popup_open = true;
  list(context, true);
  recent(context);
  list(context, false);
  list(context, false, true);
  path_field(context);
  ImGui::EndPopup();
}

namespace {

/// The sentences of one group under what they are in and for whom.
void draw_group(PanelContext& context, const ExampleGroup& group, std::size_t number) {
  const std::string& model = group.model;
  const bool opens =
      context.world.built_in != nullptr && opens_model(group, context.session.model, *context.world.built_in);
  section(tr(group.language == Language::ru ? "examples.ru" : "examples.en") + std::string(" · ") +
          tr(opens ? "examples.opens" : "examples.for", {{"model", model}}));
  for (std::size_t index = 0; index < group.examples.size(); ++index) {
    const std::string id = "examples." + std::to_string(number) + "." + std::to_string(index);
    const std::string& text = group.examples[index].text;
    if (!menu_line(id, text, {}, context.session.text == text)) continue;
    context.command(ChooseExample{number, index});
    ImGui::CloseCurrentPopup();
  }
}

/// Groups of one language stand in one column, where there is room for two.
void draw_columns(PanelContext& context, const Examples& groups, bool two) {
  for (const Language column : {Language::ru, Language::en}) {
    const ScopedId scope(static_cast<std::size_t>(column));
    if (two) ImGui::TableNextColumn();
    for (std::size_t number = 0; number < groups.size(); ++number)
      if (groups[number].language == column) draw_group(context, groups[number], number);
  }
}

}  // namespace

void draw_examples_menu(PanelContext& context, ImVec2 corner) {
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  const float room = screen.x - em(1.0F);
  const bool two = room >= em(44.0F);
  ImGui::SetNextWindowPos(
      {std::max(em(0.5F), std::min(corner.x, screen.x - em(0.5F) - std::min(room, em(60.0F)))), corner.y});
  ImGui::SetNextWindowSizeConstraints({0.0F, 0.0F}, {room, std::max(em(6.0F), screen.y - corner.y - em(0.5F))});
  ImGui::SetNextWindowSize({two ? std::min(room, em(60.0F)) : std::min(room, em(34.0F)), 0.0F});
  if (!ImGui::BeginPopup(kExamplesMenu)) return;
  context.state.popup_open = true;
  const Examples none;
  const Examples& groups = context.world.examples != nullptr ? *context.world.examples : none;
  if (!two)
    draw_columns(context, groups, false);
  else if (ImGui::BeginTable("columns", 2, ImGuiTableFlags_SizingStretchSame)) {
    draw_columns(context, groups, true);
    ImGui::EndTable();
  }
  ImGui::EndPopup();
}

}  // namespace regard
