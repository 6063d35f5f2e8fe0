// SPDX-License-Identifier: Apache-2.0
// Captured runs through the worker, as the window opens them.
#include "app/jobs/captured.h"

#include "app/jobs/worker.h"
#include "app/session/session.h"
#include "app/session/session_file.h"
#include "app/viewmodel/views.h"
#include "core/format/npz.h"
#include "tests/app/jobs/eventually.h"
#include "tests/app/viewmodel/captured_runs.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace regard {
namespace {

using namespace regard::testing;

class CapturedRuns : public ::testing::Test {
protected:
  [[nodiscard]] std::shared_ptr<const Snapshot> read(const Reading& reading) {
    RunRequest request;
    static_cast<Reading&>(request) = reading;
    const std::uint64_t before = worker_.latest()->number;
    worker_.post(request);
    EXPECT_TRUE(eventually([&] { return worker_.latest()->number != before; }));
    return worker_.latest();
  }

  TemporaryFolder folder_{};
  Worker worker_{[this](const std::string& name) { return (folder_ / name).string(); }, [] {}};
};

TEST_F(CapturedRuns, are_read_as_they_ran_whatever_the_session_says) {
  write_captured_run(folder_ / "run.npz");
  Reading reading{.model = "run.npz", .text = "another text"};
  reading.mask = MaskMode::bidirectional;
  reading.temperature = 2.0F;
  const auto snapshot = read(reading);
  ASSERT_FALSE(snapshot->error) << snapshot->error->what();
  ASSERT_TRUE(snapshot->trace);
  EXPECT_EQ(snapshot->trace->request.ids, kCapturedIds);
  EXPECT_EQ(weights(*snapshot->trace, {1, 2}), weights(*captured_source(), {1, 2}));
  EXPECT_EQ(snapshot->encoding.tokens[1].text, " t1");
}

TEST_F(CapturedRuns, of_two_texts_come_with_both) {
  write_captured_two_texts(folder_ / "t5.npz");
  const auto snapshot = read({.model = "t5.npz", .text = "x"});
  ASSERT_FALSE(snapshot->error) << snapshot->error->what();
  EXPECT_EQ(snapshot->encoding.tokens.size(), 4U);
  EXPECT_EQ(snapshot->encoder_encoding.tokens.size(), 6U);
  Session session;
  session.attention = AttentionKind::cross;
  EXPECT_EQ(make_grid(*snapshot, session).weights.cols, 6U);
}

TEST_F(CapturedRuns, that_leave_something_open_say_what_and_open_with_the_answer) {
  NpzWriter file(folder_ / "open.npz");
  const std::size_t shape[] = {4, 7, 3};
  file.add("q", shape, std::vector<float>(84, 0.5F));
  file.add("k", shape, std::vector<float>(84, 0.5F));
  file.finish();
  Reading reading{.model = "open.npz"};
  const auto asked = read(reading);
  ASSERT_TRUE(asked->error);
  EXPECT_EQ(asked_of_capture(*asked->error), CaptureAsks::order);
  reading.captured.axes = {"tokens-first"};
  const auto first = read(reading);
  ASSERT_FALSE(first->error) << first->error->what();
  EXPECT_EQ(first->encoding.tokens.size(), 4U);
  reading.captured.axes = {"tokens-second"};
  EXPECT_EQ(read(reading)->encoding.tokens.size(), 7U) << "another answer is another model";
}

TEST_F(CapturedRuns, of_hidden_states_are_completed_by_their_checkpoint) {
  tiny_llama().write_to(folder_ / "llama");
  const auto trace = run(load_model(folder_ / "llama"), {.ids = kCapturedIds});
  NpzWriter file(folder_ / "states.npz");
  const std::size_t shape[] = {trace->tokens(), 10};
  file.add("hidden_states_1", shape, trace->residual[1].values);
  file.add("token_ids", kCapturedIds);
  file.add_text("metadata", R"({"model": "org/llama"})");
  file.finish();
  Reading reading{.model = "states.npz"};
  const auto asked = read(reading);
  ASSERT_TRUE(asked->error);
  EXPECT_EQ(asked_of_capture(*asked->error), CaptureAsks::checkpoint);
  const std::vector<ModelEntry> known{{.folder = folder_ / "llama", .name = "org/llama"}};
  EXPECT_EQ(checkpoint_on_this_machine(*asked->error, known), folder_ / "llama");
  EXPECT_TRUE(checkpoint_on_this_machine(*asked->error, {}).empty());
  reading.captured.checkpoint = "llama";
  const auto snapshot = read(reading);
  ASSERT_FALSE(snapshot->error) << snapshot->error->what();
  for (std::size_t head = 0; head < 6; ++head)
    EXPECT_EQ(weights(*snapshot->trace, {1, head}), weights(*trace, {1, head}));
}

TEST(LayersInText, are_numbers_with_commas_between_them) {
  EXPECT_EQ(layers_in("0,16, 35"), (std::vector<std::size_t>{0, 16, 35}));
  EXPECT_EQ(layers_in(" 7 "), std::vector<std::size_t>{7});
  for (const char* wrong : {"", "a", "1,", "1;2", "-1", "1 2", ",1", "99999999999"})
    EXPECT_FALSE(layers_in(wrong)) << wrong;
}

TEST(CapturedAnswers, stand_in_the_session_file) {
  Session session;
  session.model = "/runs/states.npz";
  session.captured = {"/models/llama", {"tokens-first"}, {0, 16}};
  const Session again = session_from_json(to_json(session), "s.json");
  EXPECT_EQ(again.captured, session.captured);
  session.captured = {};
  EXPECT_EQ(session_from_json(to_json(session), "s.json").captured, ReadingCapture{});
}

}  // namespace
}  // namespace regard
