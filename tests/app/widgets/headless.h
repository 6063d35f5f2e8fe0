// SPDX-License-Identifier: Apache-2.0
// Dear ImGui without a screen: frames with a mouse and keys of our own, widgets found by their probe ids.
#pragma once

#include "app/style/fonts.h"
#include "app/widgets/probe.h"

#include <gtest/gtest.h>
#include <imgui.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

namespace regard::test {

class Headless : public ::testing::Test {
protected:
  void SetUp() override {
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.DisplaySize = {1000.0F, 700.0F};
    io.DeltaTime = 0.02F;  // two clicks of ours are a double-click
    for (int key = 0; key < ImGuiKey_COUNT; ++key)
      io.KeyMap[key] = key;
    unsigned char* pixels = nullptr;
    int width = 0, height = 0;
    io.Fonts->GetTexDataAsRGBA32(&pixels, &width, &height);
    probe_enable(true);
  }
  void TearDown() override {
    probe_enable(false);
    probe_clear();
    forget_fonts();
    ImGui::DestroyContext();
  }

  /// One frame of a window that fills the display.
  void frame(const std::function<void()>& draw) {
    probe_clear();
    ImGui::NewFrame();
    ImGui::SetNextWindowPos({0.0F, 0.0F});
    ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
    ImGui::Begin("window", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove);
    draw();
    ImGui::End();
    ImGui::Render();
  }
  void frames(int count, const std::function<void()>& draw) {
    for (int i = 0; i < count; ++i)
      frame(draw);
  }

  static bool has(const std::string& id) {
    const auto items = probe_items();
    return std::any_of(items.begin(), items.end(), [&](const ProbeItem& item) { return item.id == id; });
  }
  /// Of the last frame; fails the test where there is no such item.
  static ProbeItem item(const std::string& id) {
    for (const ProbeItem& candidate : probe_items())
      if (candidate.id == id) return candidate;
    ADD_FAILURE() << "no item " << id;
    return {};
  }
  static ImVec2 middle(const std::string& id) {
    const ProbeItem found = item(id);
    return {0.5F * (found.min.x + found.max.x), 0.5F * (found.min.y + found.max.y)};
  }

  void move(ImVec2 to, const std::function<void()>& draw) {
    ImGui::GetIO().MousePos = to;
    frames(2, draw);
  }
  /// Moves there, presses and releases, as a hand does.
  void click(ImVec2 at, const std::function<void()>& draw) {
    move(at, draw);
    ImGui::GetIO().MouseDown[0] = true;
    frame(draw);
    ImGui::GetIO().MouseDown[0] = false;
    frame(draw);
  }
  void double_click(ImVec2 at, const std::function<void()>& draw) {
    click(at, draw);
    click(at, draw);
  }
  void press(ImGuiKey key, const std::function<void()>& draw) {
    ImGui::GetIO().KeysDown[key] = true;
    frame(draw);
    ImGui::GetIO().KeysDown[key] = false;
    frame(draw);
  }
  void type(const char* text, const std::function<void()>& draw) {
    ImGui::GetIO().AddInputCharactersUTF8(text);
    frame(draw);
  }
};

}  // namespace regard::test
