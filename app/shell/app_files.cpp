// SPDX-License-Identifier: Apache-2.0
// Files that people open, save, drop and export.
#include "app/base/adapter_base.h"
#include "app/base/built_in_adapters.h"
#include "app/base/file_kind.h"
#include "app/base/given_path.h"
#include "app/base/model_path.h"
#include "app/export/export.h"
#include "app/jobs/run_request.h"
#include "app/panels/common/adapter_offer.h"
#include "app/panels/common/command.h"
#include "app/panels/common/dialog_state.h"
#include "app/panels/common/message.h"
#include "app/panels/common/window_state.h"
#include "app/panels/frame/export_dialog.h"
#include "app/panels/frame/path_dialog.h"
#include "app/panels/frame/top_bar.h"
#include "app/session/session.h"
#include "app/session/session_file.h"
#include "app/session/session_parts.h"
#include "app/shell/app_loop.h"
#include "app/shell/clipboard.h"
#include "app/shell/window_title.h"
#include "core/base/text_file.h"
#include "core/capture/capture.h"
#include "core/text/unicode.h"

#include <imgui.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace regard::shell {
namespace {

namespace fs = std::filesystem;

/// The beginning of a text, as much as a session holds, without the mark some editors put before it.
std::string read_text(const fs::path& path, bool& whole) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error("file_unreadable", {.file = path.string(), .found = "open"});
  std::string text(most_text_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
  whole = text.size() <= most_text_bytes;
  if (!whole) {
    text.resize(most_text_bytes);
    while (!text.empty() && continues_character(text.back()))
      text.pop_back();
    if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xC0U) text.pop_back();
  }
  if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
  if (!is_valid_utf8(text)) throw told_as({FileKind::other_text, {}}, path);
  return text;
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

}  // namespace

/// Where one is looking: in the dialog that asked, else over the views.
void AppLoop::complain(const Error& error) {
  complain(make_message(error));
}

void AppLoop::complain(Message message) {
  if (state_.of<PathDialog>().kind != PathDialog::Kind::closed) {
    state_.of<PathDialog>().problem = message;
    state_.of<PathDialog>().field.focus = true;
  } else if (state_.of<WindowState>().overlay == Overlay::exporting) {
    state_.of<ExportDialog>().problem = message;
    state_.of<ExportDialog>().field.focus = true;
  } else {
    state_.of<FilesState>().notice = message;
  }
  say(std::move(message));
}

void AppLoop::take_dropped() {
  const std::vector<fs::path> dropped = window_->take_dropped();
  if (dropped.empty()) return;
  state_.of<FilesState>().notice.reset();
  state_.of<PathDialog>().kind = PathDialog::Kind::closed;
  state_.of<WindowState>().overlay = Overlay::none;
  for (const fs::path& path : dropped)
    open_path(path);
}

/// Whatever it is; what cannot be opened is called by its name.
void AppLoop::open_path(const fs::path& path) {
  if (path.extension() == ".md" && !fs::is_directory(path)) {
    std::error_code ignored;
    return open_lesson(fs::absolute(path, ignored).lexically_normal().string());
  }
  const FileNature nature = nature_of_path(path);
  switch (nature.kind) {
    case FileKind::session:
    case FileKind::json:
      return open_session_from(path);
    case FileKind::picture:
      return open_image(path);
    case FileKind::text:
      return open_text(path);
    case FileKind::folder:
      if (is_capture(path)) return open_model(path.string());
      if (state_.of<PathDialog>().kind != PathDialog::Kind::closed) return show_folder(state_.of<PathDialog>(), path);
      return complain(told_as(nature, path));
    case FileKind::adapter:
      return open_adapter(path);
    case FileKind::model:
    case FileKind::numbers:
      if (is_adapter(path)) return open_adapter(path);
      return open_model_at(path);
    default:
      if (!is_there(path)) return complain(Error("file_missing", {.file = path.string()}));
      return complain(told_as(nature, path));
  }
}

/// Of a folder of checkpoints its last: the session keeps which one.
void AppLoop::open_model_at(const fs::path& path) {
  try {
    const fs::path model = checkpoint_to_open(path);
    state_.of<PathDialog>().kind = PathDialog::Kind::closed;
    open_model(model.string());
  } catch (const Error& error) {
    complain(error);
  }
}

/// A text becomes the sentence.
void AppLoop::open_text(const fs::path& path) {
  try {
    bool whole = true;
    const std::string read = read_text(path, whole);
    const std::string text = one_line(read);
    if (const Model* model = snapshot_->model.get(); model != nullptr && model->config.patches && !pending_model_)
      return complain(Error("needs_picture", {.file = path.filename().string(), .item = model->name}));
    if (is_captured(*snapshot_) && !pending_model_)
      return complain(Error("capture_fixed", {.item = snapshot_->model->name}));
    perform(SetText{text});
    state_.of<PathDialog>().kind = PathDialog::Kind::closed;
    const char* what = !whole ? "log.text_begun" : text != read ? "log.text_one_line" : "log.text_taken";
    say(make_message(what, {{"file", path.filename().string()}}, whole ? Message::Kind::note : Message::Kind::warning));
  } catch (const Error& error) {
    complain(error);
  }
}

void AppLoop::open_image(const fs::path& path) {
  try {
    refuse_other(path, FileKind::picture);
    const Model* model = snapshot_->model.get();
    if (model != nullptr && !model->config.patches && !pending_model_)
      throw Error("needs_text", {.file = path.filename().string(), .item = model->name});
    std::error_code ignored;
    perform(SetImage{fs::absolute(path, ignored).string()});
    state_.of<PathDialog>().kind = PathDialog::Kind::closed;
  } catch (const Error& error) {
    complain(error);
  }
}

/// The picture cannot be read: the one that is shown stays chosen.
bool AppLoop::fall_back_to_shown_picture(const Error& error) {
  if (error.details().file != plain_request().image || history_.current().image.empty()) return false;
  Session session = history_.current();
  session.image = snapshot_->reading.image;
  amend(std::move(session));
  return true;
}

/// Over the model on show. Where the adapter names another one that is on this machine, a person chooses.
void AppLoop::open_adapter(const fs::path& given) {
  try {
    std::error_code ignored;
    fs::path path = fs::absolute(given, ignored).lexically_normal();
    const std::string base = read_adapter_config(path).base;
    if (path.extension() != ".gguf" && !fs::is_directory(path, ignored)) path = path.parent_path();  // one file of it
    if (!path.has_filename()) path = path.parent_path();
    const std::string named = adapter_named(path, assets_);
    const std::vector<fs::path> recent(preferences_.recent_models.begin(), preferences_.recent_models.end());
    const fs::path own = base_on_this_machine(base, list_models(built_in_models(assets_), recent));
    state_.of<PathDialog>().kind = PathDialog::Kind::closed;
    perform(SelectPanel{"change", "adapters"});
    std::optional<AdapterOffer>& offer = state_.of<AdapterOfferState>().offer;
    offer.reset();
    const bool other = !own.empty() && snapshot_->model && !fs::equivalent(own, snapshot_->model->folder, ignored);
    if (other) {
      offer = AdapterOffer{named, base, own.string()};
      return;
    }
    if (history_.current().adapters.size() >= max_adapters)
      return complain(make_message("adapters.full", {{"most", std::to_string(max_adapters)}}, Message::Kind::warning));
    perform(AddAdapter{named});
    say(make_message("log.adapter_opened", {{"adapter", path.filename().string()}}));
  } catch (const Error& error) {
    complain(error);
  }
}

/// An adapter cannot be read: those that are shown stay.
bool AppLoop::fall_back_to_shown_adapters() {
  const bool none = !snapshot_->model && !history_.current().adapters.empty();
  const bool others = snapshot_->failed_model == snapshot_->source_model &&
                      snapshot_->failed_model == history_.current().model &&
                      source_of(history_.current()) != source_of(snapshot_->reading);
  if (!none && !others) return false;
  Session session = history_.current();
  session.adapters = none ? std::vector<ReadingAdapter>{} : snapshot_->reading.adapters;
  amend(std::move(session));
  return true;
}

void AppLoop::start_anew() {
  Start start = first_start(examples_, preferences_.language, assets_);
  const std::string& model = history_.current().model;
  const bool own = std::find(built_in_.begin(), built_in_.end(), model) == built_in_.end();
  if (own && !model.empty()) start.session.model = model;
  start_relation_ = own ? std::string() : start.relation;
  pending_model_.reset();
  confirmed_model_.clear();
  state_.of<FilesState>().session_path.clear();
  perform(LoadSession{std::move(start.session)});
  choose_key_ = true;
  kept_ = history_.current();
}

void AppLoop::save_session_to(const fs::path& path, bool overwrite) {
  std::error_code ignored;
  const bool asked = state_.of<PathDialog>().kind == PathDialog::Kind::save_session;
  if (asked && fs::is_directory(path, ignored)) return show_folder(state_.of<PathDialog>(), path);
  if (asked && !overwrite && is_there(path)) {
    state_.of<PathDialog>().overwrite = path.string();
    state_.of<PathDialog>().own = true;  // the desktop's dialog would have asked
    return;
  }
  if (hand_over_.save(history_.current(), shows_session() ? snapshot_ : nullptr, path)) saving_ = history_.current();
}

void AppLoop::tell_saved(const HandOver::Saved& saved) {
  if (saved.problem) return complain(*saved.problem);
  state_.of<FilesState>().session_path = saved.path.string();
  remember_session(preferences_, saved.path.string());
  kept_ = std::move(saving_);
  if (state_.of<PathDialog>().kind == PathDialog::Kind::save_session)
    state_.of<PathDialog>().kind = PathDialog::Kind::closed;
  say(make_message("log.session_saved", {{"file", saved.path.string()}}));
}

void AppLoop::open_session_from(const fs::path& any_path) {
  try {
    std::error_code ignored;
    const fs::path path = fs::absolute(any_path, ignored).lexically_normal();
    refuse_other(path, FileKind::session);
    SessionFile file = load_session(path);
    Session session = file.session;
    if (session.model.empty()) session.model = history_.current().model;
    pending_model_.reset();
    confirmed_model_.clear();
    hand_over_.expect(std::move(file.proof), reading_of(session));
    perform(LoadSession{std::move(session)});
    kept_ = history_.current();
    state_.of<FilesState>().session_path = path.string();
    remember_session(preferences_, path.string());
    state_.of<PathDialog>().kind = PathDialog::Kind::closed;
    say(make_message("log.session_opened", {{"file", path.string()}}));
  } catch (const Error& error) {
    complain(error);
  }
}

/// Where the desktop has a dialog of its own, it is asked; where that does not come up, ours is.
void AppLoop::ask_desktop() {
  PathDialog& dialog = state_.of<PathDialog>();
  const bool wanted = dialog.kind != PathDialog::Kind::closed && native_program_ && !dialog.own &&
                      preferences_.file_dialogs == FileDialogs::automatic;
  if (!wanted) return native_.cancel();
  if (const std::optional<NativeDialog::Answer> answer = native_.take()) {
    dialog.own = answer->failed;
    if (answer->failed) return;
    std::optional<Command> command;
    if (!answer->path.empty()) command = answered(state_, answer->path, true);  // it asked before replacing a file
    dialog.kind = PathDialog::Kind::closed;
    if (command) carry_out(*command);
    window_->redraw();
  } else if (!native_.running()) {
    dialog.own = !native_.start(native_command(*native_program_, native_question(dialog)));
  }
}

const ExportPreview* AppLoop::preview() {
  const ExportDialog& dialog = state_.of<ExportDialog>();
  const bool open =
      state_.of<WindowState>().overlay == Overlay::exporting && snapshot_->trace && dialog.glance.width > 0.0;
  if (!open) {
    previewer_.forget();
    state_.of<ExportDialog>().glance = {};
    return nullptr;
  }
  const ExportOptions options = chosen_options(*snapshot_, history_.current(), state_);
  if (takes_long(options.view) && !dialog.glance_wanted) return nullptr;
  return previewer_.ask(snapshot_, history_.current(), options, dialog.glance);
}

void AppLoop::export_to(const ExportTo& wanted) {
  if (exporting_.under_way() || !snapshot_->trace) return;  // one file at a time
  const fs::path path = given_path(wanted.path);
  if (!wanted.overwrite && is_there(path)) {
    state_.of<ExportDialog>().overwrite = path.string();
    state_.of<ExportDialog>().field.focus = true;
    return;
  }
  try {
    exporting_.begin(
        [write = prepare_export(snapshot_, history_.current(), wanted.options), path] {
          write(path);
          return path;
        },
        Window::wake);
  } catch (const Error& error) {
    complain(error);
  }
}

void AppLoop::take_exported() {
  const std::optional<Brought<fs::path>> outcome = exporting_.take();
  if (!outcome) return;
  if (outcome->problem) return complain(*outcome->problem);
  if (state_.of<WindowState>().overlay == Overlay::exporting) state_.of<WindowState>().overlay = Overlay::none;
  say(make_message("log.exported", {{"file", outcome->value->string()}}));
}

/// The sentence and the model that are shown, and whether there is something to save.
void AppLoop::name_window() {
  const Session& session = history_.current();
  std::string model;
  if (snapshot_->model) model = full_name(*snapshot_->model);
  const bool text = !snapshot_->model || !snapshot_->model->config.patches;
  const std::string shown = text ? snapshot_->source_text : fs::path(snapshot_->source_image).filename().string();
  window_->set_title(window_title(shown, model, has_changed(kept_, session)));
}

/// Completes the session without a step of its own; what was kept is completed with it.
void AppLoop::amend(Session session) {
  const bool changed = has_changed(kept_, history_.current());
  const bool of_lesson = shows_lesson_step();
  history_.amend(std::move(session));
  if (of_lesson) hold_lesson_step();
  if (!changed) kept_ = history_.current();
}

}  // namespace regard::shell
