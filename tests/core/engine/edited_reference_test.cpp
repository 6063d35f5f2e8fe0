// SPDX-License-Identifier: Apache-2.0
// Interventions against PyTorch (tests/reference/edited_runs.py), tensor by tensor, one model of each family.
#include "core/base/text_file.h"
#include "core/engine/engine.h"
#include "core/trace/intervention_json.h"
#include "tests/core/engine/comparison.h"

#include <gtest/gtest.h>
#include <iostream>
#include <nlohmann/json.hpp>

namespace regard {
namespace {

namespace fs = std::filesystem;
constexpr double kTolerance = 1e-4;
const fs::path kFolder = REGARD_REFERENCE_DIR;

class EditedRun : public ::testing::TestWithParam<const char*> {
protected:
  void SetUp() override {
    if (!fs::exists(kFolder / GetParam() / "reference.npz"))
      GTEST_SKIP() << "no reference numbers in " << kFolder
                   << ": tests/reference/make_reference.py writes them with python3-torch";
  }
};

/// Worst difference of each tensor.
std::map<std::string, double> differences(const Trace& trace, const testing::Arrays& arrays, const std::string& run) {
  const auto compare = [&](const std::string& tensor, const std::vector<float>& ours) {
    return std::pair(tensor, testing::worst_difference(ours, arrays.at(run + "_" + tensor).as_f32()));
  };
  return {compare("residual", testing::all_residuals(trace)),
          compare("q", testing::all_heads(trace, &LayerTrace::queries)),
          compare("k", testing::all_heads(trace, &LayerTrace::keys)),
          compare("v", testing::all_heads(trace, &LayerTrace::values)),
          compare("scores", testing::all_scores(trace)),
          compare("weights", testing::all_weights(trace)),
          compare("head_out", testing::all_heads(trace, &LayerTrace::head_outputs)),
          compare("attention_output", testing::all_rows_of(trace, &LayerTrace::attention_output)),
          compare("feed_forward_output", testing::all_rows_of(trace, &LayerTrace::feed_forward_output)),
          compare("logits", trace.logits.values)};
}

TEST_P(EditedRun, AgreesWithEveryRecordedTensor) {
  const fs::path folder = kFolder / GetParam();
  const auto model = load_model(folder);
  const testing::Arrays arrays = testing::read_npz(folder / "reference.npz");
  const auto json = nlohmann::json::parse(read_file(folder / "reference.json", 1 << 20));
  std::map<std::string, double> worst;
  std::shared_ptr<const Trace> plain;
  for (const auto& one : json.at("runs")) {
    const std::string name = one.at("name");
    Request request{.ids = one.at("ids").get<std::vector<std::int32_t>>(), .all_logits = true};
    request.interventions = interventions_from_json(one.at("interventions"), "reference.json");
    const auto source = run(model, {.ids = one.at("source_ids").get<std::vector<std::int32_t>>()});
    for (Intervention& item : request.interventions)
      if (!item.source_name.empty()) item.source = source;
    const auto trace = run(model, request);
    for (const auto& [tensor, difference] : differences(*trace, arrays, name)) {
      EXPECT_LE(difference, kTolerance) << tensor << " of " << name << ": " << one.at("interventions").dump();
      worst[tensor] = std::max(worst[tensor], difference);
    }
    if (!plain) plain = trace;
    EXPECT_EQ(testing::worst_difference(trace->logits.values, plain->logits.values) > 10 * kTolerance, trace != plain)
        << name;
  }
  std::cout << GetParam() << ": worst difference";
  for (const auto& [tensor, difference] : worst)
    std::cout << "  " << tensor << " " << difference;
  std::cout << "\n";
}

INSTANTIATE_TEST_SUITE_P(Models, EditedRun,
                         ::testing::Values("edited-bert-f32", "edited-gpt2-f32", "edited-llama-f32",
                                           "edited-bloom-f32"),
                         [](const auto& instance) {
                           std::string name = instance.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace regard
