// SPDX-License-Identifier: Apache-2.0
// What holds for any text and every kind of tokenizer: the text comes back, spans lie in order, what is shown can be read.
#include "core/base/random.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/tokenizer.h"
#include "core/text/unicode.h"

#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>

namespace regard {
namespace {

using nlohmann::json;

std::string byte_piece(int byte) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  return std::string("<0x") + kDigits[byte / 16] + kDigits[byte % 16] + ">";
}

std::unique_ptr<const Tokenizer> byte_level() {
  json vocabulary = json::object();
  for (int byte = 0; byte < 256; ++byte) {
    std::string piece;
    append_utf8(piece, byte_to_character(static_cast<unsigned char>(byte)));
    vocabulary[piece] = byte;
  }
  const std::vector<std::string> pieces = {"Ð¾", "ÑĤ", "Ð¾ÑĤ", "th", "the", "Ġthe"};
  for (std::size_t index = 0; index < pieces.size(); ++index)
    vocabulary[pieces[index]] = 256 + index;
  json file{
      {"model", {{"type", "BPE"}, {"vocab", vocabulary}, {"merges", {"Ð ¾", "Ñ Ĥ", "Ð¾ ÑĤ", "t h", "th e", "Ġ the"}}}},
      {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", false}}},
      {"decoder", {{"type", "ByteLevel"}}}};
  return parse_tokenizer_json(file.dump(), "byte level");
}

json spaces_as_marks() {
  return {{"type", "Sequence"},
          {"normalizers",
           {{{"type", "Prepend"}, {"prepend", "▁"}},
            {{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", "▁"}}}}};
}

json marks_as_spaces() {
  return {{"type", "Sequence"},
          {"decoders",
           {{{"type", "Replace"}, {"pattern", {{"String", "▁"}}}, {"content", " "}},
            {{"type", "ByteFallback"}},
            {{"type", "Fuse"}},
            {{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}}}}};
}

std::unique_ptr<const Tokenizer> bpe_with_bytes() {
  json vocabulary = {{"<unk>", 0}, {"▁", 1}, {"к", 2}, {"о", 3}, {"т", 4}, {"от", 5}, {"▁к", 6}, {"a", 7}};
  for (int byte = 0; byte < 256; ++byte)
    vocabulary[byte_piece(byte)] = 16 + byte;
  const json file{{"model",
                   {{"type", "BPE"},
                    {"vocab", vocabulary},
                    {"merges", {"о т", "▁ к"}},
                    {"unk_token", "<unk>"},
                    {"byte_fallback", true}}},
                  {"normalizer", spaces_as_marks()},
                  {"decoder", marks_as_spaces()}};
  return parse_tokenizer_json(file.dump(), "BPE with bytes");
}

std::unique_ptr<const Tokenizer> unigram_with_bytes() {
  json vocabulary = json::array({json::array({"<unk>", 0.0}), json::array({"▁", -2.0}), json::array({"к", -4.0}),
                                 json::array({"о", -4.0}), json::array({"т", -4.0}), json::array({"от", -5.0}),
                                 json::array({"▁кот", -6.0}), json::array({"猫", -6.0})});
  for (int byte = 0; byte < 256; ++byte)
    vocabulary.push_back(json::array({byte_piece(byte), -20.0}));
  const json file{{"model", {{"type", "Unigram"}, {"vocab", vocabulary}, {"unk_id", 0}, {"byte_fallback", true}}},
                  {"normalizer", spaces_as_marks()},
                  {"decoder", marks_as_spaces()}};
  return parse_tokenizer_json(file.dump(), "Unigram with bytes");
}

std::unique_ptr<const Tokenizer> wordpiece() {
  return parse_vocab_txt("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nкот\n##ик\nк\n##о\n##т\na\n##b\n猫\n.\n", {},
                         "vocab.txt");
}

/// Letters, spaces and signs of several scripts, marks that combine, emoji; never the space mark or a control character.
std::string random_text(Random& random) {
  static constexpr std::array<std::pair<char32_t, char32_t>, 9> kRanges{{{0x20, 0x7E},
                                                                         {0x410, 0x44F},
                                                                         {0x410, 0x44F},
                                                                         {0x4E00, 0x4E80},
                                                                         {0x300, 0x310},
                                                                         {0x1F600, 0x1F64F},
                                                                         {0x5D0, 0x5EA},
                                                                         {0xC0, 0xFF},
                                                                         {0x10FFF0, 0x10FFFD}}};
  static constexpr std::array<char32_t, 6> kKnown{U'к', U'о', U'т', U' ', U'猫', U'a'};
  std::string text;
  for (std::size_t letters = random.below(20); letters > 0; --letters) {
    const auto [first, last] = kRanges[random.below(kRanges.size())];
    const bool known = random.below(2) == 0;
    append_utf8(text, known ? kKnown[random.below(kKnown.size())]
                            : first + static_cast<char32_t>(random.below(last - first + 1)));
  }
  return text;
}

struct Kind {
  const char* name;
  std::unique_ptr<const Tokenizer> (*make)();
  bool lossless;
};

class EveryTokenizer : public ::testing::TestWithParam<Kind> {};
class LosslessTokenizer : public EveryTokenizer {};

TEST_P(LosslessTokenizer, GivesRandomTextsBack) {
  const auto tokenizer = GetParam().make();
  Random random(7);
  for (int round = 0; round < 2'000; ++round) {
    const std::string text = random_text(random);
    std::vector<std::int32_t> ids;
    for (const Token& token : tokenizer->encode(text).tokens)
      ids.push_back(token.id);
    ASSERT_EQ(tokenizer->decode(ids), text);
  }
}

TEST_P(EveryTokenizer, PutsSpansInOrderAndCoversEveryLetter) {
  const auto tokenizer = GetParam().make();
  Random random(8);
  for (int round = 0; round < 2'000; ++round) {
    const std::string text = random_text(random);
    const Encoding encoding = tokenizer->encode(text, {.add_special = false});
    ASSERT_EQ(encoding.text, text);
    std::vector<bool> covered(text.size(), false);
    std::size_t last = 0;
    for (const Token& token : encoding.tokens) {
      ASSERT_LE(last, token.begin) << text;
      ASSERT_LE(token.begin, token.end) << text;
      ASSERT_LE(token.end, text.size()) << text;
      last = token.begin;
      std::fill(covered.begin() + static_cast<std::ptrdiff_t>(token.begin),
                covered.begin() + static_cast<std::ptrdiff_t>(token.end), true);
    }
    for (std::size_t at = 0; GetParam().lossless && at < text.size(); ++at)
      ASSERT_TRUE(covered[at] || text[at] == ' ') << text << " at " << at;
  }
}

TEST_P(EveryTokenizer, ShowsWholeCharactersOrNamesTheirBytes) {
  const auto tokenizer = GetParam().make();
  Random random(9);
  for (int round = 0; round < 500; ++round)
    for (const Token& token : tokenizer->encode(random_text(random)).tokens) {
      bool repaired = false;
      EXPECT_EQ(repair_utf8(token.text, repaired), token.text);
      EXPECT_FALSE(repaired) << token.piece;
      EXPECT_EQ(token.text.find("▁"), std::string::npos) << "a space is shown as one";
      EXPECT_EQ(token.text.find("Ġ"), std::string::npos) << "a space is shown as one";
    }
}

constexpr Kind kByteLevel{"byte_level_bpe", byte_level, true};
constexpr Kind kBpeWithBytes{"bpe_with_bytes", bpe_with_bytes, true};
constexpr Kind kUnigramWithBytes{"unigram_with_bytes", unigram_with_bytes, true};
constexpr Kind kWordPiece{"wordpiece", wordpiece, false};  // folds letters and spaces

std::string name_of(const ::testing::TestParamInfo<Kind>& instance) {
  return instance.param.name;
}

INSTANTIATE_TEST_SUITE_P(Kinds, LosslessTokenizer, ::testing::Values(kByteLevel, kBpeWithBytes, kUnigramWithBytes),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Kinds, EveryTokenizer,
                         ::testing::Values(kByteLevel, kBpeWithBytes, kUnigramWithBytes, kWordPiece), name_of);

std::vector<std::string> shown(const Tokenizer& tokenizer, std::string_view text) {
  std::vector<std::string> texts;
  for (const Token& token : tokenizer.encode(text, {.add_special = false}).tokens)
    texts.push_back(token.text);
  return texts;
}

using Texts = std::vector<std::string>;

TEST(ShownTokens, are_letters_spaces_and_named_bytes_in_every_family) {
  EXPECT_EQ(shown(*byte_level(), "от the к"), (Texts{"от", " the", " ", "‹0xD0›", "‹0xBA›"}));
  EXPECT_EQ(shown(*byte_level(), "🙂"), (Texts{"‹0xF0›", "‹0x9F›", "‹0x99›", "‹0x82›"}));
  EXPECT_EQ(shown(*bpe_with_bytes(), "кот 猫"), (Texts{" к", "от", " ", "‹0xE7›", "‹0x8C›", "‹0xAB›"}));
  EXPECT_EQ(shown(*unigram_with_bytes(), "кот猫🙂"),
            (Texts{" кот", "猫", "‹0xF0›", "‹0x9F›", "‹0x99›", "‹0x82›"}));
  EXPECT_EQ(shown(*wordpiece(), "котик 猫."), (Texts{"кот", "ик", "猫", "."}));
}

TEST(TemplatePieces, tell_what_is_put_around_a_text) {
  const TemplatePieces around = wordpiece()->template_pieces();
  EXPECT_EQ(around.opening, Texts{"[CLS]"});
  EXPECT_EQ(around.closing, Texts{"[SEP]"});
  EXPECT_TRUE(byte_level()->template_pieces().empty());
  const Encoding alone = wordpiece()->encode("кот", {.add_special = false});
  ASSERT_EQ(alone.tokens.size(), 1U);
  EXPECT_FALSE(alone.tokens.front().special);
}

}  // namespace
}  // namespace regard
