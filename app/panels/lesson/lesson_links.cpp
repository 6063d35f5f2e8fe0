// SPDX-License-Identifier: Apache-2.0
#include "app/panels/lesson/lesson_links.h"

#include "app/lesson/lesson_files.h"
#include "app/panels/common/command.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/world.h"
#include "app/panels/lesson/glossary_card.h"
#include "app/panels/lesson/lesson_desk.h"
#include "app/panels/lesson/lesson_pictures.h"
#include "app/panels/registry.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/style/locale.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr std::string_view kTermLink = "term:", kShowLink = "show:", kStepLink = "step:", kLessonLink = "lesson:",
                           kViewLink = "view:", kWebLink = "web:";

std::size_t number_in(std::string_view text) {
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// A lesson is named as those beside it are: by its name, or by the file beside this one.
std::string lesson_linked(const PanelContext& context, const std::string& name) {
  const OpenedLesson* open = open_lesson(context);
  const std::filesystem::path here(open != nullptr ? open->name : std::string());
  if (!here.is_absolute()) return name;
  for (const LessonEntry& entry : context.world.lessons->entries)
    if (entry.lesson == name) return name;
  return lesson_beside(here, name).string();
}

/// The panel that shows a view, in front.
void show_view(PanelContext& context, std::string_view view) {
  const Workspace* workspace = workspace_of(view, context.look().stage.workspace);
  if (workspace != nullptr) context.act(SelectPanel{workspace->id, std::string(view)});
}

void follow_show(PanelContext& context, const LessonText& text, std::string_view target) {
  if (target == "next") return turn_lesson_page(context, 1);
  if (target == "back") return turn_lesson_page(context, -1);
  if (!target.starts_with("#")) return;
  const std::size_t index = number_in(target.substr(1));
  if (index < text.shows.size()) context.command(ShowState{text.shows[index].show});
}

void follow_link(PanelContext& context, const LessonText& text, const std::string& target) {
  const std::string_view all = target;
  const auto rest = [&](std::string_view kind) { return std::string(all.substr(kind.size())); };
  if (all.starts_with(kTermLink)) return open_glossary(context, rest(kTermLink));
  if (all.starts_with(kShowLink)) return follow_show(context, text, all.substr(kShowLink.size()));
  if (all.starts_with(kStepLink)) {
    if (const std::size_t step = number_in(all.substr(kStepLink.size())); step > 0) show_lesson_page(context, step - 1);
    return;
  }
  if (all.starts_with(kLessonLink)) return context.command(OpenLesson{lesson_linked(context, rest(kLessonLink))});
  if (all.starts_with(kViewLink)) return show_view(context, all.substr(kViewLink.size()));
  if (all.starts_with(kWebLink)) context.command(CopyText{rest(kWebLink)});
}

}  // namespace

void draw_lesson_text(PanelContext& context, const LessonText& text, const LessonTextSpec& spec) {
  if (text.text.blocks.empty()) return;
  const RichTextResult result = rich_text(
      {.id = spec.id,
       .text = &text.text,
       .width = spec.width,
       .compact = spec.compact,
       .picture = [&context](const std::string& view, float width) { return lesson_picture(context, view, width); }});
  for (const auto& place : {result.hovered, result.focused}) {
    if (!place) continue;
    const RichLink& link = text.text.links[place->link];
    if (link.target.starts_with(kTermLink))
      want_term_card(context, {link.target.substr(kTermLink.size()), place->min, place->max});
    else if (link.target.starts_with(kWebLink) && ImGui::IsMouseHoveringRect(place->min, place->max))
      ImGui::SetTooltip("%s", (link.target.substr(kWebLink.size()) + "\n" + tr("lesson.copies_address")).c_str());
  }
  if (result.clicked) follow_link(context, text, text.text.links[*result.clicked].target);
}

void show_lesson_page(PanelContext& context, std::size_t step) {
  const OpenedLesson* open = open_lesson(context);
  if (open == nullptr || step >= open->lesson.steps.size()) return;
  context.command(ShowLessonStep{step});
}

void show_lesson_contents(PanelContext& context) {
  LessonPlace place = context.look().stage.lesson;
  place.contents = true;
  context.act(SetLesson{place});
}

const LessonEntry* next_lesson(const PanelContext& context) {
  const OpenedLesson* open = open_lesson(context);
  if (open == nullptr) return nullptr;
  const std::vector<LessonEntry>& all = context.world.lessons->entries;
  const auto is_this = [&](const LessonEntry& entry) { return entry.lesson == open->name; };
  const auto now = std::find_if(all.begin(), all.end(), is_this);
  if (now == all.end()) return nullptr;
  const auto comes = [&](const LessonEntry& entry) { return entry.own == now->own && !entry.broken; };
  const auto next = std::find_if(now + 1, all.end(), comes);
  return next != all.end() ? &*next : nullptr;
}

void turn_lesson_page(PanelContext& context, int by) {
  const OpenedLesson* open = open_lesson(context);
  if (open == nullptr) return;
  const LessonPlace& place = context.look().stage.lesson;
  const std::size_t step = context.world.lessons->step, count = open->lesson.steps.size();
  if (place.contents) {
    if (by > 0) show_lesson_page(context, step);
    return;
  }
  if (by < 0 && step > 0) return show_lesson_page(context, step - 1);
  if (by > 0 && step + 1 < count) return show_lesson_page(context, step + 1);
  if (const LessonEntry* next = by > 0 ? next_lesson(context) : nullptr)
    return context.command(OpenLesson{next->lesson});
  show_lesson_contents(context);
}

}  // namespace regard
