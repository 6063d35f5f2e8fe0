// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/number_field.h"

#include "app/widgets/typed_number.h"

#include <imgui_internal.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

namespace regard {
namespace {

constexpr std::size_t kLongest = 64;  // bytes
using Typed = std::array<char, kLongest>;

int only_numbers(ImGuiInputTextCallbackData* data) {
  return belongs_to_number(data->EventChar) ? 0 : 1;
}

/// The field over a slider has no callback: what does not belong there is taken out of what was typed.
void drop_what_is_no_number() {
  ImVector<ImWchar>& typed = ImGui::GetIO().InputQueueCharacters;
  ImWchar* const end =
      std::remove_if(typed.begin(), typed.end(), [](ImWchar character) { return !belongs_to_number(character); });
  typed.resize(static_cast<int>(end - typed.begin()));
}

bool type_over_slider(const char* label, const ImRect& frame, const char* shown, Typed& text) {
  ImGui::ItemSize(frame, ImGui::GetStyle().FramePadding.y);
  const ImGuiID id = ImGui::GetCurrentWindow()->GetID(label);
  if (!ImGui::ItemAdd(frame, id, &frame, ImGuiItemFlags_Inputable)) return false;
  drop_what_is_no_number();
  std::snprintf(text.data(), text.size(), "%s", shown);
  return ImGui::TempInputText(frame, id, label, text.data(), static_cast<int>(text.size()),
                              ImGuiInputTextFlags_AutoSelectAll | int{ImGuiInputTextFlags_NoMarkEdited});
}

/// Takes a number that is there and another than before.
template <class Number>
bool take(const std::optional<Number>& number, Number& value) {
  if (!number || *number == value) return false;
  value = *number;
  return true;
}

}  // namespace

bool whole_number_field(const char* id, std::uint64_t& value, TakenWhen when, const char* suffix) {
  Typed text{};
  std::snprintf(text.data(), text.size(), "%llu%s", static_cast<unsigned long long>(value), suffix);
  ImGuiInputTextFlags flags = ImGuiInputTextFlags_AutoSelectAll | ImGuiInputTextFlags_CallbackCharFilter;
  if (when == TakenWhen::entered) flags |= ImGuiInputTextFlags_EnterReturnsTrue;
  return ImGui::InputText(id, text.data(), text.size(), flags, only_numbers) &&
         take(typed_whole_number(text.data()), value);
}

bool number_over_slider(const char* label, const ImRect& frame, const char* shown, double& value) {
  Typed text{};
  return type_over_slider(label, frame, shown, text) && take(typed_number(text.data()), value);
}

}  // namespace regard
