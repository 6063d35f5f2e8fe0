// SPDX-License-Identifier: Apache-2.0
// What the questions over the panels keep between frames: for a path, for a view to export, and a notice that stays until
// somebody acts.
#pragma once

#include "app/base/folder_listing.h"
#include "app/export/export.h"
#include "app/panels/common/message.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace regard {

/// A field whose text a program may change while a person is in it (ImGui edits a copy of its own).
struct PathFieldState {
  std::string text{};
  bool focus = true;    ///< takes the keyboard in the next frame, with everything selected
  bool replace = true;  ///< `text` was changed from outside
};

/// The folder on show in the question for a path, as sorted last.
struct FolderView {
  std::shared_ptr<const FolderListing> listing{};
  std::vector<std::size_t> shown{};  ///< indices of its entries
  FileFilter filter = FileFilter::all;
  std::string part{};                   ///< what the names hold
  std::optional<std::size_t> chosen{};  ///< of `shown`: what arrows and clicks chose
  bool scroll = false;                  ///< the chosen one must come into view
};

/// The question for a path.
struct PathDialog {
  enum class Kind {
    closed,
    save_session,
    open_session,
    open_image,
    open_model,
    open_adapter,
    open_lesson,
    open_corpus,
    open_detectors,
    export_to,
    print_lesson,
    print_lessons
  };
  Kind kind = Kind::closed;
  std::filesystem::path folder{};  ///< on show
  PathFieldState field{};          ///< a name in it, or a path
  bool typed = false;              ///< by a person: it narrows the list, and Backspace edits it
  FolderView view{};
  bool all_files = false;            ///< not only of the kind that is asked for
  std::optional<Message> problem{};  ///< why the last try failed
  std::string overwrite{};           ///< this file is there already: may it be replaced?
  unsigned opening = 0;              ///< counts the questions: each looks at the disk anew
  bool own = false;                  ///< the desktop's dialog cannot be had
};

/// The question which view to write where.
struct ExportDialog {
  ExportOptions options{};
  PathFieldState field{};
  std::optional<Message> problem{};  ///< why the last try failed
  std::string overwrite{};           ///< this file is there already: may it be replaced?
  GlanceSize glance{};               ///< room for the preview, pixels; 0: not on screen
  bool glance_wanted = false;        ///< a preview that takes long was asked for
  float under_preview = 0.0F;        ///< pixels that what stands below the preview took last
};

/// Where files are.
struct FilesState {
  std::string session_path{};       ///< saved to or opened from last; empty: never
  std::filesystem::path folder{};   ///< where questions for a path begin
  std::optional<Message> notice{};  ///< over the views, until somebody acts
};

}  // namespace regard
