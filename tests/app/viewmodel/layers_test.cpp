// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/layers.h"

#include "core/engine/engine.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>

#include <cmath>

namespace regard {
namespace {

std::shared_ptr<const Trace> some_run(const std::shared_ptr<const Model>& model, std::size_t tokens = 12) {
  Request request;
  request.ids = testing::some_ids(tokens, 101);
  return run(model, request);
}

TEST(LayersView, ShowsEveryHeadOfEveryLayerForTheToken) {
  const auto trace = some_run(testing::random_bert({.layers = 3}));
  Progress progress;
  const auto view = make_heads_by_layer({trace, AttentionKind::self, 7, false}, {}, &progress);
  EXPECT_EQ(view->ready, 3U);
  EXPECT_EQ(view->rows, 1U);
  EXPECT_EQ(progress.fraction, 1.0F);
  ASSERT_EQ(view->distance.heads.size(), 12U);
  ASSERT_EQ(view->distance.mean.size(), 3U);
  for (std::size_t layer = 0; layer < 3; ++layer) {
    double sum = 0.0;
    for (std::size_t head = 0; head < 4; ++head) {
      const HeadMeasures direct = measure_head(*trace, {layer, head}, {7, 8});
      const std::size_t index = layer * 4 + head;
      EXPECT_EQ(view->distance.heads[index].value, direct.distance.value);
      EXPECT_EQ(view->entropy.heads[index].value, direct.entropy.value);
      EXPECT_EQ(view->normalised_entropy[index], direct.normalised_entropy.value);
      EXPECT_LE(direct.distance.value, view->distance.highest);
      sum += static_cast<double>(direct.distance.value);
    }
    EXPECT_NEAR(view->distance.mean[layer], sum / 4.0, 1e-6);
    EXPECT_NEAR(view->entropy.uniform[layer], std::log(12.0), 1e-6) << "twelve keys alike";
  }
}

TEST(LayersView, AveragesOverTheWholeTextAndSaysOverHowManyRows) {
  const auto trace = some_run(testing::random_llama({}));
  const auto token = make_heads_by_layer({trace, AttentionKind::self, 0, false});
  const auto text = make_heads_by_layer({trace, AttentionKind::self, 0, true});
  EXPECT_EQ(text->rows, 12U);
  EXPECT_EQ(text->entropy.heads[2].value, measure_head(*trace, {0, 2}).entropy.value);
  EXPECT_EQ(token->entropy.heads[2].value, 0.0F) << "the first token of a causal model sees itself only";
  EXPECT_EQ(token->normalised_entropy[2], -1.0F) << "and has no normalised entropy";
  EXPECT_GT(text->entropy.heads[2].value, 0.0F);
}

TEST(LayersView, ATokenBeyondTheTextIsTheLastOne) {
  const auto trace = some_run(testing::random_llama({}));
  const auto beyond = make_heads_by_layer({trace, AttentionKind::self, 99, false});
  const auto last = make_heads_by_layer({trace, AttentionKind::self, 11, false});
  EXPECT_EQ(beyond->entropy.heads[0].value, last->entropy.heads[0].value);
  EXPECT_EQ(make_stream_by_layer({trace, AttentionKind::self, 99, false})->predicted,
            make_stream_by_layer({trace, AttentionKind::self, 11, false})->predicted);
}

TEST(LayersView, FollowsTheStreamAndReadsItAfterEveryLayer) {
  const auto trace = some_run(testing::random_llama({.layers = 5}));
  const auto view = make_stream_by_layer({trace, AttentionKind::self, 4, false});
  ASSERT_EQ(view->path.steps.size(), 6U);
  ASSERT_EQ(view->lens.size(), 6U);
  EXPECT_EQ(view->path.steps[2].norm, residual_path(*trace, {4, 5}).steps[2].norm);
  EXPECT_EQ(view->predicted, std::to_string(predict(*trace, 4, 1).front().id)) << "no tokenizer: ids are shown";
  EXPECT_EQ(view->lens.back().text, view->predicted);
  EXPECT_EQ(make_stream_by_layer({trace, AttentionKind::self, 4, true})->path.rows, 12U);
}

TEST(LayersView, OfAModelWithoutAHeadHasNoLens) {
  const auto model = testing::random_bert({});
  model->config.has_lm_head = false;
  const auto view = make_stream_by_layer({some_run(model), AttentionKind::self, 4, false});
  EXPECT_TRUE(view->lens.empty());
  EXPECT_EQ(view->path.steps.size(), 3U);
}

TEST(LayersView, ShowsLayersThatAreReadyWhileTheRestIsMeasured) {
  const auto trace = some_run(testing::random_llama({.layers = 24, .heads = 8, .kv_heads = 8, .context = 512}), 400);
  std::vector<std::size_t> ready;
  const auto view = make_heads_by_layer({trace, AttentionKind::self, 0, true}, {}, nullptr,
                                        [&](const std::shared_ptr<const HeadsByLayer>& part) {
                                          EXPECT_EQ(part->distance.heads.size(), part->ready * 8);
                                          ready.push_back(part->ready);
                                        });
  EXPECT_EQ(view->ready, 24U);
  for (std::size_t part = 1; part < ready.size(); ++part)
    EXPECT_GT(ready[part], ready[part - 1]);
}

TEST(LayersView, StopsWhenNobodyWantsItAnyMore) {
  std::stop_source stop;
  stop.request_stop();
  const LayersRequest request{some_run(testing::random_llama({})), AttentionKind::self, 0, true};
  EXPECT_THROW((void)make_heads_by_layer(request, stop.get_token()), Cancelled);
  EXPECT_THROW((void)make_stream_by_layer(request, stop.get_token()), Cancelled);
}

TEST(LayersView, OfCrossAttentionHasEntropyButNoDistance) {
  const auto model = testing::random_llama({});
  const auto trace = std::make_shared<Trace>(*some_run(model));
  auto cross = std::make_shared<Trace>(*some_run(model));
  cross->request.cross = true;
  cross->request.encoder_ids = cross->request.ids;
  trace->cross = cross;
  trace->encoder = some_run(model);
  const auto view = make_heads_by_layer({trace, AttentionKind::cross, 5, false});
  EXPECT_FALSE(view->distance.defined);
  EXPECT_TRUE(view->entropy.defined);
}

}  // namespace
}  // namespace regard
