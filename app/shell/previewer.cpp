// SPDX-License-Identifier: Apache-2.0
#include "app/shell/previewer.h"

#include "app/jobs/error_from.h"
#include "app/style/locale.h"

#include <chrono>
#include <utility>

namespace regard::shell {

const ExportPreview* Previewer::ask(const std::shared_ptr<const Snapshot>& snapshot, const Session& session,
                                    const ExportOptions& options, const GlanceSize& size) {
  if (coming_.valid() && coming_.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
    preview_ = coming_.get();
    made_ = std::exchange(making_, std::nullopt);
  }
  Choices wanted{snapshot, session, options, size, language()};
  wanted.options.scale = ExportOptions{}.scale;  // a glance has its own
  if (made_ == wanted) return &*preview_;
  if (!coming_.valid()) start(std::move(wanted));
  return nullptr;
}

void Previewer::forget() {
  made_.reset();
  preview_.reset();
}

void Previewer::start(Choices choices) {
  making_ = choices;
  ExportGlance glance;
  std::optional<Error> problem;
  try {
    glance = prepare_glance(choices.snapshot, choices.session, choices.options, choices.size);
  } catch (const Error& error) {
    problem = error;
  }
  coming_ = std::async(std::launch::async, [glance = std::move(glance), problem, wake = wake_] {
    ExportPreview preview;
    try {
      if (glance) preview = glance();
      preview.problem = problem;
    } catch (const std::exception& thrown) {
      preview.problem = error_from(thrown);
    }
    wake();
    return preview;
  });
}

}  // namespace regard::shell
