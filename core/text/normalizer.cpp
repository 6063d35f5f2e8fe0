// SPDX-License-Identifier: Apache-2.0
#include "core/text/normalizer.h"

#include "core/text/byte_alphabet.h"
#include "core/text/code_classes.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace regard {
namespace {

// A longer run of combining marks is normalised in pieces: ordering marks takes quadratic time.
constexpr std::size_t kLongestCluster = 1024;  // bytes

// Calls visit(code, begin, end) for each character.
template <typename Visit>
void for_each_character(std::string_view text, Visit&& visit) {
  for (std::size_t at = 0; at < text.size();) {
    const DecodedCharacter character = decode_utf8(text, at);
    visit(character.code, at, at + character.length);
    at += character.length;
  }
}

// Applies put(code, out) to each character; what put() writes takes the character's span, unless it is the same bytes.
template <typename Put>
AlignedText map_characters(const AlignedText& text, Put&& put) {
  AlignedText result;
  result.reserve(text.text.size());
  std::string replacement;
  for_each_character(text.text, [&](char32_t code, std::size_t begin, std::size_t end) {
    replacement.clear();
    put(code, replacement);
    if (std::string_view(text.text).substr(begin, end - begin) == replacement)
      result.append(text, begin, end);
    else
      result.append(replacement, source_of(text, {begin, end}));
  });
  return result;
}

AlignedText clean(const AlignedText& text) {
  return map_characters(text, [](char32_t code, std::string& out) {
    if (is_removed_by_cleaning(code)) return;  // \v, \f and U+0085 are whitespace, but go
    if (is_whitespace(code))
      out.push_back(' ');
    else
      append_utf8(out, code);
  });
}

AlignedText surround_chinese(const AlignedText& text) {
  AlignedText result;
  result.reserve(text.text.size());
  for_each_character(text.text, [&](char32_t code, std::size_t begin, std::size_t end) {
    const bool split = is_chinese_character(code);
    const ByteSpan whole = source_of(text, {begin, end});
    if (split) result.append(" ", {whole.begin, whole.begin});
    result.append(text, begin, end);
    if (split) result.append(" ", {whole.end, whole.end});
  });
  return result;
}

AlignedText lower_case(const AlignedText& text) {
  return map_characters(text, [](char32_t code, std::string& out) { append_lower_case(out, code); });
}

template <typename Dropped>
AlignedText drop(const AlignedText& text, Dropped&& dropped) {
  return map_characters(text, [&](char32_t code, std::string& out) {
    if (!dropped(code)) append_utf8(out, code);
  });
}

// Normal forms act on clusters: a character and what may join it. Everything in a rewritten cluster has its whole span.
AlignedText to_form(const AlignedText& text, NormalForm form) {
  const std::string_view bytes = text.text;
  AlignedText result;
  result.reserve(bytes.size());
  for (std::size_t begin = 0; begin < bytes.size();) {
    const DecodedCharacter first = decode_utf8(bytes, begin);
    const bool stays = keeps_its_form(first.code);
    std::size_t end = begin + first.length;
    while (!stays && end < bytes.size() && end - begin < kLongestCluster) {
      const DecodedCharacter next = decode_utf8(bytes, end);
      if (!may_join_previous(next.code) || keeps_its_form(next.code)) break;
      end += next.length;
    }
    const bool plain = stays || (end - begin == 1 && first.code < 0x80);
    const std::string_view cluster = bytes.substr(begin, end - begin);
    const std::string changed = plain ? std::string(cluster) : normalized(cluster, form);
    if (changed == cluster)
      result.append(text, begin, end);
    else
      result.append(changed, source_of(text, {begin, end}));
    begin = end;
  }
  return result;
}

AlignedText apply(const BertNormalizer& step, AlignedText text, MatchBudget&) {
  if (step.clean_text) text = clean(text);
  if (step.split_chinese_characters) text = surround_chinese(text);
  if (step.strip_accents) text = drop(to_form(text, NormalForm::nfd), is_accent);
  if (step.lower_case) text = lower_case(text);
  return text;
}

AlignedText apply(const UnicodeNormalizer& step, const AlignedText& text, MatchBudget&) {
  return to_form(text, step.form);
}
AlignedText apply(const LowercaseNormalizer&, const AlignedText& text, MatchBudget&) {
  return lower_case(text);
}
AlignedText apply(const StripAccentsNormalizer&, const AlignedText& text, MatchBudget&) {
  return drop(text, is_combining_mark);
}

AlignedText apply(const NmtNormalizer&, const AlignedText& text, MatchBudget&) {
  return map_characters(text, [](char32_t code, std::string& out) {
    if (is_removed_by_nmt(code)) return;
    if (is_space_for_nmt(code))
      out.push_back(' ');
    else
      append_utf8(out, code);
  });
}

AlignedText apply(const ByteLevelNormalizer&, const AlignedText& text, MatchBudget&) {
  AlignedText result;
  result.reserve(text.text.size() + text.text.size() / 2);
  append_in_byte_alphabet(text, {0, text.text.size()}, result);
  return result;
}

AlignedText apply(const PrependNormalizer& step, AlignedText text, MatchBudget&) {
  if (text.text.empty()) return text;
  AlignedText result;
  result.reserve(text.text.size() + step.prefix.size());
  const std::uint32_t start = text.source.front().begin;
  result.append(step.prefix, {start, start});
  result.append(text, 0, text.text.size());
  return result;
}

AlignedText apply(const ReplaceNormalizer& step, const AlignedText& text, MatchBudget& budget) {
  RegexMatcher matcher(step.pattern, budget);
  std::vector<TextRange> matches;
  matcher.find_all(text.text, matches);
  if (budget.too_much(text.text.size() + matches.size() * step.content.size()))
    matcher.give_up("> " + std::to_string((text.text.size() + matches.size() * step.content.size()) >> 20) + " MiB");
  AlignedText result;
  result.reserve(text.text.size());
  std::size_t at = 0;
  for (const TextRange& match : matches) {  // an empty one puts the content in without taking anything away
    result.append(text, at, match.begin);
    const std::uint32_t place =
        match.begin < text.source.size() ? text.source[match.begin].begin : text.source.back().end;
    result.append(step.content, match.begin < match.end ? source_of(text, match) : ByteSpan{place, place});
    at = match.end;
  }
  if (at < text.text.size()) result.append(text, at, text.text.size());
  return result;
}

AlignedText apply(const StripNormalizer& step, const AlignedText& text, MatchBudget&) {
  std::size_t first = text.text.size();
  std::size_t last = 0;
  for_each_character(text.text, [&](char32_t code, std::size_t begin, std::size_t end) {
    if (is_whitespace(code)) return;
    if (first > begin) first = begin;
    last = end;
  });
  if (first >= last) return {};
  AlignedText result;
  const std::size_t begin = step.left ? first : 0;
  result.append(text, begin, step.right ? last : text.text.size());
  return result;
}

AlignedText apply(const PrecompiledNormalizer& step, const AlignedText& text, MatchBudget&) {
  constexpr std::size_t kLongestGrapheme = 5;  // bytes that are looked up together
  AlignedText result;
  result.reserve(text.text.size());
  const std::string_view bytes = text.text;
  for (std::size_t begin = 0; begin < bytes.size();) {
    const std::size_t end = begin + grapheme_length(bytes.substr(begin));
    const std::string_view grapheme = bytes.substr(begin, end - begin);
    const auto whole = grapheme.size() <= kLongestGrapheme ? replacement_of(step.map, grapheme) : std::nullopt;
    if (whole) {
      result.append(*whole, source_of(text, {begin, end}));
      begin = end;
      continue;
    }
    while (begin < end) {
      const std::size_t next = begin + utf8_length(bytes[begin]);
      if (const auto single = replacement_of(step.map, bytes.substr(begin, next - begin)))
        result.append(*single, source_of(text, {begin, next}));
      else
        result.append(text, begin, next);
      begin = next;
    }
  }
  return result;
}

/// What SentencePiece makes of the start of `text`, and of how many bytes of it.
Replacement next_of(const SentencePieceNormalizer& step, std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  if (step.kept)
    if (const std::size_t length = step.kept->length_at(text, at)) return {rest.substr(0, length), length};
  if (step.map)
    if (const auto found = longest_replacement_of(*step.map, rest)) return *found;
  const std::size_t length = utf8_length(rest.front());
  return {rest.substr(0, length), length};
}

void put_spaces_as(std::string_view space, std::string_view bytes, const AlignedText& text, TextRange range,
                   AlignedText& out) {
  if (bytes == std::string_view(text.text).substr(range.begin, range.end - range.begin) &&
      bytes.find(' ') == std::string_view::npos) {
    out.append(text, range.begin, range.end);
    return;
  }
  const ByteSpan source = source_of(text, range);
  for (const char& byte : bytes)
    out.append(byte == ' ' ? space : std::string_view(&byte, 1), source);
}

void drop_last(AlignedText& text, std::size_t bytes) {
  text.text.erase(text.text.size() - bytes);
  text.source.resize(text.text.size());
}

AlignedText apply(const SentencePieceNormalizer& step, const AlignedText& text, MatchBudget&) {
  const std::string_view bytes = text.text;
  const std::string_view space = step.escape_whitespaces ? sentencepiece_space : " ";
  std::size_t at = 0;
  while (step.remove_extra_whitespaces && at < bytes.size()) {
    const Replacement next = next_of(step, bytes, at);
    if (next.bytes != " ") break;
    at += next.length;
  }
  AlignedText result;
  if (at == bytes.size()) return result;
  result.reserve(bytes.size() + space.size());
  const std::uint32_t first = text.source[at].begin;
  if (step.add_dummy_prefix && !step.space_behind) result.append(space, {first, first});
  bool behind_space = step.remove_extra_whitespaces;
  while (at < bytes.size()) {
    Replacement next = next_of(step, bytes, at);
    while (behind_space && next.bytes.starts_with(' '))
      next.bytes.remove_prefix(1);
    put_spaces_as(space, next.bytes, text, {at, at + next.length}, result);
    if (step.remove_extra_whitespaces && !next.bytes.empty()) behind_space = next.bytes.ends_with(' ');
    at += next.length;
  }
  while (step.remove_extra_whitespaces && result.text.ends_with(space))
    drop_last(result, space.size());
  const std::uint32_t last = text.source.back().end;
  if (step.add_dummy_prefix && step.space_behind) result.append(space, {last, last});
  return result;
}

}  // namespace

AlignedText normalize(const Normalizer& normalizer, AlignedText text, MatchBudget& budget) {
  for (const NormalizerStep& step : normalizer)
    text = std::visit([&](const auto& kind) { return apply(kind, std::move(text), budget); }, step);
  return text;
}

AlignedText normalize(const Normalizer& normalizer, AlignedText text) {
  MatchBudget budget(text.text.size());
  return normalize(normalizer, std::move(text), budget);
}

}  // namespace regard
