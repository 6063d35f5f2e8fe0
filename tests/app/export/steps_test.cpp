// SPDX-License-Identifier: Apache-2.0
// Steps as files: every step in every format, with the numbers of the other views, and what is refused.
#include "app/base/assets.h"
#include "core/base/text_file.h"
#include "core/format/npz.h"
#include "tests/app/cli/command_line.h"
#include "tests/app/export/assets_chosen.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <filesystem>
#include <map>
#include <set>

namespace regard {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class ExportOfSteps : public ::testing::Test {
protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) / ("regard_steps_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] std::vector<std::string> words(const std::string& view, const std::string& kind,
                                               const std::vector<std::string>& more) const {
    std::vector<std::string> all{"export",  "--model", "narrator", "--text", "The old king gave the prince a",
                                 "--layer", "2",       "--head",   "3",      "--query",
                                 "4",       "--view",  view,       "--out",  (folder_ / ("out." + kind)).string()};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  [[nodiscard]] std::string exported(const std::string& view, const std::string& kind,
                                     const std::vector<std::string>& more = {}) const {
    const testing::Said said = testing::say(words(view, kind, more));
    EXPECT_EQ(said.code, 0) << said.err;
    return said.code == 0 ? read_file(folder_ / ("out." + kind), std::size_t{64} << 20) : std::string();
  }
  [[nodiscard]] json step(int number, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"--step", std::to_string(number)});
    return json::parse(exported("steps", "json", more));
  }

  fs::path folder_{};
};

std::set<std::string> matrices_of(const json& table) {
  std::set<std::string> names;
  for (const json& row : table["rows"])
    names.insert(row["matrix"].get<std::string>());
  return names;
}

std::map<std::pair<std::size_t, std::size_t>, json> numbers_of(const json& table, const std::string& matrix) {
  std::map<std::pair<std::size_t, std::size_t>, json> numbers;
  for (const json& row : table["rows"])
    if (row["matrix"] == matrix) numbers[{row["row"], row["column"]}] = row["value"];
  return numbers;
}

TEST_F(ExportOfSteps, every_step_becomes_every_kind_of_file_and_twice_the_same) {
  for (const char* step : {"1", "2", "3", "4", "5"})
    for (const char* kind : {"png", "svg", "pdf", "csv", "json", "npz"}) {
      const std::string first = exported("steps", kind, {"--step", step});
      EXPECT_GT(first.size(), 200U) << step << " " << kind;
      if (kind != std::string("npz")) {
        EXPECT_TRUE(first == exported("steps", kind, {"--step", step})) << step << " " << kind;
      }
    }
}

TEST_F(ExportOfSteps, the_focus_has_the_scores_and_weights_of_the_grids) {
  const json focus = step(3), grid = json::parse(exported("weights", "json"));
  EXPECT_EQ(focus["step"], 3);
  EXPECT_EQ(focus["layer"], 2);
  const auto weights = numbers_of(focus, "weights"), scores = numbers_of(focus, "scores");
  EXPECT_EQ(weights.size(), grid["rows"].size());
  for (const json& row : grid["rows"]) {
    const std::pair<std::size_t, std::size_t> place{row["query"], row["key"]};
    EXPECT_NEAR(weights.at(place).get<double>(), row["weight"].get<double>(), 1e-6);
    EXPECT_EQ(scores.at(place), row["score"]) << "masked in both, or the same number";
  }
}

TEST_F(ExportOfSteps, heads_and_bias_add_up_to_what_attention_writes) {
  const json output = step(5);
  const auto parts = numbers_of(output, "contributions");
  const std::size_t heads = output["heads"], last = parts.rbegin()->first.first;
  EXPECT_GE(last, heads);
  for (std::size_t dimension = 0; dimension < output["hidden"].get<std::size_t>(); dimension += 7) {
    double sum = 0.0;
    for (std::size_t row = 0; row < last; ++row)
      sum += parts.at({row, dimension}).get<double>();
    EXPECT_NEAR(sum, parts.at({last, dimension}).get<double>(), 1e-5);
    EXPECT_NEAR(numbers_of(output, "movers").at({0, dimension}).get<double>(), sum, 1e-5);
  }
}

TEST_F(ExportOfSteps, heads_that_stand_apart_in_the_picture_are_whole_in_the_file) {
  const json split = step(2);
  EXPECT_EQ(matrices_of(split), (std::set<std::string>{"q_heads", "k_heads", "v_heads"}));
  EXPECT_EQ(numbers_of(split, "q_heads").rbegin()->first.second + 1,
            split["heads"].get<std::size_t>() * split["head_width"].get<std::size_t>());
  const std::string npz = exported("steps", "npz", {"--step", "2"});
  const auto arrays = parse_npz(std::as_bytes(std::span(npz)), "out.npz");
  EXPECT_EQ(arrays.at("q_heads").shape[1], split["heads"].get<std::size_t>() * split["head_width"].get<std::size_t>());
}

TEST_F(ExportOfSteps, switches_of_the_command_line_are_those_of_the_window) {
  const json model = step(3), unscaled = step(3, {"--without-scale"}), unmasked = step(3, {"--without-mask"});
  EXPECT_TRUE(matrices_of(model).contains("scaled"));
  EXPECT_FALSE(matrices_of(unscaled).contains("scaled"));
  EXPECT_EQ(unscaled["without_scale"], 1);
  EXPECT_TRUE(numbers_of(model, "scores").at({0, 1}).is_null());
  EXPECT_FALSE(numbers_of(unmasked, "scores").at({0, 1}).is_null());
  const json cut = step(4, {"--cut", "1"});
  EXPECT_EQ(cut["cut_into"], 1);
  EXPECT_NE(numbers_of(cut, "joined"), numbers_of(step(4), "joined"));
}

TEST_F(ExportOfSteps, a_step_or_a_cut_that_does_not_exist_is_refused_in_a_sentence) {
  testing::expect_refusal(testing::say(words("steps", "json", {"--step", "6"})), 2, "6");
  testing::expect_refusal(testing::say(words("steps", "json", {"--cut", "7"})), 1, "7");
}

}  // namespace
}  // namespace regard
