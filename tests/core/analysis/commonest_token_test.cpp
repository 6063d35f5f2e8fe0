// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/commonest_token.h"

#include <gtest/gtest.h>
#include <filesystem>

namespace regard {
namespace {

std::shared_ptr<const Model> opened(const char* name) {
  return load_model(std::filesystem::path(REGARD_ASSETS_DIR) / "models" / name);
}

Corpus text_of_ours(const char* name) {
  return load_corpus(std::filesystem::path(REGARD_ASSETS_DIR) / "corpora" / name);
}

TEST(CommonestToken, IsMostOfATextOfWordsToAModelOfNotes) {
  const auto melody = opened("melody");
  for (const char* corpus : {"ru.conllu", "en.conllu"}) {
    const CommonestToken common = commonest_token(*melody, text_of_ours(corpus));
    EXPECT_TRUE(common.is_most()) << corpus << " " << common.share();
    EXPECT_EQ(common.text, melody->tokenizer->readable(0)) << "<unk>";
    EXPECT_GT(common.share(), 0.9);
    for (const char* reads : {"council", "narrator"})
      EXPECT_LT(commonest_token(*opened(reads), text_of_ours(corpus)).share(), 0.2) << reads << " " << corpus;
  }
  const Corpus tune{.name = "tune",
                    .sentences = {{.text = "K:G M:3/4 D4 | G4/2 B4/8 G4/8 | A4/2 C5/8 A4/8 | B4 D5 G4 |"}}};
  EXPECT_FALSE(commonest_token(*melody, tune).is_most());
}

TEST(CommonestToken, IsNotToldOfAFewTokens) {
  const Corpus short_one{.name = "short", .sentences = {{.text = "the the the"}}};
  const CommonestToken common = commonest_token(*opened("council"), short_one);
  EXPECT_EQ(common.tokens, 3U) << "[CLS] and [SEP] are the template's";
  EXPECT_EQ(common.times, 3U);
  EXPECT_FALSE(common.is_most());
}

}  // namespace
}  // namespace regard
