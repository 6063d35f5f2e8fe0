// SPDX-License-Identifier: Apache-2.0
// What a person asked of the program rather than of the session: window, files, language. Panels emit commands beside
// actions; the shell carries them out after the frame. Not part of undo.
#pragma once

#include "app/export/export.h"
#include "app/session/preferences.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <variant>

namespace regard {

struct SetLanguage {
  Language language;
};
struct SetTheme {
  ThemeChoice theme;
};
struct SetClassroom {
  bool on;
};  ///< the look of the classroom
struct SetFileDialogs {
  FileDialogs choice;
};
struct ScaleText {
  float factor;
};  ///< multiplies the text size; 0 = back to 1
struct SetLeftShare {
  float share;
};
struct SetGridsShare {
  float share;
};
struct SetQuestionShare {
  float share;
};
struct ToggleFullScreen {};
struct CapturePicture {};  ///< a PNG of the whole window
struct CopyText {
  std::string text;
};
struct ChooseExample {
  std::size_t group;
  std::size_t index;
};
struct RefreshModels {};  ///< look again at what could be opened
struct SaveSessionTo {
  std::filesystem::path path;
  bool overwrite = false;  ///< a file that is there may be replaced; else the dialog asks
};
struct NewSession {};  ///< a clean start: the sentence and the model of a first start, nothing compared or changed
struct OpenSessionFrom {
  std::filesystem::path path;
};
/// A session, a model, a picture or a text: whatever it turns out to be.
struct OpenPath {
  std::filesystem::path path;
};
struct OpenImageFrom {
  std::filesystem::path path;
};
struct CancelRun {};  ///< also ends a continuation, where it is
struct RunAgain {};   ///< what was cancelled or has failed
struct Generate {
  std::size_t tokens = 0;  ///< 0: as many as the session says
};                         ///< let the model continue the sentence
struct PauseWriting {
  bool on;
};  ///< the continuation waits before its next token

struct ExportTo {
  ExportOptions options;
  std::filesystem::path path;
  bool overwrite = false;  ///< likewise
};

/// A view on the clipboard: its picture, or where the format is one of numbers, these as text.
struct CopyView {
  ExportOptions options;
};

using AnyCommand = std::variant<SetLanguage, SetTheme, SetClassroom, SetFileDialogs, ScaleText, SetLeftShare,
                                SetGridsShare, SetQuestionShare, ToggleFullScreen, CapturePicture, CopyText,
                                ChooseExample, RefreshModels, SaveSessionTo, NewSession, OpenSessionFrom, OpenPath,
                                OpenImageFrom, CancelRun, RunAgain, Generate, PauseWriting, ExportTo, CopyView>;

/// One of the above, a type of its own for the same reason as Action.
struct Command : AnyCommand {
  using AnyCommand::AnyCommand;
  Command(const Command& other);
  Command(Command&& other) noexcept;
  Command& operator=(const Command& other);
  Command& operator=(Command&& other) noexcept;
  ~Command();
};

}  // namespace regard
