// SPDX-License-Identifier: Apache-2.0
#include "core/text/normalizer.h"

#include "core/base/error.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

AlignedText run(const Normalizer& steps, const std::string& text) {
  return normalize(steps, aligned_copy(text, 0, text.size()));
}

Normalizer only(NormalizerStep step) {
  Normalizer steps;
  steps.push_back(std::move(step));
  return steps;
}

// Every byte of the result points at bytes of the original.
void expect_aligned(const AlignedText& result, const std::string& original) {
  ASSERT_EQ(result.text.size(), result.source.size());
  for (const ByteSpan& span : result.source) {
    EXPECT_LE(span.begin, span.end);
    EXPECT_LE(span.end, original.size());
  }
}

TEST(Normalizer, bert_without_stripping_keeps_yo_and_short_i) {
  const std::string text = "ЁЖ\tЙ";
  const AlignedText result = run(only(BertNormalizer{true, true, false, true}), text);
  EXPECT_EQ(result.text, "ёж й");
  expect_aligned(result, text);
  EXPECT_EQ(source_of(result, {5, 7}), (ByteSpan{5, 7}));
}

TEST(Normalizer, bert_with_stripping_drops_the_marks) {
  const std::string text = "Ёжик и café";
  const AlignedText result = run(only(BertNormalizer{}), text);
  EXPECT_EQ(result.text, "ежик и cafe");
  expect_aligned(result, text);
  EXPECT_EQ(source_of(result, {0, 2}), (ByteSpan{0, 2}));      // е <- Ё
  EXPECT_EQ(source_of(result, {15, 16}), (ByteSpan{15, 17}));  // e <- é, two bytes
}

TEST(Normalizer, bert_cleans_control_characters_and_splits_ideographs) {
  const std::string text = std::string("a\0\u200Db\uFFFD我在", 15);
  const AlignedText result = run(only(BertNormalizer{}), text);
  EXPECT_EQ(result.text, "ab 我  在 ");
  expect_aligned(result, text);
  EXPECT_EQ(source_of(result, {3, 6}), (ByteSpan{9, 12}));  // 我
  EXPECT_EQ(source_of(result, {2, 3}), (ByteSpan{9, 9}));   // the space put before it
}

TEST(Normalizer, composing_gives_the_whole_span_to_the_new_character) {
  const std::string text = "xи\u0306y";
  const AlignedText result = run(only(UnicodeNormalizer{NormalForm::nfc}), text);
  EXPECT_EQ(result.text, "xйy");
  EXPECT_EQ(source_of(result, {1, 3}), (ByteSpan{1, 5}));
  EXPECT_EQ(source_of(result, {3, 4}), (ByteSpan{5, 6}));
}

TEST(Normalizer, piecewise_normal_forms_equal_those_of_the_whole_text) {
  std::uint32_t state = 7;
  const auto random = [&](std::uint32_t bound) { return (state = state * 1664525U + 1013904223U) / 65536U % bound; };
  const std::vector<char32_t> odd = {U'а',   U'e',   0x301,  0x323,  0x308,  0x1100, 0x1161, 0x11A8,
                                     0xAC00, 0x9BE,  0x9C7,  U'ﬁ',   0xFB2A, 0x5B0,  0x212B, 0xFF76,
                                     0xFF9E, 0x3099, 0x304B, 0x1E9B, 0x0F71, 0x0F72};
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (int length = 0; length < 12; ++length)
      append_utf8(text, odd[random(static_cast<std::uint32_t>(odd.size()))]);
    for (const NormalForm form : {NormalForm::nfc, NormalForm::nfd, NormalForm::nfkc, NormalForm::nfkd})
      ASSERT_EQ(run(only(UnicodeNormalizer{form}), text).text, normalized(text, form)) << text;
  }
}

TEST(Normalizer, prepend_and_replace_keep_the_places) {
  Normalizer steps;
  steps.emplace_back(PrependNormalizer{"▁"});
  steps.emplace_back(ReplaceNormalizer{Regex(Regex::literal(" "), "f", "i"), "▁"});
  const AlignedText result = run(steps, "a b");
  EXPECT_EQ(result.text, "▁a▁b");
  EXPECT_EQ(result.source.front(), (ByteSpan{0, 0}));
  EXPECT_EQ(source_of(result, {0, 4}), (ByteSpan{0, 1}));
  EXPECT_EQ(source_of(result, {4, 8}), (ByteSpan{1, 3}));
  EXPECT_EQ(run(steps, "").text, "");
}

TEST(Normalizer, replace_takes_patterns_and_puts_its_content_where_nothing_matches) {
  EXPECT_EQ(run(only(ReplaceNormalizer{Regex(R"(\s+)", "f", "i"), " "}), "а \t б").text, "а б");
  EXPECT_EQ(run(only(ReplaceNormalizer{Regex("x*", "f", "i"), "-"}), "яxxя").text, "-я-я-");
  EXPECT_EQ(run(only(ReplaceNormalizer{Regex(Regex::literal("a.b\\E"), "f", "i"), ""}), "a.b\\Eaxb").text, "axb");
}

TEST(Normalizer, strip_and_the_small_steps) {
  EXPECT_EQ(run(only(StripNormalizer{true, true}), "\u00A0 да \n").text, "да");
  EXPECT_EQ(run(only(StripNormalizer{true, false}), " да ").text, "да ");
  EXPECT_EQ(run(only(StripNormalizer{}), "  ").text, "");
  EXPECT_EQ(run(only(LowercaseNormalizer{}), "ДА").text, "да");
  EXPECT_EQ(run(only(StripAccentsNormalizer{}), "е\u0308й").text, "ей");  // composed letters stay without NFD
  EXPECT_EQ(run(only(StripAccentsNormalizer{}), "कि").text, "क") << "marks with a width go too";
  EXPECT_EQ(run(only(NmtNormalizer{}), "a\u200Bb\tc\u0001d").text, "a b cd");
  EXPECT_EQ(run(only(ByteLevelNormalizer{}), "a é").text, "aĠÃ©");
}

TEST(Normalizer, replace_between_all_characters_is_stopped_where_the_text_explodes) {
  Normalizer steps;
  for (int step = 0; step < 12; ++step)
    steps.emplace_back(ReplaceNormalizer{Regex("(?=.)", "f", "normalizer"), "-"});
  try {
    (void)run(steps, std::string(1000, 'a'));
    FAIL() << "no Error was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "tokenizer_pattern_stopped");
    EXPECT_EQ(error.details().item, "normalizer");
  }
}

TEST(Normalizer, a_long_run_of_marks_takes_no_quadratic_time) {
  std::string text = "а";
  for (int mark = 0; mark < 300000; ++mark)
    text += mark % 2 == 0 ? "\u0301" : "\u0323";
  const AlignedText result = run(only(UnicodeNormalizer{NormalForm::nfd}), text);
  EXPECT_EQ(result.text.size(), text.size());
}

}  // namespace
}  // namespace regard
