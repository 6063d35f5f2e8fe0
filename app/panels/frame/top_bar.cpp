// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/top_bar.h"

#include "app/panels/common/parts.h"
#include "app/panels/frame/export_dialog.h"
#include "app/panels/frame/model_menu.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "core/model/catalog.h"

#include <filesystem>

namespace regard {
namespace {

void draw_menus(PanelContext& context) {
  const std::string shown =
      context.world.loading.empty()
          ? (context.snapshot.model ? context.snapshot.model->name : display_name(context.session.model))
          : context.world.loading;
  const ImVec2 below_model{ImGui::GetCursorScreenPos().x, ImGui::GetCursorScreenPos().y + ImGui::GetFrameHeight()};
  if (quiet_button("top.model", shown.empty() ? tr("models.none") : fitted(shown, em(16.0F)), true)) {
    context.command(RefreshModels{});
    ImGui::OpenPopup(kModelMenu);
  }
  draw_model_menu(context, below_model);
  ImGui::SameLine();
  const ImVec2 below_examples{ImGui::GetCursorScreenPos().x, ImGui::GetCursorScreenPos().y + ImGui::GetFrameHeight()};
  if (quiet_button("top.examples", tr("top.examples"), true)) ImGui::OpenPopup(kExamplesMenu);
  draw_examples_menu(context, below_examples);
}

void draw_choices(PanelContext& context) {
  const Preferences& preferences = context.preferences;
  const bool dark = preferences.theme == ThemeChoice::dark;
  const float space = ImGui::GetStyle().ItemSpacing.x;
  const float width = choose_width({"RU", "EN"}) + choose_width({tr("top.dark"), tr("top.light")}) +
                      quiet_button_width(tr("top.export")) + quiet_button_width(tr("top.log")) +
                      quiet_button_width(tr("top.help")) + 4.0F * space;
  align_right(width);

  const auto language = static_cast<std::size_t>(preferences.language);
  if (const std::size_t chosen = choose("top.language", {"RU", "EN"}, language); chosen != language)
    context.command(SetLanguage{static_cast<Language>(chosen)});
  ImGui::SameLine();
  const std::size_t theme_index = dark ? 0 : 1;
  const std::size_t chosen = choose("top.theme", {tr("top.dark"), tr("top.light")}, theme_index);
  if (chosen != theme_index) context.command(SetTheme{chosen == 0 ? ThemeChoice::dark : ThemeChoice::light});
  ImGui::SameLine();
  const auto overlay_button = [&](const char* id, const char* label, Overlay overlay) {
    const bool open = context.state.overlay == overlay;
    if (quiet_button(id, label, false, open)) context.state.overlay = open ? Overlay::none : overlay;
  };
  if (quiet_button("top.export", tr("top.export"))) ask_for_export(context);
  ImGui::SameLine();
  overlay_button("top.log", tr("top.log"), Overlay::log);
  ImGui::SameLine();
  overlay_button("top.help", tr("top.help"), Overlay::help);
}

}  // namespace

std::string display_name(std::string_view model) {
  std::filesystem::path path(model);
  if (!path.has_filename()) path = path.parent_path();
  return model_name(path);
}

void draw_top_bar(PanelContext& context) {
  {
    const ScopedFont font(fonts().heading);
    align_to_frame();
    coloured(theme().text, "Regard");
  }
  ImGui::SameLine(0.0F, em(1.5F));
  draw_menus(context);
  draw_choices(context);
}

}  // namespace regard
