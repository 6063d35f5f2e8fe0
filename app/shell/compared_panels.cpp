// SPDX-License-Identifier: Apache-2.0
#include "app/shell/compared_panels.h"

#include "app/panels/frame/field_text.h"
#include "app/panels/frame/shortcuts.h"
#include "app/session/action.h"
#include "app/shell/layout.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/baseline.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/snapshot.h"

#include <optional>
#include <vector>

namespace regard::shell {
namespace {

/// The same words under the mouse, in the other text.
Hover hover_at_baseline(const Snapshot& live, const Session& session, const Hover& hover) {
  Hover at = hover;
  if (hover.query) at.query = baseline_token(live, asking_text(live, session), *hover.query);
  if (hover.key) at.key = baseline_token(live, asked_text(live, session), *hover.key);
  return at;
}

Hover hover_from_baseline(const Snapshot& live, const Session& session, const Hover& hover) {
  Hover from = hover;
  if (hover.query) from.query = live_token(live, asking_text(live, session), *hover.query);
  if (hover.key) from.key = live_token(live, asked_text(live, session), *hover.key);
  from.marked.clear();
  for (const std::size_t token : hover.marked)
    if (const auto partner = live_token(live, asking_text(live, session), token)) from.marked.push_back(*partner);
  return from;
}

void draw_frame(PanelContext& live) {
  handle_keys(live);
  forget_edits_of_left_field();
  draw_window(live);
}

}  // namespace

void draw_texts(PanelContext& live, const std::shared_ptr<const Snapshot>& snapshot, ComparedViews& views) {
  live.shown = shown_of(*snapshot, live.session);
  live.difference = views.difference.update(snapshot, live.session, live.views);
  if (live.shown != Shown::baseline) return draw_frame(live);

  const SharedSession session = session_at_baseline(*snapshot, live.session);
  const std::shared_ptr<const Snapshot>& baseline = snapshot->comparison->baseline;
  const Hover hover = hover_at_baseline(*snapshot, live.session, live.hover);
  Hover next_hover;
  std::vector<Action> actions;
  PanelContext context{{*baseline, views.baseline.update(baseline, session), session, hover, next_hover, actions,
                        Shown::baseline, live.difference},
                       live};
  live.baseline = &context;
  draw_frame(live);
  live.baseline = nullptr;
  for (const Action& action : actions)
    if (const std::optional<Action> meant = live_action(*snapshot, live.session, action)) live.act(*meant);
  if (next_hover != Hover{}) live.next_hover = hover_from_baseline(*snapshot, live.session, next_hover);
}

}  // namespace regard::shell
