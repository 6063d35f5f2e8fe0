// SPDX-License-Identifier: Apache-2.0
#include "app/shell/clipboard.h"

#include "app/style/bmp_text.h"

#include <imgui.h>

#include <string>

namespace regard::shell {
namespace {

const char* (*backend_get)(void*) = nullptr;
void (*backend_set)(void*, const char*) = nullptr;

const char* get(void* user_data) {
  static std::string pasted;
  const char* text = backend_get(user_data);
  if (text == nullptr) return nullptr;
  pasted = to_field(one_line(text));
  return pasted.c_str();
}

void set(void* user_data, const char* text) {
  backend_set(user_data, from_field(text).c_str());
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string line;
  for (std::size_t index = 0; index < text.size(); ++index) {
    if (text.substr(index, 2) == "\r\n") continue;
    line += static_cast<unsigned char>(text[index]) < 0x20 ? ' ' : text[index];
  }
  return line;
}

void install_clipboard() {
  ImGuiIO& io = ImGui::GetIO();
  if (io.GetClipboardTextFn == get) return;
  backend_get = io.GetClipboardTextFn;
  backend_set = io.SetClipboardTextFn;
  io.GetClipboardTextFn = get;
  io.SetClipboardTextFn = set;
}

}  // namespace regard::shell
