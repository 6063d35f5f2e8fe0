// SPDX-License-Identifier: Apache-2.0
#include "tests/app/panels/seen_whole.h"

#include "app/shell/classroom.h"
#include "app/style/fonts.h"
#include "app/style/theme.h"
#include "app/widgets/picture_text.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <string_view>

namespace regard::test {
namespace {

constexpr float kLeast = 1.5F;  ///< pixels that nobody misses
/// The same of what stands beyond an edge: room around items. Text that is cut there and items that lie there are found apart.
float least_overflow() {
  return 0.9F * ImGui::GetFontSize();
}

const ImGuiWindow* window_of(const ImDrawList* list) {
  for (const ImGuiWindow* window : ImGui::GetCurrentContext()->Windows)
    if (window->DrawList == list) return window;
  return nullptr;  // over or under all windows
}

bool scrolls_sideways(const ImGuiWindow* window) {
  for (; window != nullptr; window = window->ParentWindow)
    if (window->ScrollMax.x > 0.0F && (window->Flags & ImGuiWindowFlags_HorizontalScrollbar) != 0) return true;
  return false;
}

bool scrolls_up_and_down(const ImGuiWindow* window) {
  for (; window != nullptr; window = window->ParentWindow)
    if (window->ScrollMax.y > 0.0F && (window->Flags & ImGuiWindowFlags_NoScrollWithMouse) == 0) return true;
  return false;
}

std::string pixels(float count) {
  return std::to_string(static_cast<int>(std::ceil(count))) + " px";
}

std::string name_of(const ImGuiWindow* window) {
  return window != nullptr ? window->Name : "(over all)";
}

/// Is it in a field that one types in? Its text may be longer than it.
bool in_field(const PictureText& text) {
  for (const ProbeItem& item : probe_items()) {
    const bool field = item.id.ends_with(".text") || item.id.ends_with(".field") || item.id.ends_with(".name") ||
                       item.id.ends_with(".path") || item.id.ends_with(".search");
    const float middle = 0.5F * (text.min.y + text.max.y), near = ImGui::GetFontSize();
    const float left = text.min.x + text.before.x, right = text.max.x - text.after.x;
    if (field && left >= item.min.x - near && right <= item.max.x + near && middle >= item.min.y &&
        middle <= item.max.y)
      return true;
  }
  return false;
}

void find_cut_text(const PictureText& text, const ImGuiWindow* window, std::vector<std::string>& found) {
  const float sideways = std::max(text.before.x, text.after.x), up_or_down = std::max(text.before.y, text.after.y);
  if (sideways > kLeast && !scrolls_sideways(window) && !in_field(text))
    found.push_back(name_of(window) + ": “" + text.text + "” is cut at its " +
                    (text.after.x >= text.before.x ? "right" : "left") + " by " + pixels(sideways));
  if (up_or_down > kLeast && !scrolls_up_and_down(window) && !in_field(text))
    found.push_back(name_of(window) + ": “" + text.text + "” is cut at its " +
                    (text.after.y >= text.before.y ? "bottom" : "top") + " by " + pixels(up_or_down));
}

/// What of a text is seen, less the rim of its letters.
ImRect seen_of(const PictureText& text) {
  const float rim = 0.15F * (text.max.y - text.min.y);
  ImRect rect({text.min.x + 1.0F, text.min.y + rim}, {text.max.x - 1.0F, text.max.y - rim});
  rect.ClipWithFull({text.clip_min, text.clip_max});
  return rect;
}

void find_text_over_text(const std::vector<PictureText>& texts, const ImDrawData& picture,
                         std::vector<std::string>& found) {
  for (std::size_t one = 0; one < texts.size(); ++one) {
    if (texts[one].turned) continue;
    const ImRect first = seen_of(texts[one]);
    for (std::size_t other = one + 1; other < texts.size() && texts[other].list == texts[one].list; ++other) {
      if (texts[other].turned) continue;
      const ImRect second = seen_of(texts[other]);
      const float across = std::min(first.Max.x, second.Max.x) - std::max(first.Min.x, second.Min.x);
      const float down = std::min(first.Max.y, second.Max.y) - std::max(first.Min.y, second.Min.y);
      if (across > kLeast && down > kLeast)
        found.push_back(name_of(window_of(picture.CmdLists[texts[one].list])) + ": “" + texts[one].text + "” and “" +
                        texts[other].text + "” lie over each other by " + pixels(across) + " × " + pixels(down));
    }
  }
}

/// Contents that reach beyond a window that cannot be scrolled there.
void find_overflow(const ImGuiWindow& window, std::vector<std::string>& found) {
  if (!window.Active || window.Hidden || std::string_view(window.Name) == "veil") return;
  const bool sideways = (window.Flags & ImGuiWindowFlags_HorizontalScrollbar) != 0;
  const bool up_and_down = (window.Flags & ImGuiWindowFlags_NoScrollWithMouse) == 0;
  if (!sideways && window.ScrollMax.x > least_overflow())
    found.push_back(name_of(&window) + ": its content is " + pixels(window.ScrollMax.x) + " wider than it");
  if (!up_and_down && window.ScrollMax.y > least_overflow())
    found.push_back(name_of(&window) + ": its content is " + pixels(window.ScrollMax.y) + " higher than it");
}

void set_text(float height, bool for_classroom) {
  ImGuiIO& io = ImGui::GetIO();
  build_fonts(*io.Fonts, std::filesystem::path(REGARD_ASSETS_DIR) / "fonts", height, for_classroom);
  unsigned char* ignored = nullptr;
  int width = 0, rows = 0;
  io.Fonts->GetTexDataAsRGBA32(&ignored, &width, &rows);
  apply_theme(ImGui::GetStyle(), height);
}

}  // namespace

std::vector<std::string> not_seen_whole() {
  std::vector<std::string> found;
  const ImDrawData& picture = *ImGui::GetDrawData();
  const std::vector<PictureText> texts = text_of_picture(picture, *ImGui::GetIO().Fonts);
  for (const PictureText& text : texts)
    find_cut_text(text, window_of(picture.CmdLists[text.list]), found);
  find_text_over_text(texts, picture, found);
  for (const ImGuiWindow* window : ImGui::GetCurrentContext()->Windows)
    find_overflow(*window, found);
  return found;
}

std::vector<std::string> texts_seen() {
  std::vector<std::string> found;
  for (const PictureText& text : text_of_picture(*ImGui::GetDrawData(), *ImGui::GetIO().Fonts))
    found.push_back(text.text);
  return found;
}

void set_text_size(int percent) {
  set_text(std::round(kTextPixels * static_cast<float>(percent) / 100.0F), false);
}

void set_classroom_text(ImVec2 window) {
  set_text(shell::classroom_text_pixels({static_cast<int>(window.x), static_cast<int>(window.y)}, 1.0F), true);
}

}  // namespace regard::test
