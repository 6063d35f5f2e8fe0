// SPDX-License-Identifier: Apache-2.0
#include "core/text/pre_tokenizer.h"

#include "core/base/error.h"
#include "core/text/unicode.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

using Strings = std::vector<std::string>;

Strings cut(const PreTokenizer& steps, const std::string& text, bool at_start = true) {
  const PreTokenized result = pre_tokenize(steps, aligned_copy(text, 0, text.size()), at_start);
  Strings words;
  for (const TextRange& word : result.words)
    words.push_back(result.text.text.substr(word.begin, word.end - word.begin));
  return words;
}

PreTokenizer only(PreTokenizerStep step) {
  PreTokenizer steps;
  steps.push_back(std::move(step));
  return steps;
}

PreTokenizer split(const std::string& pattern, SplitBehavior behavior, bool invert = false) {
  return only(SplitPreTokenizer{Regex(pattern, "f", "i"), behavior, invert});
}

TEST(PreTokenizer, split_behaves_in_five_ways) {
  const std::string text = "the-final--countdown";
  EXPECT_EQ(cut(split("-", SplitBehavior::removed), text), (Strings{"the", "final", "countdown"}));
  EXPECT_EQ(cut(split("-", SplitBehavior::isolated), text), (Strings{"the", "-", "final", "-", "-", "countdown"}));
  EXPECT_EQ(cut(split("-", SplitBehavior::merged_with_previous), text), (Strings{"the-", "final-", "-", "countdown"}));
  EXPECT_EQ(cut(split("-", SplitBehavior::merged_with_next), text), (Strings{"the", "-final", "-", "-countdown"}));
  EXPECT_EQ(cut(split("-", SplitBehavior::contiguous), text), (Strings{"the", "-", "final", "--", "countdown"}));
  EXPECT_EQ(cut(split("-", SplitBehavior::removed, true), text), (Strings{"-", "-", "-"}));
}

TEST(PreTokenizer, bert_removes_whitespace_and_isolates_signs) {
  EXPECT_EQ(cut(only(BertPreTokenizer{}), "Кошка, ёж… «да»!"), (Strings{"Кошка", ",", "ёж", "…", "«", "да", "»", "!"}));
}

TEST(PreTokenizer, byte_level_writes_gpt2s_alphabet) {
  EXPECT_EQ(cut(only(ByteLevelPreTokenizer{false, true}), "Hello  world's я\n"),
            (Strings{"Hello", "Ġ", "Ġworld", "'s", "ĠÑı", "Ċ"}));
  EXPECT_EQ(cut(only(ByteLevelPreTokenizer{true, true}), "да"), (Strings{"ĠÐ´Ð°"}));
  EXPECT_EQ(cut(only(ByteLevelPreTokenizer{true, false}), " a b"), (Strings{"ĠaĠb"}));
}

TEST(PreTokenizer, every_byte_has_its_own_character) {
  for (int byte = 0; byte < 256; ++byte)
    EXPECT_EQ(character_to_byte(byte_to_character(static_cast<unsigned char>(byte))), byte);
  EXPECT_EQ(byte_to_character(' '), U'Ġ');
  EXPECT_EQ(byte_to_character('\n'), U'Ċ');
  EXPECT_EQ(character_to_byte(U'▁'), -1);
}

TEST(PreTokenizer, qwens_pattern_compiles_and_cuts) {
  const std::string pattern =
      R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
  EXPECT_EQ(cut(split(pattern, SplitBehavior::isolated), "Ёж съел 42 гриба, да?\n\n  «Нет»"),
            (Strings{"Ёж", " съел", " ", "4", "2", " гриба", ",", " да", "?\n\n", " ", " «", "Нет", "»"}));
}

TEST(PreTokenizer, digits_and_signs) {
  EXPECT_EQ(cut(only(DigitsPreTokenizer{true}), "a12б"), (Strings{"a", "1", "2", "б"}));
  EXPECT_EQ(cut(only(DigitsPreTokenizer{false}), "a12б"), (Strings{"a", "12", "б"}));
  EXPECT_EQ(cut(only(PunctuationPreTokenizer{}), "да, нет"), (Strings{"да", ",", " нет"}));
  EXPECT_EQ(cut(only(WhitespaceSplitPreTokenizer{}), " да,\u00A0нет "), (Strings{"да,", "нет"}));
}

TEST(PreTokenizer, metaspace_marks_spaces_and_the_start) {
  using Prepend = MetaspacePreTokenizer::Prepend;
  EXPECT_EQ(cut(only(MetaspacePreTokenizer{"▁", Prepend::always, true}), "Hey  you"), (Strings{"▁Hey", "▁", "▁you"}));
  EXPECT_EQ(cut(only(MetaspacePreTokenizer{"▁", Prepend::never, true}), "Hey you"), (Strings{"Hey", "▁you"}));
  EXPECT_EQ(cut(only(MetaspacePreTokenizer{"▁", Prepend::first, false}), "a b", true), (Strings{"▁a▁b"}));
  EXPECT_EQ(cut(only(MetaspacePreTokenizer{"▁", Prepend::first, false}), "a b", false), (Strings{"a▁b"}));
}

TEST(PreTokenizer, steps_follow_each_other) {
  PreTokenizer steps;
  steps.emplace_back(DigitsPreTokenizer{true});
  steps.emplace_back(ByteLevelPreTokenizer{false, true});
  EXPECT_EQ(cut(steps, "год 25 \u00A0"), (Strings{"Ð³Ð¾Ð´", "Ġ", "2", "5", "ĠÂł"}));
}

TEST(PreTokenizer, spans_follow_the_bytes) {
  const PreTokenized result = pre_tokenize(only(ByteLevelPreTokenizer{true, true}), aligned_copy("xя д", 1, 6), false);
  ASSERT_EQ(result.words.size(), 2U);
  EXPECT_EQ(source_of(result.text, result.words[0]), (ByteSpan{1, 3}));
  EXPECT_EQ(source_of(result.text, result.words[1]), (ByteSpan{3, 6}));
}

TEST(PreTokenizer, a_pattern_that_does_not_compile_is_an_error) {
  try {
    const Regex broken("a(b", "tokenizer.json", "pre_tokenizer.pattern");
    FAIL() << "no Error was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "tokenizer_value");
    EXPECT_NE(std::string(error.what()).find("pre_tokenizer.pattern"), std::string::npos);
  }
  EXPECT_THROW(Regex(std::string(100000, 'a'), "f", "i"), Error);
  EXPECT_THROW(Regex("((((a{1000}){1000}){1000}){1000})", "f", "i"), Error);
}

TEST(PreTokenizer, a_hostile_pattern_ends) {
  const std::string text(5000, 'a');
  const Strings words = cut(split("(a+)+$b|(a|aa)+c", SplitBehavior::isolated), text);
  EXPECT_EQ(words, Strings{text});
}

}  // namespace
}  // namespace regard
