// SPDX-License-Identifier: Apache-2.0
#include "app/shell/window.h"

#include "app/gfx/gl.h"
#include "app/gfx/gl_errors.h"
#include "app/gfx/objects.h"
#include "app/gfx/png.h"
#include "app/shell/classroom.h"
#include "app/shell/first_size.h"
#include "app/style/bmp_text.h"
#include "app/style/fonts.h"
#include "app/style/further_glyphs.h"
#include "app/style/theme.h"
#include "core/base/error.h"

#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <fcntl.h>
#include <imgui.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <utility>

namespace regard::shell {
namespace {

constexpr double kLongestSleep = 60.0;  // seconds
// A held key moves things at ImGui's repeat rate; the next look at it must come in time.
constexpr double kHeldKeyInterval = 0.02;
constexpr int kUnpacedFrames = 6;         // so many in a row that are not drawn: a key's press and release
constexpr double kPacedFrame = 1.0 / 60;  // seconds, as a swap would wait for the screen

std::atomic<bool> woken = false;
std::string last_glfw_error;

void remember_error(int /*code*/, const char* description) {
  last_glfw_error = description;
}

ScreenSize size_on_monitor(const WindowOptions& options) {
  const ScreenSize wanted{options.width, options.height};
  GLFWmonitor* monitor = glfwGetPrimaryMonitor();
  if (options.exact_size || monitor == nullptr) return wanted;
  ScreenSize area;
  int left = 0;
  int top = 0;
  glfwGetMonitorWorkarea(monitor, &left, &top, &area.width, &area.height);
  float scale = 1.0F;
  float vertical_scale = 1.0F;
  glfwGetMonitorContentScale(monitor, &scale, &vertical_scale);
  return area.width > 0 && area.height > 0 ? first_size(wanted, area, scale) : wanted;
}

/// Why there is no window where the display itself is there: which OpenGL there is instead.
Error without_opengl() {
  constexpr const char* kNeeded = "3.3";
  const std::string said = last_glfw_error;
  glfwDefaultWindowHints();
  glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
  GLFWwindow* plain = glfwCreateWindow(64, 64, "", nullptr, nullptr);
  if (plain == nullptr) return {"opengl_none", {.expected = kNeeded, .found = last_glfw_error}};
  const int major = glfwGetWindowAttrib(plain, GLFW_CONTEXT_VERSION_MAJOR);
  const int minor = glfwGetWindowAttrib(plain, GLFW_CONTEXT_VERSION_MINOR);
  glfwDestroyWindow(plain);
  if (major > 3 || (major == 3 && minor >= 3)) return {"window", {.found = said}};  // it is something else
  return {"opengl_old", {.expected = kNeeded, .found = std::to_string(major) + "." + std::to_string(minor)}};
}

// Mesa's software renderer, which draws where no driver for the graphics card is installed, may free a fence while one of its
// threads still unlocks it (lp_fence_signalled looks without the lock): a zero lands in memory that is somebody else's by then,
// and the program dies. Without such threads the window draws for itself. Other renderers do not look at this variable.
void keep_software_renderer_to_one_thread() {
  constexpr int kUnlessAPersonChose = 0;
  ::setenv("LP_NUM_THREADS", "0", kUnlessAPersonChose);
}

GLFWwindow* open_window(const WindowOptions& options) {
  keep_software_renderer_to_one_thread();
  glfwSetErrorCallback(remember_error);
  if (glfwInit() == GLFW_FALSE) throw Error("window", {.found = last_glfw_error});
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
  glfwWindowHint(GLFW_DEPTH_BITS, 0);  // flat drawing needs neither, and a software renderer pays for both
  glfwWindowHint(GLFW_STENCIL_BITS, 0);
  glfwWindowHintString(GLFW_X11_CLASS_NAME, "regard");
  glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "regard");
  const ScreenSize size = size_on_monitor(options);
  GLFWwindow* window = glfwCreateWindow(size.width, size.height, options.title.c_str(), nullptr, nullptr);
  if (window == nullptr) {
    const Error error = without_opengl();
    glfwTerminate();
    throw error;
  }
  glfwSetWindowSizeLimits(window, 320, 240, GLFW_DONT_CARE, GLFW_DONT_CARE);
  glfwMakeContextCurrent(window);
  glfwSwapInterval(1);
  return window;
}

int open_frame_file(const std::filesystem::path& path) {
  if (path.empty()) return -1;
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) throw Error("file_unwritable", {.file = path.string(), .found = std::strerror(errno)});
  return file;
}

KeyNames names_of_keys() {
  const auto text = [](const char* name) { return std::string(name != nullptr ? name : ""); };
  return {.pressed = [text](int scancode) { return text(glfwGetKeyName(GLFW_KEY_UNKNOWN, scancode)); },
          .at_place = [text](int key) { return text(glfwGetKeyName(key, 0)); }};
}

Window& self(GLFWwindow* window) {
  return *static_cast<Window*>(glfwGetWindowUserPointer(window));
}

}  // namespace

void Window::CloseWindow::operator()(GLFWwindow* window) const {
  glfwDestroyWindow(window);
  glfwTerminate();
}

void Window::CloseImGui::operator()(ImGuiContext* context) const {
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplGlfw_Shutdown();
  ImGui::DestroyContext(context);
}

Window::Window(const WindowOptions& options)
    : window_(open_window(options)),
      letters_(names_of_keys()),
      font_folder_(options.font_folder),
      theme_(options.theme),
      classroom_(options.classroom),
      text_scale_(options.text_scale) {
  gfx::load_functions();
  if (!options.gl_error_file.empty()) gl_errors_ = std::make_unique<gfx::ErrorLog>(options.gl_error_file);
  float vertical_scale = 1.0F;
  glfwGetWindowContentScale(window_.get(), &content_scale_, &vertical_scale);

  ImGuiContext* context = ImGui::CreateContext();
  ImGui_ImplGlfw_InitForOpenGL(window_.get(), /*install_callbacks=*/false);
  ImGui_ImplOpenGL3_Init("#version 330 core");
  imgui_.reset(context);
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.ConfigInputTextCursorBlink = false;  // a blinking cursor would keep the loop awake
  io.MouseDoubleClickTime = 0.5F;         // seconds, what desktops usually allow
  install_callbacks();
  renew_style();
  frame_file_ = open_frame_file(options.frame_file);
}

Window::~Window() {
  if (frame_file_ >= 0) ::close(frame_file_);
}

void Window::install_callbacks() {
  GLFWwindow* raw = window_.get();
  glfwSetWindowUserPointer(raw, this);
  glfwSetKeyCallback(raw, [](GLFWwindow* window, int key, int scancode, int action, int mods) {
    self(window).redraw();
    if (action == GLFW_REPEAT) return;  // ImGui repeats by itself
    const bool press = action == GLFW_PRESS;
    KeyLetters& letters = self(window).letters_;
    const int meant = press ? letters.pressed(key, scancode) : letters.released(key, scancode);
    self(window).take_key({.kind = press ? KeyEvent::Kind::press : KeyEvent::Kind::release,
                           .key = meant,
                           .scancode = scancode,
                           .mods = mods});
  });
  glfwSetCharCallback(raw, [](GLFWwindow* window, unsigned codepoint) {
    self(window).redraw();
    self(window).keys_.push({.kind = KeyEvent::Kind::character, .codepoint = codepoint});
  });
  glfwSetMouseButtonCallback(raw, [](GLFWwindow* window, int button, int action, int mods) {
    self(window).redraw();
    self(window).alt_.disturb();
    ImGui_ImplGlfw_MouseButtonCallback(window, button, action, mods);
  });
  glfwSetScrollCallback(raw, [](GLFWwindow* window, double x, double y) {
    self(window).redraw();
    self(window).alt_.disturb();
    ImGui_ImplGlfw_ScrollCallback(window, x, y);
  });
  glfwSetCursorPosCallback(raw, [](GLFWwindow* window, double, double) { self(window).redraw(); });
  glfwSetCursorEnterCallback(raw, [](GLFWwindow* window, int entered) {
    self(window).redraw();
    ImGui_ImplGlfw_CursorEnterCallback(window, entered);
  });
  glfwSetWindowFocusCallback(raw, [](GLFWwindow* window, int focused) {
    self(window).uncover();
    self(window).alt_.disturb();  // GLFW lets all keys go then
    ImGui_ImplGlfw_WindowFocusCallback(window, focused);
  });
  glfwSetFramebufferSizeCallback(raw, [](GLFWwindow* window, int, int) {
    self(window).uncover();
    if (self(window).classroom_) self(window).style_is_old_ = true;
  });
  glfwSetWindowRefreshCallback(raw, [](GLFWwindow* window) { self(window).uncover(); });
  glfwSetWindowIconifyCallback(raw, [](GLFWwindow* window, int) { self(window).uncover(); });
  glfwSetWindowContentScaleCallback(raw, [](GLFWwindow* window, float scale, float) {
    self(window).uncover();
    self(window).content_scale_ = scale;
    self(window).style_is_old_ = true;
  });
  glfwSetDropCallback(raw, [](GLFWwindow* window, int count, const char** paths) {
    self(window).redraw();
    self(window).dropped_.insert(self(window).dropped_.end(), paths, paths + count);
  });
}

// Alt alone is F10, as menus have it.
void Window::take_key(const KeyEvent& event) {
  keys_.push(event);
  if (!alt_.take(event)) return;
  keys_.push({.kind = KeyEvent::Kind::press, .key = GLFW_KEY_F10});
  keys_.push({.kind = KeyEvent::Kind::release, .key = GLFW_KEY_F10});
}

void Window::wake() {
  woken = true;
  glfwPostEmptyEvent();
}

void Window::redraw(int frames) {
  active_frames_ = std::max(active_frames_, frames);
}

void Window::redraw_within(double seconds) {
  const double at = glfwGetTime() + seconds;
  draw_at_ = draw_at_ ? std::min(*draw_at_, at) : at;
}

void Window::uncover() {
  shown_.forget();
  redraw();
}

void Window::close() {
  glfwSetWindowShouldClose(window_.get(), GLFW_TRUE);
  redraw(1);
}

void Window::set_title(const std::string& title) {
  if (title == title_) return;
  title_ = title;
  glfwSetWindowTitle(window_.get(), title.c_str());
}

bool Window::full_screen() const {
  return glfwGetWindowMonitor(window_.get()) != nullptr;
}

void Window::toggle_full_screen() {
  redraw();
  if (full_screen()) {
    glfwSetWindowMonitor(window_.get(), nullptr, windowed_x_, windowed_y_, windowed_width_, windowed_height_,
                         GLFW_DONT_CARE);
    return;
  }
  GLFWmonitor* monitor = glfwGetPrimaryMonitor();
  const GLFWvidmode* mode = monitor != nullptr ? glfwGetVideoMode(monitor) : nullptr;
  if (mode == nullptr) return;
  glfwGetWindowPos(window_.get(), &windowed_x_, &windowed_y_);
  glfwGetWindowSize(window_.get(), &windowed_width_, &windowed_height_);
  glfwSetWindowMonitor(window_.get(), monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
}

void Window::set_theme(ThemeChoice choice) {
  theme_ = choice;
  style_is_old_ = true;
  redraw();
}

void Window::set_classroom(bool on) {
  classroom_ = on;
  style_is_old_ = true;
  redraw();
}

void Window::set_text_scale(float scale) {
  text_scale_ = scale;
  style_is_old_ = true;
  redraw();
}

std::vector<std::filesystem::path> Window::take_dropped() {
  return std::exchange(dropped_, {});
}

float Window::wanted_text_pixels() const {
  if (!classroom_) return std::round(kTextPixels * text_scale_ * content_scale_);
  int width = 0;
  int height = 0;
  glfwGetFramebufferSize(window_.get(), &width, &height);
  return classroom_text_pixels({width, height}, text_scale_);
}

// Between frames: fonts for the size wanted, then colours and paddings for them.
void Window::renew_style() {
  style_is_old_ = false;
  shown_.forget();
  const float pixels = wanted_text_pixels();
  if (pixels != built_pixels_ || classroom_ != built_large_) {
    build_fonts(*ImGui::GetIO().Fonts, font_folder_, pixels, classroom_);
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
    built_pixels_ = pixels;
    built_large_ = classroom_;
  }
  regard::set_theme(theme_, classroom_);
  apply_theme(ImGui::GetStyle(), pixels);
}

void Window::sleep_for(double seconds) {
  write_frame_count(seconds);
  glfwWaitEventsTimeout(seconds);
  write_frame_count();
}

void Window::wait_for_work() {
  for (;;) {
    if (!keys_.empty()) redraw();
    const double now = glfwGetTime();
    if (draw_at_ && *draw_at_ <= now) {
      draw_at_.reset();
      redraw(1);
    }
    if (active_frames_ > 0)
      glfwPollEvents();
    else
      sleep_for(draw_at_ ? std::clamp(*draw_at_ - now, 0.001, kLongestSleep) : kLongestSleep);
    if (woken.exchange(false)) redraw();
    const bool hidden = glfwGetWindowAttrib(window_.get(), GLFW_ICONIFIED) != GLFW_FALSE;
    if (hidden) active_frames_ = 0;
    if (active_frames_ > 0 || glfwWindowShouldClose(window_.get()) != GLFW_FALSE) return;
  }
}

void Window::deliver_keys() {
  for (const KeyEvent& event : keys_.take_frame()) {
    if (event.kind == KeyEvent::Kind::character)
      ImGui_ImplGlfw_CharCallback(window_.get(), to_field(event.codepoint));
    else
      ImGui_ImplGlfw_KeyCallback(window_.get(), event.key, event.scancode,
                                 event.kind == KeyEvent::Kind::press ? GLFW_PRESS : GLFW_RELEASE, event.mods);
  }
  const ImGuiIO& io = ImGui::GetIO();
  if (std::any_of(std::begin(io.KeysDown), std::end(io.KeysDown), [](bool down) { return down; }))
    redraw_within(kHeldKeyInterval);
}

bool Window::begin_frame() {
  wait_for_work();
  if (glfwWindowShouldClose(window_.get()) != GLFW_FALSE) return false;
  --active_frames_;
  frame_start_ = glfwGetTime();
  if (style_is_old_) renew_style();
  deliver_keys();
  ImGui_ImplOpenGL3_NewFrame();
  ImGui_ImplGlfw_NewFrame();
  ImGui::NewFrame();
  return true;
}

// What is drawn for the first time goes into the texture of the fonts before the picture is made.
void Window::add_new_glyphs() {
  const ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  const DrawnGlyphs drawn = add_drawn_glyphs(atlas, *ImGui::GetDrawData());
  if (drawn.more) redraw(1);
  if (drawn.patches.empty()) return;
  shown_.forget();
  glBindTexture(GL_TEXTURE_2D, static_cast<GLuint>(reinterpret_cast<std::intptr_t>(atlas.TexID)));
  glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
  for (const AtlasPatch& patch : drawn.patches)
    glTexSubImage2D(GL_TEXTURE_2D, 0, patch.x, patch.y, patch.width, patch.height, GL_RGBA, GL_UNSIGNED_BYTE,
                    patch.rgba.data());
}

void Window::draw(int width, int height) {
  const ImVec4& ground = theme().background;
  glViewport(0, 0, width, height);
  glClearColor(ground.x, ground.y, ground.z, 1.0F);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

void Window::end_frame() {
  ImGui::Render();
  add_new_glyphs();
  int width = 0;
  int height = 0;
  glfwGetFramebufferSize(window_.get(), &width, &height);
  const bool differs = shown_.becomes(*ImGui::GetDrawData(), theme().background, width, height);
  const std::filesystem::path picture_path = std::exchange(picture_path_, {});
  std::vector<std::uint8_t> picture;
  if (differs || !picture_path.empty()) {
    draw(width, height);
    if (!picture_path.empty()) picture = gfx::read_pixels(0, 0, width, height);
    if (gl_errors_) gl_errors_->look(frames_shown_ + 1);
    glfwSwapBuffers(window_.get());
    ++pictures_shown_;
    undrawn_frames_ = 0;
    last_frame_seconds_ = glfwGetTime() - frame_start_;
  } else if (++undrawn_frames_ > kUnpacedFrames) {  // a mouse says where it is a thousand times a second
    const double left = frame_start_ + kPacedFrame - glfwGetTime();
    if (left > 0.0) std::this_thread::sleep_for(std::chrono::duration<double>(left));
  }
  ++frames_shown_;
  write_frame_count();
  if (!picture_path.empty()) gfx::write_png(picture_path, width, height, picture);
}

// One write of a fixed length, so that a reader never sees half a number.
void Window::write_frame_count(double asleep) {
  if (frame_file_ < 0) return;
  std::array<char, 96> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "%012llu %012llu %d %08ld %05ld %012llu\n",
                    static_cast<unsigned long long>(frames_shown_), static_cast<unsigned long long>(shown_snapshot_),
                    busy_ ? 1 : 0, std::lround(last_frame_seconds_ * 1e6), std::lround(asleep * 1e3),
                    static_cast<unsigned long long>(pictures_shown_));
  if (::pwrite(frame_file_, text.data(), static_cast<std::size_t>(length), 0) != length) {
    ::close(frame_file_);
    frame_file_ = -1;
  }
}

}  // namespace regard::shell
