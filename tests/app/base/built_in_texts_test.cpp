// SPDX-License-Identifier: Apache-2.0
#include "app/base/built_in_texts.h"

#include "app/base/head_place.h"
#include "tests/app/export/assets_chosen.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

TEST(BuiltInTexts, AreThereInBothLanguages) {
  for (const char* language : {"ru", "en"}) {
    EXPECT_TRUE(std::filesystem::exists(built_in_corpus(language))) << language;
    EXPECT_TRUE(std::filesystem::exists(built_in_detectors(language))) << language;
    for (const std::string_view name : probe_names)
      EXPECT_TRUE(std::filesystem::exists(built_in_probe(name, language))) << name << " " << language;
  }
  EXPECT_TRUE(is_probe("agreement"));
  EXPECT_FALSE(is_probe("copying")) << "it is read off the weights";
}

TEST(HeadPlace, IsLayerPointHead) {
  EXPECT_EQ(head_place({2, 15}), "2.15");
}

}  // namespace
}  // namespace regard
