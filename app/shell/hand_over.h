// SPDX-License-Identifier: Apache-2.0
// Session files on their way out and in: a saved session takes along the model's fingerprint and some numbers of the run; when one
// is opened, they are compared with what this machine shows, and a model that is not at its path is looked for among those that
// are known. All of it reads files, so it runs beside the window; UI thread only.
#pragma once

#include "app/jobs/errand.h"
#include "app/jobs/fingerprints.h"
#include "app/session/session_file.h"
#include "app/viewmodel/proof.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace regard::shell {

class HandOver {
public:
  /// `wake` is called from other threads when there is news.
  explicit HandOver(std::function<void()> wake) : wake_(std::move(wake)) {}
  ~HandOver() { stop_.request_stop(); }
  HandOver(const HandOver&) = delete;
  HandOver& operator=(const HandOver&) = delete;

  /// Writes the session with its proof; without numbers where `snapshot` does not show the session (null). False: another file
  /// is still being written.
  bool save(Session session, std::shared_ptr<const Snapshot> snapshot, std::filesystem::path path);
  struct Saved {
    std::filesystem::path path{};
    std::optional<Error> problem{};
  };
  [[nodiscard]] std::optional<Saved> take_saved();

  /// A session was opened; what it proves is compared once a run shows this reading.
  void expect(Proof proof, Reading reading);
  [[nodiscard]] bool expects() const { return proof_.has_value(); }
  /// Starts the comparison, if this is the run that is waited for.
  void shown(const std::shared_ptr<const Snapshot>& snapshot, const Session& session);
  [[nodiscard]] std::optional<ProofVerdict> take_verdict();

  /// The model of the expected session is not there: looks for it. False: nothing to look for.
  bool look_for(const std::string& missing, std::filesystem::path built_in, std::vector<std::filesystem::path> recent);
  struct Search {
    std::string missing{};
    std::optional<std::filesystem::path> found{};
  };
  /// The end of the search; where a model was found, it is expected to show the session.
  [[nodiscard]] std::optional<Search> take_search();

  [[nodiscard]] bool busy() const { return saving_.under_way() || checking_.under_way() || searching_.under_way(); }

private:
  std::function<void()> wake_;
  std::stop_source stop_{};
  std::shared_ptr<Fingerprints> fingerprints_ = std::make_shared<Fingerprints>();
  std::optional<Proof> proof_{};  ///< that waits for a run
  Reading expected_{};
  Errand<std::filesystem::path> saving_{};
  std::filesystem::path saved_{};  ///< where to
  Errand<ProofVerdict> checking_{};
  Errand<std::optional<std::filesystem::path>> searching_{};
  std::string missing_{};  ///< what is looked for
};

}  // namespace regard::shell
