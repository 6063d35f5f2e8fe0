// SPDX-License-Identifier: Apache-2.0
// Session, history, worker and views with the real engine on small random checkpoints.
#include "app/jobs/worker.h"
#include "app/session/history.h"
#include "app/session/session.h"
#include "app/viewmodel/views.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>
#include <chrono>
#include <numeric>
#include <thread>

namespace regard {
namespace {

using namespace regard::testing;

struct RealEngine : ::testing::Test {
  TemporaryFolder folder{};
  Worker worker{[this](const std::string& name) { return (folder / name).string(); }, [] {}};

  RealEngine() {
    tiny_bert().write_to(folder / "bert");
    tiny_llama().write_to(folder / "llama");
  }

  /// Runs what a session asks for and waits for it.
  [[nodiscard]] std::shared_ptr<const Snapshot> run(const Session& session) {
    const std::uint64_t before = worker.latest()->number;
    worker.post({session.model, session.text, session.mask, session.temperature});
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (worker.latest()->number == before && std::chrono::steady_clock::now() < end)
      std::this_thread::yield();
    return worker.latest();
  }
};

TEST_F(RealEngine, UndoRestoresBitEqualNumbers) {
  for (const char* model : {"bert", "llama"}) {
    Session start;
    start.model = model;
    start.text = "a b c d";
    start.head = {1, 2};
    History history(start);
    const auto first = run(history.current());
    ASSERT_FALSE(first->error.has_value()) << first->error->what();
    const GridView before = make_grid(*first, history.current());
    const ActionContext context{&first->encoding, 2, 3};
    history.perform(SetText{"a b f c d"}, context, 0.0);
    history.perform(SetTemperature{0.5F}, context, 10.0);
    history.perform(SelectHead{{0, 0}}, context, 20.0);
    const GridView between = make_grid(*run(history.current()), history.current());
    EXPECT_NE(between.weights, before.weights);
    for (int step = 0; step < 3; ++step)
      history.perform(Undo{}, context, 30.0);
    EXPECT_EQ(history.current(), start);
    const GridView after = make_grid(*run(history.current()), history.current());
    EXPECT_EQ(after.weights, before.weights);
    EXPECT_EQ(after.scores, before.scores);
  }
}

TEST_F(RealEngine, RowsSumToOneAndProductsAddUpForEveryHeadMaskAndTemperature) {
  for (const char* model : {"bert", "llama"})
    for (const MaskMode mask : {MaskMode::as_trained, MaskMode::causal, MaskMode::bidirectional})
      for (const float temperature : {0.05F, 1.0F, 10.0F}) {
        Session session;
        session.model = model;
        session.text = "f a c e";
        session.mask = mask;
        session.temperature = temperature;
        const auto snapshot = run(session);
        ASSERT_FALSE(snapshot->error.has_value()) << snapshot->error->what();
        for (std::size_t head = 0; head < snapshot->model->config.heads(0); ++head)
          for (std::size_t query = 0; query < snapshot->encoding.tokens.size(); ++query) {
            session.head = {1, head};
            session.query = session.key = anchor_of(query, snapshot->encoding);
            const QuestionView view = make_question(*snapshot, session);
            EXPECT_NEAR(view.weight_sum, 1.0, 1e-5);
            EXPECT_NEAR(std::accumulate(view.products.begin(), view.products.end(), 0.0), view.bars[query].score, 1e-5);
            for (const KeyBar& bar : view.bars)
              EXPECT_NEAR(bar.weight, bar.exponential / view.exponential_sum, 1e-5);
          }
      }
}

TEST_F(RealEngine, PredictionsOfAMaskAreMadeWithTheSnapshot) {
  Session session;
  session.model = "bert";
  session.text = "a [MASK] c";
  const auto snapshot = run(session);
  ASSERT_EQ(snapshot->predictions.size(), 1U);
  const PredictionView view = make_predictions(*snapshot, session);
  EXPECT_EQ(view.why, PredictionView::Why::mask);
  EXPECT_EQ(view.position, 2U);
  ASSERT_EQ(view.rows.size(), 10U);
  for (std::size_t row = 0; row < view.rows.size(); ++row) {
    if (row > 0) {
      EXPECT_GE(view.rows[row - 1].probability, view.rows[row].probability);
    }
    EXPECT_FALSE(view.rows[row].text.empty());
  }
  session.model = "llama";
  session.text = "a b";
  const PredictionView last = make_predictions(*run(session), session);
  EXPECT_EQ(last.why, PredictionView::Why::last);
  EXPECT_EQ(last.rows.size(), 10U);
}

TEST_F(RealEngine, TextsOfEveryKindNeverLoseTheState) {
  Session session;
  session.model = "bert";
  std::string huge;
  while (huge.size() < 100000)
    huge += "abc def ";
  for (const std::string& text : {std::string(), std::string("a"), huge, std::string("\xFF\xFE a"),
                                  std::string("🐈 猫 é"), std::string("a\0b", 3)}) {
    session.text = text;
    const auto snapshot = run(session);
    EXPECT_FALSE(snapshot->error.has_value()) << text.substr(0, 20);
    EXPECT_EQ(snapshot->source_text, text);
    ASSERT_NE(snapshot->trace, nullptr);
    EXPECT_LE(snapshot->trace->tokens(), 9U);
    EXPECT_EQ(snapshot->encoding.dropped > 0, text.size() > 100);
    EXPECT_EQ(make_strip(*snapshot, session).chips.size(), snapshot->trace->tokens());
  }
}

}  // namespace
}  // namespace regard
