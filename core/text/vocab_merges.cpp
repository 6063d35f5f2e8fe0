// SPDX-License-Identifier: Apache-2.0
// vocab.json and merges.txt: byte-level BPE as GPT-2 (Radford et al. 2019) and RoBERTa published it. vocab.json is one object
// {piece: id}, merges.txt one pair "a b" per line, the best first.
#include "core/base/error.h"
#include "core/format/json.h"
#include "core/text/json_fields.h"
#include "core/text/pipeline.h"

#include <algorithm>
#include <array>

namespace regard {
namespace {

using nlohmann::json;

constexpr std::size_t kMostPieces = 4'000'000;
constexpr std::array<std::string_view, 6> kByteLevelSpecials = {"<s>",   "<pad>",  "</s>",
                                                                "<unk>", "<mask>", "<|endoftext|>"};

void add_merge(std::string_view line, std::size_t number, const Vocabulary& vocabulary, const std::string& file,
               BpeModel& model) {
  const std::string item = std::to_string(number);
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || line.find(' ', space + 1) != std::string_view::npos)
    throw Error("tokenizer_value", {file, item, "a b", std::string(line.substr(0, 60))});
  const std::string_view left = line.substr(0, space);
  const std::string_view right = line.substr(space + 1);
  const std::string whole = std::string(left) + std::string(right);
  const auto left_id = vocabulary.find(left);
  const auto right_id = vocabulary.find(right);
  const auto merged = vocabulary.find(whole);
  if (!left_id || !right_id || !merged)
    throw Error("tokenizer_value", {file, item, "vocab.json",
                                    !left_id    ? std::string(left)
                                    : !right_id ? std::string(right)
                                                : whole});
  const auto rank = static_cast<std::uint32_t>(model.merges.size());
  model.merges.try_emplace(merge_key(*left_id, *right_id), BpeMerge{rank, *merged});
}

BpeModel parse_merges(std::string_view lines, const Vocabulary& vocabulary, const std::string& file) {
  BpeModel model;
  model.byte_ids.fill(-1);
  if (lines.starts_with("\xEF\xBB\xBF")) lines.remove_prefix(3);
  for (std::size_t number = 1; !lines.empty(); ++number) {
    const std::size_t length = std::min(lines.find('\n'), lines.size());
    std::string_view line = lines.substr(0, length);
    lines.remove_prefix(std::min(length + 1, lines.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty() && !line.starts_with("#version")) add_merge(line, number, vocabulary, file, model);
  }
  return model;
}

}  // namespace

Vocabulary parse_vocabulary_json(std::string_view bytes, const std::string& file) {
  const json root = parse_json(bytes, file);
  const JsonPlace place{file, {}};
  if (!root.is_object() || root.empty()) fail_value(place, "{\"…\": 0, …}", root);
  Vocabulary vocabulary;
  const std::size_t limit =
      std::min(kMostPieces, 8 * root.size() + 65'536);  // a small file must not ask for a huge table
  for (const auto& [piece, id] : root.items())
    vocabulary.add(piece, is_id(id, limit) ? id.get<std::int32_t>() : as_id(place.at(piece), id, limit));
  return vocabulary;
}

TokenizerParts parse_vocab_merges_parts(std::string_view vocab, std::string_view merges,
                                        const ByteLevelOptions& options, const std::string& vocab_file,
                                        const std::string& merges_file) {
  TokenizerParts parts;
  parts.vocabulary = parse_vocabulary_json(vocab, vocab_file);
  BpeModel model = parse_merges(merges, parts.vocabulary, merges_file);
  model.unknown = parts.vocabulary.find("<unk>");
  parts.model = std::move(model);
  for (const std::string_view content : kByteLevelSpecials) {
    const auto id = parts.vocabulary.find(content);
    if (id)
      parts.added.push_back(
          {.content = std::string(content), .id = *id, .special = true, .strip_left = content == "<mask>"});
  }
  const auto put = [&](const std::string& piece, std::vector<std::int32_t>& frame) {
    if (const auto id = parts.vocabulary.find(piece); id && !piece.empty()) frame.push_back(*id);
  };
  put(options.opening, parts.frame.opening);
  put(options.closing, parts.frame.closing);
  parts.pre_tokenizer.emplace_back(ByteLevelPreTokenizer{options.add_prefix_space, true});
  parts.reading.byte_level = true;
  return parts;
}

}  // namespace regard
