// SPDX-License-Identifier: Apache-2.0
#include "core/text/unigram.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/text/precompiled.h"
#include "core/text/tokenizer.h"
#include "tests/core/text/ids.h"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

namespace regard {
namespace {

using nlohmann::json;
using testing::Ids;
using testing::ids_of;

json unigram_file() {
  json vocabulary = json::array();
  const std::vector<std::pair<const char*, double>> pieces = {
      {"<s>", 0.0}, {"</s>", 0.0}, {"<unk>", 0.0}, {"▁", -2.0},    {"к", -4.0}, {"о", -4.0},
      {"т", -4.0},  {"▁ко", -5.0}, {"от", -4.5},   {"▁кот", -9.0}, {"A", -3.0}, {"ы", -5.0}};
  for (const auto& [piece, score] : pieces)
    vocabulary.push_back(json::array({piece, score}));
  return json{{"model", {{"type", "Unigram"}, {"vocab", vocabulary}, {"unk_id", 2}}},
              {"added_tokens", {{{"id", 0}, {"content", "<s>"}, {"special", true}}}},
              {"pre_tokenizer", {{"type", "Metaspace"}, {"replacement", "▁"}, {"add_prefix_space", true}}},
              {"decoder", {{"type", "Metaspace"}, {"replacement", "▁"}, {"add_prefix_space", true}}}};
}

TEST(Unigram, takes_the_cut_with_the_largest_sum) {
  const auto tokenizer = parse_tokenizer_json(unigram_file().dump(), "tokenizer.json");
  // ▁кот −9, ▁ко т −9 (later), ▁ к от −10.5: of equal sums the one whose last piece begins first.
  EXPECT_EQ(ids_of(*tokenizer, "кот коты"), (Ids{9, 9, 11}));
  EXPECT_EQ(ids_of(*tokenizer, "от"), (Ids{3, 8}));
  EXPECT_EQ(tokenizer->decode(Ids{9, 9, 11}), "кот коты");
  EXPECT_EQ(tokenizer->description(), "Unigram, 12 pieces");
}

TEST(Unigram, joins_unknown_characters_and_knows_their_place) {
  const auto tokenizer = parse_tokenizer_json(unigram_file().dump(), "tokenizer.json");
  const Encoding encoding = tokenizer->encode("к我們о");
  ASSERT_EQ(encoding.tokens.size(), 4U);
  EXPECT_EQ(encoding.tokens[2].id, 2);
  EXPECT_EQ(encoding.text.substr(encoding.tokens[2].begin, encoding.tokens[2].end - encoding.tokens[2].begin), "我們");
}

TEST(Unigram, falls_back_to_bytes_where_the_file_says_so) {
  json file = unigram_file();
  file["model"]["byte_fallback"] = true;
  static constexpr char kDigits[] = "0123456789ABCDEF";
  for (int byte = 0; byte < 256; ++byte)
    file["model"]["vocab"].push_back(
        json::array({std::string("<0x") + kDigits[byte / 16] + kDigits[byte % 16] + ">", -20.0}));
  const auto tokenizer = parse_tokenizer_json(file.dump(), "tokenizer.json");
  EXPECT_EQ(ids_of(*tokenizer, "é"), (Ids{3, 12 + 0xC3, 12 + 0xA9}));
  EXPECT_EQ(tokenizer->decode(Ids{3, 12 + 0xC3, 12 + 0xA9}), "é");
}

TEST(Unigram, agrees_with_trying_every_cut) {
  Vocabulary vocabulary;
  UnigramModel model;
  Random random(7);
  const std::vector<std::string> pieces = {"<unk>", "a", "b", "ab", "ba", "aba", "bb", "abab", "я", "aя", "яb", "яяa"};
  for (std::size_t id = 0; id < pieces.size(); ++id) {
    vocabulary.add(pieces[id], static_cast<std::int32_t>(id));
    model.scores.push_back(id == 0 ? 0.0 : -1.0 - 5.0 * static_cast<double>(random.uniform()));
  }
  model.unknown = 0;
  prepare(model, vocabulary);

  const std::function<double(std::string_view)> best_sum = [&](std::string_view rest) {
    if (rest.empty()) return 0.0;
    double best = -1e9;
    for (std::size_t id = 1; id < pieces.size(); ++id)
      if (rest.starts_with(pieces[id]))
        best = std::max(best, model.scores[id] + best_sum(rest.substr(pieces[id].size())));
    return best;
  };
  for (int round = 0; round < 200; ++round) {
    std::string word;
    while (word.size() < 9)
      word += std::array{"a", "b", "я"}[static_cast<std::size_t>(random.uniform() * 2.999F)];
    std::vector<WordPart> parts;
    encode_word(model, vocabulary, word, parts);
    double sum = 0.0;
    std::uint32_t at = 0;
    for (const WordPart& part : parts) {
      EXPECT_EQ(part.begin, at);
      EXPECT_EQ(word.substr(part.begin, part.end - part.begin), pieces[static_cast<std::size_t>(part.id)]);
      sum += model.scores[static_cast<std::size_t>(part.id)];
      at = part.end;
    }
    EXPECT_EQ(at, word.size());
    EXPECT_NEAR(sum, best_sum(word), 1e-9) << word;
  }
}

TEST(Unigram, names_what_is_wrong_in_its_list) {
  for (const char* vocabulary : {"[]", "{}", R"([["a"]])", R"([["a", "b"]])", R"([[1, -1]])"}) {
    json file = unigram_file();
    file["model"]["vocab"] = json::parse(vocabulary);
    EXPECT_THROW((void)parse_tokenizer_json(file.dump(), "tokenizer.json"), Error) << vocabulary;
  }
  json file = unigram_file();
  file["model"]["unk_id"] = 12;
  EXPECT_THROW((void)parse_tokenizer_json(file.dump(), "tokenizer.json"), Error);
}

std::string base64(const std::string& bytes) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t byte = 0; byte < 3; ++byte)
      group = group << 8 | (at + byte < bytes.size() ? static_cast<unsigned char>(bytes[at + byte]) : 0U);
    for (std::size_t digit = 0; digit < 4; ++digit)
      text += digit <= bytes.size() - at ? kAlphabet[group >> (18 - 6 * digit) & 63U] : '=';
  }
  return text;
}

// A trie with one key: every byte leads to a page of 256 units of its own.
std::string map_with_one_key(std::string_view key, std::string_view replacement) {
  std::vector<std::uint32_t> units(256 * (key.size() + 2));
  units[0] = 256U << 10;
  for (std::size_t depth = 0; depth < key.size(); ++depth) {
    const auto byte = static_cast<unsigned char>(key[depth]);
    const auto node = static_cast<std::uint32_t>(256 * (depth + 1)) ^ byte;
    const std::uint32_t next_page = static_cast<std::uint32_t>(256 * (depth + 2));
    units[node] = (node ^ next_page) << 10 | byte | (depth + 1 == key.size() ? 1U << 8 : 0U);
  }
  units[256 * (key.size() + 1)] = 1U << 31 | 2U;  // the value: behind "x\0"
  std::string bytes;
  const auto put = [&](std::uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8)
      bytes.push_back(static_cast<char>(value >> shift & 0xFFU));
  };
  put(static_cast<std::uint32_t>(4 * units.size()));
  for (const std::uint32_t unit : units)
    put(unit);
  bytes += std::string("x\0", 2);
  bytes += replacement;
  bytes.push_back('\0');
  return bytes;
}

TEST(Precompiled, replaces_what_the_map_holds_and_keeps_the_spans) {
  json file = unigram_file();
  file["normalizer"] = {{"type", "Precompiled"}, {"precompiled_charsmap", base64(map_with_one_key("Ａ", "A"))}};
  const auto tokenizer = parse_tokenizer_json(file.dump(), "tokenizer.json");
  const Encoding encoding = tokenizer->encode("Ａо");
  ASSERT_EQ(encoding.tokens.size(), 3U);
  EXPECT_EQ(encoding.tokens[1].piece, "A");
  EXPECT_EQ(encoding.tokens[1].begin, 0U);
  EXPECT_EQ(encoding.tokens[1].end, 3U);
  EXPECT_EQ(encoding.tokens[2].begin, 3U);
}

TEST(Precompiled, looks_a_grapheme_up_as_a_whole) {
  json file = unigram_file();
  file["normalizer"] = {{"type", "Precompiled"}, {"precompiled_charsmap", base64(map_with_one_key("о\u0301", "т"))}};
  const auto tokenizer = parse_tokenizer_json(file.dump(), "tokenizer.json");
  EXPECT_EQ(ids_of(*tokenizer, "о\u0301"), (Ids{3, 6}));
  EXPECT_EQ(ids_of(*tokenizer, "о"), (Ids{3, 5}));
}

TEST(Precompiled, refuses_what_is_no_map) {
  const std::string sound = map_with_one_key("a", "b");
  EXPECT_TRUE(parse_character_map(base64(sound)));
  EXPECT_FALSE(parse_character_map("###"));
  EXPECT_FALSE(parse_character_map(base64(sound.substr(0, 3))));
  EXPECT_FALSE(parse_character_map(base64(sound.substr(0, 100)))) << "the trie ends early";
  EXPECT_FALSE(parse_character_map(base64(map_with_one_key("a", std::string(49, 'b')))));
  const auto broken = parse_character_map(base64(map_with_one_key("a", "\xD0")));
  ASSERT_TRUE(broken);
  EXPECT_FALSE(replacement_of(*broken, "a")) << "a replacement is whole characters";
}

}  // namespace
}  // namespace regard
