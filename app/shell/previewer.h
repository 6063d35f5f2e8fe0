// SPDX-License-Identifier: Apache-2.0
// What an export will look like, made beside the window while the dialog is open. UI thread only.
#pragma once

#include "app/export/export.h"
#include "app/session/shared_session.h"

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <vector>

namespace regard::shell {

class Previewer {
public:
  /// `wake` is called from another thread when a preview has come.
  explicit Previewer(std::function<void()> wake) : wake_(std::move(wake)) {}

  /// What there is for exactly these choices; null while it is made. The first question for other choices starts it, one at a
  /// time: what has been overtaken is not shown.
  [[nodiscard]] const ExportPreview* ask(const std::shared_ptr<const Snapshot>& snapshot, const Session& session,
                                         const ExportOptions& options, const GlanceSize& size);
  /// Nobody looks any more.
  void forget();
  [[nodiscard]] bool busy() const { return coming_.valid(); }

private:
  struct Choices {
    std::shared_ptr<const Snapshot> snapshot{};
    SharedSession session{};
    ExportOptions options{};
    GlanceSize size{};
    Language language{};
    friend bool operator==(const Choices&, const Choices&) = default;
  };
  void start(Choices choices);

  std::function<void()> wake_;
  std::optional<Choices> made_{};    ///< of `preview_`
  std::optional<Choices> making_{};  ///< of `coming_`
  std::optional<ExportPreview> preview_{};
  std::future<ExportPreview> coming_{};
};

}  // namespace regard::shell
