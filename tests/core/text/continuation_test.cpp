// SPDX-License-Identifier: Apache-2.0
// New ids behind a text: whole characters only, spans that cover the text, the tokenizer's own cut where it agrees.
#include "core/text/continuation.h"
#include "tests/core/text/ids.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace regard {
namespace {

using nlohmann::json;
using testing::Ids;

/// A byte-fallback BPE with a few words: <0x00> is 20, <0x01> is 21, …
std::string few_words() {
  json vocabulary = {{"<unk>", 0}, {"<s>", 1}, {"</s>", 2}, {"▁", 3},  {"a", 4},
                     {"b", 5},     {"▁a", 6},  {"ab", 7},   {"▁b", 8}, {"▁ab", 9}};
  static constexpr char kDigits[] = "0123456789ABCDEF";
  for (int byte = 0; byte < 256; ++byte)
    vocabulary[std::string("<0x") + kDigits[byte / 16] + kDigits[byte % 16] + ">"] = 20 + byte;
  const json merges = json::array(
      {json::array({"▁", "a"}), json::array({"▁a", "b"}), json::array({"a", "b"}), json::array({"▁", "b"})});
  const json replace = {{"type", "Replace"}, {"pattern", {{"String", "▁"}}}, {"content", " "}};
  return json{
      {"model",
       {{"type", "BPE"}, {"vocab", vocabulary}, {"merges", merges}, {"unk_token", "<unk>"}, {"byte_fallback", true}}},
      {"added_tokens",
       {{{"id", 1}, {"content", "<s>"}, {"special", true}}, {{"id", 2}, {"content", "</s>"}, {"special", true}}}},
      {"normalizer",
       {{"type", "Sequence"},
        {"normalizers",
         {{{"type", "Prepend"}, {"prepend", "▁"}},
          {{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", "▁"}}}}}},
      {"post_processor",
       {{"type", "TemplateProcessing"},
        {"single",
         {{{"SpecialToken", {{"id", "<s>"}, {"type_id", 0}}}},
          {{"Sequence", {{"id", "A"}, {"type_id", 0}}}},
          {{"SpecialToken", {{"id", "</s>"}, {"type_id", 0}}}}}},
        {"special_tokens",
         {{"<s>", {{"id", "<s>"}, {"ids", {1}}, {"tokens", {"<s>"}}}},
          {"</s>", {{"id", "</s>"}, {"ids", {2}}, {"tokens", {"</s>"}}}}}}}},
      {"decoder",
       {{"type", "Sequence"},
        {"decoders",
         {replace,
          {{"type", "ByteFallback"}},
          {{"type", "Fuse"}},
          {{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}}}}}}}
      .dump();
}

struct ContinuationTest : ::testing::Test {
  std::unique_ptr<const Tokenizer> tokenizer = parse_tokenizer_json(few_words(), "test");

  [[nodiscard]] Continuation behind(const std::string& text) const {
    return {*tokenizer, prompt_of(tokenizer->encode(text))};
  }
  /// Every byte of the text belongs to one token after the other.
  static void expect_sound_spans(const Encoding& encoding) {
    std::size_t at = 0;
    for (const Token& token : encoding.tokens) {
      EXPECT_LE(token.begin, token.end);
      if (token.begin == token.end) continue;
      EXPECT_EQ(token.begin, at) << encoding.text;
      at = token.end;
    }
    EXPECT_EQ(at, encoding.text.size()) << encoding.text;
  }
};

TEST_F(ContinuationTest, APromptLosesTheSpecialsThatWouldEndIt) {
  EXPECT_EQ(ids_of(tokenizer->encode("ab")), (Ids{1, 9, 2}));
  EXPECT_EQ(ids_of(prompt_of(tokenizer->encode("ab"))), (Ids{1, 9}));
  EXPECT_EQ(ids_of(prompt_of(tokenizer->encode(""))), (Ids{1}));  // one token stays
}

TEST_F(ContinuationTest, WordsAreAddedWithTheSpaceBeforeThem) {
  Continuation text = behind("ab");
  text.add(8);
  EXPECT_EQ(text.encoding().text, "ab b");
  EXPECT_TRUE(text.reads_back());
  EXPECT_EQ(text.encoding().tokens.back().piece, "▁b");
  EXPECT_EQ(text.encoding().tokens.back().word, 1);
  expect_sound_spans(text.encoding());
}

TEST_F(ContinuationTest, AnEmptyTextBeginsWithoutASpace) {
  Continuation text = behind("");
  text.add(8);
  EXPECT_EQ(text.encoding().text, "b");
  EXPECT_TRUE(text.reads_back());
}

TEST_F(ContinuationTest, BytesOfACharacterAreHeldBackUntilItIsWhole) {
  Continuation text = behind("ab");
  const std::string euro = "€";
  text.add(20 + 0xE2);
  EXPECT_EQ(text.encoding().text, "ab");
  EXPECT_FALSE(text.reads_back());
  EXPECT_EQ(text.encoding().tokens.size(), 3U);  // the token is there, and stands for no byte yet
  EXPECT_EQ(text.encoding().tokens.back().begin, 2U);
  EXPECT_EQ(text.encoding().tokens.back().end, 2U);
  text.add(20 + 0x82);
  EXPECT_EQ(text.encoding().text, "ab");
  text.add(20 + 0xAC);
  EXPECT_EQ(text.encoding().text, "ab" + euro);
  EXPECT_TRUE(text.reads_back());
  EXPECT_EQ(ids_of(text.encoding()), (Ids{1, 9, 20 + 0xE2, 20 + 0x82, 20 + 0xAC}));
}

TEST_F(ContinuationTest, ACharacterThatIsNeverFinishedShowsAsOneThatCannotBeRead) {
  Continuation text = behind("ab");
  text.add(20 + 0xE2);
  text.add(8);
  EXPECT_EQ(text.encoding().text, "ab\uFFFD b");
  EXPECT_FALSE(text.reads_back());
  expect_sound_spans(text.encoding());
}

TEST_F(ContinuationTest, AnotherCutOfTheSameTextKeepsTheTokensThatWereWritten) {
  Continuation text = behind("a");
  text.add(5);  // "b" behind "▁a": the tokenizer would have written "▁ab"
  EXPECT_EQ(text.encoding().text, "ab");
  EXPECT_FALSE(text.reads_back());
  EXPECT_EQ(ids_of(text.encoding()), (Ids{1, 6, 5}));
  expect_sound_spans(text.encoding());
  EXPECT_EQ(text.encoding().tokens[2].word, text.encoding().tokens[1].word);
  text.add(6);
  EXPECT_EQ(text.encoding().text, "ab a");
  EXPECT_EQ(text.encoding().tokens[3].word, text.encoding().tokens[2].word + 1);
}

TEST_F(ContinuationTest, WithoutTheTemplateATextReadsBackWithoutItToo) {
  Continuation text(*tokenizer, prompt_of(tokenizer->encode("ab", {.add_special = false})), false);
  text.add(8);
  EXPECT_TRUE(text.reads_back());
  EXPECT_EQ(ids_of(text.encoding()), (Ids{9, 8}));
}

TEST_F(ContinuationTest, ASpecialTokenAddsNoText) {
  Continuation text = behind("ab");
  text.add(1);
  EXPECT_EQ(text.encoding().text, "ab");
  EXPECT_TRUE(text.encoding().tokens.back().special);
  EXPECT_EQ(text.encoding().tokens.back().word, -1);
  EXPECT_FALSE(text.reads_back());
}

TEST_F(ContinuationTest, TextAsItWasTypedIsKept) {
  Continuation text = behind("a  b ");
  text.add(8);
  EXPECT_TRUE(text.encoding().text.starts_with("a  b ")) << text.encoding().text;
  EXPECT_TRUE(text.encoding().text.ends_with("b")) << text.encoding().text;
}

}  // namespace
}  // namespace regard
