// SPDX-License-Identifier: Apache-2.0
// What the command palette lists.
#include "app/panels/common/command.h"
#include "app/panels/common/lesson_news.h"
#include "app/panels/common/world.h"
#include "app/panels/frame/commands.h"
#include "app/panels/frame/heads.h"
#include "app/panels/frame/palette.h"
#include "app/panels/frame/top_bar.h"
#include "app/panels/registry.h"
#include "app/session/action.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/locale.h"
#include "app/style/locale_in.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"
#include "app/viewmodel/word_search.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace regard {
namespace {

using Entries = std::vector<PaletteEntry>;

std::string in_both_languages(const char* key) {
  return std::string(tr_in(Language::ru, key)) + " " + tr_in(Language::en, key);
}

std::string in_both_languages(const Bilingual& text) {
  return text.ru + " " + text.en;
}

const std::string& name_in_language(const Bilingual& text) {
  return language() == Language::ru ? text.ru : text.en;
}

const char* title_of(CommandGroup group) {
  static constexpr std::array kTitles{"help.reading", "help.text",   "help.files",
                                      "help.view",    "help.window", "help.lesson"};
  return kTitles[static_cast<std::size_t>(group)];
}

/// The name goes first, so that what is typed is held against its beginning.
std::string found_by(const std::string& name, const std::string& further) {
  return folded(name + " " + further);
}

std::string obstacle_of(const CommandEntry& entry, const PanelContext& context) {
  if (is_possible(entry, context)) return {};
  return tr(entry.obstacle != nullptr ? entry.obstacle : "palette.not_now");
}

/// "view.3" does something else in every workspace: views are listed by their names.
bool is_numbered_view(const CommandEntry& entry) {
  return entry.run == command_named("view.1").run;
}

void add_commands(const PanelContext& context, Entries& entries) {
  for (const CommandEntry& command : commands()) {
    if (is_numbered_view(command) || std::string_view(command.id) == "window.palette") continue;
    const std::string name = tr(command.name);
    const char* group = title_of(command.group);
    entries.push_back(
        {name, tr(group), text_of(command.chords[0]),
         found_by(name, in_both_languages(command.name) + " " + in_both_languages(group) + " " + command.id),
         obstacle_of(command, context), &command});
  }
}

/// The key of a view in the workspace on show.
std::string key_of_view(std::size_t index) {
  for (const CommandEntry& command : commands())
    if (is_numbered_view(command) && command.argument == static_cast<int>(index)) return text_of(command.chords[0]);
  return {};
}

/// Every view once: of the workspace on show, then of the others.
void add_views(const PanelContext& context, Entries& entries) {
  const Workspace& on_show = workspace_named(context.look().stage.workspace);
  std::vector<const Workspace*> order{&on_show};
  for (const Workspace& workspace : workspaces())
    if (&workspace != &on_show) order.push_back(&workspace);
  std::vector<const Panel*> listed;
  for (const Workspace* workspace : order) {
    const std::vector<const Panel*> panels = panels_of(*workspace);
    for (std::size_t index = 0; index < panels.size(); ++index) {
      const Panel* panel = panels[index];
      if (std::find(listed.begin(), listed.end(), panel) != listed.end()) continue;
      listed.push_back(panel);
      const std::string name = tr(panel->title);
      entries.push_back({name, tr("palette.view", {{"workspace", std::string(tr(workspace->title))}}),
                         workspace == &on_show ? key_of_view(index) : std::string(),
                         found_by(name, in_both_languages(panel->title) + " " + in_both_languages(workspace->title) +
                                            " " + panel->id),
                         "", Action{SelectPanel{workspace->id, panel->id}}});
    }
  }
}

void add_examples(const PanelContext& context, Entries& entries) {
  if (context.world.examples == nullptr) return;
  const Examples& groups = *context.world.examples;
  for (std::size_t group = 0; group < groups.size(); ++group)
    for (std::size_t index = 0; index < groups[group].examples.size(); ++index) {
      const std::string& label = label_of(groups[group].examples[index]);
      entries.push_back({label, tr("palette.example", {{"model", groups[group].model}}), "",
                         found_by(label, in_both_languages("top.examples") + " " + groups[group].model), "",
                         Command{ChooseExample{group, index}}});
    }
}

void add_lessons(const PanelContext& context, Entries& entries) {
  if (context.world.lessons == nullptr) return;
  for (const LessonEntry& lesson : context.world.lessons->entries)
    entries.push_back({lesson.title, tr("palette.lesson"), "",
                       found_by(lesson.title, in_both_languages("palette.lesson") + " " + lesson.lesson), "",
                       Command{OpenLesson{lesson.lesson}}});
}

void add_models(const PanelContext& context, Entries& entries) {
  const auto add = [&](const std::string& name, const std::string& model, const Bilingual& about,
                       const std::string& obstacle) {
    const std::string& told = name_in_language(about);
    entries.push_back({name, told.empty() ? std::string(tr("palette.model")) : told, "",
                       found_by(name, in_both_languages("palette.model") + " " + in_both_languages(about)), obstacle,
                       Action{OpenModel{model}}});
  };
  std::vector<std::string> listed;
  if (context.world.models != nullptr)
    for (const ModelEntry& model : *context.world.models) {
      listed.push_back(model.place == ModelPlace::built_in ? model.name : model.folder.string());
      add(model.name, listed.back(), model.about,
          model.supported ? std::string() : tr("models.unknown", {{"architecture", model.architecture}}));
    }
  for (const std::string& recent : context.preferences.recent_models)
    if (std::find(listed.begin(), listed.end(), recent) == listed.end()) add(display_name(recent), recent, {}, "");
}

/// "3.5", "L3 H5", "слой 3 голова 5", and what the head was trained for.
std::string names_of(HeadRef head, const HeadRole* role) {
  const std::string layer = std::to_string(head.layer), index = std::to_string(head.head);
  std::string names = layer + "." + index + " l" + layer + " h" + index;
  for (const Language each : {Language::ru, Language::en})
    names +=
        " " + std::string(tr_in(each, "heads.layer")) + " " + layer + " " + tr_in(each, "heads.head") + " " + index;
  if (role != nullptr) names += " " + in_both_languages(role->name) + " " + role->relation;
  return names;
}

void add_heads(const PanelContext& context, Entries& entries) {
  if (!context.snapshot.model) return;
  const ModelConfig& config = shown_config(context.snapshot, context.session);
  for (const HeadRef head : all_heads(config)) {
    const HeadRole* role = role_of(*context.snapshot.model, head);
    const std::string label = head_label(head);
    entries.push_back({role != nullptr ? head_name(context.snapshot, head) : label,
                       role != nullptr ? label : std::string(tr("heads.title")), "", folded(names_of(head, role)), "",
                       Action{SelectHead{head}}});
  }
}

}  // namespace

std::vector<PaletteEntry> palette_entries(const PanelContext& context) {
  Entries entries;
  add_commands(context, entries);
  add_views(context, entries);
  add_examples(context, entries);
  add_lessons(context, entries);
  add_models(context, entries);
  add_heads(context, entries);
  return entries;
}

}  // namespace regard
