// SPDX-License-Identifier: Apache-2.0
#include "core/format/sentencepiece.h"

#include "tests/core/base/expect_error.h"
#include "tests/core/format/sentencepiece_writer.h"

#include <gtest/gtest.h>

#include <limits>
#include <span>

namespace regard {
namespace {

using testing::error_of;
using testing::proto_bytes;
using testing::proto_number;
using testing::proto_whole;
using testing::SentencePieceWriter;
using testing::tiny_pieces;
using testing::varint;
using PieceKind = SentencePieceFile::PieceKind;

SentencePieceFile parse_pieces(const std::string& bytes) {
  return parse_sentencepiece(std::as_bytes(std::span(bytes.data(), bytes.size())), "m.model");
}

Error error_with(const std::string& bytes) {
  return error_of([&] { static_cast<void>(parse_pieces(bytes)); });
}

TEST(SentencePieceFile, reads_pieces_kinds_and_settings) {
  SentencePieceWriter writer = tiny_pieces();
  writer.piece("<pad>", 0, 3).piece("<tag>", 0, 4).piece("<0x41>", 0, 6).piece("old", -1, 5).model_type(2);
  writer.trainer += proto_whole(24, 1) + proto_whole(35, 1) + proto_bytes(1, "corpus.txt") + proto_number(10, 0.99F);
  writer.normalizer = proto_bytes(1, "nmt_nfkc") + proto_bytes(2, "map") + proto_whole(3, 0) + proto_whole(4, 0);
  const std::string bytes = writer.file() + proto_bytes(4, "self-test") + proto_whole(250, 7);
  const SentencePieceFile file = parse_pieces(bytes);
  ASSERT_EQ(file.pieces.size(), 14U);
  EXPECT_EQ(file.kind, SentencePieceFile::Kind::bpe);
  EXPECT_EQ(file.pieces[7].text, "▁кот");
  EXPECT_EQ(file.pieces[7].score, -3.0F);
  EXPECT_EQ(file.pieces[7].kind, PieceKind::normal);
  EXPECT_EQ(file.pieces[11].kind, PieceKind::user_defined);
  EXPECT_EQ(file.pieces[12].kind, PieceKind::byte);
  EXPECT_EQ(file.pieces[13].kind, PieceKind::unused);
  EXPECT_EQ(file.unknown, 0);
  EXPECT_EQ(file.begin, 1);
  EXPECT_EQ(file.end, 2);
  EXPECT_EQ(file.padding, 10);
  EXPECT_TRUE(file.space_behind && file.byte_fallback && file.escape_whitespaces);
  EXPECT_FALSE(file.add_dummy_prefix || file.remove_extra_whitespaces);
  EXPECT_EQ(file.rules, "nmt_nfkc");
  EXPECT_EQ(file.character_map, "map");
}

TEST(SentencePieceFile, takes_the_published_defaults_where_nothing_is_said) {
  const SentencePieceFile file = parse_pieces(tiny_pieces().pieces);
  EXPECT_EQ(file.kind, SentencePieceFile::Kind::unigram);
  EXPECT_TRUE(file.add_dummy_prefix && file.remove_extra_whitespaces && file.escape_whitespaces);
  EXPECT_FALSE(file.space_behind || file.byte_fallback || file.padding);
}

TEST(SentencePieceFile, knows_specials_by_the_names_the_file_gives_them) {
  SentencePieceWriter writer;
  writer.piece("<pad>", 0, 3).piece("<eos>", 0, 3).piece("<bos>", 0, 3).piece("<unk>", 0, 2).piece("a", -1);
  writer.trainer = proto_bytes(46, "<bos>") + proto_bytes(47, "<eos>");
  const std::string bytes = writer.file();
  const SentencePieceFile file = parse_pieces(bytes);
  EXPECT_EQ(file.begin, 2);
  EXPECT_EQ(file.end, 1);
  EXPECT_EQ(file.padding, 0);
  EXPECT_EQ(file.unknown, 3);
}

TEST(SentencePieceFile, names_the_kinds_of_model_it_cannot_read) {
  for (const auto& [type, name] : {std::pair(3, "word"), std::pair(4, "char"), std::pair(9, "№ 9")}) {
    const Error error = error_with(tiny_pieces().model_type(static_cast<std::uint64_t>(type)).file());
    EXPECT_EQ(error.code(), "tokenizer_unsupported");
    EXPECT_EQ(error.details().found, name);
    EXPECT_EQ(error.details().expected, "unigram, bpe");
  }
}

TEST(SentencePieceFile, refuses_hostile_bytes_with_one_sentence) {
  const std::string sound = tiny_pieces().file();
  const auto code = [](const std::string& bytes) { return error_with(bytes).code(); };
  EXPECT_EQ(code(""), "sentencepiece_format");                                        // no pieces
  EXPECT_EQ(code("IQ== 0\nIg== 1\n"), "sentencepiece_format");                        // a list for another tokenizer
  EXPECT_EQ(code(sound + varint(10) + varint(~std::uint64_t{0})), "file_truncated");  // a length of 2⁶⁴ − 1
  EXPECT_EQ(code(sound + std::string(11, '\xFF')), "sentencepiece_format");           // a number of more than 64 bits
  EXPECT_EQ(code(sound + std::string(9, '\xFF') + '\x02'), "sentencepiece_format");
  EXPECT_EQ(code(sound + varint(1)), "sentencepiece_format");                       // field 0
  EXPECT_EQ(code(sound + varint(std::uint64_t{1} << 33)), "sentencepiece_format");  // a field number too large
  EXPECT_EQ(code(sound + varint(60 << 3 | 3)), "sentencepiece_format");             // a group, which could nest
  EXPECT_EQ(code(sound + proto_whole(1, 5)), "sentencepiece_format");               // a number where a piece should be
  EXPECT_EQ(code(sound + proto_bytes(1, "")), "sentencepiece_format");              // a piece without a text
  EXPECT_EQ(code(sound + proto_bytes(1, proto_bytes(1, std::string(1025, 'x')))), "sentencepiece_format");
  EXPECT_EQ(code(sound + proto_bytes(1, proto_bytes(1, "x") + proto_whole(3, 7))), "sentencepiece_format");
  EXPECT_EQ(code(sound + proto_bytes(1, proto_bytes(1, "x") + proto_number(2, std::numeric_limits<float>::infinity()))),
            "sentencepiece_format");
  EXPECT_EQ(code(sound + proto_bytes(1, proto_bytes(1, "y") + proto_whole(3, 2))), "sentencepiece_format");
  std::string nested = "x";
  for (int depth = 0; depth < 10'000; ++depth)
    nested = proto_bytes(4, nested).substr(0, 4096);
  EXPECT_EQ(parse_pieces(sound + proto_bytes(200, nested)).pieces.size(), 10U);  // what is not known is not entered
}

TEST(SentencePieceFile, is_an_error_or_itself_wherever_it_is_cut) {
  const std::string sound = tiny_pieces().file();
  for (std::size_t length = 0; length < sound.size(); ++length) {
    try {
      EXPECT_LE(parse_pieces(sound.substr(0, length)).pieces.size(), 10U);
    } catch (const Error& error) {
      EXPECT_TRUE(error.code() == "file_truncated" || error.code() == "sentencepiece_format") << error.what();
    }
  }
}

}  // namespace
}  // namespace regard
