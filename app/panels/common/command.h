// SPDX-License-Identifier: Apache-2.0
// What a person asked of the program rather than of the session: window, files, language. Panels emit commands beside
// actions; the shell carries them out after the frame. Not part of undo.
#pragma once

#include "app/export/export.h"
#include "app/lesson/expression.h"
#include "app/session/preferences.h"
#include "app/session/reading.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

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
struct SetAnimation {
  bool on;
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
/// A captured run, and what was asked of it.
struct OpenCaptured {
  std::string model;
  ReadingCapture captured;
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

struct RefreshLessons {};  ///< look again at which lessons there are
/// Opens a lesson where it was left: one that comes with the program by its name, else a file.
struct OpenLesson {
  std::string lesson;
};
/// Sets the state of a step of the lesson on show: one step of the history. The step on show: back to what it set.
struct ShowLessonStep {
  std::size_t step = 0;
};
struct CloseLesson {};
/// The question of that step was answered.
struct RememberAnswer {
  std::size_t step = 0;
};
/// Keys of a state and their values, as a link of a lesson or a term of the glossary sets them: one step of the history.
struct ShowState {
  std::vector<LessonArgument> state;
};
/// A handout: PDF, or HTML where the name says so.
struct PrintLessons {
  std::filesystem::path path;
  bool all = false;  ///< every lesson there is; else the one on show
  bool overwrite = false;
};
struct PutAwayOffer {};  ///< the line about the first lesson never comes again

/// A view on the clipboard: its picture, or where the format is one of numbers, these as text.
struct CopyView {
  ExportOptions options;
};

using AnyCommand =
    std::variant<SetLanguage, SetTheme, SetClassroom, SetFileDialogs, SetAnimation, ScaleText, SetLeftShare,
                 SetGridsShare, SetQuestionShare, ToggleFullScreen, CapturePicture, CopyText, ChooseExample,
                 RefreshModels, SaveSessionTo, NewSession, OpenSessionFrom, OpenPath, OpenImageFrom, CancelRun,
                 RunAgain, Generate, PauseWriting, RefreshLessons, OpenLesson, ShowLessonStep, CloseLesson,
                 RememberAnswer, ShowState, PutAwayOffer, PrintLessons, ExportTo, CopyView, OpenCaptured>;

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
