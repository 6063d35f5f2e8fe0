// SPDX-License-Identifier: Apache-2.0
// Tokenizers from SentencePiece files: ids that the library itself gives (tests/reference/sentencepiece_models.py wrote them),
// and the ways in which folders number the pieces.
#include "core/text/sentencepiece.h"

#include "core/base/mapped_file.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/base/test_name.h"
#include "tests/core/format/sentencepiece_writer.h"
#include "tests/core/text/ids.h"

#include <gtest/gtest.h>

#include <ctime>
#include <nlohmann/json.hpp>
#include <span>

namespace regard {
namespace {

using testing::Ids;
using testing::ids_of;
namespace fs = std::filesystem;
using nlohmann::json;
using testing::error_of;
using testing::proto_whole;
using testing::SentencePieceWriter;
using testing::TemporaryFolder;
using testing::tiny_pieces;

std::unique_ptr<const Tokenizer> tokenizer_of(const std::string& bytes) {
  TokenizerParts parts =
      sentencepiece_parts(parse_sentencepiece(std::as_bytes(std::span(bytes.data(), bytes.size())), "m.model"), {});
  parts.added.clear();  // the library does not look for <s> in a text
  return make_tokenizer(std::move(parts));
}

class TrainedModel : public ::testing::TestWithParam<const char*> {};

TEST_P(TrainedModel, gives_every_id_that_the_library_gives) {
  const fs::path folder = fs::path(REGARD_TESTS_DIR) / "core/text/sentencepiece";
  const auto tokenizer = tokenizer_of(testing::read(folder / (std::string(GetParam()) + ".model")));
  const json cases = json::parse(testing::read(folder / "cases.json")).at(GetParam());
  EXPECT_GT(cases.size(), 100U);
  for (const json& each : cases)
    EXPECT_EQ(ids_of(*tokenizer, each.at("text").get<std::string>()), each.at("ids").get<Ids>()) << each.at("text");
}

TEST_P(TrainedModel, knows_which_bytes_of_the_text_each_piece_stands_for) {
  const fs::path folder = fs::path(REGARD_TESTS_DIR) / "core/text/sentencepiece";
  const auto tokenizer = tokenizer_of(testing::read(folder / (std::string(GetParam()) + ".model")));
  const json cases = json::parse(testing::read(folder / "cases.json")).at(GetParam());
  for (const json& each : cases) {
    const Encoding encoding = tokenizer->encode(each.at("text").get<std::string>());
    std::size_t at = 0;
    for (const Token& token : encoding.tokens) {
      EXPECT_LE(token.begin, token.end);
      EXPECT_LE(token.end, encoding.text.size());
      EXPECT_GE(token.end, at);
      at = token.end;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Files, TrainedModel,
                         ::testing::Values("unigram", "unigram_symbols", "bpe_bytes", "bpe_behind"), testing::name_of);

TEST(SentencePiece, makes_a_piece_of_two_characters_that_are_none) {
  SentencePieceWriter file = tiny_pieces();
  const auto tokenizer = tokenizer_of(file.piece("xy", -1).piece("▁xyк", -1).model_type(2).file());
  EXPECT_EQ(ids_of(*tokenizer, "xyк xz"), (Ids{3, 10, 4, 3, 0}));
}

TEST(SentencePiece, makes_unused_pieces_only_on_the_way_to_others) {
  SentencePieceWriter file = tiny_pieces();
  file.piece("ко", -1, 5).piece("кот", -2).model_type(2);
  const auto tokenizer = tokenizer_of(file.file());
  EXPECT_EQ(ids_of(*tokenizer, ",кот"), (Ids{3, 9, 11}));
  EXPECT_EQ(ids_of(*tokenizer, ",ко"), (Ids{3, 9, 4, 5}));
}

TEST(SentencePiece, complains_about_a_character_map_it_cannot_read) {
  SentencePieceWriter file = tiny_pieces();
  file.normalizer = testing::proto_bytes(2, "no map");
  EXPECT_EQ(error_of([&] { static_cast<void>(tokenizer_of(file.file())); }).code(), "tokenizer_value");
}

/// A folder with one SentencePiece file of tiny_pieces() and what else is written into it.
struct PieceFolder {
  explicit PieceFolder(const std::string& name, const SentencePieceWriter& file = tiny_pieces()) {
    testing::write(folder / name, file.file());
  }
  PieceFolder& with(const std::string& name, const std::string& bytes) {
    testing::write(folder / name, bytes);
    return *this;
  }
  [[nodiscard]] std::unique_ptr<const Tokenizer> open() const { return load_tokenizer(folder.path()); }
  TemporaryFolder folder{};
};

TEST(SentencePieceFolder, of_t5_has_extra_ids_behind_the_pieces_and_ends_a_text) {
  PieceFolder folder("spiece.model");
  folder.with("config.json", R"({"model_type": "t5", "vocab_size": 128})");
  const auto tokenizer = folder.open();
  EXPECT_EQ(tokenizer->vocabulary_size(), 110U);
  EXPECT_EQ(tokenizer->id_of("<extra_id_0>"), 109);
  EXPECT_EQ(tokenizer->id_of("<extra_id_99>"), 10);
  EXPECT_EQ(ids_of(*tokenizer, "кот, <extra_id_0>коты"), (Ids{7, 9, 109, 7, 8, 2}));
  EXPECT_EQ(tokenizer->end_id(), 2);
  EXPECT_EQ(tokenizer->decode(Ids{7, 9, 7, 2}), "кот, кот");
  folder.with("tokenizer_config.json", R"({"tokenizer_class": "T5Tokenizer", "extra_ids": 3})");
  EXPECT_EQ(folder.open()->id_of("<extra_id_0>"), 12);
  folder.with("config.json", R"({"model_type": "t5", "vocab_size": 11})");  // no ids the model has no rows for
  EXPECT_EQ(folder.open()->vocabulary_size(), 11U);
}

TEST(SentencePieceFolder, of_mt5_has_no_extra_ids) {
  PieceFolder folder("spiece.model");
  EXPECT_EQ(folder.with("config.json", R"({"model_type": "mt5"})").open()->vocabulary_size(), 10U);
}

TEST(SentencePieceFolder, of_xlm_roberta_counts_as_fairseq_does) {
  PieceFolder folder("sentencepiece.bpe.model");
  folder.with("config.json", R"({"model_type": "xlm-roberta", "vocab_size": 12})");
  const auto tokenizer = folder.open();
  EXPECT_EQ(ids_of(*tokenizer, "кот, я"), (Ids{0, 8, 10, 4, 3, 2}));
  EXPECT_EQ(ids_of(*tokenizer, "кот <mask>,"), (Ids{0, 8, 11, 4, 10, 2}));
  EXPECT_EQ(tokenizer->mask_id(), 11);
  EXPECT_EQ(tokenizer->vocabulary_size(), 12U);
  EXPECT_EQ(tokenizer->readable(8), " кот");
}

TEST(SentencePieceFolder, of_mbart_names_the_language_behind_or_before_the_text) {
  PieceFolder folder("sentencepiece.bpe.model");
  folder.with("config.json", R"({"model_type": "mbart"})");
  const auto tokenizer = folder.open();
  EXPECT_EQ(tokenizer->id_of("ar_AR"), 11);
  EXPECT_EQ(tokenizer->id_of("zh_CN"), 35);
  EXPECT_EQ(tokenizer->mask_id(), 36);
  EXPECT_EQ(ids_of(*tokenizer, "кот"), (Ids{8, 2, 14}));
  folder.with("tokenizer_config.json", R"({"tokenizer_class": "MBart50Tokenizer", "src_lang": "ru_RU"})");
  EXPECT_EQ(ids_of(*folder.open(), "кот"), (Ids{31, 8, 2}));
  EXPECT_EQ(folder.open()->id_of("sl_SI"), 62);
  EXPECT_EQ(folder.open()->mask_id(), 63);
}

/// DeBERTa's and ALBERT's files frame a text as BERT does.
SentencePieceWriter bert_like_pieces() {
  SentencePieceWriter file;
  file.piece("[PAD]", 0, 3).piece("[CLS]", 0, 3).piece("[SEP]", 0, 3).piece("[UNK]", 0, 2);
  file.piece("▁", -2).piece("к", -4).piece("о", -4).piece("т", -4).piece("▁кот", -3).piece(",", -5).piece("К", -5);
  file.piece("\"", -5).piece("й", -5).piece("и", -5);
  return file;
}

TEST(SentencePieceFolder, of_deberta_frames_a_text_as_bert_does_and_has_its_mask_behind_the_pieces) {
  PieceFolder folder("spm.model", bert_like_pieces());
  folder.with("config.json", R"({"model_type": "deberta-v2", "vocab_size": 20})");
  folder.with("tokenizer_config.json", R"({"do_lower_case": false, "vocab_type": "spm"})");
  const auto tokenizer = folder.open();
  EXPECT_EQ(ids_of(*tokenizer, "кот, я"), (Ids{1, 8, 9, 4, 3, 2}));
  EXPECT_EQ(ids_of(*tokenizer, "Кот"), (Ids{1, 4, 10, 6, 7, 2}));
  EXPECT_EQ(ids_of(*tokenizer, "кот [MASK],"), (Ids{1, 8, 14, 4, 9, 2}));
  EXPECT_EQ(tokenizer->mask_id(), 14);
  folder.with("added_tokens.json", R"({"[MASK]": 14})");
  EXPECT_EQ(folder.open()->vocabulary_size(), 15U);
  folder.with("tokenizer_config.json", R"({"do_lower_case": true})");
  EXPECT_EQ(ids_of(*folder.open(), "Кот"), (Ids{1, 8, 2}));
  folder.with("tokenizer_config.json", R"({"split_by_punct": true})");
  EXPECT_EQ(error_of([&] { static_cast<void>(folder.open()); }).code(), "tokenizer_unsupported");
}

TEST(SentencePieceFolder, of_albert_makes_letters_small_and_takes_their_marks_off) {
  SentencePieceWriter file = bert_like_pieces();
  file.piece("[MASK]", 0, 3);
  PieceFolder folder("spiece.model", file);
  folder.with("config.json", R"({"model_type": "albert", "vocab_size": 15})");
  const auto tokenizer = folder.open();
  EXPECT_EQ(ids_of(*tokenizer, "Кот"), (Ids{1, 8, 2}));
  EXPECT_EQ(ids_of(*tokenizer, "й [MASK]"), (Ids{1, 4, 13, 14, 2}));
  EXPECT_EQ(ids_of(*tokenizer, "``кот''"), (Ids{1, 4, 11, 5, 6, 7, 11, 2}));
  EXPECT_EQ(tokenizer->mask_id(), 14);
  EXPECT_EQ(tokenizer->vocabulary_size(), 15U);
  folder.with("tokenizer_config.json",
              R"({"tokenizer_class": "AlbertTokenizer", "do_lower_case": false, "keep_accents": true})");
  EXPECT_EQ(ids_of(*folder.open(), "Кй"), (Ids{1, 4, 10, 12, 2}));
}

TEST(SentencePieceFolder, of_pegasus_leaves_room_before_the_pieces) {
  SentencePieceWriter file;
  file.piece("<pad>", 0, 3).piece("</s>", 0, 3).piece("<unk>", 0, 2).piece("▁", -2).piece("к", -4);
  PieceFolder folder("spiece.model", file);
  folder.with("tokenizer_config.json", R"({"tokenizer_class": "PegasusTokenizer"})");
  const auto tokenizer = folder.open();
  EXPECT_EQ(ids_of(*tokenizer, "к я"), (Ids{106, 107, 106, 105, 1}));
  EXPECT_EQ(tokenizer->id_of("<mask_2>"), 3);
  EXPECT_EQ(tokenizer->id_of("<unk_2>"), 4);
  EXPECT_EQ(tokenizer->id_of("<unk_102>"), 104);
  EXPECT_EQ(tokenizer->vocabulary_size(), 108U);
}

TEST(SentencePieceFolder, of_llama_begins_a_text_with_bos_where_nothing_else_is_said) {
  PieceFolder folder("tokenizer.model", tiny_pieces().model_type(2));
  EXPECT_EQ(ids_of(*folder.open(), "кот"), (Ids{1, 3, 4, 5, 6}));  // no piece leads to ▁кот
  EXPECT_EQ(folder.open()->template_pieces().opening, (std::vector<std::string>{"<s>"}));
  folder.with("tokenizer_config.json", R"({"tokenizer_class": "LlamaTokenizer", "add_bos_token": false,
      "add_eos_token": true, "added_tokens_decoder": {"10": {"content": "<|user|>", "rstrip": true}}})");
  folder.with("added_tokens.json", R"({"<|end|>": 11})");
  EXPECT_EQ(ids_of(*folder.open(), "к<|user|>  к<|end|>"), (Ids{3, 4, 10, 3, 4, 11, 2}));
  folder.with("tokenizer_config.json", R"({"added_tokens_decoder": {"x": {"content": "<|user|>"}}})");
  EXPECT_EQ(error_of([&] { static_cast<void>(folder.open()); }).code(), "tokenizer_value");
  folder.with("tokenizer_config.json", R"({"tokenizer_class": "CamembertTokenizer"})");
  EXPECT_EQ(error_of([&] { static_cast<void>(folder.open()); }).details().found, "CamembertTokenizer");
}

TEST(SentencePieceFolder, of_marian_takes_ids_from_vocab_json_and_cuts_each_language_its_own_way) {
  PieceFolder folder("source.spm");
  SentencePieceWriter target = tiny_pieces();
  folder.with("target.spm", target.piece("▁коты", -1).file());
  folder.with("vocab.json",
              R"({"</s>": 0, "<unk>": 1, "▁коты": 2, "▁": 3, "к": 4, "ы": 5, "▁кот": 6, ">>rus<<": 7, "<pad>": 8})");
  const auto source = folder.open();
  const auto target_tokenizer = load_target_tokenizer(folder.folder.path());
  ASSERT_TRUE(target_tokenizer);
  EXPECT_EQ(ids_of(*source, ">>rus<< коты"), (Ids{7, 6, 5, 0}));
  EXPECT_EQ(ids_of(*target_tokenizer, "коты"), (Ids{2, 0}));
  EXPECT_EQ(ids_of(*source, "т, я"), (Ids{3, 1, 1, 3, 1, 0}));  // т and , are pieces, but not in vocab.json
  EXPECT_EQ(source->decode(Ids{2, 6, 0}), "коты кот");
  EXPECT_EQ(source->end_id(), 0);
  folder.with("vocab.json", R"({"</s>": 0})");
  EXPECT_EQ(error_of([&] { static_cast<void>(folder.open()); }).details().item, "<unk>");
}

TEST(SentencePieceFolder, of_m2m100_has_languages_behind_vocab_json_and_begins_with_one) {
  PieceFolder folder("sentencepiece.bpe.model");
  folder.with("config.json", R"({"model_type": "m2m_100"})");
  folder.with("vocab.json", R"({"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "ы": 4, "▁кот": 5})");
  const auto tokenizer = folder.open();
  EXPECT_EQ(tokenizer->id_of("__af__"), 6);
  EXPECT_EQ(tokenizer->id_of("__zu__"), 105);
  EXPECT_EQ(ids_of(*tokenizer, "коты"), (Ids{*tokenizer->id_of("__en__"), 5, 4, 2}));
  folder.with("tokenizer_config.json", R"({"tokenizer_class": "M2M100Tokenizer", "src_lang": "ru"})");
  EXPECT_EQ(folder.open()->template_pieces().opening, (std::vector<std::string>{"__ru__"}));
}

TEST(SentencePieceFolder, may_have_as_many_added_tokens_as_are_allowed_without_keeping_anyone_waiting) {
  constexpr int kMany = 60'000;
  PieceFolder folder("tokenizer.model");
  json tokens = json::object();
  for (int index = 0; index < kMany; ++index)
    tokens[std::to_string(10 + index)] = {{"content", "<" + std::to_string(100'000 + index) + ">"}};
  folder.with("tokenizer_config.json", json{{"added_tokens_decoder", tokens}}.dump());
  const std::clock_t start = std::clock();
  const auto tokenizer = folder.open();
  EXPECT_LT(std::clock() - start, 4 * CLOCKS_PER_SEC);
  EXPECT_EQ(tokenizer->vocabulary_size(), 10U + kMany);
  EXPECT_EQ(tokenizer->id_of("<159999>"), 10 + kMany - 1);
}

TEST(SentencePieceFolder, refuses_added_tokens_out_of_all_range) {
  PieceFolder folder("tokenizer.model");
  for (const char* id : {"-1", "18446744073709551615", "80000", "1e300", "\"4\"", "null", "[1]"}) {
    folder.with("added_tokens.json", R"({"<x>": )" + std::string(id) + "}");
    EXPECT_EQ(error_of([&] { static_cast<void>(folder.open()); }).details().item, "<x>") << id;
  }
}

TEST(SentencePieceFolder, without_any_tokenizer_is_told_which_files_were_looked_for) {
  TemporaryFolder folder;
  testing::write(folder / "config.json", "{}");
  const Error error = error_of([&] { static_cast<void>(load_tokenizer(folder.path())); });
  EXPECT_EQ(error.code(), "tokenizer_missing");
  for (const char* name :
       {"tokenizer.json", "spiece.model", "sentencepiece.bpe.model", "tokenizer.model", "spm.model", "source.spm"})
    EXPECT_NE(error.details().expected.find(name), std::string::npos) << name;
  EXPECT_FALSE(load_target_tokenizer(folder.path()));
}

}  // namespace
}  // namespace regard
