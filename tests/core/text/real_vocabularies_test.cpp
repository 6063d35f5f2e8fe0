// SPDX-License-Identifier: Apache-2.0
// Ids of real tokenizers, where their files are at hand.
#include "core/text/tokenizer.h"

#include "core/base/mapped_file.h"
#include "core/format/gguf.h"
#include "tests/core/base/needed.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/format/sentencepiece_writer.h"
#include "tests/core/text/vocabulary_files.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>

namespace regard {
namespace {

namespace fs = std::filesystem;

const fs::path kShared = REGARD_SHARED_DATA;

// Encodes every case without specials and compares the ids; returns how many were compared.
std::size_t compare_cases(const Tokenizer& tokenizer, const fs::path& gguf) {
  const std::vector<test::VocabularyCase> cases = test::read_cases(gguf);
  for (const test::VocabularyCase& each : cases) {
    std::vector<std::int32_t> ids;
    for (const Token& token : tokenizer.encode(each.text, {.add_special = false}).tokens)
      ids.push_back(token.id);
    EXPECT_EQ(ids, each.ids) << "text: «" << each.text << "»";
  }
  return cases.size();
}

TEST(RealVocabularies, gpt2_gives_its_own_ids) {
  const fs::path file = kShared / "tokenizers/ggml-vocab-gpt-2.gguf";
  REGARD_NEEDS(file);
  const auto tokenizer =
      parse_tokenizer_json(test::byte_level_json(test::GgufReader(test::read_whole(file)).read()), "gpt2");
  EXPECT_GT(compare_cases(*tokenizer, file), 40U);
}

TEST(RealVocabularies, gpt2_gives_its_own_ids_from_vocab_json_and_merges_txt) {
  const fs::path file = kShared / "tokenizers/ggml-vocab-gpt-2.gguf";
  REGARD_NEEDS(file);
  const test::GgufVocabulary vocabulary = test::GgufReader(test::read_whole(file)).read();
  const fs::path folder = fs::path(::testing::TempDir()) / "gpt2_vocab_and_merges";
  fs::create_directories(folder);
  std::ofstream(folder / "vocab.json") << test::vocabulary_json(vocabulary).dump();
  std::ofstream merges(folder / "merges.txt");
  merges << "#version: 0.2\n";
  for (const std::string& merge : vocabulary.merges)
    merges << merge << '\n';
  merges.close();
  EXPECT_GT(compare_cases(*load_tokenizer(folder), file), 40U);
  fs::remove_all(folder);
}

TEST(RealVocabularies, llama_gives_its_own_ids) {
  for (const char* name : {"ggml-vocab-llama-spm.gguf", "ggml-vocab-phi-3.gguf"}) {
    const fs::path file = kShared / "tokenizers" / name;
    REGARD_NEEDS(file);
    const auto tokenizer =
        parse_tokenizer_json(test::sentencepiece_json(test::GgufReader(test::read_whole(file)).read()), name);
    EXPECT_GT(compare_cases(*tokenizer, file), 40U);
  }
}

/// The pieces of a GGUF file as the SentencePiece file they come from: BPE with byte fallback, spaces kept.
std::string as_sentencepiece(const fs::path& path) {
  const MappedFile mapping(path);
  const Gguf gguf = parse_gguf(mapping.bytes(), path.string());
  const auto& pieces = gguf.array("tokenizer.ggml.tokens", GgufArray::Kind::texts).texts;
  const auto& scores = gguf.array("tokenizer.ggml.scores", GgufArray::Kind::numbers).numbers;
  const auto& types = gguf.array("tokenizer.ggml.token_type", GgufArray::Kind::integers).integers;
  testing::SentencePieceWriter writer;
  for (std::size_t id = 0; id < 32'000; ++id)  // Phi-3 added some behind Llama's
    writer.piece(pieces[id], scores[id], static_cast<std::uint64_t>(types[id]));
  writer.model_type(2).trainer += testing::proto_whole(35, 1);
  writer.normalizer = testing::proto_bytes(1, "identity") + testing::proto_whole(4, 0);
  return writer.file();
}

TEST(RealVocabularies, llama_gives_its_own_ids_from_tokenizer_model) {
  for (const char* name : {"ggml-vocab-llama-spm.gguf", "ggml-vocab-phi-3.gguf"}) {
    const fs::path file = kShared / "tokenizers" / name;
    REGARD_NEEDS(file);
    const testing::TemporaryFolder folder;
    testing::write(folder / "tokenizer.model", as_sentencepiece(file));
    const auto tokenizer = load_tokenizer(folder.path());
    EXPECT_GT(compare_cases(*tokenizer, file), 40U);
    EXPECT_EQ(tokenizer->encode("a").tokens.front().id, 1);
  }
}

TEST(RealVocabularies, bert_gives_its_own_ids) {
  const fs::path file = kShared / "tokenizers/ggml-vocab-bert-bge.gguf";
  REGARD_NEEDS(file);
  const auto tokenizer = parse_vocab_txt(test::vocab_txt(test::GgufReader(test::read_whole(file)).read()), {}, "bge");
  EXPECT_GT(compare_cases(*tokenizer, file), 40U);
}

TEST(RealVocabularies, stories260k_gives_the_ids_of_its_reference) {
  const fs::path folder = kShared / "checkpoints/stories260k";
  REGARD_NEEDS(folder);
  const auto tokenizer = load_tokenizer(folder);
  const auto reference = nlohmann::json::parse(test::read_whole(folder / "reference.json"));
  for (const auto& item : reference["items"]) {
    const Encoding encoding = tokenizer->encode(item["text"].get<std::string>());
    std::vector<std::int32_t> ids;
    std::vector<std::string> pieces;
    for (const Token& token : encoding.tokens) {
      ids.push_back(token.id);
      pieces.push_back(token.piece);
    }
    EXPECT_EQ(ids, item["ids"].get<std::vector<std::int32_t>>());
    EXPECT_EQ(pieces, item["tokens"].get<std::vector<std::string>>());
    EXPECT_EQ(tokenizer->decode(ids), item["text"].get<std::string>());
  }
  EXPECT_EQ(tokenizer->end_id(), 2);
  EXPECT_FALSE(tokenizer->mask_id());
}

TEST(RealVocabularies, ten_megabytes_cut_at_a_limit_are_read_fast) {
  const fs::path file = kShared / "tokenizers/ggml-vocab-llama-spm.gguf";
  REGARD_NEEDS(file);
  const auto tokenizer =
      parse_tokenizer_json(test::sentencepiece_json(test::GgufReader(test::read_whole(file)).read()), "llama");
  std::string text;
  while (text.size() < 10'000'000)
    text += "Кошка, которая сидела на крыше, смотрела на птицу. The cat saw it " + std::to_string(text.size()) + ". ";
  const auto seconds_of = [](const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  constexpr std::size_t part = 100'000;
  Encoding cut, whole;
  const double of_cut = seconds_of([&] { cut = tokenizer->encode(text, {.max_tokens = 512}); });
  const double of_part = seconds_of([&] { whole = tokenizer->encode(std::string_view(text).substr(0, part), {}); });
  EXPECT_EQ(cut.text.size(), text.size());
  ASSERT_EQ(cut.tokens.size(), 512U);
  EXPECT_GE(cut.dropped, 1U);
  for (std::size_t index = 0; index < 512; ++index)
    ASSERT_EQ(cut.tokens[index], whole.tokens[index]) << index;
  const double share = of_cut / (of_part * static_cast<double>(text.size()) / part);
  std::cout << "10 MB cut at 512 tokens: " << share << " of what reading all of it takes\n";
  EXPECT_LT(share, 0.5);
}

}  // namespace
}  // namespace regard
