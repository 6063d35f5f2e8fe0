// SPDX-License-Identifier: Apache-2.0
// ViT, DeiT, CLIP, SigLIP and DINO against PyTorch (tests/reference/vision_families.py, tower_families.py): from the PNG file to every tensor of the run.
#include "tests/core/base/expect_error.h"
#include "tests/core/engine/reference.h"

namespace regard {
namespace {

using testing::open_reference;
using testing::Reference;
using testing::ReferenceRun;

/// The patches put back together: [channels, height, width] of what the patches cover.
std::vector<float> pixels_of(const Matrix& patches, const PatchConfig& config) {
  const std::size_t height = config.rows() * config.patch_height, width = config.cols() * config.patch_width;
  std::vector<float> pixels;
  for (std::size_t channel = 0; channel < config.channels; ++channel)
    for (std::size_t y = 0; y < height; ++y)
      for (std::size_t x = 0; x < width; ++x) {
        const std::size_t patch = y / config.patch_height * config.cols() + x / config.patch_width;
        const std::size_t inside =
            (channel * config.patch_height + y % config.patch_height) * config.patch_width + x % config.patch_width;
        pixels.push_back(patches(patch, inside));
      }
  return pixels;
}

/// The reference's [channels, height, width] without what no patch covers.
std::vector<float> covered(const std::vector<float>& pixels, const PatchConfig& config) {
  std::vector<float> result;
  for (std::size_t channel = 0; channel < config.channels; ++channel)
    for (std::size_t y = 0; y < config.rows() * config.patch_height; ++y)
      for (std::size_t x = 0; x < config.cols() * config.patch_width; ++x)
        result.push_back(pixels[(channel * config.height + y) * config.width + x]);
  return result;
}

class Vision : public testing::ReferenceTest {};

TEST_P(Vision, PreparesPicturesAsTheReferenceDoes) {
  const Reference reference = open_reference(GetParam());
  const PatchConfig& patches = *reference.model->config.patches;
  for (const ReferenceRun& one : reference.runs) {
    const std::vector<float> expected = covered(reference.array(one, "pixels"), patches);
    EXPECT_LE(testing::worst_difference(pixels_of(one.image.patches, patches), expected), 2e-6) << one.name;
  }
}

TEST_P(Vision, AgreesWithEveryRecordedTensor) {
  const Reference reference = open_reference(GetParam());
  testing::Differences worst;
  for (const ReferenceRun& one : reference.runs) {
    const auto trace = run(reference.model, one.request);
    const testing::Differences found = testing::differences(*trace, reference.arrays, one.name);
    for (const auto& [tensor, difference] : found)
      EXPECT_LE(difference, testing::kReferenceTolerance) << tensor << " of " << one.name;
    testing::gather(worst, found);
    EXPECT_LE(testing::worst_row_sum(*trace), 1e-6);
    EXPECT_EQ(trace->logits.empty(), !reference.model->config.has_lm_head);
  }
  testing::tell(GetParam(), worst);
}

TEST_P(Vision, DisagreesWhenOneNumberOfThePictureIsAnother) {
  const Reference reference = open_reference(GetParam());
  ReferenceRun one = reference.runs.front();
  Matrix changed = one.image.patches;
  changed.values.back() += 1.0F;
  one.request.patches = std::make_shared<const Matrix>(std::move(changed));
  const auto trace = run(reference.model, one.request);
  EXPECT_GT(testing::worst_of(testing::differences(*trace, reference.arrays, one.name)),
            10 * testing::kReferenceTolerance);
}

TEST_P(Vision, CausalRunsOfOnePictureReuseItsRowsAndOfAnotherNone) {
  const Reference reference = open_reference(GetParam());
  const auto& model = reference.model;
  ReferenceRun one = reference.runs.front();
  one.request.mask = MaskMode::causal;
  const auto fresh = run(model, one.request);
  EXPECT_EQ(run(model, one.request, fresh)->reused_tokens, model->config.context);

  Request other = one.request;
  Matrix changed = one.image.patches;
  changed.values.front() += 1.0F;
  other.patches = std::make_shared<const Matrix>(std::move(changed));
  const auto again = run(model, other, fresh);
  EXPECT_EQ(again->reused_tokens, 0U);
  EXPECT_EQ(testing::worst_difference(testing::all_residuals(*again), testing::all_residuals(*run(model, other))), 0.0);
}

INSTANTIATE_TEST_SUITE_P(Models, Vision,
                         ::testing::Values("vit-f32", "vit-oblong-without-bias-f16", "vit-bare-grey-leftover-bf16",
                                           "vit-one-patch-f32", "deit-f32", "deit-edge-f16", "clip-towers-f32",
                                           "clip-vision-leftover-f16", "siglip-f32", "siglip-towers-bf16",
                                           "dinov2-native-f32", "dinov2-fewer-patches-f16",
                                           "dinov2-giant-more-patches-f32", "dinov2-registers-f32",
                                           "dinov2-registers-native-bf16", "dinov3-f32", "dinov3-gated-oblong-f16",
                                           "digits"),
                         testing::name_of);

class Pictures : public ::testing::Test {
protected:
  void SetUp() override {
    REGARD_NEEDS(testing::reference_folder() / "stamp.txt");
    const Reference reference = open_reference("vit-f32");
    model = reference.model;
    input = reference.runs.front().image;
  }
  std::shared_ptr<const Model> model{};
  ImageInput input{};
};

TEST_F(Pictures, PredictionsAreTheClassesOfTheClassToken) {
  const auto trace = run(model, testing::request_for(*model, input));
  const std::vector<Prediction> best = predict(*trace, 0, 20);
  ASSERT_EQ(best.size(), 13U);
  double sum = 0.0;
  for (const Prediction& prediction : best) {
    EXPECT_FLOAT_EQ(prediction.logit, trace->logits(0, static_cast<std::size_t>(prediction.id)));
    sum += prediction.probability;
  }
  EXPECT_NEAR(sum, 1.0, 1e-6);
  EXPECT_EQ(model->tokenizer->readable(best.front().id), "kind of thing " + std::to_string(best.front().id));
}

TEST_F(Pictures, AreAskedForInOneSentence) {
  const auto whole = testing::request_for(*model, input);
  Request none = whole;
  none.patches.reset();
  EXPECT_EQ(testing::error_of([&] { (void)run(model, none); }).code(), "needs_image");
  Request other_shape = whole;
  other_shape.patches = std::make_shared<const Matrix>(24, 48);
  EXPECT_EQ(testing::error_of([&] { (void)run(model, other_shape); }).code(), "needs_image");
  Request some_ids = whole;
  some_ids.ids.pop_back();
  EXPECT_EQ(testing::error_of([&] { (void)run(model, some_ids); }).code(), "token_id");
}

class TwoAxes : public ::testing::Test {
protected:
  using Kind = InterventionKind;
  void SetUp() override {
    REGARD_NEEDS(testing::reference_folder() / "stamp.txt");
    const Reference reference = open_reference("dinov3-f32");
    model = reference.model;
    request = reference.runs.front().request;
    trace = run(model, request);
  }
  [[nodiscard]] std::shared_ptr<const Trace> run_with(const Intervention& item) const {
    Request changed = request;
    changed.interventions = {item};
    return run(model, changed);
  }
  std::shared_ptr<const Model> model{};
  Request request{};
  std::shared_ptr<const Trace> trace{};
};

TEST_F(TwoAxes, TurnPatchesAndNothingElse) {
  const auto plain = run_with({.kind = Kind::no_positions});
  const Matrix &turned = trace->layers[0].queries, &unturned = plain->layers[0].queries;
  for (std::size_t token = 0; token < turned.rows; ++token) {
    const std::span<const float> a = turned.row(token), b = unturned.row(token);
    const bool same = std::equal(a.begin(), a.end(), b.begin());
    const bool middle = token == 4 + 12;  // of 5 × 5 patches, which stands at (0, 0)
    EXPECT_EQ(same, token < model->config.patches->specials() || middle) << token;
  }
}

TEST_F(TwoAxes, LetAPatchStandWhereAnotherOneIs) {
  // Half of the pairs are turned by the row alone: one patch further to the right, they stay.
  const auto shifted = run_with({.kind = Kind::shift_positions, .positions = {{6, 7}}, .amount = 1.0F});
  const std::span<const float> before = trace->layers[0].queries.row(6), after = shifted->layers[0].queries.row(6);
  const std::size_t d = model->config.head_dim(0);
  for (std::size_t at = 0; at < before.size(); ++at)
    EXPECT_EQ(before[at] == after[at], at % d % (d / 2) < d / 4) << at;
  for (const float amount : {-7.0F, 23.0F})
    EXPECT_EQ(testing::error_of([&] {
                (void)run_with({.kind = Kind::shift_positions, .positions = {{6, 7}}, .amount = amount});
              })
                  .details()
                  .item,
              "interventions[0].amount");
}

}  // namespace
}  // namespace regard
