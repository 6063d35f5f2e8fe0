// SPDX-License-Identifier: Apache-2.0
// The sections of tokenizer.json, sound and broken.
#include "core/base/error.h"
#include "core/text/tokenizer.h"
#include "tests/core/text/ids.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace regard {
namespace {

using nlohmann::json;
using testing::Ids;

json bert_json() {
  return json::parse(R"({
      "added_tokens": [
        {"id": 0, "content": "[UNK]", "special": true}, {"id": 1, "content": "[CLS]", "special": true},
        {"id": 2, "content": "[SEP]", "special": true}, {"id": 3, "content": "[MASK]", "special": true, "lstrip": true}],
      "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": false,
                     "lowercase": true},
      "pre_tokenizer": {"type": "BertPreTokenizer"},
      "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]},
      "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
      "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
                "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "[MASK]": 3, "кот": 4, "##ик": 5, "спит": 6, ".": 7}}})");
}

json character_json() {
  return json::parse(R"({"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, " ": 2, "ab": 3}, "merges": ["a b"]}})");
}

Ids ids(const json& file, std::string_view text, const EncodeOptions& options = {}) {
  Ids result;
  for (const Token& token : parse_tokenizer_json(file.dump(), "t")->encode(text, options).tokens)
    result.push_back(token.id);
  return result;
}

// The error that this file gives.
Error tokenizer_error_of(const std::string& bytes) {
  try {
    (void)parse_tokenizer_json(bytes, "tokenizer.json");
  } catch (const Error& error) {
    EXPECT_EQ(error.details().file, "tokenizer.json");
    return error;
  }
  ADD_FAILURE() << "no Error was thrown";
  return Error("none", {});
}

TEST(TokenizerJson, wordpiece_with_berts_steps) {
  EXPECT_EQ(ids(bert_json(), "Котик спит."), (Ids{1, 4, 5, 6, 7, 2}));
  const Encoding encoding = parse_tokenizer_json(bert_json().dump(), "t")->encode("Кот  [MASK].");
  ASSERT_EQ(encoding.tokens.size(), 5U);
  EXPECT_EQ(encoding.tokens[2],
            (Token{3, "[MASK]", "[MASK]", 8, 14, 1, true}));  // the spaces it swallows are not its own
  EXPECT_EQ(encoding.tokens[3].word, 2);
}

TEST(TokenizerJson, both_ways_to_write_merges) {
  json file = character_json();
  EXPECT_EQ(ids(file, "ab ba"), (Ids{3, 2, 1, 0}));
  file["model"]["merges"] = json::array({json::array({"a", "b"})});
  EXPECT_EQ(ids(file, "ab ba"), (Ids{3, 2, 1, 0}));
}

TEST(TokenizerJson, templates_and_sequences_of_processors_frame_the_text) {
  json file = character_json();
  file["added_tokens"] =
      json::parse(R"([{"id": 4, "content": "<s>", "special": true}, {"id": 5, "content": "</s>", "special": true}])");
  file["post_processor"] = json::parse(R"({"type": "Sequence", "processors": [{"type": "ByteLevel"},
      {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}}, {"SpecialToken": {"id": "</s>"}}],
       "special_tokens": {"<s>": {"id": "<s>", "ids": [4]}, "</s>": {"id": "</s>", "ids": [5, 5]}}}]})");
  EXPECT_EQ(ids(file, "ab"), (Ids{4, 3, 5, 5}));
  EXPECT_EQ(ids(file, "ab", {.add_special = false}), (Ids{3}));
  EXPECT_EQ(ids(file, "a<s>b"), (Ids{4, 0, 4, 1, 5, 5}));
  EXPECT_EQ(ids(file, "abababab", {.max_tokens = 4}), (Ids{4, 3, 5, 5}));
}

TEST(TokenizerJson, added_tokens_are_found_leftmost_and_longest) {
  json file = character_json();
  file["added_tokens"] = json::parse(R"([{"id": 4, "content": "bb"}, {"id": 5, "content": "bba"},
      {"id": 6, "content": "<w>", "single_word": true}, {"id": 7, "content": "<r>", "rstrip": true}])");
  EXPECT_EQ(ids(file, "abba"), (Ids{0, 5}));
  EXPECT_EQ(ids(file, "abbb"), (Ids{0, 4, 1}));
  EXPECT_EQ(ids(file, "a <w> a<w>"), (Ids{0, 2, 6, 2, 0}));  // the second stands in a word: its signs are unknown
  EXPECT_EQ(ids(file, "<r>  a"), (Ids{7, 0}));
}

TEST(TokenizerJson, broken_files_say_what_is_wrong) {
  EXPECT_EQ(tokenizer_error_of("").code(), "json_syntax");
  EXPECT_EQ(tokenizer_error_of("{\"model\": ").code(), "json_syntax");
  EXPECT_EQ(tokenizer_error_of("[1]").code(), "tokenizer_value");
  EXPECT_EQ(tokenizer_error_of("{}").code(), "json_missing");
  EXPECT_EQ(tokenizer_error_of(std::string(100000, '[')).code(), "json_depth");

  const auto broken = [](const char* pointer, const json& value) {
    json file = bert_json();
    file[json::json_pointer(pointer)] = value;
    return tokenizer_error_of(file.dump());
  };
  EXPECT_EQ(broken("/model/type", "Sorted").code(), "tokenizer_unsupported");
  EXPECT_NE(std::string(broken("/model/type", "Sorted").what()).find("BPE, Unigram, WordLevel"), std::string::npos);
  EXPECT_EQ(broken("/model/vocab", json::object()).details().item, "model.vocab");
  EXPECT_EQ(broken("/model/vocab/кот", -1).details().item, "model.vocab.кот");
  EXPECT_EQ(broken("/model/vocab/кот", 4000000000U).details().item, "model.vocab.кот");
  EXPECT_EQ(broken("/model/unk_token", "<none>").details().item, "model.unk_token");
  EXPECT_EQ(broken("/normalizer/type", "Nmt2").code(), "tokenizer_unsupported");
  EXPECT_EQ(broken("/normalizer/lowercase", "yes").details().item, "normalizer.lowercase");
  EXPECT_EQ(broken("/pre_tokenizer", 5).details().item, "pre_tokenizer");
  EXPECT_EQ(broken("/post_processor/sep/1", 100000).details().item, "post_processor.sep");
  EXPECT_EQ(broken("/added_tokens/0/content", std::string(2000, 'x')).details().item, "added_tokens[0].content");
  EXPECT_EQ(broken("/added_tokens/1/id", 1e12).details().item, "added_tokens[1].id");
}

TEST(TokenizerJson, an_unknown_word_without_an_unknown_piece_is_an_error) {
  json words = json::parse(R"({"model": {"type": "WordLevel", "vocab": {"a": 0, "b": 1}, "unk_token": "?"}})");
  EXPECT_EQ(ids(words, "a"), Ids{0});
  EXPECT_THROW((void)ids(words, "c"), Error);
  words["model"]["vocab"]["?"] = 2;
  EXPECT_EQ(ids(words, "c"), Ids{2});
  const json unigram = json::parse(R"({"model": {"vocab": [["a", -1.0], ["b", -2.0]], "unk_id": null}})");
  EXPECT_EQ(ids(unigram, "ab"), (Ids{0, 1}));
  EXPECT_THROW((void)ids(unigram, "ac"), Error);
  json bpe = character_json();
  EXPECT_EQ(ids(bpe, "acb"), Ids{3}) << "as in the library, where no unknown piece is named";
  bpe["model"]["unk_token"] = "?";
  EXPECT_THROW((void)ids(bpe, "acb"), Error);
}

TEST(TokenizerJson, a_pattern_that_takes_too_long_is_named) {
  json file = character_json();
  file["pre_tokenizer"] = {{"type", "Split"}, {"pattern", {{"Regex", "(a+)+$b|(a|aa)+c"}}}, {"behavior", "Isolated"}};
  EXPECT_EQ(ids(file, "ab"), Ids{3});
  try {
    (void)ids(file, std::string(5000, 'a'));
    FAIL() << "no Error was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "tokenizer_pattern_stopped");
    EXPECT_EQ(error.details().item, "pre_tokenizer.pattern");
  }
}

TEST(TokenizerJson, merges_must_stay_inside_the_vocabulary) {
  for (const char* merge : {"a c", "b a", "ab", "a b b", ""}) {
    json file = character_json();
    file["model"]["merges"] = json::array({merge});
    EXPECT_EQ(tokenizer_error_of(file.dump()).details().item, "model.merges[0]") << merge;
  }
}

TEST(TokenizerJson, a_pattern_that_does_not_compile_is_named) {
  json file = character_json();
  file["pre_tokenizer"] = {{"type", "Split"}, {"pattern", {{"Regex", "(a"}}}, {"behavior", "Isolated"}};
  EXPECT_EQ(tokenizer_error_of(file.dump()).details().item, "pre_tokenizer.pattern");
  file["pre_tokenizer"]["pattern"] = {{"Regex", "a"}};
  file["pre_tokenizer"]["behavior"] = "Sideways";
  EXPECT_EQ(tokenizer_error_of(file.dump()).code(), "tokenizer_unsupported");
}

TEST(TokenizerJson, steps_that_multiply_a_text_are_bounded) {
  json file = character_json();
  const json grow = {{"type", "Replace"}, {"pattern", {{"String", "a"}}}, {"content", "aaaaaaaa"}};
  file["normalizer"] = {{"type", "Sequence"}, {"normalizers", json::array()}};
  for (int step = 0; step < 20; ++step)
    file["normalizer"]["normalizers"].push_back(grow);
  EXPECT_EQ(tokenizer_error_of(file.dump()).details().item, "normalizer");
}

class TokenizerFolder : public ::testing::Test {
protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ("tokenizer_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void write(const char* name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
  }

  std::filesystem::path folder_{};
};

TEST_F(TokenizerFolder, an_empty_folder_names_what_it_lacks) {
  try {
    (void)load_tokenizer(folder_);
    FAIL() << "no Error was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "tokenizer_missing");
  }
}

TEST_F(TokenizerFolder, vocab_txt_follows_tokenizer_config) {
  write("vocab.txt", "[UNK]\n[CLS]\n[SEP]\nЁж\nеж\nёж\n");
  EXPECT_EQ(load_tokenizer(folder_)->encode("Ёж").tokens[1].id, 4);  // BERT's defaults lower and strip
  write("tokenizer_config.json", R"({"do_lower_case": true, "strip_accents": false})");
  EXPECT_EQ(load_tokenizer(folder_)->encode("Ёж").tokens[1].id, 5);
  write("tokenizer_config.json", R"({"do_lower_case": false})");
  EXPECT_EQ(load_tokenizer(folder_)->encode("Ёж").tokens[1].id, 3);
  write("tokenizer_config.json", R"({"do_lower_case": 3})");
  EXPECT_THROW((void)load_tokenizer(folder_), Error);
}

TEST_F(TokenizerFolder, vocab_json_and_merges_read_as_byte_level_pieces) {
  write("vocab.json", R"({"<s>": 0, "</s>": 1, "<mask>": 2, "a": 3, "b": 4, "Ġ": 5, "ab": 6, "Ġab": 7, "Ġa": 8})");
  write("merges.txt", "#version: 0.2\r\na b\r\nĠ ab\nĠ a\n");
  const auto ids_of = [&](const std::string& text) {
    std::vector<std::int32_t> ids;
    for (const Token& token : load_tokenizer(folder_)->encode(text).tokens)
      ids.push_back(token.id);
    return ids;
  };
  EXPECT_EQ(ids_of("ab ab a <mask>"), (Ids{0, 6, 7, 8, 2, 1}))
      << "with <mask> it is RoBERTa's, which swallows the space";
  write("tokenizer_config.json", R"({"tokenizer_class": "GPT2Tokenizer", "add_prefix_space": true})");
  EXPECT_EQ(ids_of("ab"), Ids{7});
  write("tokenizer_config.json", R"({"tokenizer_class": "GPT2Tokenizer", "add_bos_token": true, "bos_token": "</s>"})");
  EXPECT_EQ(ids_of("ab"), (Ids{1, 6})) << "as OPT does";
}

TEST_F(TokenizerFolder, merges_txt_may_begin_with_a_byte_order_mark) {
  write("vocab.json", R"({"a": 0, "b": 1, "ab": 2})");
  for (const char* lines : {"\xEF\xBB\xBF#version: 0.2\na b\n",
                            "\xEF\xBB\xBF"
                            "a b\n"}) {
    write("merges.txt", lines);
    const auto tokenizer = load_tokenizer(folder_);
    ASSERT_EQ(tokenizer->encode("ab").tokens.size(), 1U);
    EXPECT_EQ(tokenizer->encode("ab").tokens[0].id, 2);
  }
}

TEST_F(TokenizerFolder, added_tokens_are_found_beside_vocab_txt) {
  write("vocab.txt", "[UNK]\n[CLS]\n[SEP]\n[MASK]\nкот\nco\n##vid\n");
  write("added_tokens.json", R"({"COVID": 7, "[CAT]": 8})");
  write("tokenizer_config.json", R"({"additional_special_tokens": ["[CAT]"]})");
  const auto ids_of = [&](const std::string& text) {
    Ids result;
    for (const Token& token : load_tokenizer(folder_)->encode(text, {.add_special = false}).tokens)
      result.push_back(token.id);
    return result;
  };
  EXPECT_EQ(ids_of("кот covid COVID"), (Ids{4, 7, 7})) << "looked for in the normalised text";
  EXPECT_EQ(ids_of("кот[CAT] [cat]"), (Ids{4, 8, 0, 0, 0})) << "a special token is not";
  EXPECT_TRUE(load_tokenizer(folder_)->encode("[CAT]").tokens[1].special);
  write("tokenizer_config.json", R"({"added_tokens_decoder": {
      "3": {"content": "[MASK]", "lstrip": true, "special": true},
      "9": {"content": "covid", "single_word": true, "normalized": false}}})");
  EXPECT_EQ(ids_of("кот covid [MASK]"), (Ids{4, 9, 3}));
  write("added_tokens.json", "{}");
  EXPECT_EQ(ids_of("covids"), Ids{0}) << "no single word, and no piece that words are made of";
  write("added_tokens.json", R"({"x": "7"})");
  EXPECT_THROW((void)load_tokenizer(folder_), Error);
}

TEST_F(TokenizerFolder, added_tokens_are_found_beside_vocab_json_and_merges_txt) {
  write("vocab.json", R"({"a": 0, "b": 1, "ab": 2, "Ġ": 3, "<|endoftext|>": 4})");
  write("merges.txt", "a b\n");
  write("added_tokens.json", R"({"<tag>": 5})");
  const auto ids_of = [&](const std::string& text) {
    Ids result;
    for (const Token& token : load_tokenizer(folder_)->encode(text).tokens)
      result.push_back(token.id);
    return result;
  };
  EXPECT_EQ(ids_of("ab<tag>a <|endoftext|>"), (Ids{2, 5, 0, 3, 4}));
  write("tokenizer_config.json", R"({"added_tokens_decoder": {"6": {"content": "ba", "special": false}}})");
  EXPECT_EQ(ids_of("ab<tag>aba"), (Ids{2, 5, 0, 6}));
  write("tokenizer_config.json", R"({"added_tokens_decoder": {"six": {"content": "ba"}}})");
  EXPECT_THROW((void)load_tokenizer(folder_), Error);
}

TEST_F(TokenizerFolder, merges_that_the_vocabulary_lacks_are_named) {
  write("vocab.json", R"({"a": 0, "b": 1})");
  for (const auto& [lines, found] : {std::pair("a b\n", "ab"), std::pair("a\n", "a"), std::pair("a b b\n", "a b b")}) {
    write("merges.txt", lines);
    try {
      (void)load_tokenizer(folder_);
      FAIL() << "no Error was thrown for " << lines;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "tokenizer_value");
      EXPECT_EQ(error.details().found, found);
    }
  }
  write("vocab.json", R"({"a": -1})");
  EXPECT_THROW((void)load_tokenizer(folder_), Error);
}

TEST_F(TokenizerFolder, tokenizer_json_comes_first_and_the_config_names_the_end) {
  write("vocab.txt", "nothing of use");
  json file = character_json();
  file["added_tokens"] =
      json::parse(R"([{"id": 4, "content": "<stop>", "special": true}, {"id": 5, "content": "</s>"}])");
  write("tokenizer.json", file.dump());
  EXPECT_EQ(load_tokenizer(folder_)->end_id(), 5);
  write("tokenizer_config.json", R"({"eos_token": {"content": "<stop>"}, "mask_token": "a"})");
  EXPECT_EQ(load_tokenizer(folder_)->end_id(), 4);
  EXPECT_EQ(load_tokenizer(folder_)->mask_id(), 0);
}

}  // namespace
}  // namespace regard
