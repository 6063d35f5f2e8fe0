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

struct Action;            // app/session/action.h
class Background;         // app/jobs/background.h
struct Command;           // app/panels/common/command.h
struct DifferenceViews;   // app/viewmodel/difference_views.h
struct GenerateSettings;  // app/session/generate_settings.h
struct Kept;              // app/session/kept.h
struct PanelImages;       // app/panels/common/images.h
struct Preferences;       // app/session/preferences.h
struct Reading;           // app/session/reading.h
struct Selection;         // app/session/selection.h
struct Session;           // app/session/session.h
struct Snapshot;          // app/viewmodel/snapshot.h
struct Views;             // app/viewmodel/all_views.h
struct World;             // app/panels/common/world.h

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

  // The session's parts: whoever looks into one includes it alone.
  [[nodiscard]] const Reading& reading() const;
  [[nodiscard]] const Selection& selection() const;
  [[nodiscard]] const Look& look() const;
  [[nodiscard]] const Kept& kept() const;
  [[nodiscard]] const GenerateSettings& generate() const;
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
  /// One of app/session/action_kinds.h: panels need not know all that an action may be.
  template <class Kind>
  void act(Kind action) const;
  void command(Command command) const;
};

}  // namespace regard
