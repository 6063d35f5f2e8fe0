// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/folder_list.h"

#include "app/panels/common/parts.h"
#include "app/panels/common/quantities.h"
#include "app/style/bmp_text.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

/// Where the columns begin, from the left of the list.
struct Columns {
  float name = 0.0F, size_end = 0.0F, date = 0.0F, end = 0.0F;
};

Columns columns_of(float width) {
  const ScopedFont font(fonts().small);
  const float date = ImGui::CalcTextSize(date_and_time(0).c_str()).x;
  const float size = ImGui::CalcTextSize(file_size(88'888'888'888).c_str()).x;
  Columns at{.name = em(0.6F), .end = width - em(0.6F)};
  at.date = at.end - date;
  at.size_end = at.date - em(1.5F);
  if (at.size_end - size < em(14.0F)) at.size_end = at.date = at.end;  // narrow: names alone
  return at;
}

void paint_small(ImDrawList& list, ImVec2 at, const std::string& text) {
  list.AddText(at, colour_u32(theme().text_muted), text.c_str());
}

/// A folder's sign, as high as small letters.
void paint_folder(ImDrawList& list, ImVec2 min, float side, ImU32 ink) {
  const float top = min.y + side * 0.18F;
  list.AddRectFilled({min.x, top}, {min.x + side * 0.45F, top + side * 0.3F}, ink, side * 0.08F);
  list.AddRectFilled({min.x, top + side * 0.14F}, {min.x + side, min.y + side * 0.86F}, ink, side * 0.08F);
}

void paint_entry(const FolderEntry& entry, const Columns& at, ImVec2 min, float height) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float side = ImGui::GetFontSize() * 0.8F;
  const float text_top = min.y + (height - ImGui::GetFontSize()) * 0.5F;
  const float sign = min.x + at.name;
  if (entry.folder)
    paint_folder(list, {sign, min.y + (height - side) * 0.5F}, side,
                 colour_u32(entry.model ? theme().accent : theme().text_muted));
  const float left = sign + side + em(0.5F);
  const bool narrow = at.size_end == at.end;
  const float right = min.x + (narrow ? at.end : at.size_end - em(5.0F));
  const std::string name = fitted(to_field(entry.name), right - left);
  list.AddText({left, text_top}, colour_u32(theme().text), name.c_str());
  if (narrow) return;
  const ScopedFont font(fonts().small);
  const float small_top = min.y + (height - ImGui::GetFontSize()) * 0.5F;
  const std::string size = entry.model    ? std::string(tr("files.model"))
                           : entry.folder ? std::string()
                                          : file_size(entry.bytes);
  paint_small(list, {min.x + at.size_end - ImGui::CalcTextSize(size.c_str()).x, small_top}, size);
  if (entry.written != 0) paint_small(list, {min.x + at.date, small_top}, date_and_time(entry.written));
}

std::string said_instead(const FolderView& view) {
  if (!view.listing) return tr("files.reading");
  if (view.listing->problem) return tr(*view.listing->problem);
  return view.shown.empty() ? tr(view.part.empty() ? "files.none" : "files.none_called_so") : std::string();
}

}  // namespace

void follow_listing(FolderView& view, std::shared_ptr<const FolderListing> listing, FileFilter filter,
                    std::string_view part) {
  if (view.listing == listing && view.filter == filter && view.part == part) return;
  view.listing = std::move(listing);
  view.filter = filter;
  view.part = part;
  view.chosen.reset();
  view.shown = view.listing ? shown_entries(*view.listing, filter, part) : std::vector<std::size_t>();
}

const FolderEntry* chosen_entry(const FolderView& view) {
  if (!view.listing || !view.chosen || *view.chosen >= view.shown.size()) return nullptr;
  return &view.listing->entries[view.shown[*view.chosen]];
}

const FolderEntry* entry_named(const FolderView& view, std::string_view name) {
  if (!view.listing) return nullptr;
  const std::vector<FolderEntry>& entries = view.listing->entries;
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const FolderEntry& entry) { return entry.name == name; });
  return found == entries.end() ? nullptr : &*found;
}

void move_choice(FolderView& view, int lines) {
  if (view.shown.empty()) return;
  const auto last = static_cast<std::ptrdiff_t>(view.shown.size()) - 1;
  const std::ptrdiff_t from = view.chosen ? static_cast<std::ptrdiff_t>(*view.chosen) : lines > 0 ? -1 : last + 1;
  view.chosen = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(from + lines, 0, last));
  view.scroll = true;
}

FolderListResult folder_list(FolderView& view, ImVec2 size) {
  FolderListResult result;
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  probe("dialog.list", corner, {corner.x + size.x, corner.y + size.y});
  ImGui::PushStyleColor(ImGuiCol_ChildBg, theme().panel);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2{0.0F, 0.0F});
  ImGui::BeginChild("list", size, false, ImGuiWindowFlags_NoNav);
  const float width = ImGui::GetContentRegionAvail().x;
  const float height = std::round(em(1.6F));
  const Columns at = columns_of(width);
  if (const std::string text = said_instead(view); !text.empty()) {
    ImGui::Dummy({0.0F, em(0.5F)});
    ImGui::Indent(em(0.6F));
    wrapped(theme().text_muted, text);
    ImGui::Unindent(em(0.6F));
  }
  if (view.scroll && view.chosen) {
    const float top = static_cast<float>(*view.chosen) * height;
    if (top < ImGui::GetScrollY()) ImGui::SetScrollY(top);
    if (top + height > ImGui::GetScrollY() + size.y) ImGui::SetScrollY(top + height - size.y);
  }
  view.scroll = false;
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(view.shown.size()), height);
  while (clipper.Step())
    for (int line = clipper.DisplayStart; line < clipper.DisplayEnd; ++line) {
      const auto index = static_cast<std::size_t>(line);
      const FolderEntry& entry = view.listing->entries[view.shown[index]];
      const ScopedId id(view.shown[index]);
      const ImVec2 min = ImGui::GetCursorScreenPos(), max(min.x + width, min.y + height);
      if (ImGui::InvisibleButton("entry", {width, height})) {
        view.chosen = index;
        result.chosen = true;
      }
      const bool hovered = ImGui::IsItemHovered();
      if (hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
        view.chosen = index;
        result.opened = true;
      }
      if (view.chosen == index)
        ImGui::GetWindowDrawList()->AddRectFilled(min, max, colour_u32(theme().selection), em(0.25F));
      else if (hovered)
        ImGui::GetWindowDrawList()->AddRectFilled(min, max, colour_u32(theme().frame_hovered), em(0.25F));
      paint_entry(entry, at, min, height);
      if (probe_enabled()) probe("dialog.entry." + entry.name, min, max);
    }
  ImGui::EndChild();
  ImGui::PopStyleVar();
  ImGui::PopStyleColor();
  return result;
}

}  // namespace regard
