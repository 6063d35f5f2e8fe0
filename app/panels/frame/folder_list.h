// SPDX-License-Identifier: Apache-2.0
// The list of a folder in the question for a path: names, sizes, dates.
#pragma once

#include "app/panels/common/dialog_state.h"

#include <imgui.h>

namespace regard {

/// Sorts the listing anew where it, the filter or the part of the names is another one than the last time.
void follow_listing(FolderView& view, std::shared_ptr<const FolderListing> listing, FileFilter filter,
                    std::string_view part);

/// The entry that is chosen, or null.
[[nodiscard]] const FolderEntry* chosen_entry(const FolderView& view);
/// The entry of that name, shown or not, or null.
[[nodiscard]] const FolderEntry* entry_named(const FolderView& view, std::string_view name);
/// Goes up or down by so many lines; the first step chooses the first line (or the last).
void move_choice(FolderView& view, int lines);

struct FolderListResult {
  bool chosen = false;  ///< another line was clicked
  bool opened = false;  ///< it was double-clicked
};
/// Fills the rectangle. Probes "dialog.list" and "dialog.entry.<name>".
FolderListResult folder_list(FolderView& view, ImVec2 size);

}  // namespace regard
