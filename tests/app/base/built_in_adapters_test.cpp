// SPDX-License-Identifier: Apache-2.0
#include "app/base/built_in_adapters.h"

#include "tests/core/base/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace regard {
namespace {

namespace fs = std::filesystem;

const fs::path kAssets = REGARD_ASSETS_DIR;

TEST(BuiltInAdapters, HaveNamesOfTheirOwnAndALineInBothLanguages) {
  const std::vector<AdapterEntry> all = built_in_adapters(kAssets);
  ASSERT_FALSE(all.empty());
  std::set<std::string> names;
  for (const AdapterEntry& each : all) {
    EXPECT_TRUE(names.insert(each.name).second) << each.name << " is the name of two";
    EXPECT_EQ(each.named, each.name);
    EXPECT_FALSE(fs::exists(kAssets / "models" / each.name)) << each.name << " is the name of a model, too";
    EXPECT_FALSE(each.about.ru.empty()) << each.name;
    EXPECT_FALSE(each.about.en.empty()) << each.name;
    EXPECT_TRUE(is_adapter(each.folder)) << each.name;
  }
  EXPECT_TRUE(names.contains("sea"));
}

TEST(BuiltInAdapters, AreNamedAndFoundByTheirNames) {
  const fs::path sea = kAssets / "models/narrator/adapters/sea";
  EXPECT_EQ(adapter_path("sea", kAssets), sea);
  EXPECT_EQ(adapter_named(sea, kAssets), "sea");
  EXPECT_EQ(adapter_named(sea.string() + "/", kAssets), "sea");
  EXPECT_EQ(adapter_path("./sea", kAssets), fs::path("./sea")) << "a folder beside you";
  EXPECT_EQ(adapter_path("/nowhere/sea", kAssets), fs::path("/nowhere/sea"));
  EXPECT_EQ(adapter_named("/nowhere/sea", kAssets), "/nowhere/sea");
  EXPECT_EQ(adapter_path("lake", kAssets), fs::path("lake"));
}

TEST(BuiltInAdapters, AreThoseOfTheModelAndOfModelsOfItsSizes) {
  const auto named = [](const Model& model, const fs::path& assets) {
    std::vector<std::string> names;
    for (const AdapterEntry& each : adapters_for(model, assets))
      names.push_back(each.named);
    return names;
  };
  const auto narrator = load_model(kAssets / "models/narrator");
  EXPECT_EQ(named(*narrator, kAssets), std::vector<std::string>{"sea"});
  EXPECT_EQ(named(*load_model(kAssets / "models/council"), kAssets), std::vector<std::string>{});
  Model copy = *narrator;
  copy.folder = "/elsewhere/narrator.gguf";
  EXPECT_EQ(named(copy, kAssets), std::vector<std::string>{"sea"}) << "the same sizes";
  copy.config.hidden = 128;
  EXPECT_EQ(named(copy, kAssets), std::vector<std::string>{});
  copy.folder.clear();
  EXPECT_EQ(named(copy, kAssets), std::vector<std::string>{});
}

TEST(BuiltInAdapters, APersonsOwnLieInTheFolderOfTheModel) {
  const testing::TemporaryFolder folder;
  testing::write(folder / "own/adapters/style/adapter_config.json", R"({"peft_type": "LORA", "r": 4})");
  testing::write(folder / "own/adapters/notes/readme.txt", "no adapter");
  Model model;
  model.folder = folder / "own";
  const std::vector<AdapterEntry> found = adapters_for(model, kAssets);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].name, "style");
  EXPECT_EQ(found[0].named, (folder / "own/adapters/style").string());
}

}  // namespace
}  // namespace regard
