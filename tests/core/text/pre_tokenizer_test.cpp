// SPDX-License-Identifier: Apache-2.0
#include "core/text/pre_tokenizer.h"

#include "core/base/error.h"
#include "core/text/unicode.h"

#include <gtest/gtest.h>

#include <chrono>

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
  EXPECT_THROW(Regex(std::string(1000, '(') + std::string(1000, ')'), "f", "i"), Error);
  EXPECT_THROW(Regex("[\xFF]", "f", "i"), Error);
}

TEST(PreTokenizer, oniguruma_reads_the_patterns) {
  using enum SplitBehavior;
  const std::string bloom = R"( ?[^(\s|[.,!?…。，、।۔،])]+)";
  EXPECT_EQ(cut(split(bloom, isolated), "Hello, world! (a|b) «да»."),
            (Strings{"Hello", ",", " world", "! (", "a", "|", "b", ")", " «да»", "."}));
  EXPECT_EQ(cut(split("[a-z&&[^aeiou]]+", removed), "banana"), (Strings{"a", "a", "a"}));
  EXPECT_EQ(cut(split(R"(\h+)", isolated), "xfa0z"), (Strings{"x", "fa0", "z"})) << "hexadecimal digits, not spaces";
  EXPECT_EQ(cut(split("a{,3}", isolated), "aaaab"), (Strings{"aaa", "a", "b"}));
  EXPECT_EQ(cut(split(R"(\p{Letter}+)", isolated), "да1"), (Strings{"да", "1"}));
  EXPECT_EQ(cut(split("[[:punct:]]+", isolated), "a$+b"), (Strings{"a", "$+", "b"}))
      << "symbols too, as today's reads it";
  EXPECT_EQ(cut(split("(?=x)", removed), "axbxx"), (Strings{"a", "xb", "x", "x"})) << "an empty match cuts";
}

TEST(PreTokenizer, a_hostile_pattern_ends) {
  const std::string text(5000, 'a');
  const auto start = std::chrono::steady_clock::now();
  for (const char* pattern : {"(a+)+$b|(a|aa)+c", "(a*)*b", "(?:a?){500}b", R"((?<x>a\g<x>?a|a)b)", "a*(?=a*b)"}) {
    try {
      EXPECT_EQ(cut(split(pattern, SplitBehavior::isolated), text), Strings{text}) << pattern;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "tokenizer_pattern_stopped") << pattern;
      EXPECT_EQ(error.details().item, "i");
    }
  }
  EXPECT_THROW((void)cut(split("(a+)+$b|(a|aa)+c", SplitBehavior::isolated), text), Error)
      << "a text that was not cut to its end must not pass as one that was";
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(120));
}

TEST(PreTokenizer, whitespace_knows_the_words_of_every_script) {
  const auto words = [](const std::string& text) { return cut(only(WordsAndSignsPreTokenizer{}), text); };
  EXPECT_EQ(words("и\u0306од हिन्दी a\u203Fb"), (Strings{"и\u0306од", "हिन्दी", "a\u203Fb"}));
  EXPECT_EQ(words("x² ①a"), (Strings{"x", "²", "①", "a"}));
  EXPECT_EQ(words("a\u200Db--c d_1"), (Strings{"a\u200Db", "--", "c", "d_1"}));
}

TEST(PreTokenizer, scripts_part_words) {
  const auto words = [](const std::string& text) { return cut(only(ScriptsPreTokenizer{}), text); };
  EXPECT_EQ(words("Hello 漢字かな abc привет"), (Strings{"Hello ", "漢字かな ", "abc ", "привет"}));
  EXPECT_EQ(words("  a"), (Strings{"a"}));
  EXPECT_EQ(cut(only(FixedLengthPreTokenizer{3}), "пример да"), (Strings{"при", "мер", " да"}));
}

}  // namespace
}  // namespace regard
