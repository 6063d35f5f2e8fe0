// SPDX-License-Identifier: Apache-2.0
// What changed between two readings of a model with an encoder and a decoder: rows and columns have partners of their own.
#include "app/jobs/worker.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/difference_views.h"
#include "core/analysis/difference.h"
#include "tests/app/session/session_in_parts.h"
#include "tests/core/model/tiny_t5.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

namespace regard {
namespace {

using namespace regard::testing;

struct DifferenceOfTwoTexts : ::testing::Test {
  TemporaryFolder folder{};
  Worker worker{[this](const std::string& name) { return (folder / name).string(); }, [] {}};

  DifferenceOfTwoTexts() { tiny_t5().write_to(folder / "t5"); }

  [[nodiscard]] std::shared_ptr<const Snapshot> read(const std::string& text, const std::string& decoder_text) {
    const std::uint64_t before = worker.latest()->number;
    RunRequest request{"t5", text, MaskMode::as_trained, 1.0F};
    request.decoder_text = decoder_text;
    worker.post(request);
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (worker.latest()->number == before && std::chrono::steady_clock::now() < end)
      std::this_thread::yield();
    return worker.latest();
  }
};

TEST_F(DifferenceOfTwoTexts, RowsArePairedByTheDecodersTextAndColumnsByTheEncoders) {
  const auto baseline = read("a b c d e", "f a");
  const auto read_live = read("a b d e f", "f b a");
  ASSERT_FALSE(read_live->error.has_value()) << read_live->error->what();
  Snapshot live = *read_live;
  live.comparison = std::make_shared<const Comparison>(compare(baseline, live, "A"));
  testing::SessionInParts session;
  session.reading().model = "t5";
  session.reading().text = "a b d e f";
  session.reading().decoder_text = "f b a";
  session.selection().head = {1, 2};
  for (const AttentionKind kind : {AttentionKind::self, AttentionKind::cross, AttentionKind::encoder}) {
    session.selection().attention = kind;
    const GridView shown = make_grid(live, session);
    const GridDifference grid = make_grid_difference(live, session, shown);
    const AlignedAxes axes = axes_of(*live.comparison, kind);
    const Matrix expected = weights_difference(attention_of(*baseline->trace, kind), attention_of(*live.trace, kind),
                                               axes, session.selection().head);
    ASSERT_GT(axes.queries.pairs.size(), 2U);
    EXPECT_NE(axes.queries.pairs.size(), shown.rows.size());
    for (std::size_t row = 0; row < expected.rows; ++row)
      for (std::size_t col = 0; col < expected.cols; ++col)
        EXPECT_EQ(grid.weights(axes.queries.pairs[row].second, axes.keys.pairs[col].second), expected(row, col));
    const std::size_t numbers = expected.rows * expected.cols;
    EXPECT_EQ(static_cast<std::size_t>(std::count_if(grid.weights.values.begin(), grid.weights.values.end(),
                                                     [](float value) { return !std::isnan(value); })),
              numbers);
  }
}

}  // namespace
}  // namespace regard
