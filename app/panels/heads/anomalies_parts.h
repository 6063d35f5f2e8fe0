// SPDX-License-Identifier: Apache-2.0
// The job of the Anomalies view. UI thread only.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/long_map.h"
#include "app/session/preferences.h"
#include "app/style/anomalies_text.h"
#include "app/viewmodel/anomalies_view.h"

#include <memory>
#include <string>
#include <vector>

namespace regard {

struct AnomaliesState {
  LongMapState report{};
  // The last report in words, and the run it is about.
  std::shared_ptr<const Anomalies> told{};
  std::weak_ptr<const Trace> of{};
  AttentionKind kind{};
  Language told_in{};
  std::string about{};
  std::vector<AnomalySection> sections{};
};

/// Slot of Background.
struct AnomaliesSlot {
  using Asked = AnomaliesQuestion;
  using Answer = Anomalies;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return make_anomalies(asked, job.give_way, job.stop, job.progress);
  }
};

}  // namespace regard
