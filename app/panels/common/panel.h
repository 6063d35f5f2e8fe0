// SPDX-License-Identifier: Apache-2.0
// What a panel is given and what it may hand back. A panel is one function draw(PanelContext&) in its own pair of files and
// one line of registry.cpp; it draws into the child window the layout has opened for it. UI thread only. A panel reads
// values and writes actions, commands and next_hover; it never waits, touches files or keeps state of its own: what must
// last until the next frame is in PanelState. A panel includes what of all this it looks into.
#pragma once

#include "app/panels/common/hover.h"
#include "app/panels/common/panel_state.h"
#include "app/session/look.h"

#include <vector>

namespace regard {

struct Action;           // app/session/action.h
class Background;        // app/jobs/background.h
struct Command;          // app/panels/common/command.h
struct DifferenceViews;  // app/viewmodel/difference_views.h
struct PanelImages;      // app/panels/common/images.h
struct Preferences;      // app/session/preferences.h
struct Session;          // app/session/session.h
struct Snapshot;         // app/viewmodel/snapshot.h
struct Views;            // app/viewmodel/memo.h
struct World;            // app/panels/common/world.h

/// What a panel is about: the live text, the baseline (then all of it is the baseline's), or the difference (then it is the live
/// text's, and `difference` is there).
struct Subject {
  const Snapshot& snapshot;
  const Views& views;
  const Session& session;
  const Hover& hover;  ///< of the last frame
  Hover& next_hover;
  std::vector<Action>& actions;
  Shown shown = Shown::live;
  const DifferenceViews* difference = nullptr;
};

/// What is the same whatever a panel is about.
struct Desk {
  const Preferences& preferences;
  const World& world;
  PanelState& state;
  PanelImages* images;  ///< null without OpenGL
  std::vector<Command>& commands;
  Background* background = nullptr;  ///< null where nothing is computed beside (tests)
};

struct PanelContext : Subject, Desk {
  bool tabbed = false;               ///< the panel's name stands on a tab: no heading
  PanelContext* baseline = nullptr;  ///< in the live context: what panels get that show the baseline; else null

  void act(Action action) const;
  void command(Command command) const;
};

}  // namespace regard
