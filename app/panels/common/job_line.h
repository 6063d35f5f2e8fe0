// SPDX-License-Identifier: Apache-2.0
// One line in the place of what a background job makes, until it is there. UI thread only.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/panel.h"

#include <string>

namespace regard {

/// Progress with "Stop", or what went wrong, or that it was stopped, with a button that measures again; nothing once it is there. `what` is
/// measured: said where several such lines stand together. Probes "<id>.stop", "<id>.start".
template <class Answer>
void draw_job_line(PanelContext& context, const char* id, SlotId slot, const Outcome<Answer>& outcome,
                   const std::string& what = {});
/// The same without the types.
void draw_job_state(PanelContext& context, const char* id, SlotId slot, const Outcome<void>& outcome,
                    const std::string& what);

template <class Answer>
void draw_job_line(PanelContext& context, const char* id, SlotId slot, const Outcome<Answer>& outcome,
                   const std::string& what) {
  draw_job_state(context, id, slot, {outcome.value, outcome.fresh, outcome.state, outcome.progress, outcome.error},
                 what);
}

}  // namespace regard
