// SPDX-License-Identifier: Apache-2.0
// The state of the running program and what it does in a frame. Private to app/shell.
#pragma once

#include "app/export/export.h"
#include "app/jobs/background.h"
#include "app/jobs/errand.h"
#include "app/jobs/folder_reader.h"
#include "app/jobs/read_ahead.h"
#include "app/jobs/worker.h"
#include "app/panels/common/command.h"
#include "app/panels/common/images.h"
#include "app/panels/common/lesson_news.h"
#include "app/panels/common/message.h"
#include "app/panels/common/panel.h"
#include "app/panels/common/world.h"
#include "app/session/action.h"
#include "app/session/history.h"
#include "app/session/preferences.h"
#include "app/session/session.h"
#include "app/shell/compared_panels.h"
#include "app/shell/hand_over.h"
#include "app/shell/instruments.h"
#include "app/shell/left_texts.h"
#include "app/shell/lesson_host.h"
#include "app/shell/lesson_printer.h"
#include "app/shell/lesson_sets.h"
#include "app/shell/native_dialog.h"
#include "app/shell/picture_clipboard.h"
#include "app/shell/previewer.h"
#include "app/shell/start.h"
#include "app/shell/state_keeper.h"
#include "app/shell/window.h"
#include "app/viewmodel/memo.h"
#include "app/viewmodel/views.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace regard::shell {

class AppLoop {
public:
  AppLoop(const regard::WindowOptions& options, std::filesystem::path assets, Start start);
  ~AppLoop();
  AppLoop(const AppLoop&) = delete;
  AppLoop& operator=(const AppLoop&) = delete;

  void run();

private:
  // One frame.
  void frame();
  void show_frame(const PanelContext& context);
  void read_neighbours(const PanelContext& context);
  [[nodiscard]] World world() const;
  [[nodiscard]] std::optional<Awaited> awaited(const WorkerNews& news) const;
  [[nodiscard]] ActionContext action_context() const;
  [[nodiscard]] RunRequest plain_request() const;
  void post_request();
  [[nodiscard]] bool is_busy() const;

  // News from the worker.
  void take_snapshot();
  void model_arrived();
  void take_first_look();
  void request_failed(const Error& error);
  void fall_back();
  void take_continuation();
  [[nodiscard]] bool shows_session() const;

  // What panels and people asked for.
  void perform(const Action& action);
  void carry_out(const Command& command);
  void take_dropped();
  void open_model(const std::string& model);
  void choose_example(const ExampleGroup& group, const Example& example);
  void open_with(const ExampleGroup& group, const Example& example, const char* told);
  /// A text that gave way to another kind comes back with a model that reads it.
  void open_with_text(const std::string& model, const LeftText& text);
  void begin_generation(std::size_t tokens);
  void tell_end_of(const Generation& generation);
  void open_image(const std::filesystem::path& path);
  bool fall_back_to_shown_picture(const Error& error);
  bool fall_back_to_shown_adapters();
  void open_adapter(const std::filesystem::path& path);

  // Files, in app_files.cpp.
  void open_path(const std::filesystem::path& path);
  void open_model_at(const std::filesystem::path& path);
  void open_text(const std::filesystem::path& path);
  void start_anew();
  void save_session_to(const std::filesystem::path& path, bool overwrite);
  void open_session_from(const std::filesystem::path& path);
  void ask_desktop();
  [[nodiscard]] const ExportPreview* preview();
  void complain(const Error& error);
  void complain(Message message);
  void name_window();
  void amend(Session session);
  void take_hand_over();
  void tell_saved(const HandOver::Saved& saved);
  bool looks_for_model(const std::string& missing);
  void end_search(const HandOver::Search& search);
  void export_to(const ExportTo& wanted);
  void take_exported();
  void copy_view(const ExportOptions& options);

  // Captured runs that leave something open, in app_captured.cpp.
  void open_captured(const std::string& model, const ReadingCapture& captured);
  bool ask_about_capture(const Error& error);
  void take_readings();

  void take_copied();
  void capture();
  void refresh_models();
  void take_models();
  void save_preferences_if_changed();

  // Lessons, in app_lessons.cpp.
  [[nodiscard]] const OpenedLesson* lesson_on_show() const;
  void follow_lessons();
  void take_lessons();
  void lesson_was_read(const std::shared_ptr<const OpenedLesson>& before);
  /// A session that was left in a lesson is the step's again.
  void take_up_step();
  /// What a step set in the other language is set in this one.
  void speak_language();
  void compare_with_step();
  void open_lesson(const std::string& lesson);
  void go_on_in_lesson();
  void show_lesson_step(std::size_t step);
  void set_lesson_step_again(std::size_t step);
  struct NextStep;
  [[nodiscard]] NextStep next_step(const OpenedLesson& open, std::size_t step) const;
  void hold_next_step(NextStep next);
  /// The step on show, in the language it was read in.
  [[nodiscard]] StepRead step_read() const;
  [[nodiscard]] bool shows_lesson_step() const;
  void hold_lesson_step();
  void complete_lesson_step();
  void await_model(const std::string& model);
  [[nodiscard]] StepSession laid_over(const std::vector<LessonArgument>& state, const Session& session,
                                      const Model* model) const;
  [[nodiscard]] bool shows_link() const;
  void complete_link();
  void lesson_model_failed(const Error& error);
  void print_lessons(const PrintLessons& wanted);
  void take_printed();
  void show_state(const std::vector<LessonArgument>& state);

  void say(Message message);

  std::filesystem::path assets_;
  Preferences preferences_;
  Preferences saved_preferences_;
  bool preferences_writable_ = true;
  Examples examples_;
  LeftTexts left_texts_{};
  History history_;
  StateKeeper keeper_;  ///< after the history, whose last value it writes
  std::string start_relation_;
  bool choose_query_;  ///< at the next run that shows the session's text, see first_look.h
  bool choose_key_;
  bool picture_asked_for_;  ///< on the command line, no model has read it yet
  std::deque<Message> log_{};
  std::vector<std::string> built_in_{};
  std::vector<ModelEntry> models_{};
  Errand<std::vector<ModelEntry>> models_coming_{};

  std::optional<Window> window_{};       ///< before the worker: it wakes the window
  std::optional<PanelImages> images_{};  ///< after the window: they are freed while the context lives
  ReadAhead read_ahead_{};               ///< before the worker, which loads by it
  std::optional<Worker> worker_{};
  std::optional<Background> background_{};  ///< after the window, too
  std::optional<RunRequest> posted_{};
  /// A continuation that goes on as long as nothing but itself changes what is asked for.
  struct Writing {
    RunRequest request{};
    std::string shown{};  ///< the session's text when its last token was taken over
    TokenAnchor query{};  ///< where the newest token was selected; somewhere else: the person's choice
    bool paused = false;
  };
  std::optional<Writing> writing_{};
  std::uint64_t last_generation_ = 0;
  std::optional<std::string> pending_model_{};  ///< asked for, not shown yet
  ReadingCapture pending_captured_{};           ///< what was said of it, where it is a captured run
  Errand<CaptureReadings> readings_coming_{};   ///< for the question that is open
  std::shared_ptr<const Snapshot> snapshot_{};
  std::weak_ptr<const Trace> drawn_trace_{};  ///< of the snapshot of the last frame
  std::string confirmed_model_{};             ///< session.model when its shape was last taken over

  ViewMemo memo_{};
  ComparedViews compared_{};
  PanelState state_{};
  Hover hover_{};
  Instruments instruments_;
  HandOver hand_over_{Window::wake};
  Session kept_{};    ///< as it was begun, opened or saved: what differs from it can be lost
  Session saving_{};  ///< on its way to the disk
  LessonHost lessons_;
  LessonNews lesson_news_{};
  LessonPrinter printer_{Window::wake};
  std::optional<Language> labels_in_{};  ///< the language of the labels that name terms
  LessonSets set_by_step_{};
  std::string lesson_set_{};                ///< the lesson they are of
  Language lesson_read_in_ = Language::ru;  ///< the one on show
  /// What a link has laid over the session, for a look.
  struct LinkSet {
    std::vector<LessonArgument> state{};
    Session session{};
    std::vector<std::string> lit{};
    bool waits_for_model = false;
  };
  std::optional<LinkSet> set_by_link_{};
  /// What the session was compared with the step's for.
  struct ComparedWithStep {
    std::uint64_t session = 0, sets = 0;
    StepRead step{};
    const void* open = nullptr;
    bool contents = false;
    friend bool operator==(const ComparedWithStep&, const ComparedWithStep&) = default;
  };
  std::optional<ComparedWithStep> compared_with_step_{};
  bool lesson_goes_on_ = false;          ///< once it is read, where it was left
  bool lesson_waits_for_model_ = false;  ///< the step on show is completed when its model is there
  FolderReader folders_{Window::wake};
  std::optional<std::filesystem::path> native_program_ = native_program(desktop_environment());
  NativeDialog native_{Window::wake};
  Previewer previewer_{Window::wake};
  Errand<std::filesystem::path> exporting_{};  ///< the file
  /// What is on its way to the clipboard.
  struct Copied {
    bool picture = false;
    std::string bytes{};
  };
  Errand<Copied> copying_{};
  std::unique_ptr<PictureClipboard> clipboard_{};  ///< once something was copied
  std::filesystem::path picture_{};                ///< on its way to the disk
};

}  // namespace regard::shell
