// SPDX-License-Identifier: Apache-2.0
// One run of a small random model as PyTorch computed it (tests/reference), and the same run by the engine.
#pragma once

#include "core/base/text_file.h"
#include "core/engine/engine.h"
#include "tests/core/engine/comparison.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace regard::testing {

inline bool has_reference() {
  return std::filesystem::exists(std::filesystem::path(REGARD_REFERENCE_DIR) / "stamp.txt");
}

struct ReferenceRun {
  std::shared_ptr<const Trace> trace{};
  Arrays arrays{};
  std::string name{};
  [[nodiscard]] std::vector<float> array(const std::string& tensor) const {
    return arrays.at(name + "_" + tensor).as_f32();
  }
};

inline ReferenceRun reference_run(const std::string& model, std::size_t index) {
  const std::filesystem::path folder = std::filesystem::path(REGARD_REFERENCE_DIR) / model;
  const auto json = nlohmann::json::parse(read_file(folder / "reference.json", 1 << 20));
  const auto& one = json.at("runs").at(index);
  Request request;
  request.ids = one.at("ids").get<std::vector<std::int32_t>>();
  ReferenceRun result;
  result.trace = run(load_model(folder), request);
  result.arrays = read_npz(folder / "reference.npz");
  result.name = one.at("name");
  return result;
}

}  // namespace regard::testing
