// SPDX-License-Identifier: Apache-2.0
#include "core/text/sentencepiece_folder.h"

#include "core/base/error.h"
#include "core/base/mapped_file.h"
#include "core/base/text_file.h"
#include "core/format/json.h"
#include "core/text/own_tokens.h"
#include "core/text/sentencepiece.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace regard {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::size_t kLargestVocabulary = std::size_t{96} << 20;  // bytes; the largest in use today has about 6 MB
constexpr std::size_t kLargestConfig = std::size_t{4} << 20;
constexpr std::size_t kMostExtraIds = 4096;
constexpr std::array<const char*, 5> kFiles = {"spiece.model", "sentencepiece.bpe.model", "tokenizer.model",
                                               "sentencepiece.model", "spm.model"};

/// mBART's languages in the order of their ids; the second list continues the first in mBART-50.
constexpr const char* kLanguages[] = {"ar_AR", "cs_CZ", "de_DE", "en_XX", "es_XX", "et_EE", "fi_FI", "fr_XX", "gu_IN",
                                      "hi_IN", "it_IT", "ja_XX", "kk_KZ", "ko_KR", "lt_LT", "lv_LV", "my_MM", "ne_NP",
                                      "nl_XX", "ro_RO", "ru_RU", "si_LK", "tr_TR", "vi_VN", "zh_CN"};
constexpr const char* kLanguagesOf50[] = {"af_ZA", "az_AZ", "bn_IN", "fa_IR", "he_IL", "hr_HR", "id_ID",
                                          "ka_GE", "km_KH", "mk_MK", "ml_IN", "mn_MN", "mr_IN", "pl_PL",
                                          "ps_AF", "pt_XX", "sv_SE", "sw_KE", "ta_IN", "te_IN", "th_TH",
                                          "tl_XX", "uk_UA", "ur_PK", "xh_ZA", "gl_ES", "sl_SI"};

/// M2M100's languages in the order of their ids.
constexpr std::string_view kLanguagesOfM2m100 =
    "af am ar ast az ba be bg bn br bs ca ceb cs cy da de el en es et fa ff fi fr fy ga gd gl gu ha he hi hr ht hu hy "
    "id "
    "ig ilo is it ja jv ka kk km kn ko lb lg ln lo lt lv mg mk ml mn mr ms my ne nl no ns oc or pa pl ps pt ro ru sd "
    "si sk "
    "sl so sq sr ss su sv sw ta th tl tn tr uk ur uz vi wo xh yi yo zh zu";

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

/// A model file and what its bytes say; the second borrows from the first.
struct OpenedFile {
  explicit OpenedFile(const fs::path& path)
      : mapping(path), file(parse_sentencepiece(mapping.bytes(), path.string())) {}
  MappedFile mapping;
  SentencePieceFile file;
};

/// What config.json says as far as a tokenizer needs it.
struct ModelKind {
  std::string type{};
  std::size_t vocabulary = 0;  ///< 0: not said
};

ModelKind model_kind(const fs::path& folder) {
  const fs::path path = folder / "config.json";
  if (!is_there(path)) return {};
  const json root = parse_json(read_file(path, kLargestConfig), path.string());
  const JsonPlace place{path.string(), {}};
  ModelKind kind{string_member(place, root, "model_type"), 0};
  const json* size = member(place, root, "vocab_size");
  if (size != nullptr && size->is_number_unsigned()) kind.vocabulary = size->get<std::size_t>();
  return kind;
}

/// Families whose tokenizers number pieces or frame a text in ways of their own.
enum class Wrapping { llama, t5, xlm_roberta, mbart, mbart50, pegasus, albert, deberta };

Wrapping wrapping_of(const JsonPlace& place, const std::string& tokenizer_class, const std::string& model_type,
                     const std::string& file_name) {
  constexpr std::array<std::pair<std::string_view, Wrapping>, 12> kClasses{
      {{"MBart50Tokenizer", Wrapping::mbart50},
       {"MBartTokenizer", Wrapping::mbart},
       {"XLMRobertaTokenizer", Wrapping::xlm_roberta},
       {"PegasusTokenizer", Wrapping::pegasus},
       {"T5Tokenizer", Wrapping::t5},
       {"MT5Tokenizer", Wrapping::t5},
       {"AlbertTokenizer", Wrapping::albert},
       {"DebertaV2Tokenizer", Wrapping::deberta},
       {"LlamaTokenizer", Wrapping::llama},
       {"CodeLlamaTokenizer", Wrapping::llama},
       {"GemmaTokenizer", Wrapping::llama},
       {"PreTrainedTokenizer", Wrapping::llama}}};
  std::string known = "MarianTokenizer, M2M100Tokenizer";
  for (const auto& [name, wrapping] : kClasses) {
    if (tokenizer_class.starts_with(name)) return wrapping;
    known.append(", ").append(name);
  }
  if (!tokenizer_class.empty()) fail_unsupported(place.at("tokenizer_class"), known, tokenizer_class);
  if (model_type == "mbart") return Wrapping::mbart;
  if (model_type == "xlm-roberta") return Wrapping::xlm_roberta;
  if (model_type == "albert") return Wrapping::albert;
  if (model_type == "deberta-v2") return Wrapping::deberta;
  if (model_type == "pegasus") return Wrapping::pegasus;
  if (model_type == "t5" || model_type == "mt5" || model_type == "umt5") return Wrapping::t5;
  return file_name == "sentencepiece.bpe.model" ? Wrapping::xlm_roberta : Wrapping::llama;
}

struct Folder {
  const JsonPlace& place;  ///< tokenizer_config.json
  const json& config;
  ModelKind kind{};

  [[nodiscard]] std::size_t size(const char* key, std::size_t fallback, std::size_t limit) const {
    const json* value = member(place, config, key);
    return value == nullptr ? fallback : static_cast<std::size_t>(as_id(place.at(key), *value, limit));
  }
};

/// <extra_id_0>, <extra_id_1> … have the last ids, the first of them the largest.
void add_extra_ids(const Folder& folder, std::size_t pieces, SentencePieceNumbering& numbering) {
  std::size_t count = folder.size("extra_ids", folder.kind.type == "mt5" ? 0 : 100, kMostExtraIds + 1);
  if (folder.kind.vocabulary > 0)
    count = std::min(count, folder.kind.vocabulary - std::min(pieces, folder.kind.vocabulary));
  for (std::size_t index = 0; index < count; ++index)
    numbering.specials.emplace_back("<extra_id_" + std::to_string(index) + ">",
                                    static_cast<std::int32_t>(pieces + count - 1 - index));
}

/// fairseq's order: four specials, then the pieces behind the file's own three.
SentencePieceNumbering fairseq_numbering() {
  return {.offset = 1, .specials = {{"<s>", 0}, {"<pad>", 1}, {"</s>", 2}, {"<unk>", 3}}};
}

void add_languages(std::size_t pieces, bool of_50, SentencePieceNumbering& numbering) {
  auto id = static_cast<std::int32_t>(pieces + 1);
  for (const char* language : kLanguages)
    numbering.specials.emplace_back(language, id++);
  if (of_50)
    for (const char* language : kLanguagesOf50)
      numbering.specials.emplace_back(language, id++);
  numbering.specials.emplace_back("<mask>", id);
}

SentencePieceNumbering pegasus_numbering(const Folder& folder) {
  const std::size_t offset = folder.size("offset", 103, 1000);
  SentencePieceNumbering numbering{.offset = offset, .specials = {{"<pad>", 0}, {"</s>", 1}}};
  if (offset == 0) return {.closing = {"</s>"}};
  numbering.specials.emplace_back("<mask_1>", 2);
  numbering.specials.emplace_back("<mask_2>", 3);
  for (std::size_t id = 4; id < offset + 2; ++id)  // the numbers of <pad> and </s> are free
    numbering.specials.emplace_back("<unk_" + std::to_string(id - 2) + ">", static_cast<std::int32_t>(id));
  numbering.closing = {"</s>"};
  return numbering;
}

SentencePieceNumbering llama_numbering(const Folder& folder, const SentencePieceFile& file) {
  const auto named = [&](const char* key, const std::optional<std::int32_t>& id) {
    const std::string name = token_member(folder.place, folder.config, key);
    return !name.empty() || !id ? name : std::string(file.pieces[static_cast<std::size_t>(*id)].text);
  };
  SentencePieceNumbering numbering;
  if (bool_member(folder.place, folder.config, "add_bos_token", true))
    numbering.opening = {named("bos_token", file.begin)};
  if (bool_member(folder.place, folder.config, "add_eos_token", false))
    numbering.closing = {named("eos_token", file.end)};
  return numbering;
}

bool has_piece(const SentencePieceFile& file, std::string_view text) {
  return std::any_of(file.pieces.begin(), file.pieces.end(),
                     [&](const SentencePieceFile::Piece& piece) { return piece.text == text; });
}

/// As BERT frames a text; a file that was trained without the mask has it behind its pieces.
SentencePieceNumbering bert_numbering(const SentencePieceFile& file) {
  SentencePieceNumbering numbering{.opening = {"[CLS]"}, .closing = {"[SEP]"}};
  if (!has_piece(file, "[MASK]"))
    numbering.specials.emplace_back("[MASK]", static_cast<std::int32_t>(file.pieces.size()));
  return numbering;
}

/// What ALBERT and DeBERTa do to a text before SentencePiece sees it.
Normalizer steps_before(Wrapping wrapping, const Folder& folder) {
  const auto flag = [&](const char* key, bool fallback) {
    return bool_member(folder.place, folder.config, key, fallback);
  };
  Normalizer steps;
  if (wrapping == Wrapping::albert) {
    const std::string& file = folder.place.file;
    for (const char* quotes : {"``", "''"})
      steps.emplace_back(ReplaceNormalizer{Regex(quotes, file, "albert"), "\""});
    if (!flag("keep_accents", false)) {
      steps.emplace_back(UnicodeNormalizer{NormalForm::nfkd});
      steps.emplace_back(StripAccentsNormalizer{});
    }
    if (flag("do_lower_case", true)) steps.emplace_back(LowercaseNormalizer{});
  }
  if (wrapping == Wrapping::deberta) {
    if (flag("split_by_punct", false)) fail_unsupported(folder.place.at("split_by_punct"), "false", "true");
    if (flag("do_lower_case", false)) steps.emplace_back(LowercaseNormalizer{});
  }
  return steps;
}

SentencePieceNumbering numbering_of(Wrapping wrapping, const Folder& folder, const SentencePieceFile& file) {
  const std::size_t pieces = file.pieces.size();
  SentencePieceNumbering numbering;
  switch (wrapping) {
    case Wrapping::llama:
      return llama_numbering(folder, file);
    case Wrapping::pegasus:
      return pegasus_numbering(folder);
    case Wrapping::albert:
    case Wrapping::deberta:
      return bert_numbering(file);
    case Wrapping::t5:
      add_extra_ids(folder, pieces, numbering);
      numbering.closing = {"</s>"};
      return numbering;
    case Wrapping::xlm_roberta:
      numbering = fairseq_numbering();
      numbering.specials.emplace_back("<mask>", static_cast<std::int32_t>(pieces + 1));
      numbering.opening = {"<s>"};
      numbering.closing = {"</s>"};
      return numbering;
    case Wrapping::mbart:
    case Wrapping::mbart50:
      break;
  }
  numbering = fairseq_numbering();
  add_languages(pieces, wrapping == Wrapping::mbart50, numbering);
  const std::string language = string_member(folder.place, folder.config, "src_lang", "en_XX");
  if (wrapping == Wrapping::mbart50) numbering.opening = {language};
  numbering.closing =
      wrapping == Wrapping::mbart50 ? std::vector<std::string>{"</s>"} : std::vector<std::string>{"</s>", language};
  return numbering;
}

bool is_m2m100(const std::string& tokenizer_class, const std::string& model_type) {
  return tokenizer_class.starts_with("M2M100Tokenizer") || (tokenizer_class.empty() && model_type == "m2m_100");
}

/// Ids from vocab.json as in Marian's folders, the languages behind them: "__en__", one of them before each text.
TokenizerParts m2m100_parts(const SentencePieceFile& file, const fs::path& vocab, const Folder& folder) {
  TokenizerParts parts = marian_parts(file, read_file(vocab, kLargestVocabulary), vocab.string());
  std::string_view rest = kLanguagesOfM2m100;
  auto id = static_cast<std::int32_t>(parts.vocabulary.pieces.size());
  while (!rest.empty()) {
    const std::string_view code = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(code.size() + 1, rest.size()));
    const std::string token = "__" + std::string(code) + "__";
    parts.added.push_back({.content = token, .id = id, .special = true});
    parts.vocabulary.add(token, id++);
  }
  const std::string language = string_member(folder.place, folder.config, "src_lang", "en");
  if (const auto opening = parts.vocabulary.find("__" + language + "__")) parts.frame.opening = {*opening};
  return parts;
}

}  // namespace

std::optional<TokenizerParts> read_sentencepiece_folder(const fs::path& folder, const JsonPlace& place,
                                                        const json& config) {
  const fs::path vocab = folder / "vocab.json";
  if (is_there(folder / "source.spm") && is_there(vocab))
    return marian_parts(OpenedFile(folder / "source.spm").file, read_file(vocab, kLargestVocabulary), vocab.string());
  const auto name =
      std::find_if(kFiles.begin(), kFiles.end(), [&](const char* each) { return is_there(folder / each); });
  if (name == kFiles.end()) return std::nullopt;
  const OpenedFile opened(folder / *name);
  const Folder known{place, config, model_kind(folder)};
  const std::string tokenizer_class = string_member(place, config, "tokenizer_class");
  if (is_m2m100(tokenizer_class, known.kind.type) && is_there(vocab)) return m2m100_parts(opened.file, vocab, known);
  const Wrapping wrapping = wrapping_of(place, tokenizer_class, known.kind.type, *name);
  TokenizerParts parts = sentencepiece_parts(opened.file, numbering_of(wrapping, known, opened.file));
  Normalizer before = steps_before(wrapping, known);
  parts.normalizer.insert(parts.normalizer.begin(), std::make_move_iterator(before.begin()),
                          std::make_move_iterator(before.end()));
  add_own_tokens(folder, place, config, OwnTokens::in_text, parts);
  return parts;
}

std::optional<TokenizerParts> read_target_sentencepiece(const fs::path& folder) {
  const fs::path vocab = folder / "vocab.json";
  if (is_there(folder / "tokenizer.json") || !is_there(folder / "target.spm") || !is_there(vocab)) return std::nullopt;
  return marian_parts(OpenedFile(folder / "target.spm").file, read_file(vocab, kLargestVocabulary), vocab.string());
}

}  // namespace regard
