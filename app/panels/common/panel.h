// SPDX-License-Identifier: Apache-2.0
// What a panel is given and what it may hand back. A panel is one function draw(PanelContext&) in its own pair of files and
// one line of registry.cpp; it draws into the child window the layout has opened for it. UI thread only. A panel reads
// values and writes actions, commands and next_hover; it never waits, touches files or keeps state of its own: what must
// last until the next frame is in PanelState.
#pragma once

#include "app/export/export.h"
#include "app/gfx/heat_map_image.h"
#include "app/gfx/rgb_texture.h"
#include "app/gfx/thumbnail_atlas.h"
#include "app/jobs/background.h"
#include "app/jobs/worker.h"
#include "app/panels/common/command.h"
#include "app/panels/common/dialog_state.h"
#include "app/panels/common/examples.h"
#include "app/panels/common/map_state.h"
#include "app/panels/common/message.h"
#include "app/session/action.h"
#include "app/viewmodel/memo.h"
#include "app/widgets/heat_map.h"
#include "app/widgets/overview.h"
#include "app/widgets/token_strip.h"

#include <imgui.h>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace regard {

/// What the mouse points at, in tokens; linked across panels (they read the last frame's, write the next one's).
struct Hover {
  std::optional<std::size_t> query{};
  std::optional<std::size_t> key{};
  std::optional<HeadRef> head{};
  friend bool operator==(const Hover&, const Hover&) = default;
};

/// Pictures on the GPU; absent in tests without OpenGL.
struct PanelImages {
  gfx::HeatMapImage scores{};
  gfx::HeatMapImage weights{};
  gfx::HeatMapImage minimap{};
  gfx::ThumbnailAtlas atlas{};
  gfx::RgbTexture picture{};
  gfx::RgbTexture preview{};                                     ///< of an export
  std::map<std::string, gfx::HeatMapImage, std::less<>> maps{};  ///< of further panels, by a name of theirs
};

// What a panel keeps between frames and nobody else reads: defined in the panel's own .cpp, made by it when first drawn.
struct CompareState;
struct InterveneState;
struct EffectState;
struct PatchingState;
struct SweepState;
struct TopBarState;  // app/panels/frame/top_bar.h
struct KeyboardState;
struct PaletteState;
struct HelpState;

/// The sentence field: what ImGui edits, and what of the session it has taken over.
struct SentenceState {
  std::string buffer{};
  std::string synced{};    ///< session.text when the buffer was last equal to it
  bool replace = false;    ///< the session changed under the field (undo, example): it must take the new text
  std::size_t cursor = 0;  ///< byte the cursor goes to then
  bool grow = false;       ///< asked for: the field is to grow to several lines, or to shrink to one again
  bool tall = false;       ///< it has grown
  bool to_end = false;     ///< and has just done so: the cursor goes behind the text
  bool wants_focus = false;
};

/// The field of the picture's path.
struct ImageLineState {
  std::string buffer{};
  std::string synced{};  ///< session.image when the buffer was last equal to it
};

enum class Overlay { none, help, log, palette, exporting, model_card };
enum class GridKind { none, scores, weights };

/// Kept by the shell between frames.
struct PanelState {
  SentenceState sentence{};
  SentenceState decoder{};  ///< the decoder's text, where there is one
  ImageLineState image_line{};
  TokenStripState strip{};
  TokenStripState decoder_strip{};
  HeatMapView grid_view{};
  GridGround grid_ground{};             ///< what grid_view is a part of
  OverviewView overview{};              ///< which heads are shown
  MapState map{};                       ///< of the grids of a long text
  GridKind copy_from = GridKind::none;  ///< the grid under the mouse: Ctrl-C copies its numbers
  Overlay overlay = Overlay::none;
  PathDialog dialog{};
  ExportDialog exporting{};
  std::optional<Message> notice{};            ///< over the views, until somebody acts
  std::string session_path{};                 ///< saved to or opened from last; empty: never
  std::filesystem::path folder{};             ///< where questions for a path begin
  float question_scroll = 0.0F;               ///< pixels, of the rows of keys
  std::optional<std::size_t> layers_place{};  ///< under the mouse in a chart of the Layers view, marked in all of them
  int grids_frame = -1;                       ///< ImGui's number of the frame in which the grids were made ready
  std::string panel_under_mouse{};            ///< its id, in the last frame; empty: none
  std::shared_ptr<CompareState> compare{};
  std::shared_ptr<InterveneState> intervene{};
  std::shared_ptr<EffectState> effect{};
  std::shared_ptr<PatchingState> patching{};
  std::shared_ptr<SweepState> sweep{};
  std::shared_ptr<TopBarState> top_bar{};
  std::shared_ptr<KeyboardState> keyboard{};
  std::shared_ptr<PaletteState> palette{};
  std::shared_ptr<HelpState> help{};
  bool popup_open = false;  ///< a menu was open in the last frame
};

class FolderReader;  // app/jobs/folder_reader.h

/// What was asked for and is not what is shown.
struct Awaited {
  enum class Change { model, text, settings };
  Change change = Change::text;
  double seconds = 0.0;   ///< since it was asked for
  bool given_up = false;  ///< nobody computes it any more: it was cancelled or has failed
};

/// What the shell knows beside session and snapshot.
struct World {
  WorkerState worker = WorkerState::idle;
  float progress = 0.0F;
  std::string loading{};  ///< model on its way, as a person would name it
  const std::vector<ModelEntry>* models = nullptr;
  const Examples* examples = nullptr;
  const std::deque<Message>* log = nullptr;
  const std::vector<std::string>* built_in = nullptr;  ///< names of the built-in models
  bool can_undo = false, can_redo = false;
  bool generating = false;  ///< the model is writing on, and nothing newer has been asked for
  bool paused = false;      ///< and waits before its next token
  std::optional<Awaited> awaited{};
  std::size_t tokens_awaited = 0;          ///< of the text the worker reads; 0: not yet known
  double seconds_running = 0.0;            ///< since the worker's load or run began
  bool stopping = false;                   ///< it was told to stop and has not yet
  FolderReader* folders = nullptr;         ///< null where none is read (tests)
  const ExportPreview* preview = nullptr;  ///< of what the export dialog asks for; null while it is made
  bool native_dialogs = false;             ///< the desktop asks for paths, not we
};

struct DifferenceViews;  // app/viewmodel/difference_views.h

struct PanelContext {
  const Snapshot& snapshot;
  const Views& views;
  const Session& session;
  const Preferences& preferences;
  const World& world;
  const Hover& hover;  ///< of the last frame
  Hover& next_hover;
  PanelState& state;
  PanelImages* images;  ///< null without OpenGL
  std::vector<Action>& actions;
  std::vector<Command>& commands;
  bool tabbed = false;               ///< the panel's name stands on a tab: no heading
  Background* background = nullptr;  ///< null where nothing is computed beside (tests)
  /// What the views show: the live text, or the baseline (then snapshot, views, session and hover are the baseline's), or the
  /// difference (then they are the live text's, and `difference` is there).
  Shown shown = Shown::live;
  const DifferenceViews* difference = nullptr;
  PanelContext* baseline = nullptr;  ///< in the live context: what panels get that show the baseline; else null

  void act(Action action) const { actions.push_back(std::move(action)); }
  void command(Command command) const { commands.push_back(std::move(command)); }
};

}  // namespace regard
