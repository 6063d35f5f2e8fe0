// SPDX-License-Identifier: Apache-2.0
// Going from step to step of a time line, as a history of sessions and in files.
#include "app/session/action.h"
#include "app/session/history.h"
#include "app/session/session.h"
#include "app/session/session_file.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

Session at_step_300() {
  Session session;
  session.model = "/run/step-300";
  session.text = "A B A";
  session.adapters = {{"/style", 0.5F}};
  session.head = {1, 2};
  return session;
}

TEST(Checkpoint, leaves_all_but_the_model_as_it_is) {
  const Session session = at_step_300();
  Session next = apply(session, SetCheckpoint{"/run/step-350"}, {});
  EXPECT_EQ(next.model, "/run/step-350");
  next.model = session.model;
  EXPECT_EQ(next, session) << "its adapters, too";
}

TEST(Checkpoint, a_drag_over_many_is_one_step_back) {
  History history(at_step_300());
  for (const char* step : {"/run/step-350", "/run/step-400", "/run/step-450"})
    history.perform(SetCheckpoint{step, 1}, {}, 0.0);
  history.perform(SetCheckpoint{"/run/step-500", 2}, {}, 0.1);
  history.perform(Undo{}, {}, 0.2);
  EXPECT_EQ(history.current().model, "/run/step-450");
  history.perform(Undo{}, {}, 0.3);
  EXPECT_EQ(history.current().model, "/run/step-300");
  history.perform(Redo{}, {}, 0.4);
  EXPECT_EQ(history.current().model, "/run/step-450");
}

TEST(Checkpoint, the_arrival_of_its_model_is_no_step_of_its_own) {
  History history(at_step_300());
  history.perform(SetCheckpoint{"/run/step-350", 1}, {}, 0.0);
  history.perform(ModelOpened{"/run/step-350", 2, 4}, {}, 0.1);
  EXPECT_EQ(history.current().adapters.size(), 1U) << "they stay with the steps of the model they were laid over";
  history.perform(SetCheckpoint{"/run/step-400", 1}, {}, 0.2);
  history.perform(Undo{}, {}, 0.3);
  EXPECT_EQ(history.current().model, "/run/step-300");
}

TEST(Checkpoint, is_kept_in_a_session_file_of_the_format_there_was) {
  Session session = apply(at_step_300(), SetCheckpoint{"/run/step-350"}, {});
  session = apply(session, PinText{}, {});
  session = apply(session, SetCheckpoint{"/run/step-400"}, {});
  const Session read = session_from_json(to_json(session), "s.json");
  EXPECT_EQ(read.model, "/run/step-400");
  ASSERT_EQ(read.pins.size(), 1U);
  EXPECT_EQ(read.pins[0].reading.model, "/run/step-350");
}

}  // namespace
}  // namespace regard
