// SPDX-License-Identifier: Apache-2.0
#include "core/text/gguf_cuttings.h"

namespace regard {
namespace {

std::string words_and(const std::string& digits) {
  return R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|)" + digits +
         R"(| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
}

/// Words with their capitals in front, then words all in capitals; `tail` may follow both.
std::string cased_words_and(const std::string& tail, const std::string& digits) {
  return R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+)" + tail +
         R"(|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*)" + tail + "|" + digits +
         R"(| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
}

// The formatter would break these letters anew each time.
// clang-format off
/// DeepSeek's letters are a list: the cased ones of a Unicode of its day.
constexpr const char* kDeepSeekLetters =
    "\\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-"
    "Ὅὐ-"
    "ὗὙὛὝὟ-\u1F7Dᾀ-ᾴᾶ-ᾼ"
    "\u1FBEῂ-ῄῆ-ῌῐ-\u1FD3ῖ-\u1FDBῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤ\u2126ℨ\u212A-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-"
    "ꞎꭰ-"
    "ꮿ"
    "ﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ\U00010400-\U0001044F\U000104B0-\U000104D3\U000104D8-\U000104FB\U00010C80-\U00010CB2"
    "\U00010CC0-\U00010CF2\U000118A0-\U000118DF\U0001E900-\U0001E943]+";
// clang-format on
constexpr const char* kDeepSeekSigns = "\\s?[!-/:-~！-／：-～‘-‟\u3000-。]+";
constexpr const char* kDeepSeek3Words =
    R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|)"
    R"(\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char* kDeepSeekOthers = "[一-龥\u0800-一가-\uD7FF]+";

std::vector<GgufCutting> make_cuttings() {
  const std::string by_threes = words_and(R"(\p{N}{1,3})");
  const std::string by_digits = words_and(R"(\p{N})");
  return {
      {{"gpt-2", "phi-2", "mpt", "olmo", "jais", "trillion", "roberta-bpe", "gigachat"}, {gpt2_pattern()}},
      {{"modern-bert"}, {gpt2_pattern()}, false, false, true},
      {{"llama-bpe", "llama3", "llama-v3", "falcon3"}, {by_threes}, true, true},
      {{"smaug-bpe", "dbrx", "glm4", "chatglm-bpe"}, {by_threes}},
      {{"gpt-4o", "llama4"}, {cased_words_and(R"((?i:'s|'t|'re|'ve|'m|'ll|'d)?)", R"(\p{N}{1,3})")}},
      {{"tekken"}, {cased_words_and("", R"(\p{N})")}, false, true},
      {{"qwen2", "deepseek-r1-qwen"}, {by_digits}, false, false, true},
      {{"stablelm2", "hunyuan", "megrez"}, {by_digits}},
      {{"smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"},
       {R"(\p{N})", gpt2_pattern()}},
      {{"deepseek-llm"}, {R"([\r\n])", kDeepSeekLetters, kDeepSeekSigns, R"(\s+$)", kDeepSeekOthers, R"(\p{N})"}},
      {{"deepseek-v3"}, {R"(\p{N}{1,3})", "[一-龥\u3040-ゟ゠-ヿ]+", kDeepSeek3Words}},
      {{"deepseek-coder"}, {R"([\r\n])", R"(\s?\p{L}+)", R"(\s?\p{P}+)", kDeepSeekOthers, R"(\p{N})"}},
      {.names = {"falcon"}, .by_signs_and_digits = true},
      {{"default", ""}, {R"([\p{P}\$\+<=>\^~\|]+)", gpt2_pattern(), R"(\p{N}+)", "[0-9][0-9][0-9]"}},
  };
}

}  // namespace

const std::vector<GgufCutting>& gguf_cuttings() {
  static const std::vector<GgufCutting> kCuttings = make_cuttings();
  return kCuttings;
}

PreTokenizer steps_of(const GgufCutting& cutting, const std::string& file, const std::string& item) {
  PreTokenizer steps;
  if (cutting.by_signs_and_digits) {
    // In this order, digits are looked for among the characters of the byte alphabet: "²", "³", "¹", "¼" … cut letters that
    // have such a byte, and the vocabulary was made that way.
    steps.emplace_back(PunctuationPreTokenizer{SplitBehavior::contiguous});
    steps.emplace_back(ByteLevelPreTokenizer{.add_prefix_space = false, .use_regex = true});
    steps.emplace_back(DigitsPreTokenizer{.individual = false});
    steps.emplace_back(SplitPreTokenizer{Regex("[0-9][0-9][0-9]", file, item), SplitBehavior::isolated, false});
    return steps;
  }
  for (const std::string& pattern : cutting.patterns)
    steps.emplace_back(SplitPreTokenizer{Regex(pattern, file, item), SplitBehavior::isolated, false});
  steps.emplace_back(ByteLevelPreTokenizer{.add_prefix_space = false, .use_regex = false});
  return steps;
}

}  // namespace regard
