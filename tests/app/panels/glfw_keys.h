// SPDX-License-Identifier: Apache-2.0
// ImGui's own keys (fields, navigation) under GLFW's codes, as its backend maps them.
#pragma once

#include <GLFW/glfw3.h>
#include <imgui.h>

#include <utility>

namespace regard::test {

inline void map_glfw_keys() {
  static constexpr std::pair<ImGuiKey, int> kKeys[] = {{ImGuiKey_Tab, GLFW_KEY_TAB},
                                                       {ImGuiKey_LeftArrow, GLFW_KEY_LEFT},
                                                       {ImGuiKey_RightArrow, GLFW_KEY_RIGHT},
                                                       {ImGuiKey_UpArrow, GLFW_KEY_UP},
                                                       {ImGuiKey_DownArrow, GLFW_KEY_DOWN},
                                                       {ImGuiKey_PageUp, GLFW_KEY_PAGE_UP},
                                                       {ImGuiKey_PageDown, GLFW_KEY_PAGE_DOWN},
                                                       {ImGuiKey_Home, GLFW_KEY_HOME},
                                                       {ImGuiKey_End, GLFW_KEY_END},
                                                       {ImGuiKey_Enter, GLFW_KEY_ENTER},
                                                       {ImGuiKey_Escape, GLFW_KEY_ESCAPE},
                                                       {ImGuiKey_Space, GLFW_KEY_SPACE},
                                                       {ImGuiKey_Backspace, GLFW_KEY_BACKSPACE},
                                                       {ImGuiKey_Delete, GLFW_KEY_DELETE}};
  for (const auto& [key, code] : kKeys)
    ImGui::GetIO().KeyMap[key] = code;
}

}  // namespace regard::test
