// SPDX-License-Identifier: Apache-2.0
// Real vocabularies for the tokenizer tests: the metadata of vocabulary-only GGUF files, rewritten as tokenizer.json.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

namespace regard::test {

inline std::string read_whole(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The tokenizer arrays of a GGUF file (version 2 or 3, little-endian); everything else is passed over.
struct GgufVocabulary {
  std::vector<std::string> tokens{};
  std::vector<std::string> merges{};
  std::vector<float> scores{};
  std::vector<std::int32_t> types{};  ///< 1 normal, 2 unknown, 3 control, 6 byte
};

class GgufReader {
public:
  explicit GgufReader(std::string bytes) : bytes_(std::move(bytes)) {}

  GgufVocabulary read() {
    at_ = 16;
    const auto entries = number<std::uint64_t>();
    for (std::uint64_t entry = 0; entry < entries; ++entry) {
      const std::string key = text();
      const auto type = number<std::uint32_t>();
      if (type == 9)
        array(key);
      else
        skip(type);
    }
    return std::move(vocabulary_);
  }

private:
  template <typename Number>
  Number number() {
    Number value{};
    if (at_ + sizeof value > bytes_.size()) throw std::runtime_error("the GGUF file ends early");
    std::memcpy(&value, bytes_.data() + at_, sizeof value);
    at_ += sizeof value;
    return value;
  }
  std::string text() {
    const auto length = number<std::uint64_t>();
    std::string result = bytes_.substr(at_, length);
    at_ += length;
    return result;
  }
  void skip(std::uint32_t type) {
    static constexpr std::size_t kSizes[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
    if (type == 8)
      text();
    else
      at_ += kSizes[type];
  }
  void array(const std::string& key) {
    const auto type = number<std::uint32_t>();
    const auto length = number<std::uint64_t>();
    for (std::uint64_t index = 0; index < length; ++index) {
      if (key == "tokenizer.ggml.tokens")
        vocabulary_.tokens.push_back(text());
      else if (key == "tokenizer.ggml.merges")
        vocabulary_.merges.push_back(text());
      else if (key == "tokenizer.ggml.scores")
        vocabulary_.scores.push_back(number<float>());
      else if (key == "tokenizer.ggml.token_type")
        vocabulary_.types.push_back(number<std::int32_t>());
      else
        skip(type);
    }
  }

  std::string bytes_;
  std::size_t at_ = 0;
  GgufVocabulary vocabulary_{};
};

/// Merges of a SentencePiece vocabulary: every way to build a piece of two others, the best-scored piece first.
inline nlohmann::json merges_by_score(const GgufVocabulary& vocabulary) {
  std::unordered_map<std::string, std::size_t> ids;
  for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id)
    if (vocabulary.types[id] == 1) ids.emplace(vocabulary.tokens[id], id);
  std::vector<std::tuple<float, std::size_t, std::size_t, std::string, std::string>> found;
  for (const auto& [piece, id] : ids)
    for (std::size_t cut = 1; cut < piece.size(); ++cut) {
      const auto left = ids.find(piece.substr(0, cut));
      const auto right = ids.find(piece.substr(cut));
      if (left != ids.end() && right != ids.end())
        found.emplace_back(-vocabulary.scores[id], left->second, right->second, left->first, right->first);
    }
  std::sort(found.begin(), found.end());
  nlohmann::json merges = nlohmann::json::array();
  for (const auto& [score, left_id, right_id, left, right] : found)
    merges.push_back({left, right});
  return merges;
}

inline nlohmann::json vocabulary_json(const GgufVocabulary& vocabulary) {
  nlohmann::json ids = nlohmann::json::object();
  for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id)
    ids[vocabulary.tokens[id]] = id;
  return ids;
}

inline std::string byte_level_json(const GgufVocabulary& vocabulary) {
  return nlohmann::json{
      {"model", {{"type", "BPE"}, {"vocab", vocabulary_json(vocabulary)}, {"merges", vocabulary.merges}}},
      {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", false}}},
      {"decoder", {{"type", "ByteLevel"}}}}
      .dump();
}

inline std::string sentencepiece_json(const GgufVocabulary& vocabulary) {
  using nlohmann::json;
  json control = json::array();
  for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id)
    if (vocabulary.types[id] == 3)
      control.push_back({{"id", id}, {"content", vocabulary.tokens[id]}, {"special", true}, {"normalized", false}});
  const json prepend{{"type", "Prepend"}, {"prepend", "▁"}};
  const json replace{{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", "▁"}};
  return json{{"added_tokens", control},
              {"normalizer", {{"type", "Sequence"}, {"normalizers", {prepend, replace}}}},
              {"model",
               {{"type", "BPE"},
                {"vocab", vocabulary_json(vocabulary)},
                {"merges", merges_by_score(vocabulary)},
                {"unk_token", "<unk>"},
                {"fuse_unk", true},
                {"byte_fallback", true}}},
              {"decoder",
               {{"type", "Sequence"},
                {"decoders",
                 {{{"type", "Replace"}, {"pattern", {{"String", "▁"}}}, {"content", " "}},
                  {{"type", "ByteFallback"}},
                  {{"type", "Fuse"}},
                  {{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}}}}}}}
      .dump();
}

/// GGUF marks words ("▁кот") where vocab.txt marks their continuations ("##кот"); line = id.
inline std::string vocab_txt(const GgufVocabulary& vocabulary) {
  std::string lines;
  for (const std::string& token : vocabulary.tokens) {
    if (token.starts_with("▁"))
      lines += token.substr(std::strlen("▁"));
    else if (token.starts_with("[") && token.ends_with("]"))
      lines += token;
    else
      lines += "##" + token;
    lines += '\n';
  }
  return lines;
}

/// The cases beside such a file: texts (.inp) and their ids (.out).
struct VocabularyCase {
  std::string text{};
  std::vector<std::int32_t> ids{};
};

inline std::vector<VocabularyCase> read_cases(const std::filesystem::path& gguf) {
  const std::string separator = "\n__ggml_vocab_test__\n";
  std::string texts = read_whole(gguf.string() + ".inp");
  std::istringstream lines(read_whole(gguf.string() + ".out"));
  std::vector<VocabularyCase> cases;
  while (true) {
    const std::size_t end = texts.find(separator);
    VocabularyCase next{texts.substr(0, end)};
    std::string line;
    std::getline(lines, line);
    std::istringstream numbers(line);
    for (std::int32_t id = 0; numbers >> id;)
      next.ids.push_back(id);
    cases.push_back(std::move(next));
    if (end == std::string::npos) return cases;
    texts.erase(0, end + separator.size());
  }
}

}  // namespace regard::test
