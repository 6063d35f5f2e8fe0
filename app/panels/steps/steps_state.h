// SPDX-License-Identifier: Apache-2.0
// What the Steps panel keeps between frames, and what it asks of Background. UI thread only.
#pragma once

#include "app/jobs/background.h"
#include "app/session/preferences.h"
#include "app/style/steps_text.h"
#include "app/viewmodel/steps_pictures.h"
#include "app/widgets/heat_map.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace regard {

struct StepsSlot {
  using Asked = StepsQuestion;
  using Answer = StepsView;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return make_steps(asked, job.stop);
  }
};
struct StepsTokenSlot {
  using Asked = StepsTokenQuestion;
  using Answer = StepsToken;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return make_steps_token(asked, job.stop);
  }
};
struct StepsNumberSlot {
  using Asked = StepsNumberQuestion;
  using Answer = StepsNumber;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return make_steps_number(asked, job.stop);
  }
};

/// The pictures appear one after the other.
struct StepsPace {
  std::size_t step = 0;    ///< of the pictures on show; 0: none yet
  std::size_t last = 0;    ///< the newest picture that has appeared
  std::size_t count = 0;   ///< pictures of the step, as last drawn
  std::size_t room = 0;    ///< how many of them the panel shows at once, as last drawn
  double since = 0.0;      ///< seconds, when `last` appeared
  bool begun = false;      ///< the first frame of the step has been drawn
  bool backwards = false;  ///< it was reached from the one behind it
  bool playing = false;
};

/// What is drawn of a step, and what it was made of: scales of pictures take as long as a frame, sentences a part of one.
struct StepsMade {
  const StepsView* view = nullptr;
  const StepsToken* token = nullptr;
  std::size_t step = 0;
  Language language{};
  std::vector<StepPicture> pictures{};
  std::vector<StepFormula> formulas{};
  std::vector<StepRemark> remarks{};
  std::string who_moved{};
  std::vector<std::string> blocks{};  ///< names of those that move a token
  Axis contributions{}, movers{};     ///< names of the rows of step 5
};

struct StepsState {
  StepSwitches switches{};
  StepsPace pace{};
  HeatMapView grids{};  ///< zoom of the grids, together
  // What is drawn: the last good answers, with the names of their tokens. Background owns them and forgets them when nobody asks
  // any more: a view holds its Trace, and that its model.
  std::weak_ptr<const StepsView> view{};
  std::weak_ptr<const StepsToken> token{};
  Axis queries{}, keys{};
  StepsMade made{};
  std::uint64_t view_revision = 0, token_revision = 0;  ///< grow with every new one: pictures are drawn once for each
};

}  // namespace regard
