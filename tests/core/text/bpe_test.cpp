// SPDX-License-Identifier: Apache-2.0
#include "core/text/bpe.h"

#include "core/text/pre_tokenizer.h"
#include "core/text/tokenizer.h"
#include "core/text/unicode.h"
#include "tests/core/text/ids.h"

#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>

namespace regard {
namespace {

using nlohmann::json;
using testing::Ids;

// All 256 bytes, then a few merges: ids 256, 257, …
std::string byte_level_file() {
  json vocabulary = json::object();
  for (int byte = 0; byte < 256; ++byte) {
    std::string piece;
    append_utf8(piece, byte_to_character(static_cast<unsigned char>(byte)));
    vocabulary[piece] = byte;
  }
  const json merges = {"Ð º", "Ð¾ ÑĤ", "t h", "th e", "Ġ the", "Ð ¾", "Ñ Ĥ", "Ġ Ðº"};
  const json pieces = {"Ðº", "Ð¾", "ÑĤ", "Ð¾ÑĤ", "th", "the", "Ġthe", "ĠÐº"};
  for (std::size_t index = 0; index < pieces.size(); ++index)
    vocabulary[pieces[index].get<std::string>()] = 256 + index;
  vocabulary["<|endoftext|>"] = 264;
  return json{{"model", {{"type", "BPE"}, {"vocab", vocabulary}, {"merges", merges}}},
              {"added_tokens", {{{"id", 264}, {"content", "<|endoftext|>"}, {"special", true}}}},
              {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", false}}},
              {"decoder", {{"type", "ByteLevel"}}}}
      .dump();
}

json llama_json() {
  json vocabulary = {{"<unk>", 0}, {"<s>", 1}, {"</s>", 2}, {"▁", 3},    {"к", 4}, {"о", 5},
                     {"т", 6},     {"▁к", 7},  {"от", 8},   {"▁кот", 9}, {".", 10}};
  static constexpr char kDigits[] = "0123456789ABCDEF";
  for (int byte = 0; byte < 256; ++byte)
    vocabulary[std::string("<0x") + kDigits[byte / 16] + kDigits[byte % 16] + ">"] = 16 + byte;
  return json{
      {"model",
       {{"type", "BPE"},
        {"vocab", vocabulary},
        {"merges", json::array({json::array({"о", "т"}), json::array({"▁", "к"}), json::array({"▁к", "от"})})},
        {"unk_token", "<unk>"},
        {"fuse_unk", true},
        {"byte_fallback", true}}},
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
         {{{"SpecialToken", {{"id", "<s>"}, {"type_id", 0}}}}, {{"Sequence", {{"id", "A"}, {"type_id", 0}}}}}},
        {"special_tokens", {{"<s>", {{"id", "<s>"}, {"ids", {1}}, {"tokens", {"<s>"}}}}}}}},
      {"decoder",
       {{"type", "Sequence"},
        {"decoders",
         {{{"type", "Replace"}, {"pattern", {{"String", "▁"}}}, {"content", " "}},
          {{"type", "ByteFallback"}},
          {{"type", "Fuse"}},
          {{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}}}}}}};
}

TEST(Bpe, the_best_ranked_pair_merges_first_and_the_left_one_of_equals) {
  Vocabulary vocabulary;
  for (const char* piece : {"a", "b", "c", "ab", "bc", "abc", "aa", "aaa"})
    vocabulary.add(piece, static_cast<std::int32_t>(vocabulary.pieces.size()));
  BpeModel model;
  model.merges = {{merge_key(1, 2), {0, 4}},
                  {merge_key(0, 1), {1, 3}},
                  {merge_key(0, 4), {2, 5}},
                  {merge_key(0, 0), {3, 6}},
                  {merge_key(6, 0), {4, 7}}};
  const auto encode = [&](std::string_view word) {
    std::vector<WordPart> parts;
    encode_word(model, vocabulary, word, parts);
    Ids ids;
    for (const WordPart& part : parts)
      ids.push_back(part.id);
    return ids;
  };
  EXPECT_EQ(encode("abc"), (Ids{5}));  // b+c, then a+bc, although a+b was possible
  EXPECT_EQ(encode("ab"), (Ids{3}));
  EXPECT_EQ(encode("aaaa"), (Ids{6, 6}));  // the queued aa+a of the second pair is outdated
  EXPECT_EQ(encode("aaa"), (Ids{7}));
  EXPECT_EQ(encode("xay"), (Ids{0}));  // neither in the vocabulary nor unknown piece: left out
  model.ignore_merges = true;
  model.merges.clear();
  EXPECT_EQ(encode("abc"), (Ids{5}));
  EXPECT_EQ(encode("abca"), (Ids{0, 1, 2, 0}));
}

TEST(Bpe, a_million_characters_in_one_word_take_no_quadratic_time) {
  Vocabulary vocabulary;
  for (const char* piece : {"a", "aa", "aaaa"})
    vocabulary.add(piece, static_cast<std::int32_t>(vocabulary.pieces.size()));
  BpeModel model;
  model.merges = {{merge_key(0, 0), {0, 1}}, {merge_key(1, 1), {1, 2}}};
  std::vector<WordPart> parts;
  const auto start = std::chrono::steady_clock::now();
  encode_word(model, vocabulary, std::string(1'000'000, 'a'), parts);
  EXPECT_EQ(parts.size(), 250'000U);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(Bpe, byte_level_pieces_read_as_letters_and_name_broken_bytes) {
  const auto tokenizer = parse_tokenizer_json(byte_level_file(), "t");
  const Encoding encoding = tokenizer->encode("кот the й");
  // Ðº | Ð¾ÑĤ | Ġthe | Ġ | Ð | ¹
  ASSERT_EQ(ids_of(encoding), (Ids{256, 259, 262, 32, 0xD0, 0xB9}));
  EXPECT_EQ(encoding.tokens[0], (Token{256, "Ðº", "к", 0, 2, 0, false}));
  EXPECT_EQ(encoding.tokens[1], (Token{259, "Ð¾ÑĤ", "от", 2, 6, 0, false}));
  EXPECT_EQ(encoding.tokens[2], (Token{262, "Ġthe", " the", 6, 10, 1, false}));
  EXPECT_EQ(encoding.tokens[3], (Token{32, "Ġ", " ", 10, 11, 2, false}));
  EXPECT_EQ(encoding.tokens[4], (Token{0xD0, "Ð", "‹0xD0›", 11, 12, 2, false}));
  EXPECT_EQ(encoding.tokens[5], (Token{0xB9, "¹", "‹0xB9›", 12, 13, 2, false}));
}

TEST(Bpe, byte_level_gives_any_text_back) {
  const auto tokenizer = parse_tokenizer_json(byte_level_file(), "t");
  std::uint32_t state = 1;
  const auto random = [&](std::uint32_t bound) { return (state = state * 1664525U + 1013904223U) / 65536U % bound; };
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (int length = 0; length < 40; ++length) {
      static constexpr char32_t kFirst[] = {0, 0x20, 0x400, 0x2000, 0x1F600, 0x10FF00};
      append_utf8(text, kFirst[random(6)] + random(0x90));
    }
    const Encoding encoding = tokenizer->encode(text);
    ASSERT_EQ(tokenizer->decode(ids_of(encoding)), encoding.text);
    std::size_t at = 0;
    for (const Token& token : encoding.tokens) {  // the spans tile the text
      ASSERT_EQ(token.begin, at);
      at = token.end;
    }
    ASSERT_EQ(at, encoding.text.size());
  }
}

TEST(Bpe, sentencepiece_style_falls_back_to_bytes) {
  const auto tokenizer = parse_tokenizer_json(llama_json().dump(), "t");
  const Encoding encoding = tokenizer->encode("кот  ё.");
  ASSERT_EQ(ids_of(encoding), (Ids{1, 9, 3, 3, 16 + 0xD1, 16 + 0x91, 10}));
  EXPECT_EQ(encoding.tokens[0], (Token{1, "<s>", "<s>", 0, 0, -1, true}));
  EXPECT_EQ(encoding.tokens[1], (Token{9, "▁кот", " кот", 0, 6, 0, false}));
  EXPECT_EQ(encoding.tokens[2], (Token{3, "▁", " ", 6, 7, 1, false}));
  EXPECT_EQ(encoding.tokens[3], (Token{3, "▁", " ", 7, 8, 2, false}));
  EXPECT_EQ(encoding.tokens[4], (Token{16 + 0xD1, "<0xD1>", "‹0xD1›", 8, 9, 2, false}));
  EXPECT_EQ(encoding.tokens[5], (Token{16 + 0x91, "<0x91>", "‹0x91›", 9, 10, 2, false}));
  EXPECT_EQ(encoding.tokens[6], (Token{10, ".", ".", 10, 11, 3, false}));
  EXPECT_EQ(tokenizer->decode(ids_of(encoding)), "кот  ё.");
  EXPECT_EQ(ids_of(tokenizer->encode("")), (Ids{1}));
}

TEST(Bpe, without_fallback_unknown_characters_fuse_into_one_piece) {
  json file = llama_json();
  file["model"]["byte_fallback"] = false;
  const Encoding fused = parse_tokenizer_json(file.dump(), "t")->encode("кот ыыы", {.add_special = false});
  ASSERT_EQ(ids_of(fused), (Ids{9, 3, 0}));
  EXPECT_EQ(fused.tokens[2].begin, 7U);
  EXPECT_EQ(fused.tokens[2].end, 13U);
  file["model"]["fuse_unk"] = false;
  EXPECT_EQ(ids_of(parse_tokenizer_json(file.dump(), "t")->encode("ыыы", {.add_special = false})), (Ids{3, 0, 0, 0}));
}

TEST(Bpe, words_are_runs_between_spaces_and_signs) {
  const auto tokenizer = parse_tokenizer_json(byte_level_file(), "t");
  const Encoding encoding = tokenizer->encode("the, к—то\n<|endoftext|>the");
  std::string words;
  for (const Token& token : encoding.tokens)
    words += std::to_string(token.word) + " ";
  // the | , | Ġк | three bytes of the dash | т | о | newline | special | the
  EXPECT_EQ(words, "0 1 2 3 3 3 4 4 5 6 7 ");
  EXPECT_TRUE(encoding.tokens[9].special);
  EXPECT_EQ(tokenizer->end_id(), 264);
}

TEST(Bpe, only_two_hex_digits_make_a_byte_piece) {
  EXPECT_EQ(fallback_byte("<0xD0>"), 0xD0);
  for (const char* other : {"<0xd0>", "<0xD>", "<0xD00>", "0xD0", "<0xG0>", ""})
    EXPECT_FALSE(fallback_byte(other)) << other;
}

}  // namespace
}  // namespace regard
