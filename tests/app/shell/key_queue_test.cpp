// SPDX-License-Identifier: Apache-2.0
#include "app/shell/key_queue.h"

#include <GLFW/glfw3.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace regard::shell {
namespace {

constexpr auto kPress = KeyEvent::Kind::press;
constexpr auto kRelease = KeyEvent::Kind::release;

KeyEvent press(int key, int mods = 0) {
  return {.kind = kPress, .key = key, .mods = mods};
}
KeyEvent release(int key, int mods = 0) {
  return {.kind = kRelease, .key = key, .mods = mods};
}
KeyEvent letter(unsigned codepoint) {
  return {.kind = KeyEvent::Kind::character, .codepoint = codepoint};
}

bool lets_go_alone(const std::vector<KeyEvent>& events) {
  LoneAlt alt;
  bool last = false;
  for (const KeyEvent& event : events)
    last = alt.take(event);
  return last;
}

TEST(LoneAlt, is_alt_pressed_and_let_go) {
  EXPECT_TRUE(lets_go_alone({press(GLFW_KEY_LEFT_ALT), release(GLFW_KEY_LEFT_ALT)}));
  EXPECT_FALSE(lets_go_alone({release(GLFW_KEY_LEFT_ALT)}));
  EXPECT_FALSE(
      lets_go_alone({press(GLFW_KEY_LEFT_ALT), press(GLFW_KEY_1), release(GLFW_KEY_1), release(GLFW_KEY_LEFT_ALT)}));
  EXPECT_FALSE(lets_go_alone({press(GLFW_KEY_LEFT_CONTROL), release(GLFW_KEY_LEFT_CONTROL)}));
}

TEST(LoneAlt, is_not_alone_when_the_mouse_was_used_or_the_window_left) {
  LoneAlt alt;
  EXPECT_FALSE(alt.take(press(GLFW_KEY_LEFT_ALT)));
  alt.disturb();
  EXPECT_FALSE(alt.take(release(GLFW_KEY_LEFT_ALT)));
}

using Frame = std::vector<KeyEvent>;

std::vector<Frame> frames_of(const Frame& events) {
  KeyQueue queue;
  for (const KeyEvent& event : events)
    queue.push(event);
  std::vector<Frame> frames;
  while (!queue.empty()) {
    frames.push_back(queue.take_frame());
    if (frames.back().empty()) {
      ADD_FAILURE() << "the queue hands out nothing and never empties";
      break;
    }
  }
  return frames;
}

TEST(KeyQueue, a_key_struck_between_two_frames_is_down_for_one_frame) {
  const KeyEvent down = press(GLFW_KEY_BACKSPACE);
  const KeyEvent up = release(GLFW_KEY_BACKSPACE);
  EXPECT_EQ(frames_of({down, up, down, up}), (std::vector<Frame>{{down}, {up}, {down}, {up}}));
}

TEST(KeyQueue, letters_typed_fast_arrive_together_and_in_order) {
  const Frame events{press(GLFW_KEY_A), letter('a'), press(GLFW_KEY_B), letter('b'), letter(0x44F)};
  EXPECT_EQ(frames_of(events), std::vector<Frame>{events});
}

TEST(KeyQueue, an_editing_key_waits_for_the_letters_before_it_and_those_after_wait_for_it) {
  const Frame frame1{press(GLFW_KEY_A), letter('a')};
  const Frame frame2{press(GLFW_KEY_BACKSPACE)};
  const Frame frame3{letter('b')};
  EXPECT_EQ(frames_of({frame1[0], frame1[1], frame2[0], frame3[0]}), (std::vector<Frame>{frame1, frame2, frame3}));
}

TEST(KeyQueue, a_modifier_is_let_go_after_its_command_was_seen) {
  const Frame frame1{press(GLFW_KEY_LEFT_CONTROL), press(GLFW_KEY_Z, GLFW_MOD_CONTROL)};
  const Frame frame2{release(GLFW_KEY_LEFT_CONTROL), release(GLFW_KEY_Z)};
  EXPECT_EQ(frames_of({frame1[0], frame1[1], frame2[0], frame2[1]}), (std::vector<Frame>{frame1, frame2}));
}

TEST(KeyQueue, two_commands_come_in_two_frames) {
  EXPECT_EQ(frames_of({press(GLFW_KEY_HOME), press(GLFW_KEY_DELETE)}),
            (std::vector<Frame>{{press(GLFW_KEY_HOME)}, {press(GLFW_KEY_DELETE)}}));
}

}  // namespace
}  // namespace regard::shell
