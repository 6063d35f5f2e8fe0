// SPDX-License-Identifier: Apache-2.0
// ViT and DeiT against PyTorch (tests/reference/vision_families.py): from the PNG file to every tensor of the run.
#include "core/base/mapped_file.h"
#include "core/base/text_file.h"
#include "core/engine/engine.h"
#include "core/format/png.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/engine/comparison.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <numeric>

namespace regard {
namespace {

namespace fs = std::filesystem;
constexpr double kTolerance = 1e-4;
const fs::path kFolder = REGARD_REFERENCE_DIR;

struct PictureRun {
  std::string name{};
  ImageInput input{};
  Request request{};
};

MaskMode mask_mode(const std::string& name) {
  if (name == "causal") return MaskMode::causal;
  return name == "bidirectional" ? MaskMode::bidirectional : MaskMode::as_trained;
}

Request request_for(const Model& model, const ImageInput& input) {
  Request request{.patches = std::make_shared<const Matrix>(input.patches), .all_logits = true};
  request.ids.resize(model.config.context);
  std::iota(request.ids.begin(), request.ids.end(), 0);
  return request;
}

std::vector<PictureRun> runs_of(const Model& model, const fs::path& folder) {
  std::vector<PictureRun> runs;
  const auto json = nlohmann::json::parse(read_file(folder / "reference.json", 1 << 20));
  for (const auto& run : json.at("runs")) {
    const fs::path file = folder / run.at("image").get<std::string>();
    PictureRun one{.name = run.at("name")};
    one.input =
        prepare_image(parse_png(MappedFile(file).bytes(), file.string()), model.image_steps, *model.config.patches);
    one.request = request_for(model, one.input);
    one.request.mask = mask_mode(run.at("mask"));
    one.request.temperature = run.at("temperature").get<float>();
    runs.push_back(std::move(one));
  }
  return runs;
}

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

std::map<std::string, double> differences(const Trace& trace, const testing::Arrays& arrays, const std::string& run) {
  const auto compare = [&](const std::string& tensor, const std::vector<float>& ours) {
    return std::pair(tensor, testing::worst_difference(ours, arrays.at(run + "_" + tensor).as_f32()));
  };
  std::map<std::string, double> worst{
      compare("residual", testing::all_residuals(trace)),
      compare("q", testing::all_heads(trace, &LayerTrace::queries)),
      compare("k", testing::all_heads(trace, &LayerTrace::keys)),
      compare("v", testing::all_heads(trace, &LayerTrace::values)),
      compare("scores", testing::all_scores(trace)),
      compare("weights", testing::all_weights(trace)),
      compare("head_out", testing::all_heads(trace, &LayerTrace::head_outputs)),
      compare("attention_output", testing::all_rows_of(trace, &LayerTrace::attention_output)),
      compare("feed_forward_output", testing::all_rows_of(trace, &LayerTrace::feed_forward_output)),
  };
  if (arrays.contains(run + "_logits")) worst.insert(compare("logits", trace.logits.values));
  return worst;
}

class Vision : public ::testing::TestWithParam<const char*> {
protected:
  void SetUp() override {
    if (!fs::exists(kFolder / GetParam() / "reference.npz"))
      GTEST_SKIP() << "no reference numbers in " << kFolder
                   << ": tests/reference/make_reference.py writes them with python3-torch";
  }
};

TEST_P(Vision, PreparesPicturesAsTheReferenceDoes) {
  const auto model = load_model(kFolder / GetParam());
  const testing::Arrays arrays = testing::read_npz(kFolder / GetParam() / "reference.npz");
  for (const PictureRun& one : runs_of(*model, kFolder / GetParam())) {
    const std::vector<float> expected = covered(arrays.at(one.name + "_pixels").as_f32(), *model->config.patches);
    EXPECT_LE(testing::worst_difference(pixels_of(one.input.patches, *model->config.patches), expected), 2e-6)
        << one.name;
  }
}

TEST_P(Vision, AgreesWithEveryRecordedTensor) {
  const auto model = load_model(kFolder / GetParam());
  const testing::Arrays arrays = testing::read_npz(kFolder / GetParam() / "reference.npz");
  std::map<std::string, double> worst;
  for (const PictureRun& one : runs_of(*model, kFolder / GetParam())) {
    const auto trace = run(model, one.request);
    for (const auto& [tensor, difference] : differences(*trace, arrays, one.name)) {
      EXPECT_LE(difference, kTolerance) << tensor << " of " << one.name;
      worst[tensor] = std::max(worst[tensor], difference);
    }
    EXPECT_LE(testing::worst_row_sum(*trace), 1e-6);
    EXPECT_EQ(trace->logits.empty(), !model->config.has_lm_head);
  }
  std::cout << GetParam() << ": worst difference";
  for (const auto& [tensor, difference] : worst)
    std::cout << "  " << tensor << " " << difference;
  std::cout << "\n";
}

TEST_P(Vision, DisagreesWhenOneNumberOfThePictureIsAnother) {
  const auto model = load_model(kFolder / GetParam());
  const testing::Arrays arrays = testing::read_npz(kFolder / GetParam() / "reference.npz");
  PictureRun one = runs_of(*model, kFolder / GetParam()).front();
  Matrix changed = one.input.patches;
  changed.values.back() += 1.0F;
  one.request.patches = std::make_shared<const Matrix>(std::move(changed));
  double worst = 0.0;
  for (const auto& [tensor, difference] : differences(*run(model, one.request), arrays, one.name))
    worst = std::max(worst, difference);
  EXPECT_GT(worst, 10 * kTolerance);
}

TEST_P(Vision, CausalRunsOfOnePictureReuseItsRowsAndOfAnotherNone) {
  const auto model = load_model(kFolder / GetParam());
  PictureRun one = runs_of(*model, kFolder / GetParam()).front();
  one.request.mask = MaskMode::causal;
  const auto fresh = run(model, one.request);
  EXPECT_EQ(run(model, one.request, fresh)->reused_tokens, model->config.context);

  Request other = one.request;
  Matrix changed = one.input.patches;
  changed.values.front() += 1.0F;
  other.patches = std::make_shared<const Matrix>(std::move(changed));
  const auto again = run(model, other, fresh);
  EXPECT_EQ(again->reused_tokens, 0U);
  EXPECT_EQ(testing::worst_difference(testing::all_residuals(*again), testing::all_residuals(*run(model, other))), 0.0);
}

INSTANTIATE_TEST_SUITE_P(Models, Vision,
                         ::testing::Values("vit-f32", "vit-oblong-without-bias-f16", "vit-bare-grey-leftover-bf16",
                                           "vit-one-patch-f32", "deit-f32", "deit-edge-f16"),
                         [](const auto& instance) {
                           std::string name = instance.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

class Pictures : public ::testing::Test {
protected:
  void SetUp() override {
    if (!fs::exists(kFolder / "vit-f32" / "reference.npz")) GTEST_SKIP() << "no reference numbers in " << kFolder;
    model = load_model(kFolder / "vit-f32");
    input = runs_of(*model, kFolder / "vit-f32").front().input;
  }
  std::shared_ptr<const Model> model{};
  ImageInput input{};
};

TEST_F(Pictures, PredictionsAreTheClassesOfTheClassToken) {
  const auto trace = run(model, request_for(*model, input));
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
  const auto whole = request_for(*model, input);
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

}  // namespace
}  // namespace regard
