// SPDX-License-Identifier: Apache-2.0
// What the shell knows beside session and snapshot. Plain values of one frame.
#pragma once

#include "app/export/export.h"
#include "app/jobs/worker.h"
#include "app/panels/common/examples.h"
#include "app/panels/common/message.h"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace regard {

class FolderReader;  // app/jobs/folder_reader.h
struct LessonNews;   // app/panels/common/lesson_news.h

/// What was asked for and is not what is shown.
struct Awaited {
  enum class Change { model, text, settings };
  Change change = Change::text;
  double seconds = 0.0;   ///< since it was asked for
  bool given_up = false;  ///< nobody computes it any more: it was cancelled or has failed
};

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
  const LessonNews* lessons = nullptr;     ///< null where there are none (tests)
  bool native_dialogs = false;             ///< the desktop asks for paths, not we
};

}  // namespace regard
