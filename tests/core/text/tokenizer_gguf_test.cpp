// SPDX-License-Identifier: Apache-2.0
// The tokenizers that GGUF files carry: real vocabularies where they are at hand, small ones made here.
#include "core/base/mapped_file.h"
#include "core/format/gguf.h"
#include "core/format/sentencepiece.h"
#include "core/text/tokenizer.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/needed.h"
#include "tests/core/base/test_name.h"
#include "tests/core/format/gguf_writer.h"
#include "tests/core/text/ids.h"
#include "tests/core/text/vocabulary_files.h"

#include <gtest/gtest.h>

#include <span>

namespace regard {
namespace {

using testing::ids_of;
namespace fs = std::filesystem;
using testing::error_of;
using testing::GgufWriter;

std::unique_ptr<const Tokenizer> gguf_tokenizer_of(const std::string& file) {
  const auto bytes = std::as_bytes(std::span(file.data(), file.size()));
  return parse_tokenizer_gguf(parse_gguf(bytes, "m.gguf"));
}

class RealGgufVocabulary : public ::testing::TestWithParam<const char*> {};

TEST_P(RealGgufVocabulary, gives_every_id_of_every_case) {
  const fs::path file = fs::path(REGARD_SHARED_DATA) / "tokenizers" / GetParam();
  REGARD_NEEDS(file);
  const MappedFile mapping(file);
  const auto tokenizer = parse_tokenizer_gguf(parse_gguf(mapping.bytes(), file.string()));
  const auto cases = test::read_cases(file);
  EXPECT_GT(cases.size(), 40U);
  for (const test::VocabularyCase& each : cases)
    EXPECT_EQ(ids_of(*tokenizer, each.text, false), each.ids) << "text: «" << each.text << "»";
}

INSTANTIATE_TEST_SUITE_P(Files, RealGgufVocabulary,
                         ::testing::Values("ggml-vocab-llama-spm.gguf", "ggml-vocab-phi-3.gguf",
                                           "ggml-vocab-gpt-2.gguf", "ggml-vocab-bert-bge.gguf"),
                         testing::name_of);

TEST(RealGgufVocabularies, of_bert_put_cls_and_sep_around_a_text_and_show_continuations) {
  const fs::path file = fs::path(REGARD_SHARED_DATA) / "tokenizers/ggml-vocab-bert-bge.gguf";
  REGARD_NEEDS(file);
  const MappedFile mapping(file);
  const auto tokenizer = parse_tokenizer_gguf(parse_gguf(mapping.bytes(), file.string()));
  const Encoding encoding = tokenizer->encode("Attentions [MASK]");
  ASSERT_EQ(encoding.tokens.size(), 5U);
  EXPECT_EQ(encoding.tokens.front().id, 101);
  EXPECT_EQ(encoding.tokens[1].piece, "attention");
  EXPECT_EQ(encoding.tokens[2].piece, "##s");
  EXPECT_EQ(encoding.tokens[3].id, 103);
  EXPECT_EQ(encoding.tokens.back().id, 102);
  EXPECT_EQ(tokenizer->mask_id(), 103);
}

/// Pieces of a tiny SentencePiece vocabulary: "ab" is better than "bc".
GgufWriter tiny_sentencepiece() {
  GgufWriter file;
  file.text("tokenizer.ggml.model", "llama");
  file.texts("tokenizer.ggml.tokens",
             {"<unk>", "<s>", "</s>", "▁", "a", "b", "c", "bc", "ab", "▁a", "<tag>", "<0x0A>"});
  file.numbers<float>("tokenizer.ggml.scores", 6, {0, 0, 0, -9, -9, -9, -9, -2, -1, -3, 0, 0});
  file.numbers<std::int32_t>("tokenizer.ggml.token_type", 5, {2, 3, 3, 1, 1, 1, 1, 1, 1, 1, 4, 6});
  return file;
}

TEST(TokenizerGguf, merges_by_score_and_falls_back_to_bytes_and_unknown) {
  const auto tokenizer = gguf_tokenizer_of(tiny_sentencepiece().file());
  EXPECT_EQ(ids_of(*tokenizer, "abc"), (std::vector<std::int32_t>{1, 3, 8, 6}));
  EXPECT_EQ(ids_of(*tokenizer, "a\n?"), (std::vector<std::int32_t>{1, 9, 11, 0}));
  EXPECT_EQ(ids_of(*tokenizer, "c<tag>c"), (std::vector<std::int32_t>{1, 3, 6, 10, 3, 6}));
  const auto ids = ids_of(*tokenizer, "ab c");
  EXPECT_EQ(tokenizer->decode(ids), "ab c");
}

/// Gemma 4: the same pieces, merged by rank: "b c" comes before "a b".
TEST(TokenizerGguf, merges_marked_pieces_by_rank_and_falls_back_to_bytes) {
  GgufWriter file;
  file.text("tokenizer.ggml.model", "gemma4");
  file.texts("tokenizer.ggml.tokens",
             {"<pad>", "<eos>", "<bos>", "<unk>", "▁", "a", "b", "c", "bc", "ab", "▁a", "<tag>", "<0x0A>"});
  file.numbers<float>("tokenizer.ggml.scores", 6, {0, 0, 0, 0, -9, -9, -9, -9, -2, -1, -3, 0, 0});
  file.numbers<std::int32_t>("tokenizer.ggml.token_type", 5, {3, 3, 3, 2, 1, 1, 1, 1, 1, 1, 1, 4, 6});
  file.texts("tokenizer.ggml.merges", {"b c", "a b", "▁ a"});
  file.u32("tokenizer.ggml.bos_token_id", 2);
  file.u32("tokenizer.ggml.unknown_token_id", 3);
  file.flag("tokenizer.ggml.add_space_prefix", false);
  const auto tokenizer = gguf_tokenizer_of(file.file());
  EXPECT_EQ(ids_of(*tokenizer, "abc"), (std::vector<std::int32_t>{2, 5, 8}));
  EXPECT_EQ(ids_of(*tokenizer, "ab a\n?"), (std::vector<std::int32_t>{2, 9, 10, 12, 3}));
  EXPECT_EQ(ids_of(*tokenizer, "c<tag>c"), (std::vector<std::int32_t>{2, 7, 11, 7}));
  EXPECT_EQ(tokenizer->decode(ids_of(*tokenizer, "ab ab")), "ab ab");
}

TEST(TokenizerGguf, believes_what_the_file_says_about_bos_eos_and_the_first_space) {
  GgufWriter file = tiny_sentencepiece();
  file.flag("tokenizer.ggml.add_bos_token", false);
  file.flag("tokenizer.ggml.add_eos_token", true);
  file.flag("tokenizer.ggml.add_space_prefix", false);
  file.u32("tokenizer.ggml.padding_token_id", 0xFFFFFFFF);
  EXPECT_EQ(ids_of(*gguf_tokenizer_of(file.file()), "ab"), (std::vector<std::int32_t>{8, 2}));
  GgufWriter none = tiny_sentencepiece();
  none.u32("tokenizer.ggml.bos_token_id", 0xFFFFFFFF);
  EXPECT_EQ(ids_of(*gguf_tokenizer_of(none.file()), "ab"), (std::vector<std::int32_t>{3, 8}));
  GgufWriter outside = tiny_sentencepiece();
  outside.u32("tokenizer.ggml.bos_token_id", 12);
  EXPECT_EQ(error_of([&] { static_cast<void>(gguf_tokenizer_of(outside.file())); }).details().expected, "< 12");
}

/// A SentencePiece file as GGUF holds its contents.
GgufWriter as_gguf(const SentencePieceFile& model, const char* kind) {
  GgufWriter file;
  std::vector<std::string> pieces;
  std::vector<float> scores;
  std::vector<std::int32_t> types;
  for (const SentencePieceFile::Piece& piece : model.pieces) {
    pieces.emplace_back(piece.text);
    scores.push_back(piece.score);
    types.push_back(static_cast<std::int32_t>(piece.kind));
  }
  file.text("tokenizer.ggml.model", kind);
  file.texts("tokenizer.ggml.tokens", pieces);
  file.numbers<float>("tokenizer.ggml.scores", 6, scores);
  file.numbers<std::int32_t>("tokenizer.ggml.token_type", 5, types);
  file.numbers<std::uint8_t>("tokenizer.ggml.precompiled_charsmap", 0,
                             {model.character_map.begin(), model.character_map.end()});
  file.flag("tokenizer.ggml.add_space_prefix", model.add_dummy_prefix);
  file.flag("tokenizer.ggml.remove_extra_whitespaces", model.remove_extra_whitespaces);
  file.u32("tokenizer.ggml.unknown_token_id", static_cast<std::uint32_t>(*model.unknown));
  return file;
}

TEST(TokenizerGguf, of_a_unigram_model_gives_every_id_that_the_library_gives) {
  const fs::path folder = fs::path(REGARD_TESTS_DIR) / "core/text/sentencepiece";
  const auto cases = nlohmann::json::parse(test::read_whole(folder / "cases.json"));
  for (const char* name : {"unigram", "unigram_symbols"}) {
    const MappedFile mapping(folder / (std::string(name) + ".model"));
    const SentencePieceFile model = parse_sentencepiece(mapping.bytes(), name);
    const auto tokenizer = gguf_tokenizer_of(as_gguf(model, "t5").file());
    for (const auto& each : cases.at(name)) {
      const std::string text = each.at("text");
      if (text.find("<s>") != std::string::npos) continue;  // here they are tokens, for the library letters
      EXPECT_EQ(ids_of(*tokenizer, text, false), each.at("ids").get<std::vector<std::int32_t>>()) << text;
    }
  }
}

TEST(TokenizerGguf, of_a_unigram_model_ends_texts_and_finds_specials) {
  GgufWriter file;
  file.text("tokenizer.ggml.model", "t5");
  file.texts("tokenizer.ggml.tokens", {"<pad>", "</s>", "<unk>", "▁", "к", "▁к", "<mask>"});
  file.numbers<float>("tokenizer.ggml.scores", 6, {0, 0, 0, -2, -3, -4, 0});
  file.numbers<std::int32_t>("tokenizer.ggml.token_type", 5, {3, 3, 2, 1, 1, 1, 1});
  GgufWriter masked = file;
  masked.u32("tokenizer.ggml.mask_token_id", 6);
  EXPECT_EQ(ids_of(*gguf_tokenizer_of(file.file()), "к я</s>"), (std::vector<std::int32_t>{5, 3, 2, 1, 1}));
  EXPECT_EQ(ids_of(*gguf_tokenizer_of(masked.file()), "к<mask>"), (std::vector<std::int32_t>{5, 6, 1}));
  EXPECT_EQ(gguf_tokenizer_of(masked.file())->mask_id(), 6);
  EXPECT_EQ(gguf_tokenizer_of(file.file())->end_id(), 1);
  masked.numbers<std::uint8_t>("tokenizer.ggml.precompiled_charsmap", 0, {1, 2, 3});
  EXPECT_EQ(error_of([&] { static_cast<void>(gguf_tokenizer_of(masked.file())); }).details().item,
            "tokenizer.ggml.precompiled_charsmap");
}

/// Byte-level pieces for digits, letters and a space.
GgufWriter tiny_byte_level(const std::string& cutting) {
  GgufWriter file;
  file.text("tokenizer.ggml.model", "gpt2");
  if (!cutting.empty()) file.text("tokenizer.ggml.pre", cutting);
  file.texts("tokenizer.ggml.tokens",
             {"1", "2", "a", "'", "s", "S", "11", "1111", "Ġ", "Ġa", "<|end|>", "111", "'s", "'S"});
  file.numbers<std::int32_t>("tokenizer.ggml.token_type", 5, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 1, 1, 1});
  file.texts("tokenizer.ggml.merges", {"1 1", "11 11", "Ġ a", "' s", "' S"});
  file.u32("tokenizer.ggml.bos_token_id", 10);
  return file;
}

TEST(TokenizerGguf, cuts_by_the_pattern_the_file_names) {
  const auto ids = [](const std::string& cutting, std::string_view text) {
    return ids_of(*gguf_tokenizer_of(tiny_byte_level(cutting).file()), text, false);
  };
  EXPECT_EQ(ids("gpt-2", "1111"), (std::vector<std::int32_t>{7}));
  EXPECT_EQ(ids("llama-bpe", "1111"), (std::vector<std::int32_t>{11, 0}));  // three, a whole piece, and one
  EXPECT_EQ(ids("qwen2", "1111"), (std::vector<std::int32_t>{0, 0, 0, 0}));
  EXPECT_EQ(ids("smollm", "1111"), (std::vector<std::int32_t>{0, 0, 0, 0}));
  EXPECT_EQ(ids("", "1111"), (std::vector<std::int32_t>{6, 0, 0}));  // 111 and 1; 111 is no merge
  EXPECT_EQ(ids("qwen2", "a'S"), (std::vector<std::int32_t>{2, 13}));
  EXPECT_EQ(ids("gpt-2", "a'S a"), (std::vector<std::int32_t>{2, 3, 5, 9}));
  EXPECT_EQ(ids("gpt-4o", "1111"), (std::vector<std::int32_t>{6, 0, 0}));
  EXPECT_EQ(ids("gpt-4o", "a'S a"), (std::vector<std::int32_t>{2, 13, 9}));
  EXPECT_EQ(ids("tekken", "1111"), (std::vector<std::int32_t>{0, 0, 0, 0}));
  EXPECT_EQ(ids("tekken", "a'S a"), (std::vector<std::int32_t>{2, 13, 9}));
  EXPECT_EQ(ids("deepseek-v3", "1111"), (std::vector<std::int32_t>{6, 0, 0}));
  EXPECT_EQ(ids("deepseek-v3", "a'S a"), (std::vector<std::int32_t>{2, 13, 9}));
  EXPECT_EQ(ids("gigachat", "a'S a"), ids("gpt-2", "a'S a"));
  const Error error = error_of([&] { static_cast<void>(ids("nobody's", "1")); });
  EXPECT_EQ(error.code(), "tokenizer_unsupported");
  EXPECT_EQ(error.details().found, "nobody's");
}

TEST(TokenizerGguf, without_merges_a_byte_level_vocabulary_is_refused) {
  GgufWriter file;
  file.text("tokenizer.ggml.model", "gpt2");
  file.text("tokenizer.ggml.pre", "gpt-2");
  GgufWriter letters = file;
  letters.texts("tokenizer.ggml.tokens", {"a", "b", "Ġ"});
  EXPECT_EQ(ids_of(*gguf_tokenizer_of(letters.file()), "a b"), (std::vector<std::int32_t>{0, 2, 1}))
      << "nothing to merge";
  file.texts("tokenizer.ggml.tokens", {"a", "b", "ab"});
  const Error error = error_of([&] { static_cast<void>(gguf_tokenizer_of(file.file())); });
  EXPECT_EQ(error.code(), "tokenizer_no_merges");
  EXPECT_EQ(error.details().item, "tokenizer.ggml.merges");
}

TEST(TokenizerGguf, adds_bos_to_byte_level_texts_only_where_llama_3_does) {
  EXPECT_EQ(ids_of(*gguf_tokenizer_of(tiny_byte_level("llama-bpe").file()), "a").front(), 10);
  EXPECT_EQ(ids_of(*gguf_tokenizer_of(tiny_byte_level("qwen2").file()), "a").front(), 2);
  EXPECT_EQ(ids_of(*gguf_tokenizer_of(tiny_byte_level("qwen2").file()), "a<|end|>"),
            (std::vector<std::int32_t>{2, 10}));
}

TEST(TokenizerGguf, names_what_is_missing_or_wrong) {
  const auto error_with = [](const auto& change) {
    GgufWriter file;
    change(file);
    return error_of([&] { static_cast<void>(gguf_tokenizer_of(file.file())); });
  };
  EXPECT_EQ(error_with([](GgufWriter&) {}).code(), "tokenizer_missing");
  EXPECT_EQ(error_with([](GgufWriter& file) { file.texts("tokenizer.ggml.tokens", {"a"}); }).code(),
            "tokenizer_unsupported");
  const auto tokens_and = [&](const auto& change) {
    return error_with([&](GgufWriter& file) {
      file.texts("tokenizer.ggml.tokens", {"a", "b"});
      change(file);
    });
  };
  EXPECT_EQ(tokens_and([](GgufWriter& file) { file.text("tokenizer.ggml.model", "rwkv"); }).details().found, "rwkv");
  EXPECT_EQ(tokens_and([](GgufWriter& file) { file.text("tokenizer.ggml.model", "t5"); }).details().item,
            "tokenizer.ggml.scores");
  EXPECT_EQ(tokens_and([](GgufWriter& file) { file.text("tokenizer.ggml.model", "llama"); }).details().item,
            "tokenizer.ggml.scores");
  EXPECT_EQ(tokens_and([](GgufWriter& file) {
              file.text("tokenizer.ggml.model", "gpt2");
              file.texts("tokenizer.ggml.merges", {"a c"});
            })
                .details()
                .found,
            "a c");
  EXPECT_EQ(error_with([](GgufWriter& file) { file.texts("tokenizer.ggml.tokens", {std::string(2000, 'x')}); }).code(),
            "gguf_format");
}

}  // namespace
}  // namespace regard
