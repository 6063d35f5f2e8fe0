// SPDX-License-Identifier: Apache-2.0
#include "app/shell/left_texts.h"
#include "app/session/session.h"

#include <gtest/gtest.h>

namespace regard::shell {
namespace {

const Examples kSome{{Language::ru, "council", {{"кот", "кот", ""}}},
                     {Language::ru, "melody", {{"C4 D4", "D4", ""}}, true},
                     {Language::ru, "digits", {{"", "", "", "2", "2.png"}}, true}};
constexpr const char* kOwn = "/home/me/gpt2";

/// Texts and a session that models are opened in.
class LeftTextsTest : public ::testing::Test {
protected:
  /// Asks for a model; `loads`: does it, where its text stays until it has loaded?
  NextText open(const std::string& model, bool loads = true) {
    const NextText next = turn_to_model(texts, kSome, session, model, Language::ru);
    if (next.back) {
      session = with_text_back(session, *next.back, model);
    } else if (next.begin != nullptr) {
      session = with_example(session, next.begin->examples.front(), nullptr);
      session.model = model;
    } else if (loads) {
      session.model = model;
    }
    return next;
  }
  /// "council" reads a text; then "melody" is opened.
  void come_to_melody_from(const std::string& text) {
    session.model = "council";
    session.text = text;
    open("melody");
    session.text = "C4 E4 G4";
  }
  LeftTexts texts{};
  Session session{};
};

TEST_F(LeftTextsTest, know_what_models_read) {
  EXPECT_EQ(text_kind_of(kSome, "council"), "");
  EXPECT_EQ(text_kind_of(kSome, kOwn), "");
  EXPECT_EQ(text_kind_of(kSome, "melody"), "melody");
  EXPECT_EQ(text_kind_of(kSome, "digits"), std::nullopt);
}

TEST_F(LeftTextsTest, come_back_with_a_model_that_reads_them) {
  session.model = "council";
  session.text = "typed by somebody";
  session.query = {TokenAnchor::Kind::byte, 6, 0};
  open("melody");
  EXPECT_EQ(session.text, "C4 D4");
  session.text = "C4 E4 G4";
  open("digits");
  EXPECT_EQ(session.text, "C4 E4 G4") << "a picture takes no text's place";
  open("council");
  EXPECT_EQ(session.text, "typed by somebody");
  EXPECT_EQ(session.query, (TokenAnchor{TokenAnchor::Kind::byte, 6, 0}));
  EXPECT_EQ(session.model, "council");
  session.text = "typed later";
  open("digits");
  open("melody");
  EXPECT_EQ(session.text, "C4 E4 G4") << "nor is what was typed there lost";
  open(kOwn);
  EXPECT_EQ(session.text, "typed later");
}

TEST_F(LeftTextsTest, let_a_text_stay_that_both_models_read) {
  session.text = "typed by somebody";
  open("narrator");
  EXPECT_EQ(session.text, "typed by somebody");
  EXPECT_TRUE(texts.kept.empty());
}

TEST_F(LeftTextsTest, a_model_that_fails_to_load_leaves_the_text_what_it_was) {
  session.model = "melody";  // of a saved session: no words were ever there
  session.text = "C4 E4 G4";
  open(kOwn, false);
  EXPECT_EQ(session.text, "C4 E4 G4");
  EXPECT_TRUE(texts.kept.empty());
  const NextText next = open("council");
  EXPECT_NE(next.begin, nullptr) << "notes are nothing for it";
  EXPECT_EQ(session.text, "кот");
  open("melody");
  EXPECT_EQ(session.text, "C4 E4 G4");
}

TEST_F(LeftTextsTest, a_text_that_stayed_with_ones_own_model_is_still_of_its_kind) {
  session.model = "melody";
  session.text = "C4 E4 G4";
  open(kOwn);
  EXPECT_EQ(session.text, "C4 E4 G4") << "it has no example, and nothing was put aside";
  open("melody");
  EXPECT_EQ(session.text, "C4 E4 G4");
  const NextText next = open("council");
  EXPECT_FALSE(next.back) << "notes are no words that come back";
  EXPECT_EQ(session.text, "кот");
}

TEST_F(LeftTextsTest, what_is_typed_for_ones_own_model_is_words) {
  session.model = "melody";
  session.text = "C4 E4 G4";
  open(kOwn);
  session.text = "typed there";
  open("melody");
  EXPECT_EQ(session.text, "C4 D4");
  open("council");
  EXPECT_EQ(session.text, "typed there");
}

TEST_F(LeftTextsTest, a_model_that_fails_after_its_text_came_leaves_words_words) {
  come_to_melody_from("typed by somebody");
  open(kOwn);
  ASSERT_EQ(session.text, "typed by somebody");
  session.model = "melody";  // it could not be loaded: the one before stays
  open("council");
  EXPECT_EQ(session.text, "typed by somebody");
  open("melody");
  EXPECT_EQ(session.text, "C4 E4 G4");
}

TEST_F(LeftTextsTest, an_example_of_another_kind_puts_the_text_aside) {
  session.model = "council";
  session.text = "typed by somebody";
  turn_to_example(texts, kSome, session, kSome[1], kSome[1].examples.front());
  session = with_example(session, kSome[1].examples.front(), nullptr);
  session.model = "melody";
  turn_to_example(texts, kSome, session, kSome[2], kSome[2].examples.front());
  session = with_example(session, kSome[2].examples.front(), nullptr);
  session.model = "digits";
  EXPECT_EQ(session.text, "C4 D4") << "a picture takes no text's place";
  open("council");
  EXPECT_EQ(session.text, "typed by somebody");
}

}  // namespace
}  // namespace regard::shell
