// SPDX-License-Identifier: Apache-2.0
// A slow model on a keystroke: its layers are shown as they are done, and the newest text wins within one of them.
#include "app/jobs/worker.h"
#include "core/engine/layer_watch.h"
#include "tests/app/jobs/eventually.h"
#include "tests/app/viewmodel/handmade.h"

#include <gtest/gtest.h>
#include <atomic>
#include <thread>

namespace regard {
namespace {

using namespace regard::testing;

bool operator==(const Thumbnail& a, const Thumbnail& b) {
  return a.rows == b.rows && a.cols == b.cols && a.pixels == b.pixels;
}

bool same_row(const std::vector<Thumbnail>& a, const std::vector<Thumbnail>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) { return x == y; });
}

/// A model of three layers whose runs do a layer each time `allowed` grows.
struct LayersSoFarTest : ::testing::Test {
  HandmadeOptions options{.layers = 3, .heads = 2, .kv_heads = 1};
  std::atomic<int> allowed{1000}, done{0}, runs{0};
  std::atomic<bool> fails{false};
  Worker worker{[](const std::string& name) { return name; }, [] {}, tools()};

  [[nodiscard]] WorkerTools tools() {
    return {[this](const std::filesystem::path&, std::span<const AdapterUse>, const std::stop_token&, Progress*) {
              return std::shared_ptr<const Model>(handmade_model(options));
            },
            [this](const std::shared_ptr<const Model>& model, Request request, const std::shared_ptr<const Trace>&,
                   const std::stop_token& stop, Progress*) {
              Encoding encoding;
              for (const std::int32_t id : request.ids)
                encoding.tokens.emplace_back().id = id;
              const std::shared_ptr<Trace> trace = handmade_trace(model, encoding, options, request.ids.size());
              trace->request = std::move(request);
              done = 0;
              ++runs;
              for (std::size_t layer = 0; layer < options.layers; ++layer) {
                while (done >= allowed) {
                  throw_if_stopped(stop);
                  std::this_thread::yield();
                }
                if (fails) throw Error("not_finite", {.item = "1"});
                LayerWatch::tell(trace.get(), layer);
                ++done;
              }
              throw_if_stopped(stop);
              return std::shared_ptr<const Trace>(trace);
            },
            std::chrono::milliseconds(0)};  // every run is slow
  }
  /// The first text, whole.
  [[nodiscard]] std::shared_ptr<const Snapshot> first() {
    worker.post({"tiny", "one"});
    EXPECT_TRUE(eventually([&] { return worker.latest()->trace != nullptr; }));
    EXPECT_TRUE(eventually([&] { return worker.state() == WorkerState::idle; }));
    return worker.latest();
  }
  /// Another text, after one layer.
  [[nodiscard]] std::shared_ptr<const Snapshot> after_a_layer(const std::string& text) {
    const std::uint64_t number = worker.latest()->number;
    allowed = 1;
    worker.post({"tiny", text});
    EXPECT_TRUE(eventually([&] { return worker.latest()->number > number; }));
    return worker.latest();
  }
};

TEST_F(LayersSoFarTest, TheOverviewTakesOverALayerWhileTheRestIsComputed) {
  const auto before = first();
  const auto partly = after_a_layer("one two");
  EXPECT_EQ(partly->source_text, "one") << "all but the overview is still the text before";
  EXPECT_EQ(partly->trace, before->trace);
  EXPECT_TRUE(partly->thumbnails_pending);
  EXPECT_FALSE(same_row(partly->thumbnails[0], before->thumbnails[0]));
  EXPECT_TRUE(same_row(partly->thumbnails[1], before->thumbnails[1]));
  EXPECT_TRUE(worker.news().outdated_for.has_value()) << "the picture asked for is still to come";
  allowed = 1000;
  ASSERT_TRUE(eventually([&] { return worker.latest()->source_text == "one two"; }));
  const auto whole = worker.latest();
  EXPECT_FALSE(whole->thumbnails_pending);
  EXPECT_TRUE(same_row(whole->thumbnails[0], partly->thumbnails[0])) << "what was shown early is what is shown now";
  EXPECT_FALSE(same_row(whole->thumbnails[1], before->thumbnails[1]));
}

TEST_F(LayersSoFarTest, TheNewestTextWinsWithinALayer) {
  (void)first();
  (void)after_a_layer("one two");
  worker.post({"tiny", "one two three"});
  ASSERT_TRUE(eventually([&] { return runs == 3; })) << "the run before still waits for its second layer";
  allowed = 1000;
  ASSERT_TRUE(eventually([&] { return worker.latest()->source_text == "one two three"; }));
}

TEST_F(LayersSoFarTest, LayersOfARunThatIsGivenUpDisappear) {
  const auto before = first();
  (void)after_a_layer("one two");
  worker.cancel();
  ASSERT_TRUE(eventually([&] { return worker.state() == WorkerState::idle; }));
  EXPECT_TRUE(same_row(worker.latest()->thumbnails[0], before->thumbnails[0]));
  EXPECT_FALSE(worker.latest()->thumbnails_pending);
}

TEST_F(LayersSoFarTest, LayersOfARunThatFailsDisappear) {
  const auto before = first();
  (void)after_a_layer("one two");
  fails = true;
  allowed = 1000;
  ASSERT_TRUE(eventually([&] { return worker.latest()->error.has_value(); }));
  EXPECT_TRUE(same_row(worker.latest()->thumbnails[0], before->thumbnails[0]));
}

}  // namespace
}  // namespace regard
