// SPDX-License-Identifier: Apache-2.0
// Lists of interventions as files: what is written is read again, and nothing is taken silently.
#include "core/trace/intervention_json.h"

#include "core/base/error.h"
#include "core/base/text_file.h"

#include <gtest/gtest.h>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace regard {
namespace {

namespace fs = std::filesystem;
using Kind = InterventionKind;

std::vector<Intervention> read(const std::string& json) {
  return parse_interventions(json, "list.json").interventions;
}

std::string complaint_about(const std::string& json) {
  try {
    (void)read(json);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

TEST(InterventionJson, ReadsWhatItWrites) {
  const std::string text = read_file(fs::path(REGARD_TESTS_DIR) / "fuzz/corpus/interventions/all_kinds.json", 1 << 20);
  const InterventionFile file = parse_interventions(text, "all_kinds.json");
  ASSERT_EQ(file.interventions.size(), 15U);
  EXPECT_EQ(file.sources.at("B"), "Кошка");
  EXPECT_EQ(file.interventions[0].cells[0], (Cells{{0, kToEnd}, {3, 4}}));
  EXPECT_EQ(file.interventions[0].cells[1], (Cells{{0, kToEnd}, {5, 6}}));
  EXPECT_EQ(file.interventions[2].amount, 0.05F);
  EXPECT_TRUE(file.interventions[4].mean);
  EXPECT_EQ(file.interventions[11].scope.layer, 2U);
  EXPECT_EQ(file.interventions[12].site, PatchSite::value);
  EXPECT_EQ(file.interventions[13].as, (KindOfAttention{KindForm::first_last, 2, 5}));
  EXPECT_EQ(file.interventions[14].positioned, (PositionSwitch{PositionForm::share, 0.25F}));
  const std::string written = interventions_to_json(file.interventions).dump();
  EXPECT_EQ(read(written), file.interventions);
  EXPECT_NE(written.find("\"amount\":0.05,"), std::string::npos) << written;
  std::vector<bool> seen(14);
  for (const Intervention& item : file.interventions)
    seen[static_cast<std::size_t>(item.kind)] = true;
  EXPECT_EQ(std::count(seen.begin(), seen.end(), true), 14) << "the file holds every kind";
}

TEST(InterventionJson, ReadsAListAlone) {
  EXPECT_EQ(read(R"([{"kind": "no_positions"}])"), (std::vector<Intervention>{{.kind = Kind::no_positions}}));
  EXPECT_TRUE(read("[]").empty());
}

TEST(InterventionJson, NamesWhatItCannotTake) {
  EXPECT_EQ(complaint_about("{}"), "list.json: interventions should be […], but is {…} (0).");
  EXPECT_NE(complaint_about("[").find("is not valid JSON"), std::string::npos);
  const auto item = [](const std::string& fields) { return complaint_about("[" + fields + "]"); };
  EXPECT_EQ(item(R"({"kind": "mask"})"), "list.json: interventions[0].cells should be …, but is null.");
  EXPECT_EQ(item(R"({"kind": "cut"})").find("list.json: interventions[0].kind should be mask, add, set_weight"), 0U);
  EXPECT_EQ(item(R"({"kind": "positions"})"), "list.json: interventions[0].as should be …, but is null.");
  EXPECT_EQ(item(R"({"kind": "positions", "as": "sine"})"),
            "list.json: interventions[0].as should be none, alibi, base, share, linear, ntk, yarn, but is \"sine\".");
  EXPECT_EQ(item(R"({"kind": "positions", "as": "yarn:0"})"),
            "list.json: interventions[0].as should be 1…64, but is \"yarn:0\".");
  EXPECT_EQ(item(R"({"kind": "ablate", "amount": 1})"), "list.json: interventions[0].amount should be –, but is 1.");
  EXPECT_EQ(item(R"({"kind": "hide_tokens", "layer": 1})"), "list.json: interventions[0].layer should be –, but is 1.");
  EXPECT_EQ(item(R"({"kind": "scale", "amount": 1e99})"),
            "list.json: interventions[0].amount should be −3.4e38…3.4e38, but is 1e+99.");
  EXPECT_EQ(item(R"({"kind": "scale", "amount": "much"})"),
            "list.json: interventions[0].amount should be 0.5, but is \"much\".");
  EXPECT_EQ(item(R"({"kind": "ablate", "layer": -1})"),
            "list.json: interventions[0].layer should be 0, 1, 2…, but is -1.");
  EXPECT_EQ(item(R"({"kind": "ablate", "mean": 1})"),
            "list.json: interventions[0].mean should be true, false, but is 1.");
  EXPECT_EQ(item(R"({"kind": "hide_tokens", "positions": [[3, 3]]})"),
            "list.json: interventions[0].positions[0] should be begin < end, but is [3,3].");
  EXPECT_EQ(item(R"({"kind": "attention"})"), "list.json: interventions[0].as should be …, but is null.");
  EXPECT_EQ(item(R"({"kind": "attention", "as": 4})"),
            "list.json: interventions[0].as should be \"window:8\", but is 4.");
  EXPECT_EQ(item(R"({"kind": "attention", "as": "windows"})").find("list.json: interventions[0].as should be softmax,"),
            0U);
  EXPECT_EQ(item(R"({"kind": "attention", "as": "window:0"})"),
            "list.json: interventions[0].as should be 1…1000000, but is \"window:0\".");
  EXPECT_EQ(item(R"({"kind": "attention", "as": "hard:1"})"),
            "list.json: interventions[0].as should be ≤ 0, but is \"hard:1\".");
  EXPECT_EQ(item(R"({"kind": "mask", "as": "hard", "cells": [{"keys": [1, 2]}]})"),
            "list.json: interventions[0].as should be –, but is \"hard\".");
  EXPECT_EQ(item(R"({"kind": "mask", "cells": [{"rows": [1, 2]}]})"),
            "list.json: interventions[0].cells[0] should be {queries, keys}, but is \"rows\".");
}

}  // namespace
}  // namespace regard
