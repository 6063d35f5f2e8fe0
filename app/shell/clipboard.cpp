// SPDX-License-Identifier: Apache-2.0
#include "app/shell/clipboard.h"

#include "app/panels/bmp_text.h"

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
  pasted.clear();
  for (const char* byte = text; *byte != '\0'; ++byte) {
    if (*byte == '\r' && byte[1] == '\n') continue;
    pasted += static_cast<unsigned char>(*byte) < 0x20 ? ' ' : *byte;
  }
  pasted = to_field(std::string_view(pasted));
  return pasted.c_str();
}

void set(void* user_data, const char* text) {
  backend_set(user_data, from_field(text).c_str());
}

}  // namespace

void install_clipboard() {
  ImGuiIO& io = ImGui::GetIO();
  if (io.GetClipboardTextFn == get) return;
  backend_get = io.GetClipboardTextFn;
  backend_set = io.SetClipboardTextFn;
  io.GetClipboardTextFn = get;
  io.SetClipboardTextFn = set;
}

}  // namespace regard::shell
