// SPDX-License-Identifier: Apache-2.0
// The window: GLFW, an OpenGL 3.3 context, Dear ImGui and its backends, and a loop that sleeps when nothing happens.
// One at a time; UI thread only, except wake().
//
//   while (window.begin_frame()) { draw…; window.end_frame(); }
#pragma once

#include "app/gfx/shown_picture.h"
#include "app/session/preferences.h"
#include "app/shell/key_letters.h"
#include "app/shell/key_queue.h"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct GLFWwindow;
struct ImGuiContext;

namespace regard::gfx {
class ErrorLog;
}

namespace regard::shell {

struct WindowOptions {
  std::string title = "Regard";
  int width = 1600;
  int height = 900;
  bool exact_size = false;  ///< pixels as given; otherwise as the monitor allows (first_size.h)
  std::filesystem::path font_folder{};
  float text_scale = 1.0F;
  ThemeChoice theme = ThemeChoice::dark;
  bool classroom = false;
  /// "frames snapshot busy microseconds sleep pictures" is kept in it; empty: none
  std::filesystem::path frame_file{};
  std::filesystem::path gl_error_file{};  ///< what OpenGL complains about (gfx/gl_errors.h), for tests; empty: nowhere
};

class Window {
public:
  /// Throws Error: window, opengl_old, opengl_none, graphics, file_missing (a font), file_unwritable (a file for tests).
  explicit Window(const WindowOptions& options);
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  /// Sleeps until there is something to draw, delivers input, opens an ImGui frame. False when the window is to close.
  [[nodiscard]] bool begin_frame();
  /// Closes the ImGui frame, draws it where it differs from what is shown, and shows it. Throws Error(file_unwritable) when a picture could not be written; the
  /// frame has been shown then.
  void end_frame();

  /// Any thread: there is news, draw again.
  static void wake();
  /// Draw so many more frames without waiting for an event.
  void redraw(int frames = kActiveFrames);
  /// Draw at least one frame within so many seconds, even if nothing happens.
  void redraw_within(double seconds);

  void close();
  void set_title(const std::string& title);
  void toggle_full_screen();
  /// The theme and text size of the following frames; fonts are rebuilt when the size changes.
  void set_theme(ThemeChoice choice);
  void set_text_scale(float scale);
  /// Text as high as the window allows, in the theme that is readable from afar.
  void set_classroom(bool on);
  /// Writes the frame that is drawn next (or now, between begin_frame and end_frame) as PNG.
  void capture(std::filesystem::path path) { picture_path_ = std::move(path); }
  /// What stands behind the number of frames in the frame file: the snapshot on show, and whether more is to come.
  void set_frame_note(std::uint64_t snapshot, bool busy) {
    shown_snapshot_ = snapshot;
    busy_ = busy;
  }
  /// What was dropped on the window since the last call.
  [[nodiscard]] std::vector<std::filesystem::path> take_dropped();

  [[nodiscard]] bool full_screen() const;
  [[nodiscard]] float content_scale() const { return content_scale_; }
  [[nodiscard]] std::uint64_t frames_shown() const { return frames_shown_; }

  /// After an event ImGui needs a second frame to settle and a third to show what that changed.
  static constexpr int kActiveFrames = 3;

private:
  void install_callbacks();
  void take_key(const KeyEvent& event);
  void deliver_keys();
  void wait_for_work();
  /// Until an event, or so many seconds.
  void sleep_for(double seconds);
  [[nodiscard]] float wanted_text_pixels() const;
  void renew_style();
  void add_new_glyphs();
  static void draw(int width, int height);
  /// What the window shows may be gone: the next frame is drawn even if it is as the last.
  void uncover();
  /// `asleep`: for how many seconds the window is going to sleep, should nothing happen; 0 while it is awake.
  void write_frame_count(double asleep = 0.0);

  struct CloseWindow {
    void operator()(GLFWwindow* window) const;
  };
  struct CloseImGui {
    void operator()(ImGuiContext* context) const;
  };
  std::unique_ptr<GLFWwindow, CloseWindow> window_{};
  std::unique_ptr<ImGuiContext, CloseImGui> imgui_{};
  std::unique_ptr<gfx::ErrorLog> gl_errors_{};
  gfx::ShownPicture shown_{};
  KeyQueue keys_{};
  KeyLetters letters_;
  LoneAlt alt_{};
  std::vector<std::filesystem::path> dropped_{};
  std::string title_{};
  std::filesystem::path font_folder_{};
  std::filesystem::path picture_path_{};
  ThemeChoice theme_ = ThemeChoice::dark;
  bool classroom_ = false;
  float text_scale_ = 1.0F;
  float content_scale_ = 1.0F;
  float built_pixels_ = 0.0F;  ///< text height of the fonts in the atlas
  bool built_large_ = false;   ///< and whether their small ones are hardly smaller
  bool style_is_old_ = true;
  int active_frames_ = kActiveFrames;
  std::optional<double> draw_at_{};  ///< GLFW time
  double frame_start_ = 0.0;
  double last_frame_seconds_ = 0.0;  ///< from begin_frame to swap, of the last frame that was drawn
  int undrawn_frames_ = 0;           ///< in a row, being as what is shown
  std::uint64_t frames_shown_ = 0;
  std::uint64_t pictures_shown_ = 0;  ///< those of them that were another picture than the frame before
  std::uint64_t shown_snapshot_ = 0;
  bool busy_ = true;
  int frame_file_ = -1;
  int windowed_x_ = 0, windowed_y_ = 0, windowed_width_ = 0, windowed_height_ = 0;
};

}  // namespace regard::shell
