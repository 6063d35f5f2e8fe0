// SPDX-License-Identifier: Apache-2.0
// The patterns cut by hand against Oniguruma, on texts that no person writes.
#include "core/text/published_patterns.h"

#include "core/text/pre_tokenizer.h"
#include "core/text/regex.h"
#include "core/text/unicode.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace regard {
namespace {

std::vector<TextRange> matches_of(const std::string& pattern, const std::string& text) {
  const Regex regex(pattern, "f", "i");
  MatchBudget budget(text.size());
  std::vector<TextRange> matches;
  RegexMatcher(regex, budget).find_all(text, matches);
  return matches;
}

std::string random_text(std::uint32_t& state) {
  const auto random = [&](std::uint32_t bound) { return (state = state * 1664525U + 1013904223U) / 65536U % bound; };
  static const std::vector<std::string> kPieces = {
      " ",  "  ", "\n", "\r", "\r\n", "\t", "\u00A0", "\u3000", "\u0085", "a",  "Б",  "é",   "e\u0301", "漢",
      "𐐀",  "1",  "22", "٣",  "½",    "Ⅻ",  "𝟗",      "'",      "'s",     "'S", "'ſ", "'Re", "'LL",     "'vE",
      "'d", "'M", ".",  "…",  "€",    "🐈",  "_",      "'r",     "\u200B", "/",  "'t", "ll",  "s"};
  std::string text;
  for (std::uint32_t length = 1 + random(14); length > 0; --length)
    text += kPieces[random(static_cast<std::uint32_t>(kPieces.size()))];
  return text;
}

TEST(PublishedPatterns, cut_as_oniguruma_does) {
  const std::string tail = R"(| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
  const std::string words = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|)";
  std::uint32_t state = 3;
  for (const std::string& pattern : {gpt2_pattern(), words + R"(\p{N})" + tail, words + R"(\p{N}{1,3})" + tail}) {
    ASSERT_TRUE(published_pattern(pattern)) << pattern;
    const std::string same = "(?:" + pattern + ")";  // not to the letter: Oniguruma cuts by it
    ASSERT_FALSE(published_pattern(same));
    for (int round = 0; round < 3000; ++round) {
      const std::string text = random_text(state);
      ASSERT_EQ(matches_of(pattern, text), matches_of(same, text)) << pattern << "\n«" << text << "»";
    }
  }
}

TEST(PublishedPatterns, know_every_letter_and_number_that_oniguruma_knows) {
  std::string all;
  for (char32_t code = 0x21; code <= 0x1FFFF; ++code)
    if (code < 0xD800 || code > 0xDFFF) append_utf8(all, code);
  std::string text;  // a letter, a digit and a sign before each character that this Oniguruma has heard of
  std::size_t known = 0;
  for (const TextRange& character : matches_of(R"(\P{Cn})", all)) {
    for (const char* before : {"a", "1", "."})
      text += before + all.substr(character.begin, character.end - character.begin) + " ";
    ++known;
  }
  EXPECT_GT(known, 60000U);
  EXPECT_EQ(matches_of(gpt2_pattern(), text), matches_of("(?:" + gpt2_pattern() + ")", text));
}

}  // namespace
}  // namespace regard
