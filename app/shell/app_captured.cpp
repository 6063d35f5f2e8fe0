// SPDX-License-Identifier: Apache-2.0
// Captured runs whose files leave something open: what is asked, and what follows from the answer.
#include "app/base/model_path.h"
#include "app/jobs/captured.h"
#include "app/panels/common/captured_question.h"
#include "app/panels/common/window_state.h"
#include "app/session/session.h"
#include "app/shell/app_loop.h"

#include <utility>

namespace regard::shell {

/// Of the model on show, too: it may be read in another way.
void AppLoop::open_captured(const std::string& model, const ReadingCapture& captured) {
  state_.of<WindowState>().overlay = Overlay::none;
  pending_model_ = model;
  pending_captured_ = captured;
  confirmed_model_.clear();
  posted_.reset();
}

/// A file that cannot be opened before somebody has said more of it. Where it names the model that made it and that is here, nobody is
/// asked.
bool AppLoop::ask_about_capture(const Error& error) {
  const std::optional<CaptureAsks> asks = asked_of_capture(error);
  const std::string& failed = snapshot_->failed_model;
  const bool of_wish = pending_model_ == failed, of_session = !pending_model_ && failed == history_.current().model;
  if (!asks || (!of_wish && !of_session)) return false;
  ReadingCapture said = of_wish ? pending_captured_ : history_.current().captured;
  std::filesystem::path checkpoint;
  if (said.checkpoint.empty() && !error.details().found.empty() && *asks == CaptureAsks::checkpoint)
    checkpoint = checkpoint_on_this_machine(error, list_models(built_in_models(assets_)));
  if (!checkpoint.empty()) {
    said.checkpoint = checkpoint.string();
    say(make_message("log.checkpoint_found", {{"model", error.details().found}}));
    open_captured(failed, said);
    return true;
  }
  pending_model_.reset();
  CapturedQuestion& question = state_.of<CapturedQuestion>();
  const bool again = question.model == failed && question.asks == asks;
  question = {.model = failed, .asks = *asks, .said = said, .found = error.details().found};
  if (again) question.problem = make_message(error);
  state_.of<WindowState>().overlay = Overlay::captured;
  if (*asks == CaptureAsks::order && !readings_coming_.under_way())
    readings_coming_.begin(
        [path = model_path(failed, assets_), choices = capture_choices(said)] {
          return capture_readings(path, choices).value_or(CaptureReadings{});
        },
        Window::wake);
  if (of_session) fall_back();
  return true;
}

void AppLoop::take_readings() {
  std::optional<Brought<CaptureReadings>> brought = readings_coming_.take();
  if (!brought) return;
  if (brought->problem) return complain(*brought->problem);
  state_.of<CapturedQuestion>().readings = std::move(brought->value);
}

}  // namespace regard::shell
