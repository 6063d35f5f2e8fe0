// SPDX-License-Identifier: Apache-2.0
// trace --intervene, on a checkpoint of a few numbers.
#include "tests/app/cli/command_line.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <nlohmann/json.hpp>

#include <numeric>

namespace regard {
namespace {

using nlohmann::json;
using testing::expect_refusal;

// A BERT (2 layers, 3 heads, 9 tokens) that knows the words a…f.
class Intervene : public ::testing::Test {
protected:
  void SetUp() override { testing::tiny_bert().write_to(folder_ / "bert"); }

  testing::Said trace(const std::string& interventions) {
    testing::write(folder_ / "list.json", interventions);
    return testing::say({"trace", "--model", (folder_ / "bert").string(), "--text", "a b c", "--intervene",
                         (folder_ / "list.json").string(), "--json"});
  }
  json heads(const std::string& interventions) {
    const testing::Said said = trace(interventions);
    EXPECT_EQ(said.code, 0) << said.err;
    return json::parse(said.out)["heads"];
  }

  testing::TemporaryFolder folder_{};
};

TEST_F(Intervene, the_numbers_are_those_of_the_changed_run) {
  const json plain = heads("[]");
  const json changed = heads(
      R"([{"kind": "set_weight", "layer": 0, "head": 1, "cells": [{"queries": [2, 3], "keys": [4, 5]}], "amount": 0.75}])");
  EXPECT_EQ(changed[1]["weights"][2][4], 0.75);
  const auto row = changed[1]["weights"][2].get<std::vector<double>>();
  EXPECT_NEAR(std::accumulate(row.begin(), row.end(), 0.0), 1.0, 1e-6);
  EXPECT_EQ(changed[1]["weights"][3], plain[1]["weights"][3]);
  EXPECT_EQ(changed[0], plain[0]);
  EXPECT_NE(changed[4], plain[4]) << "the next layer follows";
}

TEST_F(Intervene, a_pattern_is_copied_from_a_text_of_the_file) {
  const json other = json::parse(
      testing::say({"trace", "--model", (folder_ / "bert").string(), "--text", "a b d", "--json"}).out)["heads"];
  const json changed = heads(
      R"({"interventions": [{"kind": "copy_pattern", "layer": 0, "head": 2, "positions": [[1, 2]], "source": "A"}], "sources": {"A": "a b c"}})");
  EXPECT_EQ(changed[2], heads("[]")[2]) << "of the text itself: nothing changes";
  const json copied = heads(
      R"({"interventions": [{"kind": "patch", "site": "residual", "layer": 0, "source": "A"}], "sources": {"A": "a b d"}})");
  EXPECT_EQ(copied[0], heads("[]")[0]) << "c and d are no partners, and the others are equal";
  EXPECT_NE(other[0], copied[0]);
}

TEST_F(Intervene, heads_attend_in_a_kind_of_a_file) {
  const json plain = heads("[]");
  const json changed = heads(R"([{"kind": "attention", "layer": 0, "head": 1, "as": "window:2"}])");
  EXPECT_EQ(changed[0], plain[0]);
  const auto row = changed[1]["weights"][2].get<std::vector<double>>();
  EXPECT_EQ(row[0], 0.0);
  EXPECT_NEAR(row[1] + row[2] + row[3], 1.0, 1e-6);
  testing::write(folder_ / "list.json", R"([{"kind": "attention", "as": "linear"}])");
  expect_refusal(testing::say({"capture", "--model", (folder_ / "bert").string(), "--text", "a b c", "--intervene",
                               (folder_ / "list.json").string(), "--out", (folder_ / "run.npz").string()}),
                 1, "opened as one of softmax");
  expect_refusal(trace(R"([{"kind": "attention", "as": "flash"}])"), 1, "interventions[0].as should be window");
  expect_refusal(trace(R"([{"kind": "attention", "as": "cosin"}])"), 1, "interventions[0].as should be softmax");
}

TEST_F(Intervene, what_cannot_be_done_is_refused_in_a_sentence) {
  expect_refusal(trace("[{\"kind\": \"cut\"}]"), 1, "interventions[0].kind should be mask");
  expect_refusal(trace(R"([{"kind": "ablate", "layer": 2}])"), 1, "interventions[0].layer should be 0…1, but is 2");
  expect_refusal(trace(R"([{"kind": "copy_pattern", "source": "B"}])"), 1, "names the source “B”");
  expect_refusal(testing::say({"trace", "--model", (folder_ / "bert").string(), "--text", "a", "--intervene",
                               "nowhere.json", "--json"}),
                 1, "nowhere.json");
}

}  // namespace
}  // namespace regard
