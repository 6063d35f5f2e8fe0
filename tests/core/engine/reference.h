// SPDX-License-Identifier: Apache-2.0
// What PyTorch computed for a small random model (tests/reference/make_reference.py), and how far the engine is from it.
#pragma once

#include "core/engine/engine.h"
#include "core/model/image_input.h"
#include "core/model/weights.h"
#include "tests/core/base/needed.h"
#include "tests/core/base/test_name.h"
#include "tests/core/engine/comparison.h"

#include <gtest/gtest.h>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace regard::testing {

constexpr double kReferenceTolerance = 1e-4;

/// What the stream holds, and what heads and blocks write to it, may be large, and the steps of float32 grow with it: beyond 10
/// differences count in proportion.
[[nodiscard]] double scale_of_sums(const std::vector<float>& sums);

/// The folder of a model, or of all of them.
[[nodiscard]] std::filesystem::path reference_folder(const std::string& model = "");

/// A test that is run for several of the models, and skipped where they have not been written.
class ReferenceTest : public ::testing::TestWithParam<const char*> {
protected:
  void SetUp() override {
    REGARD_NEEDS(reference_folder() / "stamp.txt");  // tests/reference/make_reference.py writes it, with python3-torch
  }
};

struct ReferenceRun {
  std::string name{};    ///< what the names of its arrays begin with
  std::string text{};    ///< of the encoder, where there are two
  std::string target{};  ///< of the decoder
  ImageInput image{};    ///< of a vision model
  Request request{};
  std::vector<float> strengths{};  ///< of the adapters
};

struct Reference {
  std::shared_ptr<const Model> model{};
  Arrays arrays{};
  std::vector<ReferenceRun> runs{};

  [[nodiscard]] std::vector<float> array(const ReferenceRun& run, const std::string& tensor) const;
};

[[nodiscard]] Reference open_reference(const std::string& model);
/// What lies in a folder of another name was recorded with this model.
[[nodiscard]] Reference open_reference(const std::string& name, std::shared_ptr<const Model> model);

/// One of the runs by the engine, and what PyTorch recorded of it.
struct RecordedRun {
  Reference reference{};
  std::size_t index = 0;
  std::shared_ptr<const Trace> trace{};

  [[nodiscard]] std::vector<float> array(const std::string& tensor) const {
    return reference.array(reference.runs[index], tensor);
  }
};

[[nodiscard]] RecordedRun recorded_run(const std::string& model, std::size_t index);

/// The list "runs" of the model's reference.json.
[[nodiscard]] nlohmann::json reference_runs(const std::string& model);

/// What a vision model is asked for a picture.
[[nodiscard]] Request request_for(const Model& model, const ImageInput& image);

using Differences = std::map<std::string, double>;  ///< by tensor: the worst difference

/// All tensors that a run records; of one kind of attention, whose names in the reference begin with `prefix`.
[[nodiscard]] Differences differences(const Trace& trace, const Arrays& arrays, const std::string& run,
                                      const std::string& prefix = "");
/// Keeps the larger of both in `all`.
void gather(Differences& all, const Differences& more);
[[nodiscard]] double worst_of(const Differences& differences);
void tell(const std::string& model, const Differences& worst);

/// The model with one number of one matrix of its first layer four times as large, or a quarter.
[[nodiscard]] std::shared_ptr<const Model> with_one_value_changed(const Model& model,
                                                                  Linear LayerWeights::*matrix = &LayerWeights::value);

}  // namespace regard::testing
