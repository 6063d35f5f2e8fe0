// SPDX-License-Identifier: Apache-2.0
// tokenizer.json: the vocabulary, the model, the added tokens, the template and the way back to text.
#include "core/base/error.h"
#include "core/format/json.h"
#include "core/text/json_fields.h"
#include "core/text/pipeline.h"
#include "core/text/steps_json.h"

#include <algorithm>
#include <unordered_map>

namespace regard {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestAddedToken = 1024;  // bytes
constexpr std::size_t kMostFrameTokens = 64;      // specials the template may put around a text

// Ids may leave gaps, but a small file must not ask for a huge table.
std::size_t id_limit(std::size_t entries) {
  return 8 * entries + 65536;
}

Vocabulary parse_vocabulary(const JsonPlace& place, const json& model) {
  const json* entries = member(place, model, "vocab");
  const JsonPlace here = place.at("vocab");
  if (entries == nullptr || !entries->is_object() || entries->empty())
    fail_value(here, "{\"…\": 0, …}", entries == nullptr ? json() : *entries);
  Vocabulary vocabulary;
  vocabulary.ids.reserve(entries->size());
  const std::size_t limit = id_limit(entries->size());
  for (const auto& [piece, id] : entries->items())
    vocabulary.add(piece, is_id(id, limit) ? id.get<std::int32_t>() : as_id(here.at(piece), id, limit));
  return vocabulary;
}

std::size_t longest_piece(const Vocabulary& vocabulary) {
  std::size_t longest = 0;
  for (const std::string& piece : vocabulary.pieces)
    longest = std::max(longest, piece.size());
  return longest;
}

WordPieceModel parse_wordpiece(const JsonPlace& place, const json& model, const Vocabulary& vocabulary) {
  WordPieceModel result;
  result.continuing_prefix = string_member(place, model, "continuing_subword_prefix", "##");
  const std::string unknown = string_member(place, model, "unk_token", "[UNK]");
  const std::optional<std::int32_t> id = vocabulary.find(unknown);
  if (!id) fail_value(place.at("unk_token"), "vocab", unknown);
  result.unknown = *id;
  if (const json* longest = member(place, model, "max_input_chars_per_word"))
    result.longest_word = static_cast<std::size_t>(as_id(place.at("max_input_chars_per_word"), *longest, 1001));
  result.longest_piece = longest_piece(vocabulary);
  return result;
}

// "a b" or ["a", "b"].
std::pair<std::string, std::string> parse_pair(const JsonPlace& merges, std::size_t index, const json& merge) {
  if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string())
    return {merge[0].get<std::string>(), merge[1].get<std::string>()};
  if (merge.is_string()) {
    const auto& text = merge.get_ref<const std::string&>();
    const std::size_t space = text.find(' ');
    if (space != std::string::npos && text.find(' ', space + 1) == std::string::npos)
      return {text.substr(0, space), text.substr(space + 1)};
  }
  fail_value(merges.at(index), "\"a b\" | [\"a\", \"b\"]", merge);
}

void parse_merges(const JsonPlace& place, const json& model, const Vocabulary& vocabulary, BpeModel& result) {
  const json& merges = array_member(place, model, "merges");
  const JsonPlace here = place.at("merges");
  result.merges.reserve(merges.size());
  for (std::size_t index = 0; index < merges.size(); ++index) {
    if (merges[index].is_string() && merges[index].get_ref<const std::string&>().starts_with("#version")) continue;
    const auto [left, right] = parse_pair(here, index, merges[index]);
    const std::string& prefix = result.continuing_prefix;
    const std::string tail = !prefix.empty() && right.starts_with(prefix) ? right.substr(prefix.size()) : right;
    const auto left_id = vocabulary.find(left);
    const auto right_id = vocabulary.find(right);
    const auto merged = vocabulary.find(left + tail);
    if (!left_id || !right_id || !merged)
      fail_value(here.at(index), "vocab", !left_id ? left : !right_id ? right : left + tail);
    result.merges.insert_or_assign(merge_key(*left_id, *right_id),
                                   BpeMerge{static_cast<std::uint32_t>(index), *merged});
  }
}

BpeModel parse_bpe(const JsonPlace& place, const json& model, const Vocabulary& vocabulary) {
  BpeModel result;
  result.continuing_prefix = string_member(place, model, "continuing_subword_prefix");
  result.end_of_word_suffix = string_member(place, model, "end_of_word_suffix");
  result.fuse_unknown = bool_member(place, model, "fuse_unk", false);
  result.byte_fallback = bool_member(place, model, "byte_fallback", false);
  result.ignore_merges = bool_member(place, model, "ignore_merges", false);
  if (const std::string unknown = string_member(place, model, "unk_token"); !unknown.empty()) {
    result.unknown = vocabulary.find(unknown);
    if (!result.unknown) result.file = place.file;
  }
  result.byte_ids = byte_pieces(vocabulary);
  parse_merges(place, model, vocabulary, result);
  return result;
}

// [["piece", log probability], …]; the place in the list is the id.
UnigramModel parse_unigram(const JsonPlace& place, const json& model, Vocabulary& vocabulary) {
  const json& entries = array_member(place, model, "vocab");
  const JsonPlace here = place.at("vocab");
  if (entries.empty() || !entries.is_array()) fail_value(here, "[[\"…\", -1.5], …]", entries);
  UnigramModel result;
  for (std::size_t id = 0; id < entries.size(); ++id) {
    const json& entry = entries[id];
    if (!entry.is_array() || entry.size() != 2 || !entry[0].is_string() || !entry[1].is_number())
      fail_value(here.at(id), "[\"…\", -1.5]", entry);
    vocabulary.add(entry[0].get<std::string>(), static_cast<std::int32_t>(id));
    result.scores.push_back(entry[1].get<double>());
  }
  if (const json* unknown = member(place, model, "unk_id"))
    result.unknown = as_id(place.at("unk_id"), *unknown, entries.size());
  result.byte_fallback = bool_member(place, model, "byte_fallback", false);
  result.byte_ids = byte_pieces(vocabulary);
  result.file = place.file;
  prepare(result, vocabulary);
  return result;
}

WordLevelModel parse_word_level(const JsonPlace& place, const json& model, const Vocabulary& vocabulary) {
  return {vocabulary.find(string_member(place, model, "unk_token", "<unk>")), place.file};
}

// Old files do not name the type of their model: its fields tell.
std::string model_type(const JsonPlace& place, const json& model) {
  std::string type = string_member(place, model, "type");
  if (!type.empty()) return type;
  const auto has = [&](const char* key) { return member(place, model, key) != nullptr; };
  if (has("merges")) return "BPE";
  if (const json* vocab = member(place, model, "vocab"); vocab != nullptr && vocab->is_array()) return "Unigram";
  return has("continuing_subword_prefix") && has("max_input_chars_per_word") ? "WordPiece" : "WordLevel";
}

void parse_model(const JsonPlace& place, const json& model, TokenizerParts& parts) {
  const std::string type = model_type(place, model);
  if (type == "Unigram") {
    parts.model = parse_unigram(place, model, parts.vocabulary);
    return;
  }
  if (type != "BPE" && type != "WordPiece" && type != "WordLevel")
    fail_unsupported(place, "BPE, Unigram, WordLevel, WordPiece", type);
  parts.vocabulary = parse_vocabulary(place, model);
  if (type == "BPE")
    parts.model = parse_bpe(place, model, parts.vocabulary);
  else if (type == "WordLevel")
    parts.model = parse_word_level(place, model, parts.vocabulary);
  else
    parts.model = parse_wordpiece(place, model, parts.vocabulary);
}

/// Entries of the model's own vocabulary, repeated ones included.
std::size_t own_pieces(const TokenizerParts& parts) {
  const auto* unigram = std::get_if<UnigramModel>(&parts.model);
  return unigram != nullptr ? unigram->scores.size() : parts.vocabulary.ids.size();
}

// Ids are given as the library gives them, whatever the file says: a piece keeps its own, the others follow one another behind
// the model's pieces.
void parse_added_tokens(const JsonPlace& place, const json& root, TokenizerParts& parts) {
  if (member(place, root, "added_tokens") == nullptr) return;
  const json& tokens = array_member(place, root, "added_tokens");
  const std::size_t limit = id_limit(parts.vocabulary.pieces.size() + tokens.size());
  const auto own = static_cast<std::int32_t>(own_pieces(parts));
  std::int32_t largest = -1;  // of the added tokens so far
  std::unordered_map<std::int32_t, std::size_t> places;
  for (std::size_t index = 0; index < tokens.size(); ++index) {
    const JsonPlace here = place.at("added_tokens").at(index);
    const json& entry = tokens[index];
    AddedToken token;
    token.content = string_member(here, entry, "content");
    if (token.content.empty()) continue;
    if (token.content.size() > kLongestAddedToken) fail_value(here.at("content"), "1…1024 B", token.content.size());
    const json* id = member(here, entry, "id");
    static_cast<void>(as_id(here.at("id"), id == nullptr ? json() : *id, limit));
    token.id = parts.vocabulary.find_any(token.content).value_or(largest >= own ? largest + 1 : own);
    largest = std::max(largest, token.id);
    token.special = bool_member(here, entry, "special", false);
    token.strip_left = bool_member(here, entry, "lstrip", false);
    token.strip_right = bool_member(here, entry, "rstrip", false);
    token.single_word = bool_member(here, entry, "single_word", false);
    token.normalized = bool_member(here, entry, "normalized", !token.special);
    parts.vocabulary.add_whole(token.content, token.id);
    // Of one token twice, the second says how it is found.
    const auto [earlier, is_new] = places.try_emplace(token.id, parts.added.size());
    if (is_new)
      parts.added.push_back(std::move(token));
    else
      parts.added[earlier->second] = std::move(token);
  }
}

std::int32_t frame_id(const JsonPlace& place, const json& id, const Vocabulary& vocabulary) {
  return as_id(place, id, vocabulary.pieces.size());
}

void put_before(std::vector<std::int32_t>& ids, const std::vector<std::int32_t>& front) {
  ids.insert(ids.begin(), front.begin(), front.end());
}

// The specials a name in the template stands for.
std::vector<std::int32_t> template_ids(const JsonPlace& place, const json& section, const std::string& name,
                                       const Vocabulary& vocabulary) {
  const json* table = member(place, section, "special_tokens");
  const json* entry = table == nullptr ? nullptr : member(place.at("special_tokens"), *table, name.c_str());
  if (entry == nullptr) {
    if (const auto id = vocabulary.find_any(name)) return {*id};
    fail_value(place.at("special_tokens"), name, json());
  }
  const JsonPlace here = place.at("special_tokens").at(name);
  std::vector<std::int32_t> ids;
  for (const json& id : array_member(here, *entry, "ids"))
    ids.push_back(frame_id(here.at("ids"), id, vocabulary));
  return ids;
}

SpecialFrame parse_template(const JsonPlace& place, const json& section, const Vocabulary& vocabulary) {
  SpecialFrame frame;
  bool behind = false;
  const json& items = array_member(place, section, "single");
  for (std::size_t index = 0; index < items.size(); ++index) {
    const JsonPlace here = place.at("single").at(index);
    if (member(here, items[index], "Sequence") != nullptr) {
      if (behind) fail_value(here, "Sequence × 1", items[index]);
      behind = true;
      continue;
    }
    const json* special = member(here, items[index], "SpecialToken");
    if (special == nullptr) fail_value(here, "SpecialToken | Sequence", items[index]);
    const std::string name = string_member(here.at("SpecialToken"), *special, "id");
    std::vector<std::int32_t>& ids = behind ? frame.closing : frame.opening;
    const std::vector<std::int32_t> more = template_ids(place, section, name, vocabulary);
    ids.insert(ids.end(), more.begin(), more.end());
  }
  return frame;
}

// ["[SEP]", 102]
std::int32_t named_id(const JsonPlace& place, const json& section, const char* key, const Vocabulary& vocabulary) {
  const json& pair = array_member(place, section, key);
  if (pair.size() != 2) fail_value(place.at(key), "[\"…\", 0]", pair);
  return frame_id(place.at(key), pair[1], vocabulary);
}

void parse_post_processor(const JsonPlace& place, const json& section, const Vocabulary& vocabulary,
                          SpecialFrame& frame) {
  const std::string type = string_member(place, section, "type");
  if (type == "Sequence") {
    const json& parts = array_member(place, section, "processors");
    for (std::size_t index = 0; index < parts.size(); ++index)
      parse_post_processor(place.at("processors").at(index), parts[index], vocabulary, frame);
    return;
  }
  SpecialFrame more;
  if (type == "TemplateProcessing") {
    more = parse_template(place, section, vocabulary);
  } else if (type == "BertProcessing" || type == "RobertaProcessing") {
    more.opening.push_back(named_id(place, section, "cls", vocabulary));
    more.closing.push_back(named_id(place, section, "sep", vocabulary));
  } else if (type != "ByteLevel") {
    fail_unsupported(place, "TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel, Sequence", type);
  }
  put_before(frame.opening, more.opening);
  frame.closing.insert(frame.closing.end(), more.closing.begin(), more.closing.end());
  if (frame.opening.size() + frame.closing.size() > kMostFrameTokens)
    fail_value(place, "≤ 64", frame.opening.size() + frame.closing.size());
}

// Decoders say how pieces read; one that is not known is passed over, since encoding does not depend on it.
void parse_decoder(const JsonPlace& place, const json& section, PieceReading& reading) {
  const std::string type = string_member(place, section, "type");
  if (type == "Sequence") {
    const json& parts = array_member(place, section, "decoders");
    for (std::size_t index = 0; index < parts.size(); ++index)
      parse_decoder(place.at("decoders").at(index), parts[index], reading);
  } else if (type == "ByteLevel") {
    reading.byte_level = true;
  } else if (type == "ByteFallback") {
    reading.byte_fallback = true;
  } else if (type == "Metaspace") {
    reading.space_mark = string_member(place, section, "replacement", "▁");
    reading.strip_leading_space = string_member(place, section, "prepend_scheme", "always") != "never";
  } else if (type == "Replace") {
    const json* pattern = member(place, section, "pattern");
    if (pattern != nullptr && pattern->is_object() && string_member(place, section, "content") == " ")
      reading.space_mark = string_member(place.at("pattern"), *pattern, "String");
  } else if (type == "Strip") {
    reading.strip_leading_space = string_member(place, section, "content", " ") == " ";
  } else if (type == "WordPiece") {
    reading.continuing_prefix = string_member(place, section, "prefix", "##");
  } else if (type == "BPEDecoder") {
    reading.end_of_word_suffix = string_member(place, section, "suffix", "</w>");
  }
}

// What the model and the pre-tokenizer say about reading pieces, where no decoder does.
void complete_reading(TokenizerParts& parts) {
  PieceReading& reading = parts.reading;
  for (const NormalizerStep& step : parts.normalizer)
    if (std::holds_alternative<ByteLevelNormalizer>(step)) reading.byte_level = true;
  for (const PreTokenizerStep& step : parts.pre_tokenizer) {
    if (std::holds_alternative<ByteLevelPreTokenizer>(step)) reading.byte_level = true;
    if (const auto* metaspace = std::get_if<MetaspacePreTokenizer>(&step))
      if (reading.space_mark.empty()) reading.space_mark = metaspace->replacement;
  }
  if (const auto* bpe = std::get_if<BpeModel>(&parts.model)) {
    reading.byte_fallback = reading.byte_fallback || bpe->byte_fallback;
    if (reading.end_of_word_suffix.empty()) reading.end_of_word_suffix = bpe->end_of_word_suffix;
    reading.continuing_prefix = bpe->continuing_prefix;
  } else if (const auto* unigram = std::get_if<UnigramModel>(&parts.model)) {
    reading.byte_fallback = reading.byte_fallback || unigram->byte_fallback;
  } else {
    if (const auto* wordpiece = std::get_if<WordPieceModel>(&parts.model))
      reading.continuing_prefix = wordpiece->continuing_prefix;
    reading.spaces_between_words = true;
  }
}

}  // namespace

TokenizerParts parse_tokenizer_parts(std::string_view bytes, const std::string& file) {
  const json root = parse_json(bytes, file);
  const JsonPlace place{file, {}};
  const auto section = [&](const char* key) {
    const json* found = member(place, root, key);
    return found == nullptr ? json() : *found;
  };
  TokenizerParts parts;
  const json* model = member(place, root, "model");
  if (model == nullptr) throw Error("json_missing", {.file = file, .item = "model", .expected = "{…}"});
  parse_model(place.at("model"), *model, parts);
  parse_added_tokens(place, root, parts);
  parts.normalizer = parse_normalizer(place.at("normalizer"), section("normalizer"));
  parts.pre_tokenizer = parse_pre_tokenizer(place.at("pre_tokenizer"), section("pre_tokenizer"));
  if (const json* post = member(place, root, "post_processor"))
    parse_post_processor(place.at("post_processor"), *post, parts.vocabulary, parts.frame);
  if (const json* decoder = member(place, root, "decoder")) parse_decoder(place.at("decoder"), *decoder, parts.reading);
  complete_reading(parts);
  return parts;
}

std::unique_ptr<const Tokenizer> parse_tokenizer_json(std::string_view json_text, const std::string& file) {
  return make_tokenizer(parse_tokenizer_parts(json_text, file));
}

}  // namespace regard
