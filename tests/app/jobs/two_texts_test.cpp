// SPDX-License-Identifier: Apache-2.0
// A model with an encoder and a decoder from the worker to the views: two texts, three kinds of attention.
#include "app/jobs/worker.h"
#include "app/session/history.h"
#include "app/session/session.h"
#include "app/viewmodel/memo.h"
#include "app/viewmodel/views.h"
#include "tests/core/model/tiny_t5.h"

#include <gtest/gtest.h>
#include <chrono>
#include <thread>

namespace regard {
namespace {

using namespace regard::testing;

struct TwoTexts : ::testing::Test {
  TemporaryFolder folder{};
  Worker worker{[this](const std::string& name) { return (folder / name).string(); }, [] {}};
  Session session{};

  TwoTexts() {
    tiny_t5().write_to(folder / "t5");
    session.model = "t5";
    session.text = "a b c d e";
    session.decoder_text = "f a";  // [PAD] [CLS] f a
    session.head = {1, 2};
  }

  [[nodiscard]] std::shared_ptr<const Snapshot> run() {
    const std::uint64_t before = worker.latest()->number;
    RunRequest request{session.model, session.text, session.mask, session.temperature};
    request.decoder_text = session.decoder_text;
    worker.post(request);
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (worker.latest()->number == before && std::chrono::steady_clock::now() < end)
      std::this_thread::yield();
    return worker.latest();
  }
  void perform(const Snapshot& snapshot, const Action& action) {
    ActionContext context{&snapshot.encoder_encoding, 2, 3};
    context.decoder = &snapshot.encoding;
    session = apply(session, action, context);
  }
};

TEST_F(TwoTexts, RowsAndColumnsOfEachKindAreTheTokensOfItsTexts) {
  const auto snapshot = run();
  ASSERT_FALSE(snapshot->error.has_value()) << snapshot->error->what();
  EXPECT_FALSE(snapshot->decoder_written);
  struct Expected {
    AttentionKind kind;
    std::size_t rows, cols;
  };
  for (const auto& [kind, rows, cols] : {Expected{AttentionKind::self, 4, 4}, Expected{AttentionKind::cross, 4, 7},
                                         Expected{AttentionKind::encoder, 7, 7}}) {
    session.attention = kind;
    const GridView grid = make_grid(*snapshot, session);
    EXPECT_EQ(grid.rows.size(), rows);
    EXPECT_EQ(grid.cols.size(), cols);
    EXPECT_EQ(grid.weights, weights(attention_of(*snapshot->trace, kind), {1, 2}));
    EXPECT_EQ(grid.scores, scores(attention_of(*snapshot->trace, kind), {1, 2}));
    EXPECT_EQ(grid.masked.size(), rows * cols);
    const Thumbnail& picture = thumbnails_of(*snapshot, kind).at(1).at(2);
    EXPECT_EQ(picture.rows, rows);
    EXPECT_EQ(picture.cols, cols);
    EXPECT_EQ(make_question(*snapshot, session).bars.size(), cols);
    EXPECT_NEAR(make_question(*snapshot, session).weight_sum, 1.0, 1e-5);
  }
  session.attention = AttentionKind::cross;
  EXPECT_EQ(make_grid(*snapshot, session).cols.units[1].label, "a");
  EXPECT_EQ(make_grid(*snapshot, session).rows.units[2].label, "f");
  EXPECT_TRUE(make_arcs(*snapshot, session).two_lines);
}

TEST_F(TwoTexts, TheEncodersLastLayerCanBeShownWhereTheDecoderHasFewer) {
  const auto snapshot = run();
  session.head = {2, 0};
  session.attention = AttentionKind::encoder;
  EXPECT_EQ(shown_head(*snapshot, session), (HeadRef{2, 0}));
  EXPECT_EQ(make_grid(*snapshot, session).weights, weights(*snapshot->trace->encoder, {2, 0}));
  session.attention = AttentionKind::cross;
  EXPECT_EQ(shown_head(*snapshot, session), (HeadRef{1, 0}));
  EXPECT_EQ(make_grid(*snapshot, session).weights, weights(*snapshot->trace->cross, {1, 0}));
}

TEST_F(TwoTexts, AClickSelectsInTheTextThatAsksAndInTheTextThatIsLookedAt) {
  const auto snapshot = run();
  session.attention = AttentionKind::cross;
  perform(*snapshot, SelectQuery{3});
  perform(*snapshot, SelectKey{5});
  EXPECT_EQ(selected_query(*snapshot, session), 3U);
  EXPECT_EQ(selected_key(*snapshot, session), 5U);
  session.attention = AttentionKind::self;
  EXPECT_EQ(selected_query(*snapshot, session), 3U) << "the decoder's token still asks";
  perform(*snapshot, SelectKey{1});
  session.attention = AttentionKind::encoder;
  EXPECT_EQ(selected_key(*snapshot, session), 5U) << "the encoder's token is still looked at";
  perform(*snapshot, SelectQuery{6});
  session.attention = AttentionKind::cross;
  EXPECT_EQ(selected_query(*snapshot, session), 3U);
}

TEST_F(TwoTexts, TheStripsShowWhoAsksAndWhoIsLookedAt) {
  const auto snapshot = run();
  session.attention = AttentionKind::cross;
  const StripView above = make_strip(*snapshot, session), below = make_strip(*snapshot, session, TextSide::decoder);
  EXPECT_EQ(above.chips.size(), 7U);
  EXPECT_FALSE(above.asks);
  EXPECT_TRUE(above.asked);
  EXPECT_EQ(above.query, above.chips.size());
  EXPECT_TRUE(below.asks);
  EXPECT_FALSE(below.asked);
  EXPECT_EQ(below.key, below.chips.size());
  const Matrix row = weights(*snapshot->trace->cross, {1, 2});
  for (std::size_t key = 0; key < 7; ++key)
    EXPECT_EQ(above.chips[key].weight, row(below.query, key));
  session.attention = AttentionKind::encoder;
  EXPECT_FALSE(make_strip(*snapshot, session, TextSide::decoder).asks);
}

TEST_F(TwoTexts, HiddenSpecialsAndWordsWorkOnEachAxis) {
  const auto snapshot = run();
  session.attention = AttentionKind::cross;
  session.hide_special = session.word_level = true;
  const GridView grid = make_grid(*snapshot, session);
  EXPECT_EQ(grid.rows.size(), 2U);
  EXPECT_EQ(grid.cols.size(), 5U);
  EXPECT_TRUE(grid.renormalised);
  for (std::size_t query = 0; query < 2; ++query) {
    double sum = 0.0;
    for (const float weight : grid.weights.row(query))
      sum += weight;
    EXPECT_NEAR(sum, 1.0, 1e-6);
  }
}

TEST_F(TwoTexts, WhereNobodyTypedTheModelWritesAndAnEditMakesTheTextOnesOwn) {
  session.decoder_text.clear();
  const auto written = run();
  ASSERT_TRUE(written->trace);
  EXPECT_TRUE(written->decoder_written);
  EXPECT_GT(written->encoding.tokens.size(), 1U);
  const std::string text = written->encoding.text;
  session.attention = AttentionKind::cross;
  perform(*written, SelectQuery{written->encoding.tokens.size() - 1});
  EXPECT_EQ(selected_query(*written, session), written->encoding.tokens.size() - 1);
  perform(*written, SetDecoderText{text + " b"});
  EXPECT_EQ(session.decoder_text, text + " b");
  const auto own = run();
  EXPECT_FALSE(own->decoder_written);
  EXPECT_EQ(own->source_decoder_text, text + " b");
  perform(*own, SetDecoderText{""});
  EXPECT_EQ(run()->encoding, written->encoding) << "given back to the model";
}

TEST_F(TwoTexts, ADecoderTokenIsReplacedInItsOwnText) {
  const auto snapshot = run();
  perform(*snapshot, ReplaceToken{2, "e", TextSide::decoder});
  EXPECT_EQ(session.decoder_text, "e a");
  EXPECT_EQ(session.text, "a b c d e");
  perform(*snapshot, ReplaceToken{2, "f", TextSide::encoder});
  EXPECT_EQ(session.text, "a f c d e");
}

TEST_F(TwoTexts, OfAnEmptyTextNothingIsShownAndNothingFails) {
  session.text.clear();
  session.decoder_text.clear();
  const auto snapshot = run();  // the template's specials remain
  EXPECT_FALSE(snapshot->error.has_value());
  ViewMemo memo;
  for (const AttentionKind kind : {AttentionKind::self, AttentionKind::cross, AttentionKind::encoder}) {
    session.attention = kind;
    session.hide_special = !session.hide_special;
    (void)memo.update(snapshot, session);
  }
}

TEST_F(TwoTexts, TheMemoFollowsTheKind) {
  const auto snapshot = run();
  ViewMemo memo;
  for (const AttentionKind kind : {AttentionKind::cross, AttentionKind::self, AttentionKind::encoder}) {
    session.attention = kind;
    const Views& views = memo.update(snapshot, session);
    EXPECT_EQ(views.grid.weights, make_grid(*snapshot, session).weights);
    EXPECT_EQ(views.arcs.rows.size(), views.grid.rows.size());
    EXPECT_EQ(views.question.bars.size(), views.grid.cols.size());
    EXPECT_EQ(views.strip.chips.size(), 7U);
    EXPECT_EQ(views.decoder_strip.chips.size(), 4U);
  }
}

}  // namespace
}  // namespace regard
