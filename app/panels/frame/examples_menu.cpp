// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/examples_menu.h"

#include "app/panels/common/command.h"
#include "app/panels/common/menu_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/world.h"
#include "app/session/reading.h"
#include "app/style/locale.h"

#include <imgui.h>
#include <algorithm>
#include <cstddef>
#include <string>

namespace regard {
namespace {

constexpr float kTwoColumns = 44.0F;  ///< ems of a window that has room for both languages beside each other

bool in_two_columns() {
  return ImGui::GetIO().DisplaySize.x >= em(kTwoColumns + 1.0F);
}

void draw_example(PanelContext& context, const ExampleGroup& group, std::size_t number, std::size_t index) {
  const std::string id = "examples." + std::to_string(number) + "." + std::to_string(index);
  const Example& example = group.examples[index];
  if (!menu_line(id, label_of(example), {}, is_shown(example, context.session))) return;
  context.command(ChooseExample{number, index});
  ImGui::CloseCurrentPopup();
}

/// The sentences of one group under what they are in and for whom; pictures, whose names are short, beside each other.
void draw_group(PanelContext& context, const ExampleGroup& group, std::size_t number) {
  const std::string& model = group.model;
  const bool opens =
      context.world.built_in != nullptr && opens_model(group, context.reading().model, *context.world.built_in);
  menu_section(tr(group.language == Language::ru ? "examples.ru" : "examples.en") + std::string(" · ") +
               tr(opens ? "examples.opens" : "examples.for", {{"model", model}}));
  const std::size_t count = group.examples.size();
  const bool pictures = std::all_of(group.examples.begin(), group.examples.end(),
                                    [](const Example& example) { return !example.image.empty(); });
  if (!pictures) {
    for (std::size_t index = 0; index < count; ++index)
      draw_example(context, group, number, index);
    return;
  }
  if (!ImGui::BeginTable("pictures", static_cast<int>(count), ImGuiTableFlags_SizingStretchSame)) return;
  for (std::size_t index = 0; index < count; ++index) {
    ImGui::TableNextColumn();
    draw_example(context, group, number, index);
  }
  ImGui::EndTable();
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

float examples_menu_width(const PanelContext& /*context*/) {
  return em(in_two_columns() ? 60.0F : 34.0F);
}

void fill_examples_menu(PanelContext& context) {
  static const Examples nothing;
  const Examples& groups = context.world.examples != nullptr ? *context.world.examples : nothing;
  if (!in_two_columns()) return draw_columns(context, groups, false);
  if (!ImGui::BeginTable("columns", 2, ImGuiTableFlags_SizingStretchSame)) return;
  draw_columns(context, groups, true);
  ImGui::EndTable();
}

}  // namespace regard
