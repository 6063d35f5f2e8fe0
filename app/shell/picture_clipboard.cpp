// SPDX-License-Identifier: Apache-2.0
#include "app/shell/picture_clipboard.h"

#include <GLFW/glfw3.h>

#include <cstdlib>
#include <string_view>
#include <utility>

#ifdef REGARD_HAS_XCB
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <xcb/xcb.h>
#include <algorithm>
#include <array>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>
#endif

namespace regard::shell {

#ifdef REGARD_HAS_XCB
namespace {

constexpr std::size_t kAtOnce = std::size_t{256} << 10;  // bytes of one answer; more go in pieces
constexpr std::size_t kMostTransfers = 32;               // whoever began one and never went on is forgotten

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};
template <class Reply>
using Owned = std::unique_ptr<Reply, Free>;

xcb_atom_t atom_named(xcb_connection_t* connection, std::string_view name) {
  const auto asked = xcb_intern_atom(connection, 0, static_cast<std::uint16_t>(name.size()), name.data());
  const Owned<xcb_intern_atom_reply_t> reply(xcb_intern_atom_reply(connection, asked, nullptr));
  return reply ? reply->atom : static_cast<xcb_atom_t>(XCB_ATOM_NONE);
}

using Bytes = std::shared_ptr<const std::string>;

/// A picture on its way to somebody, piece by piece.
struct Transfer {
  xcb_window_t to = 0;
  xcb_atom_t property = 0;
  Bytes bytes{};
  std::size_t sent = 0;
};

}  // namespace

struct PictureClipboard::State {
  xcb_connection_t* connection = nullptr;
  xcb_window_t window = 0;
  xcb_atom_t clipboard = 0, targets = 0, png = 0, incr = 0;
  int wake = -1;
  std::mutex mutex{};
  Bytes offered{};                    // guarded; null: somebody else has the clipboard
  std::vector<Transfer> transfers{};  // of the thread
  std::jthread thread{};

  void put(xcb_window_t to, xcb_atom_t property, xcb_atom_t type, std::uint8_t format, std::size_t count,
           const void* data) const {
    xcb_change_property(connection, XCB_PROP_MODE_REPLACE, to, property, type, format,
                        static_cast<std::uint32_t>(count), data);
  }

  [[nodiscard]] Bytes now() {
    const std::lock_guard lock(mutex);
    return offered;
  }

  /// Answers a target; false: we do not have it.
  bool answer(xcb_window_t to, xcb_atom_t property, xcb_atom_t target) {
    const Bytes bytes = now();
    if (!bytes) return false;
    if (target == targets) {
      const std::array<xcb_atom_t, 2> known{targets, png};
      put(to, property, XCB_ATOM_ATOM, 32, known.size(), known.data());
      return true;
    }
    if (target != png) return false;
    if (bytes->size() <= kAtOnce) {
      put(to, property, png, 8, bytes->size(), bytes->data());
      return true;
    }
    const std::uint32_t wanted = XCB_EVENT_MASK_PROPERTY_CHANGE;
    xcb_change_window_attributes(connection, to, XCB_CW_EVENT_MASK, &wanted);
    const auto size = static_cast<std::uint32_t>(std::min<std::size_t>(bytes->size(), UINT32_MAX));
    put(to, property, incr, 32, 1, &size);
    if (transfers.size() == kMostTransfers) transfers.erase(transfers.begin());
    transfers.push_back({to, property, bytes, 0});
    return true;
  }

  void requested(const xcb_selection_request_event_t& asked) {
    // Clients of long ago name no property: the target's name is meant.
    const xcb_atom_t property = asked.property != XCB_ATOM_NONE ? asked.property : asked.target;
    xcb_selection_notify_event_t told{};
    told.response_type = XCB_SELECTION_NOTIFY;
    told.time = asked.time;
    told.requestor = asked.requestor;
    told.selection = asked.selection;
    told.target = asked.target;
    told.property = asked.selection == clipboard && answer(asked.requestor, property, asked.target)
                        ? property
                        : static_cast<xcb_atom_t>(XCB_ATOM_NONE);
    xcb_send_event(connection, 0, asked.requestor, XCB_EVENT_MASK_NO_EVENT, reinterpret_cast<const char*>(&told));
  }

  /// They have taken a piece away: the next one, at last an empty one.
  void taken(const xcb_property_notify_event_t& event) {
    const auto transfer = std::find_if(transfers.begin(), transfers.end(), [&](const Transfer& each) {
      return each.to == event.window && each.property == event.atom;
    });
    if (event.state != XCB_PROPERTY_DELETE || transfer == transfers.end()) return;
    const std::size_t count = std::min(kAtOnce, transfer->bytes->size() - transfer->sent);
    put(transfer->to, transfer->property, png, 8, count, transfer->bytes->data() + transfer->sent);
    transfer->sent += count;
    if (count == 0) transfers.erase(transfer);
  }

  void handle(const xcb_generic_event_t& event) {
    switch (event.response_type & 0x7FU) {
      case XCB_SELECTION_REQUEST:
        requested(reinterpret_cast<const xcb_selection_request_event_t&>(event));
        break;
      case XCB_PROPERTY_NOTIFY:
        taken(reinterpret_cast<const xcb_property_notify_event_t&>(event));
        break;
      case XCB_SELECTION_CLEAR: {
        const std::lock_guard lock(mutex);
        offered.reset();
        break;
      }
      default:  // an error (0): a window that asked is gone
        break;
    }
  }

  void serve(const std::stop_token& stop) {
    std::array<pollfd, 2> waits{{{xcb_get_file_descriptor(connection), POLLIN, 0}, {wake, POLLIN, 0}}};
    while (!stop.stop_requested() && xcb_connection_has_error(connection) == 0) {
      while (const Owned<xcb_generic_event_t> event{xcb_poll_for_event(connection)})
        handle(*event);
      xcb_flush(connection);
      poll(waits.data(), waits.size(), -1);
      calm();
    }
  }

  void stir() const {
    const std::uint64_t one = 1;
    if (write(wake, &one, sizeof one) < 0) return;  // it is awake already
  }
  /// What stirred it is over: the next poll() waits again.
  void calm() const {
    std::uint64_t count = 0;
    if (read(wake, &count, sizeof count) < 0) return;  // something else woke it
  }
};

bool PictureClipboard::available() {
  const char* display = std::getenv("DISPLAY");
  return display != nullptr && *display != '\0' &&
         std::string_view(glfwGetVersionString()).find("X11") != std::string_view::npos;
}

PictureClipboard::PictureClipboard() : state_(std::make_unique<State>()) {
  int screen = 0;
  State& state = *state_;
  state.connection = xcb_connect(nullptr, &screen);
  if (xcb_connection_has_error(state.connection) != 0) return;
  auto screens = xcb_setup_roots_iterator(xcb_get_setup(state.connection));
  for (; screen > 0 && screens.rem > 1; --screen)
    xcb_screen_next(&screens);
  state.window = xcb_generate_id(state.connection);
  xcb_create_window(state.connection, 0, state.window, screens.data->root, 0, 0, 1, 1, 0, XCB_WINDOW_CLASS_INPUT_ONLY,
                    XCB_COPY_FROM_PARENT, 0, nullptr);
  state.clipboard = atom_named(state.connection, "CLIPBOARD");
  state.targets = atom_named(state.connection, "TARGETS");
  state.png = atom_named(state.connection, "image/png");
  state.incr = atom_named(state.connection, "INCR");
  state.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  state.thread = std::jthread([&state](const std::stop_token& stop) { state.serve(stop); });
}

PictureClipboard::~PictureClipboard() {
  State& state = *state_;
  state.thread.request_stop();
  if (state.wake >= 0) state.stir();
  if (state.thread.joinable()) state.thread.join();
  xcb_disconnect(state.connection);
  if (state.wake >= 0) close(state.wake);
}

bool PictureClipboard::offer(std::string png) {
  State& state = *state_;
  if (xcb_connection_has_error(state.connection) != 0) return false;
  {
    const std::lock_guard lock(state.mutex);
    state.offered = std::make_shared<const std::string>(std::move(png));
  }
  xcb_set_selection_owner(state.connection, state.window, state.clipboard, XCB_CURRENT_TIME);
  const auto asked = xcb_get_selection_owner(state.connection, state.clipboard);
  const Owned<xcb_get_selection_owner_reply_t> owner(xcb_get_selection_owner_reply(state.connection, asked, nullptr));
  state.stir();  // events that came with the reply wait in memory, not in the socket
  return owner && owner->owner == state.window;
}

#else

struct PictureClipboard::State {};

bool PictureClipboard::available() {
  return false;
}

PictureClipboard::PictureClipboard() = default;
PictureClipboard::~PictureClipboard() = default;

bool PictureClipboard::offer(std::string png) {
  return png.empty() && state_ != nullptr;
}

#endif

}  // namespace regard::shell
