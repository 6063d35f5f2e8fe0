// SPDX-License-Identifier: Apache-2.0
// Session files: saved with what proves them, compared when they are opened.
#include "app/panels/common/message.h"
#include "app/panels/frame/top_bar.h"
#include "app/session/kept.h"
#include "app/session/session.h"
#include "app/shell/app_loop.h"

#include <imgui.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace regard::shell {

namespace fs = std::filesystem;

/// Is the run on screen that of the session as it is now?
bool AppLoop::shows_session() const {
  return !worker_->is_computing() && worker_->state() == WorkerState::idle && worker_->latest() == snapshot_ &&
         !snapshot_->error && !pending_model_ && posted_ == plain_request();
}

void AppLoop::take_hand_over() {
  if (const std::optional<HandOver::Saved> saved = hand_over_.take_saved()) tell_saved(*saved);
  if (const std::optional<HandOver::Search> search = hand_over_.take_search()) end_search(*search);
  if (hand_over_.expects() && shows_session()) hand_over_.shown(snapshot_, history_.current());
  const std::optional<ProofVerdict> verdict = hand_over_.take_verdict();
  if (verdict && !verdict->key.empty())
    say(make_message(verdict->key, verdict->values, verdict->agrees ? Message::Kind::note : Message::Kind::warning));
}

/// A model that is not at its path may stand elsewhere on this machine.
bool AppLoop::looks_for_model(const std::string& missing) {
  const std::vector<std::string>& recent = preferences_.recent_models;
  return hand_over_.look_for(missing, built_in_models(assets_), {recent.begin(), recent.end()});
}

/// Pins that were read by the missing model are read by the one that was found, too.
void AppLoop::end_search(const HandOver::Search& search) {
  if (history_.current().model != search.missing) return;
  if (!search.found) {
    fall_back();
    return say(make_message("hand_over.missing", {{"model", display_name(search.missing)}}, Message::Kind::warning));
  }
  Session session = history_.current();
  session.model = search.found->string();
  for (Pin& pin : session.pins)
    if (pin.reading.model == search.missing) pin.reading.model = session.model;
  if (session.written.reading.model == search.missing) session.written.reading.model = session.model;
  amend(std::move(session));
  say(make_message("hand_over.found", {{"model", display_name(search.found->string())}}));
}

}  // namespace regard::shell
