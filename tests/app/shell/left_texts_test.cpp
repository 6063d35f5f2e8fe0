// SPDX-License-Identifier: Apache-2.0
#include "app/shell/left_texts.h"

#include <gtest/gtest.h>

namespace regard::shell {
namespace {

const Examples kSome{{Language::ru, "council", {{"кот", "кот", ""}}},
                     {Language::ru, "melody", {{"C4 D4", "D4", ""}}, true},
                     {Language::ru, "digits", {{"", "", "", "2", "2.png"}}, true}};

/// Opens a model as the window does; an example where there is nothing to come back.
void open(const std::string& model, LeftTexts& texts, Session& session) {
  const std::optional<TextKind> kind = text_kind_of(kSome, model);
  if (!kind || *kind == texts.shown) {
    session.model = model;
    return;
  }
  const TextKind before = texts.shown;
  if (const std::optional<LeftText> back = put_aside(texts, session, *kind)) {
    session = with_text_back(session, *back, model);
  } else {
    session = with_example(session, text_to_begin_with(kSome, before, model, Language::ru)->examples.front(), nullptr);
    session.model = model;
  }
}

TEST(LeftTexts, know_what_models_read) {
  EXPECT_EQ(text_kind_of(kSome, "council"), "");
  EXPECT_EQ(text_kind_of(kSome, "/home/me/gpt2"), "");
  EXPECT_EQ(text_kind_of(kSome, "melody"), "melody");
  EXPECT_EQ(text_kind_of(kSome, "digits"), std::nullopt);
}

TEST(LeftTexts, come_back_with_a_model_that_reads_them) {
  LeftTexts texts;
  Session session;
  session.model = "council";
  session.text = "typed by somebody";
  session.query = {TokenAnchor::Kind::byte, 6, 0};
  open("melody", texts, session);
  EXPECT_EQ(session.text, "C4 D4");
  session.text = "C4 E4 G4";
  open("digits", texts, session);
  EXPECT_EQ(session.text, "C4 E4 G4") << "a picture takes no text's place";
  open("council", texts, session);
  EXPECT_EQ(session.text, "typed by somebody");
  EXPECT_EQ(session.query, (TokenAnchor{TokenAnchor::Kind::byte, 6, 0}));
  EXPECT_EQ(session.model, "council");
  session.text = "typed later";
  open("digits", texts, session);
  open("melody", texts, session);
  EXPECT_EQ(session.text, "C4 E4 G4") << "nor is what was typed there lost";
  open("/home/me/gpt2", texts, session);
  EXPECT_EQ(session.text, "typed later");
}

TEST(LeftTexts, let_a_text_stay_that_both_models_read) {
  LeftTexts texts;
  Session session;
  session.text = "typed by somebody";
  open("narrator", texts, session);
  EXPECT_EQ(session.text, "typed by somebody");
  EXPECT_TRUE(texts.kept.empty());
}

}  // namespace
}  // namespace regard::shell
