// SPDX-License-Identifier: Apache-2.0
// WordPiece through vocab.txt: every id, span and word below was worked out by hand.
#include "core/base/error.h"
#include "core/text/tokenizer.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/text/ids.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

using testing::Ids;
const std::string kVocabulary =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n"  // 0…4
    "кош\n##ка\n##ки\nёж\nеж\n"             // 5…9
    "смотр\n##ела\nна\nптицу\n.\n"          // 10…14
    ",\ncat\n##s\nй\nи\n"                   // 15…19
    "我\nun\n##able\n##aff\n№\n";           // 20…24

std::unique_ptr<const Tokenizer> tokenizer(bool strip_accents = false) {
  return parse_vocab_txt(kVocabulary, {.lower_case = true, .strip_accents = strip_accents}, "vocab.txt");
}

TEST(WordPiece, a_russian_sentence_has_the_expected_tokens) {
  const Encoding encoding = tokenizer()->encode("Кошка смотрела на птицу.");
  EXPECT_EQ(ids_of(encoding), (Ids{2, 5, 6, 10, 11, 12, 13, 14, 3}));
  const Token& second = encoding.tokens[2];
  EXPECT_EQ(second, (Token{6, "##ка", "ка", 6, 10, 0, false}));
  EXPECT_EQ(encoding.tokens[3], (Token{10, "смотр", "смотр", 11, 21, 1, false}));
  EXPECT_EQ(encoding.tokens[7], (Token{14, ".", ".", 43, 44, 4, false}));
  EXPECT_EQ(encoding.tokens.front(), (Token{2, "[CLS]", "[CLS]", 0, 0, -1, true}));
  EXPECT_EQ(encoding.tokens.back(), (Token{3, "[SEP]", "[SEP]", 44, 44, -1, true}));
}

TEST(WordPiece, an_english_sentence_has_the_expected_tokens) {
  const Encoding encoding = tokenizer()->encode("Cats, unaffable");
  EXPECT_EQ(ids_of(encoding), (Ids{2, 16, 17, 15, 21, 23, 22, 3}));
  EXPECT_EQ(encoding.tokens[5], (Token{23, "##aff", "aff", 8, 11, 2, false}));
}

TEST(WordPiece, yo_and_short_i_survive_unless_accents_are_stripped) {
  EXPECT_EQ(ids_of(tokenizer(false)->encode("Ёж Й")), (Ids{2, 8, 18, 3}));
  EXPECT_EQ(ids_of(tokenizer(true)->encode("Ёж Й")), (Ids{2, 9, 19, 3}));
}

TEST(WordPiece, spans_point_at_the_bytes_also_behind_removed_ones) {
  const std::string text = "cat\u200B\u0007s  \u00A0ёж";  // a zero-width space and a bell inside the word
  const Encoding encoding = tokenizer()->encode(text);
  ASSERT_EQ(ids_of(encoding), (Ids{2, 16, 17, 8, 3}));
  EXPECT_EQ(text.substr(encoding.tokens[1].begin, encoding.tokens[1].end - encoding.tokens[1].begin), "cat");
  EXPECT_EQ(text.substr(encoding.tokens[2].begin, encoding.tokens[2].end - encoding.tokens[2].begin), "s");
  EXPECT_EQ(text.substr(encoding.tokens[3].begin, encoding.tokens[3].end - encoding.tokens[3].begin), "ёж");
}

TEST(WordPiece, unknown_words_keep_their_span) {
  const Encoding encoding = tokenizer()->encode("cat 🐈 кошмар");
  EXPECT_EQ(ids_of(encoding), (Ids{2, 16, 1, 1, 3}));
  EXPECT_EQ(encoding.tokens[2], (Token{1, "[UNK]", "[UNK]", 4, 8, 1, false}));
  EXPECT_EQ(encoding.tokens[3], (Token{1, "[UNK]", "[UNK]", 9, 21, 2, false}));
}

TEST(WordPiece, a_word_of_more_than_a_hundred_characters_is_unknown) {
  std::string word = "cat";
  for (int count = 0; count < 97; ++count)
    word += "s";
  EXPECT_EQ(tokenizer()->encode(word).tokens.size(), 2U + 98U);
  EXPECT_EQ(ids_of(tokenizer()->encode(word + "s")), (Ids{2, 1, 3}));
}

TEST(WordPiece, ideographs_are_words_of_their_own) {
  EXPECT_EQ(ids_of(tokenizer()->encode("cat我cat")), (Ids{2, 16, 20, 16, 3}));
}

TEST(WordPiece, special_tokens_can_be_typed) {
  const Encoding encoding = tokenizer()->encode("Кошки [MASK]на [mask]");
  // [mask] in small letters is punctuation and an unknown word
  EXPECT_EQ(ids_of(encoding), (Ids{2, 5, 7, 4, 12, 1, 1, 1, 3}));
  EXPECT_EQ(encoding.tokens[3], (Token{4, "[MASK]", "[MASK]", 11, 17, 1, true}));
  EXPECT_EQ(encoding.tokens[4], (Token{12, "на", "на", 17, 21, 2, false}));
  EXPECT_EQ(tokenizer()->mask_id(), 4);
}

TEST(WordPiece, empty_and_blank_texts_are_only_their_frame) {
  for (const char* text : {"", "   ", "\n\t"})
    EXPECT_EQ(ids_of(tokenizer()->encode(text)), (Ids{2, 3})) << text;
  EXPECT_TRUE(tokenizer()->encode("", {.add_special = false}).tokens.empty());
}

TEST(WordPiece, a_limit_keeps_the_closing_token_and_counts_what_was_dropped) {
  const Encoding encoding = tokenizer()->encode("cat cat cat cat cat", {.max_tokens = 5});
  EXPECT_EQ(ids_of(encoding), (Ids{2, 16, 16, 16, 3}));
  EXPECT_EQ(encoding.dropped, 2U);
  EXPECT_EQ(encoding.tokens.back().begin, 11U);
  EXPECT_EQ(tokenizer()->encode("cat", {.max_tokens = 3}).dropped, 0U);
}

TEST(WordPiece, a_limit_on_a_long_text_gives_the_same_beginning) {
  std::string text;
  for (int count = 0; count < 20000; ++count)
    text += count % 7 == 0 ? "кошка, " : "cats ёж 🐈. ";
  const Encoding whole = tokenizer()->encode(text);
  const Encoding cut = tokenizer()->encode(text, {.max_tokens = 128});
  ASSERT_EQ(cut.tokens.size(), 128U);
  EXPECT_GE(cut.dropped, 1U);
  EXPECT_EQ(cut.text, text);
  for (std::size_t index = 0; index < 127; ++index)
    ASSERT_EQ(cut.tokens[index], whole.tokens[index]);
}

TEST(WordPiece, invalid_bytes_are_repaired_and_reported) {
  const Encoding encoding = tokenizer()->encode("cat\xFF cat");
  EXPECT_TRUE(encoding.repaired);
  EXPECT_EQ(encoding.text, "cat\uFFFD cat");
  EXPECT_EQ(ids_of(encoding), (Ids{2, 16, 16, 3}));
  EXPECT_EQ(encoding.tokens[2].begin, 7U);
}

TEST(WordPiece, decoding_reads_as_a_person_would_write) {
  const auto bert = tokenizer();
  EXPECT_EQ(bert->decode(ids_of(bert->encode("Кошка, ёж смотрела на птицу."))), "кошка, ёж смотрела на птицу.");
  EXPECT_EQ(bert->readable(6), "ка");
  EXPECT_EQ(bert->readable(999), "‹999›");
  EXPECT_EQ(bert->id_of("##ка"), 6);
  EXPECT_EQ(bert->vocabulary_size(), 25U);
  EXPECT_EQ(bert->description(), "WordPiece, 25 pieces, lower case");
}

TEST(WordPiece, of_mpnet_is_framed_as_roberta_does) {
  const std::string lines =
      "<s>\n<pad>\n</s>\n<unk>\n[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n[\n]\ncat\n##s\ncls\n<mask>\n";
  testing::TemporaryFolder folder;
  testing::write(folder / "vocab.txt", lines);
  for (const char* config : {R"({"do_lower_case": true})", R"({"tokenizer_class": "MPNetTokenizer"})"}) {
    testing::write(folder / "tokenizer_config.json", config);
    const auto tokenizer = load_tokenizer(folder.path());
    EXPECT_EQ(ids_of(tokenizer->encode("Cats dog <mask>")), (Ids{0, 11, 12, 5, 14, 2}));
    EXPECT_EQ(ids_of(tokenizer->encode("[CLS]")), (Ids{0, 9, 13, 10, 2})) << "BERT's own name is a word here";
    EXPECT_EQ(tokenizer->mask_id(), 14);
  }
}

TEST(WordPiece, a_list_without_its_special_pieces_is_an_error) {
  for (const char* lines : {"", "cat\n", "[UNK]\n[CLS]\n"}) {
    try {
      (void)parse_vocab_txt(lines, {}, "vocab.txt");
      FAIL() << "no Error was thrown";
    } catch (const Error& error) {
      EXPECT_EQ(error.details().file, "vocab.txt");
    }
  }
}

}  // namespace
}  // namespace regard
