// SPDX-License-Identifier: Apache-2.0
// Interventions against PyTorch (tests/reference/edited_runs.py), tensor by tensor, one model of each family.
#include "core/trace/intervention_json.h"
#include "tests/core/engine/reference.h"

#include <nlohmann/json.hpp>

namespace regard {
namespace {

class EditedRun : public testing::ReferenceTest {};

TEST_P(EditedRun, AgreesWithEveryRecordedTensor) {
  const testing::Reference reference = testing::open_reference(GetParam());
  const auto edits = testing::reference_runs(GetParam());
  testing::Differences worst;
  std::shared_ptr<const Trace> plain;
  for (std::size_t index = 0; index < reference.runs.size(); ++index) {
    const std::string& name = reference.runs[index].name;
    const auto& edit = edits.at(index);
    Request request = reference.runs[index].request;
    request.interventions = interventions_from_json(edit.at("interventions"), "reference.json");
    const auto source = run(reference.model, {.ids = edit.at("source_ids").get<std::vector<std::int32_t>>()});
    for (Intervention& item : request.interventions)
      if (!item.source_name.empty()) item.source = source;
    const auto trace = run(reference.model, request);
    const testing::Differences found = testing::differences(*trace, reference.arrays, name);
    for (const auto& [tensor, difference] : found)
      EXPECT_LE(difference, testing::kReferenceTolerance)
          << tensor << " of " << name << ": " << edit.at("interventions").dump();
    testing::gather(worst, found);
    if (!plain) plain = trace;
    EXPECT_EQ(testing::worst_difference(trace->logits.values, plain->logits.values) > 10 * testing::kReferenceTolerance,
              trace != plain)
        << name;
  }
  testing::tell(GetParam(), worst);
}

INSTANTIATE_TEST_SUITE_P(Models, EditedRun,
                         ::testing::Values("edited-bert-f32", "edited-gpt2-f32", "edited-llama-f32", "edited-bloom-f32",
                                           "edited-deberta-v3-f32", "edited-gpt-oss-f32"),
                         testing::name_of);

}  // namespace
}  // namespace regard
