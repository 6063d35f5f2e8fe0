// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/path_dialog.h"

#include "app/base/given_path.h"
#include "app/jobs/folder_reader.h"
#include "app/panels/common/command.h"
#include "app/panels/common/heads_state.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/window_state.h"
#include "app/panels/common/world.h"
#include "app/panels/frame/folder_list.h"
#include "app/panels/frame/path_field.h"
#include "app/session/preferences.h"
#include "app/style/bmp_text.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/nav.h"
#include "app/widgets/probe.h"
#include "core/model/catalog.h"

#include <GLFW/glfw3.h>

#include <imgui.h>
#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace regard {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostPlaces = 9;
constexpr int kPage = 10;  // lines

/// Home, where the program was started, and where its models and sessions were opened lately; each once.
std::vector<fs::path> places(const PanelContext& context) {
  std::vector<fs::path> found;
  const auto add = [&](const fs::path& place) {
    if (place.is_absolute() && found.size() < kMostPlaces &&
        std::find(found.begin(), found.end(), place) == found.end())
      found.push_back(place);
  };
  if (const char* home = std::getenv("HOME"); home != nullptr) add(home);
  add(context.state.of<FilesState>().folder);
  for (const std::string& session : context.preferences.recent_sessions)
    add(fs::path(session).parent_path());
  for (const std::string& model : context.preferences.recent_models)
    add(fs::path(model).parent_path());
  if (context.state.of<PathDialog>().kind == PathDialog::Kind::open_model) add(huggingface_hub());
  return found;
}

void to_parent(PathDialog& dialog) {
  show_folder(dialog, dialog.folder.parent_path());
}

/// A name that has no ending gets that of a session, or of a handout on paper.
fs::path with_ending(const PathDialog& dialog, fs::path path) {
  if (dialog.kind == PathDialog::Kind::save_session && !path.has_extension()) path += ".json";
  if (is_printing(dialog.kind) && !path.has_extension()) path += ".pdf";
  return path;
}

void confirm(PanelContext& context, const fs::path& path) {
  PathDialog& dialog = context.state.of<PathDialog>();
  const fs::path whole = with_ending(dialog, path);
  const bool overwrite = dialog.overwrite == whole.string();
  if (std::optional<Command> command = answered(context.state, whole, overwrite)) context.command(std::move(*command));
}

/// A folder is gone into, unless it is a model that is looked for.
void take(PanelContext& context, const FolderEntry& entry) {
  PathDialog& dialog = context.state.of<PathDialog>();
  const bool model = entry.model && dialog.kind == PathDialog::Kind::open_model;
  if (entry.folder && !model) return show_folder(dialog, dialog.folder / entry.name);
  confirm(context, dialog.folder / entry.name);
}

/// Enter, or the button: what is chosen in the list, else what was typed; of a part of a name the first that has it.
void take_answer(PanelContext& context) {
  PathDialog& dialog = context.state.of<PathDialog>();
  const FolderEntry* chosen = chosen_entry(dialog.view);
  if (chosen != nullptr && !dialog.typed && (chosen->folder || !is_saving(dialog.kind))) return take(context, *chosen);
  std::string typed = path_in(dialog.field);
  if (entry_named(dialog.view, typed) == nullptr) typed = path_as_meant(typed);
  if (typed.empty()) {
    dialog.field.focus = true;
    return;
  }
  const fs::path path = typed_path(dialog.folder, typed);
  if (path == dialog.folder.parent_path() || path == dialog.folder) return show_folder(dialog, path);
  const bool plain = typed.find('/') == std::string::npos;
  const FolderEntry* named = entry_named(dialog.view, typed);
  if (named == nullptr && plain && !is_saving(dialog.kind) && !dialog.view.shown.empty() && dialog.typed)
    named = &dialog.view.listing->entries[dialog.view.shown.front()];
  if (named != nullptr && (plain || !named->folder) && (named->folder || !is_saving(dialog.kind)))
    return take(context, *named);
  confirm(context, path);
}

/// A file that was chosen in the list is named in the field.
void name_choice(PathDialog& dialog) {
  const FolderEntry* chosen = chosen_entry(dialog.view);
  if (chosen == nullptr) return;
  dialog.typed = false;
  dialog.overwrite.clear();
  if (!chosen->folder || !is_saving(dialog.kind)) set_path(dialog.field, chosen->name);
}

void list_keys(PathDialog& dialog) {
  const int before = dialog.view.chosen ? static_cast<int>(*dialog.view.chosen) : -1;
  const auto step = [&](int key, int lines) {
    if (ImGui::IsKeyPressed(key)) move_choice(dialog.view, lines);
  };
  step(GLFW_KEY_DOWN, 1);
  step(GLFW_KEY_UP, -1);
  step(GLFW_KEY_PAGE_DOWN, kPage);
  step(GLFW_KEY_PAGE_UP, -kPage);
  const int after = dialog.view.chosen ? static_cast<int>(*dialog.view.chosen) : -1;
  if (after != before) name_choice(dialog);
  const bool free = !dialog.typed && !is_saving(dialog.kind);
  if (ImGui::IsKeyPressed(GLFW_KEY_BACKSPACE) && (free || dialog.field.text.empty())) to_parent(dialog);
}

/// The end of a path says more than its beginning.
std::string end_of(std::string path, float room) {
  constexpr std::string_view kCut = "…/";
  while (ImGui::CalcTextSize(path.c_str()).x > room) {
    const std::size_t slash = path.find('/', path.starts_with(kCut) ? kCut.size() : 1);
    if (slash == std::string::npos) break;
    path = "…" + path.substr(slash);
  }
  return path;
}

void draw_head(PathDialog& dialog) {
  heading(tr(title_of(dialog.kind)));
  gap(0.4F);
  if (quiet_button("dialog.up", tr("files.up"))) to_parent(dialog);
  hint(tr("files.up_hint"));
  ImGui::SameLine();
  align_to_frame();
  const float filter = choose_width({tr("files.fitting"), tr("files.all")});
  const float room = ImGui::GetContentRegionAvail().x - filter - em(1.5F);
  coloured(theme().text_muted, fitted(end_of(to_field(dialog.folder.string()), room), room));
  probe_last_item("dialog.folder");
  align_right(filter);
  dialog.all_files = choose("dialog.filter", {tr("files.fitting"), tr("files.all")}, dialog.all_files ? 1 : 0) == 1;
}

std::string place_name(const fs::path& place) {
  const char* home = std::getenv("HOME");
  if (home != nullptr && place == home) return tr("files.home");
  return place.has_filename() ? to_field(place.filename().string()) : place.string();
}

/// They stand still while a folder is read; one that turns out not to be there goes.
void draw_places(PathDialog& dialog, const std::vector<fs::path>& candidates, ImVec2 size) {
  ImGui::BeginChild("places", size, false, child_nav_flags());
  const std::shared_ptr<const FolderListing> listing = dialog.view.listing;  // going there lets go of it
  const auto is_gone = [&](const fs::path& place) {
    return listing && std::find(listing->places.begin(), listing->places.end(), place) == listing->places.end();
  };
  std::size_t index = 0;
  for (const fs::path& place : candidates) {
    if (is_gone(place)) continue;
    const std::string id = "dialog.place." + std::to_string(index++);
    const std::string name = fitted(place_name(place), size.x - em(1.0F));
    if (quiet_button(id, name, false, place == dialog.folder)) show_folder(dialog, place);
    hint(to_field(place.string()));
  }
  ImGui::EndChild();
}

/// Below the list: what is asked, what went wrong, what the keys do.
void draw_remark(const PathDialog& dialog) {
  if (!dialog.overwrite.empty()) {
    const fs::path file(dialog.overwrite);
    return wrapped(theme().warning, tr("dialog.overwrite", {{"file", file.filename().string()}}));
  }
  if (dialog.problem) return wrapped(theme().error, text_of(*dialog.problem));
  if (dialog.view.listing && dialog.view.listing->cut)
    return wrapped(theme().warning, tr("files.cut", {{"count", most_entries}}));
  wrapped_caption(tr(is_saving(dialog.kind) ? "files.about_saving" : "files.about_opening"));
}

void draw_path_buttons(PanelContext& context, bool entered) {
  PathDialog& dialog = context.state.of<PathDialog>();
  const char* label = !dialog.overwrite.empty() ? "dialog.replace_button"
                      : is_saving(dialog.kind)  ? "dialog.save_button"
                                                : "dialog.open_button";
  const bool confirmed = ImGui::Button(tr(label));
  probe_last_item("dialog.confirm");
  ImGui::SameLine();
  const bool closed = ImGui::Button(tr("dialog.cancel"));
  probe_last_item("dialog.cancel");
  if (closed) dialog.kind = PathDialog::Kind::closed;
  if (entered || confirmed) take_answer(context);
}

void draw_waiting(PathDialog& dialog) {
  heading(tr(title_of(dialog.kind)));
  gap(0.4F);
  wrapped(theme().text_muted, tr("files.native"));
  gap(0.5F);
  if (ImGui::Button(tr("dialog.cancel"))) dialog.kind = PathDialog::Kind::closed;
  probe_last_item("dialog.cancel");
}

}  // namespace

void ask_for_path(PanelState& state, PathDialog::Kind kind, std::string proposal) {
  if (kind != PathDialog::Kind::export_to) state.of<WindowState>().overlay = Overlay::none;
  const fs::path proposed(std::move(proposal));
  PathDialog dialog;
  dialog.kind = kind;
  dialog.opening = state.of<PathDialog>().opening + 1;
  const fs::path& last =
      state.of<PathDialog>().folder.empty() ? state.of<FilesState>().folder : state.of<PathDialog>().folder;
  dialog.folder = proposed.is_absolute() ? proposed.parent_path() : last / proposed.parent_path();
  dialog.folder = dialog.folder.lexically_normal();
  if (!dialog.folder.has_filename() && dialog.folder != dialog.folder.root_path())
    dialog.folder = dialog.folder.parent_path();
  if (is_saving(kind)) set_path(dialog.field, proposed.filename().string());
  state.of<PathDialog>() = std::move(dialog);
}

void show_folder(PathDialog& dialog, const fs::path& folder) {
  if (folder.empty()) return;
  dialog.folder = folder;
  dialog.view = {};
  dialog.typed = false;
  dialog.problem.reset();
  dialog.overwrite.clear();
  dialog.field.focus = true;
  if (!is_saving(dialog.kind)) set_path(dialog.field, "");
}

std::optional<Command> answered(PanelState& state, const fs::path& path, bool overwrite) {
  switch (state.of<PathDialog>().kind) {
    case PathDialog::Kind::save_session:
      return SaveSessionTo{path, overwrite};
    case PathDialog::Kind::open_image:
      return OpenImageFrom{path};
    case PathDialog::Kind::open_session:
    case PathDialog::Kind::open_model:
    case PathDialog::Kind::open_adapter:
    case PathDialog::Kind::open_lesson:
      return OpenPath{path};
    case PathDialog::Kind::print_lesson:
    case PathDialog::Kind::print_lessons:
      return PrintLessons{path, state.of<PathDialog>().kind == PathDialog::Kind::print_lessons, overwrite};
    case PathDialog::Kind::open_corpus:
      state.of<HeadsState>().corpus.take(path);
      state.of<PathDialog>().kind = PathDialog::Kind::closed;
      break;
    case PathDialog::Kind::open_detectors:
      state.of<HeadsState>().detectors.take(path);
      state.of<PathDialog>().kind = PathDialog::Kind::closed;
      break;
    case PathDialog::Kind::export_to:
      set_path(state.of<ExportDialog>().field, path.string());
      state.of<ExportDialog>().field.focus = true;
      if (const std::optional<ExportFormat> format = format_of(path)) state.of<ExportDialog>().options.format = *format;
      state.of<ExportDialog>().overwrite = overwrite ? path.string() : std::string();
      state.of<PathDialog>().kind = PathDialog::Kind::closed;
      break;
    case PathDialog::Kind::closed:
      break;
  }
  return std::nullopt;
}

const char* title_of(PathDialog::Kind kind) {
  switch (kind) {
    case PathDialog::Kind::save_session:
      return "dialog.save";
    case PathDialog::Kind::open_image:
      return "dialog.image";
    case PathDialog::Kind::open_model:
      return "dialog.model";
    case PathDialog::Kind::open_adapter:
      return "dialog.adapter";
    case PathDialog::Kind::open_lesson:
      return "dialog.lesson";
    case PathDialog::Kind::open_corpus:
      return "dialog.corpus";
    case PathDialog::Kind::open_detectors:
      return "dialog.detectors";
    case PathDialog::Kind::export_to:
      return "dialog.export";
    case PathDialog::Kind::print_lesson:
      return "dialog.print_lesson";
    case PathDialog::Kind::print_lessons:
      return "dialog.print_lessons";
    default:
      return "dialog.open";
  }
}

FileFilter filter_of(PathDialog::Kind kind) {
  switch (kind) {
    case PathDialog::Kind::open_image:
      return FileFilter::pictures;
    case PathDialog::Kind::open_model:
    case PathDialog::Kind::open_adapter:
      return FileFilter::models;
    case PathDialog::Kind::open_lesson:
      return FileFilter::lessons;
    case PathDialog::Kind::open_corpus:
      return FileFilter::corpora;
    case PathDialog::Kind::open_detectors:
      return FileFilter::texts;
    case PathDialog::Kind::export_to:
      return FileFilter::exports;
    case PathDialog::Kind::print_lesson:
    case PathDialog::Kind::print_lessons:
      return FileFilter::handouts;
    default:
      return FileFilter::sessions;
  }
}

void draw_path_dialog(PanelContext& context) {
  const ScopedRaisedFrames frames;
  PathDialog& dialog = context.state.of<PathDialog>();
  if (context.world.native_dialogs && !dialog.own) return draw_waiting(dialog);
  std::shared_ptr<const FolderListing> listing;
  const std::vector<fs::path> candidates = places(context);
  if (context.world.folders != nullptr) listing = context.world.folders->ask(dialog.folder, dialog.opening, candidates);
  const std::string typed = path_in(dialog.field);
  const bool narrows = dialog.typed && !is_saving(dialog.kind) && typed.find('/') == std::string::npos;
  follow_listing(dialog.view, std::move(listing), dialog.all_files ? FileFilter::all : filter_of(dialog.kind),
                 narrows ? typed : std::string());
  list_keys(dialog);
  draw_head(dialog);
  gap(0.3F);

  const float below =
      ImGui::GetFrameHeight() * 2.0F + ImGui::GetTextLineHeight() * 2.2F + ImGui::GetStyle().ItemSpacing.y * 4.0F;
  const float height = std::max(em(5.0F), ImGui::GetContentRegionAvail().y - below);
  const float width = ImGui::GetContentRegionAvail().x;
  const float side = width > em(30.0F) ? em(9.0F) : 0.0F;
  if (side > 0.0F) {
    draw_places(dialog, candidates, {side, height});
    ImGui::SameLine();
  }
  const FolderListResult clicked = folder_list(dialog.view, {ImGui::GetContentRegionAvail().x, height});
  if (clicked.chosen) {
    name_choice(dialog);
    dialog.field.focus = true;
  }
  ImGui::SetNextItemWidth(-1.0F);
  const PathFieldResult field =
      path_field("dialog.path", dialog.field, tr(is_saving(dialog.kind) ? "files.name" : "files.name_or_path"));
  if (field.edited) {
    dialog.typed = true;
    dialog.problem.reset();
    dialog.overwrite.clear();
  }
  const ImVec2 remark = ImGui::GetCursorPos();
  draw_remark(dialog);
  ImGui::SetCursorPos({remark.x, remark.y + ImGui::GetTextLineHeight() * 2.2F});
  draw_path_buttons(context, field.entered);
  if (clicked.opened)
    if (const FolderEntry* entry = chosen_entry(dialog.view)) take(context, *entry);
  if (field.entered && dialog.kind != PathDialog::Kind::closed) dialog.field.focus = true;
}

}  // namespace regard
