// SPDX-License-Identifier: Apache-2.0
#include "core/text/pipeline.h"

#include "core/text/code_classes.h"
#include "core/text/unicode.h"
#include "core/text/words.h"

#include <algorithm>
#include <array>

namespace regard {
namespace {

constexpr std::size_t kLongestText = std::size_t{1} << 30;  // bytes; spans are 32-bit and normalising may triple a text
constexpr std::size_t kNoLimit = std::size_t{1} << 40;      // tokens; one character may become several (㌔, bytes)
constexpr std::size_t kLongestCachedWord = 64;              // bytes
constexpr std::size_t kCachedWords = 1 << 16;
constexpr std::size_t kSpareTokens =
    64;  // beyond the limit: what lies that far behind a cut cannot change what is kept

constexpr std::array<std::string_view, 2> kMaskNames = {"[MASK]", "<mask>"};
constexpr std::array<std::string_view, 7> kEndNames = {
    "<|im_end|>", "<|eot_id|>", "<|endoftext|>", "<|end_of_text|>", "</s>", "<end_of_turn>", "<eos>"};

const Vocabulary& model_vocabulary(const TokenizerParts& parts) {
  return parts.renumbered ? parts.renumbered->vocabulary : parts.vocabulary;
}

// Where no piece has a "▁" behind anything else, no merge can cross the start of a "▁": such a text may be cut there,
// and each word is encoded on its own.
bool cuts_at_space_mark(const TokenizerParts& parts) {
  const auto* bpe = std::get_if<BpeModel>(&parts.model);
  const std::string& mark = parts.reading.space_mark;
  if (bpe != nullptr && (bpe->ignore_merges || !bpe->continuing_prefix.empty() || !bpe->end_of_word_suffix.empty()))
    return false;
  if (bpe == nullptr && !std::holds_alternative<ScoredBpeModel>(parts.model)) return false;
  if (mark.empty() || !model_vocabulary(parts).find(mark)) return false;
  const auto& pieces = model_vocabulary(parts).pieces;
  return std::none_of(pieces.begin(), pieces.end(), [&](std::string_view piece) {
    std::size_t at = 0;
    while (piece.substr(at).starts_with(mark))
      at += mark.size();
    return piece.find(mark, at) != std::string_view::npos;
  });
}

std::vector<TextRange> cut_before_marks(std::string_view text, const std::vector<TextRange>& words,
                                        std::string_view mark) {
  std::vector<TextRange> pieces;
  for (const TextRange& word : words) {
    TextRange piece{word.begin, word.begin};
    bool in_marks = true;
    while (piece.end < word.end) {
      const bool is_mark = text.substr(piece.end, word.end - piece.end).starts_with(mark);
      if (is_mark && !in_marks) {
        pieces.push_back(piece);
        piece.begin = piece.end;
      }
      in_marks = is_mark;
      piece.end += is_mark ? mark.size() : utf8_length(text[piece.end]);
    }
    pieces.push_back(piece);
  }
  return pieces;
}

// Remembers the pieces of short words while one text is encoded, and how long its patterns may still work.
class WordEncoder {
public:
  WordEncoder(const TokenizerParts& parts, MatchBudget& budget) : parts_(parts), budget_(budget) {}

  const std::vector<WordPart>& encode(std::string_view word) {
    if (word.size() > kLongestCachedWord) return fill(scratch_, word);
    const auto found = cache_.find(word);
    if (found != cache_.end()) return found->second;
    if (cache_.size() >= kCachedWords) return fill(scratch_, word);
    return fill(cache_[std::string(word)], word);
  }

  [[nodiscard]] MatchBudget& budget() const { return budget_; }

private:
  const std::vector<WordPart>& fill(std::vector<WordPart>& pieces, std::string_view word) {
    pieces.clear();
    std::visit([&](const auto& model) { encode_word(model, model_vocabulary(parts_), word, pieces); }, parts_.model);
    if (parts_.renumbered)
      for (WordPart& piece : pieces)
        piece.id = parts_.renumbered->ids[static_cast<std::size_t>(piece.id)];
    return pieces;
  }

  const TokenizerParts& parts_;
  MatchBudget& budget_;
  std::vector<WordPart> scratch_{};
  std::unordered_map<std::string, std::vector<WordPart>, StringHash, std::equal_to<>> cache_{};
};

// What is looked for in a normalised text: a token's own text after the normaliser. Empty for the others.
std::vector<std::string> normalized_contents(const TokenizerParts& parts) {
  std::vector<std::string> contents(parts.added.size());
  for (std::size_t index = 0; index < contents.size(); ++index) {
    const AddedToken& token = parts.added[index];
    if (token.normalized)
      contents[index] = normalize(parts.normalizer, aligned_copy(token.content, 0, token.content.size())).text;
  }
  return contents;
}

class PipelineTokenizer final : public Tokenizer {
public:
  explicit PipelineTokenizer(TokenizerParts parts)
      : parts_(std::move(parts)),
        raw_finder_(parts_.added),
        normalized_finder_(parts_.added, normalized_contents(parts_)),
        cuts_at_mark_(cuts_at_space_mark(parts_)) {
    added_index_.reserve(parts_.added.size());
    for (std::size_t index = 0; index < parts_.added.size(); ++index)
      added_index_.try_emplace(parts_.added[index].id, index);
  }

  Encoding encode(std::string_view text, const EncodeOptions& options) const override;
  std::string decode(std::span<const std::int32_t> ids) const override;
  std::string readable(std::int32_t id) const override;
  std::optional<std::int32_t> id_of(std::string_view piece) const override { return parts_.vocabulary.find_any(piece); }
  std::size_t vocabulary_size() const override { return parts_.vocabulary.pieces.size(); }
  std::optional<std::int32_t> mask_id() const override { return named(parts_.mask, kMaskNames); }
  std::optional<std::int32_t> end_id() const override { return named(parts_.end, kEndNames); }
  std::string description() const override;
  TemplatePieces template_pieces() const override {
    const auto shown = [&](const std::vector<std::int32_t>& ids) {
      std::vector<std::string> texts(ids.size());
      std::transform(ids.begin(), ids.end(), texts.begin(), [&](std::int32_t id) { return readable(id); });
      return texts;
    };
    return {shown(parts_.frame.opening), shown(parts_.frame.closing)};
  }

private:
  std::vector<Token> encode_body(std::string_view text, MatchBudget& budget) const;
  void encode_segment(std::string_view text, TextRange segment, WordEncoder& words, std::vector<Token>& tokens) const;
  void encode_normalized(AlignedText text, bool at_start, WordEncoder& words, std::vector<Token>& tokens) const;
  Token special_token(std::int32_t id, std::size_t place) const;
  const AddedToken* added_token(std::int32_t id) const;

  std::optional<std::int32_t> named(const std::string& name, const auto& usual) const {
    if (!name.empty()) {
      if (const auto id = parts_.vocabulary.find_any(name)) return id;
    }
    for (const std::string_view each : usual)
      if (const auto id = parts_.vocabulary.find_any(each)) return id;
    return std::nullopt;
  }

  bool words_are_pre_tokens() const {
    return std::holds_alternative<WordPieceModel>(parts_.model) || std::holds_alternative<WordLevelModel>(parts_.model);
  }

  TokenizerParts parts_;
  AddedTokenFinder raw_finder_;
  AddedTokenFinder normalized_finder_;
  std::unordered_map<std::int32_t, std::size_t> added_index_{};
  bool cuts_at_mark_ = false;
};

// A place up to which the text may be encoded alone: behind a letter or digit, before a space. 0 where there is none.
std::size_t cut_near(std::string_view text, std::size_t wanted) {
  for (std::size_t at = wanted; at > wanted / 2; --at) {
    if (text[at] != ' ') continue;
    std::size_t before = at - 1;
    while (before > 0 && continues_character(text[before]))
      --before;
    const char32_t code = decode_utf8(text, before).code;
    if (is_letter(code) || is_number(code)) return at;
  }
  return 0;
}

Encoding PipelineTokenizer::encode(std::string_view text, const EncodeOptions& options) const {
  Encoding result;
  const bool too_long = text.size() > kLongestText;
  result.text = repair_utf8(text.substr(0, kLongestText), result.repaired);

  static const SpecialFrame kNoFrame{};
  const SpecialFrame& frame = options.add_special ? parts_.frame : kNoFrame;
  const std::size_t specials = frame.opening.size() + frame.closing.size();
  const std::size_t limit = options.max_tokens == 0 ? kNoLimit : options.max_tokens;
  const std::size_t room = limit > specials ? limit - specials : 0;

  MatchBudget budget(result.text.size());
  std::vector<Token> body;
  bool complete = false;
  for (std::size_t prefix = room * 16 + 4096; prefix < result.text.size() / 2; prefix *= 4) {
    const std::size_t cut = cut_near(result.text, prefix);
    if (cut == 0) continue;
    body = encode_body(std::string_view(result.text).substr(0, cut), budget);
    complete = body.size() >= room + kSpareTokens;
    if (complete) break;
  }
  if (!complete) body = encode_body(result.text, budget);

  if (body.size() > room) {
    result.dropped = body.size() - room;
    body.resize(room);
  }
  if (too_long) ++result.dropped;
  for (const std::int32_t id : frame.opening)
    result.tokens.push_back(special_token(id, 0));
  std::move(body.begin(), body.end(), std::back_inserter(result.tokens));
  const std::size_t last = result.tokens.empty() ? 0 : result.tokens.back().end;
  for (const std::int32_t id : frame.closing)
    result.tokens.push_back(special_token(id, last));
  if (options.max_tokens != 0 && result.tokens.size() > options.max_tokens) result.tokens.resize(options.max_tokens);
  return result;
}

std::vector<Token> PipelineTokenizer::encode_body(std::string_view text, MatchBudget& budget) const {
  std::vector<Token> tokens;
  WordEncoder words(parts_, budget);
  std::size_t at = 0;
  for (const AddedTokenFinder::Match& match : raw_finder_.find_all(text, parts_.added)) {
    encode_segment(text, {at, match.whole.begin}, words, tokens);
    const AddedToken& added = parts_.added[match.token];
    tokens.push_back({added.id, added.content, added.content, match.content.begin, match.content.end,
                      words_are_pre_tokens() && !tokens.empty() ? tokens.back().word + 1 : 0, added.special});
    at = match.whole.end;
  }
  encode_segment(text, {at, text.size()}, words, tokens);
  if (!words_are_pre_tokens()) assign_words(text, tokens);
  return tokens;
}

void PipelineTokenizer::encode_segment(std::string_view text, TextRange segment, WordEncoder& words,
                                       std::vector<Token>& tokens) const {
  if (segment.begin >= segment.end) return;
  const AlignedText normal =
      normalize(parts_.normalizer, aligned_copy(text, segment.begin, segment.end), words.budget());
  std::size_t at = 0;
  const auto encode_up_to = [&](std::size_t end) {
    if (at >= end) return;
    AlignedText part;
    part.append(normal, at, end);
    encode_normalized(std::move(part), segment.begin == 0 && at == 0, words, tokens);
  };
  for (const AddedTokenFinder::Match& match : normalized_finder_.find_all(normal.text, parts_.added)) {
    encode_up_to(match.whole.begin);
    const AddedToken& added = parts_.added[match.token];
    const ByteSpan span = source_of(normal, match.content);
    tokens.push_back({added.id, added.content, added.content, span.begin, span.end,
                      words_are_pre_tokens() && !tokens.empty() ? tokens.back().word + 1 : 0, added.special});
    at = match.whole.end;
  }
  encode_up_to(normal.text.size());
}

void PipelineTokenizer::encode_normalized(AlignedText text, bool at_start, WordEncoder& words,
                                          std::vector<Token>& tokens) const {
  PreTokenized state = pre_tokenize(parts_.pre_tokenizer, std::move(text), at_start, words.budget());
  if (cuts_at_mark_) state.words = cut_before_marks(state.text.text, state.words, parts_.reading.space_mark);
  std::int32_t word = tokens.empty() ? 0 : tokens.back().word + 1;
  for (const TextRange& range : state.words) {
    const auto bytes = std::string_view(state.text.text).substr(range.begin, range.end - range.begin);
    for (const WordPart& part : words.encode(bytes)) {
      const ByteSpan span = source_of(state.text, {range.begin + part.begin, range.begin + part.end});
      const std::string& piece = parts_.vocabulary.pieces[static_cast<std::size_t>(part.id)];
      tokens.push_back({part.id, piece, readable(part.id), span.begin, span.end, word, false});
    }
    ++word;
  }
}

Token PipelineTokenizer::special_token(std::int32_t id, std::size_t place) const {
  return {id, parts_.vocabulary.pieces[static_cast<std::size_t>(id)], readable(id), place, place, -1, true};
}

const AddedToken* PipelineTokenizer::added_token(std::int32_t id) const {
  const auto found = added_index_.find(id);
  return found == added_index_.end() ? nullptr : &parts_.added[found->second];
}

std::string PipelineTokenizer::readable(std::int32_t id) const {
  if (!parts_.vocabulary.contains(id)) return "‹" + std::to_string(id) + "›";
  if (const AddedToken* added = added_token(id)) return added->content;
  const std::string& piece = parts_.vocabulary.pieces[static_cast<std::size_t>(id)];
  return readable_bytes(read_piece(parts_.reading, piece).bytes);
}

std::string PipelineTokenizer::decode(std::span<const std::int32_t> ids) const {
  std::string bytes;
  for (const std::int32_t id : ids) {
    if (!parts_.vocabulary.contains(id)) continue;
    const AddedToken* added = added_token(id);
    if (added != nullptr && added->special) continue;
    const std::string& piece = parts_.vocabulary.pieces[static_cast<std::size_t>(id)];
    const PieceBytes read = added != nullptr ? PieceBytes{added->content} : read_piece(parts_.reading, piece);
    if (parts_.reading.spaces_between_words && !read.joins && !bytes.empty()) bytes.push_back(' ');
    bytes += read.bytes;
    if (read.ends_word) bytes.push_back(' ');
  }
  bool repaired = false;
  std::string text = repair_utf8(bytes, repaired);
  if (parts_.reading.spaces_between_words) return tidy_spaces(text);
  if (parts_.reading.strip_leading_space && text.starts_with(' ')) text.erase(0, 1);
  return text;
}

std::string with_thin_groups(std::size_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3)
    digits.insert(at - 3, " ");
  return digits;
}

std::string PipelineTokenizer::description() const {
  std::string result;
  if (std::holds_alternative<WordPieceModel>(parts_.model))
    result = "WordPiece";
  else if (std::holds_alternative<WordLevelModel>(parts_.model))
    result = "WordLevel";
  else if (const auto* unigram = std::get_if<UnigramModel>(&parts_.model))
    result = unigram->byte_fallback ? "Unigram with byte fallback" : "Unigram";
  else
    result = parts_.reading.byte_level      ? "byte-level BPE"
             : parts_.reading.byte_fallback ? "BPE with byte fallback"
                                            : "BPE";
  result += ", " + with_thin_groups(vocabulary_size()) + " pieces";
  const bool lower = std::any_of(parts_.normalizer.begin(), parts_.normalizer.end(), [](const NormalizerStep& step) {
    const auto* bert = std::get_if<BertNormalizer>(&step);
    return bert != nullptr ? bert->lower_case : std::holds_alternative<LowercaseNormalizer>(step);
  });
  return lower ? result + ", lower case" : result;
}

}  // namespace

std::unique_ptr<const Tokenizer> make_tokenizer(TokenizerParts parts) {
  return std::make_unique<PipelineTokenizer>(std::move(parts));
}

}  // namespace regard
