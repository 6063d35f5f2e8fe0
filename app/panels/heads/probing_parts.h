// SPDX-License-Identifier: Apache-2.0
// What the Probing view keeps, and its slot of Background. UI thread only.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/long_map.h"
#include "app/viewmodel/importance_view.h"

#include <memory>

namespace regard {

struct ProbingState {
  ProbeTask task = ProbeTask::part_of_speech;
  ProbeSource source = ProbeSource::residual;
  LongMapState run{};
  std::weak_ptr<const Model> model{};  ///< what the newest value is of, and the question it answers, without the model
  ProbingQuestion shown_of{};
};

struct ProbingSlot {
  using Asked = ProbingQuestion;
  using Answer = ProbeScores;
  static Models stays_with(const Asked& asked) { return {asked.model.get()}; }
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    return make_probing(asked, {job.publish, job.give_way, job.stop, job.progress});
  }
};

}  // namespace regard
