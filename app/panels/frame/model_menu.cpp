// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/model_menu.h"

#include "app/panels/common/command.h"
#include "app/panels/common/menu_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/quantities.h"
#include "app/panels/common/world.h"
#include "app/panels/frame/bar_menu.h"
#include "app/session/action_kinds.h"
#include "app/session/reading.h"
#include "app/style/locale.h"
#include "app/viewmodel/snapshot.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr std::array kPlaces{
    std::pair{ModelPlace::built_in, "models.built_in"}, std::pair{ModelPlace::recent, "models.recent"},
    std::pair{ModelPlace::cache, "models.cache"}, std::pair{ModelPlace::beside_recent, "models.beside"}};

/// What a session calls it.
std::string name_in_session(const ModelEntry& entry) {
  return entry.place == ModelPlace::built_in ? entry.name : entry.folder.string();
}

/// Size and kind of numbers: "12.7 MB · F16".
std::string measures(const ModelEntry& entry) {
  if (entry.bytes == 0) return {};
  return file_size(entry.bytes) + (entry.stored_as.empty() ? "" : " · " + entry.stored_as);
}

/// One line about a model: what its folder says, else its architecture.
std::string about(const ModelEntry& entry) {
  if (const std::string& told = about_of(entry); !told.empty()) return told;
  return entry.supported ? entry.architecture : tr("models.unknown", {{"architecture", entry.architecture}});
}

void draw_entry(PanelContext& context, const ModelEntry& entry, bool current) {
  const std::string id = "models." + entry.name;
  const std::string second = about(entry), right = measures(entry);
  if (!menu_line({.id = id,
                  .text = entry.name,
                  .second = second,
                  .right = right,
                  .selected = current,
                  .enabled = entry.supported}))
    return;
  context.act(OpenModel{name_in_session(entry)});
  ImGui::CloseCurrentPopup();
}

}  // namespace

const std::string& about_of(const ModelEntry& entry) {
  return language() == Language::ru ? entry.about.ru : entry.about.en;
}

const ModelEntry* entry_on_show(const PanelContext& context) {
  if (context.world.models == nullptr) return nullptr;
  const std::vector<ModelEntry>& models = *context.world.models;
  const Model* model = context.snapshot.model.get();
  const auto found = std::find_if(models.begin(), models.end(), [&](const ModelEntry& entry) {
    return model != nullptr ? entry.folder == model->folder : context.reading().model == name_in_session(entry);
  });
  return found == models.end() ? nullptr : &*found;
}

void look_for_models(PanelContext& context) {
  context.command(RefreshModels{});
}

float model_menu_width(const PanelContext& /*context*/) {
  return em(36.0F);
}

void fill_model_menu(PanelContext& context) {
  static const std::vector<ModelEntry> nothing;
  const std::vector<ModelEntry>& models = context.world.models != nullptr ? *context.world.models : nothing;
  const ModelEntry* on_show = entry_on_show(context);
  for (const auto& [place, title] : kPlaces) {
    bool first = true;
    for (const ModelEntry& entry : models) {
      if (entry.place != place) continue;
      if (std::exchange(first, false)) menu_section(tr(title));
      draw_entry(context, entry, &entry == on_show);
    }
  }
  if (models.empty()) wrapped_caption(tr("models.looking"));
  gap(0.5F);
  command_line(context, "file.open_model");
  command_line(context, "window.model_card");
  wrapped_caption(tr("models.drop"));
}

}  // namespace regard
