// SPDX-License-Identifier: Apache-2.0
// The views of this frame, each computed again only when what it depends on has changed. UI thread only.
#pragma once

#include "app/session/shared_session.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/view_inputs.h"

#include <memory>

namespace regard {

class ViewMemo {
public:
  /// Pure in (snapshot, session). `snapshot` must not be null.
  const Views& update(const std::shared_ptr<const Snapshot>& snapshot, const Session& session);

private:
  Views views_{};
  WholeAxesInputs axes_{};  ///< what views_ were made of
  ViewInputs inputs_{};
  std::shared_ptr<const Snapshot> snapshot_{};
  SharedSession session_{};
};

}  // namespace regard
