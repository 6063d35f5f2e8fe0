// SPDX-License-Identifier: Apache-2.0
#include "core/train/council/council_folder.h"

#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/train/learner_model.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <system_error>

namespace regard::train {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

std::string bert_config_json(const EncoderShape& shape) {
  const ordered_json config{{"architectures", {"BertForMaskedLM"}},
                            {"model_type", "bert"},
                            {"vocab_size", shape.vocabulary},
                            {"hidden_size", shape.width},
                            {"num_hidden_layers", shape.layers},
                            {"num_attention_heads", shape.heads},
                            {"intermediate_size", shape.feed_forward},
                            {"hidden_act", "relu"},
                            {"hidden_dropout_prob", 0.0},
                            {"attention_probs_dropout_prob", 0.0},
                            {"max_position_embeddings", shape.context},
                            {"position_embedding_type", "absolute"},
                            {"type_vocab_size", 2},
                            {"layer_norm_eps", 1e-5},  // kNormEpsilon
                            {"pad_token_id", 0},
                            {"tie_word_embeddings", true},
                            {"torch_dtype", "float32"}};
  return config.dump(1) + "\n";
}

std::string bert_tokenizer_json(const EncoderShape& shape) {
  const ordered_json config{{"tokenizer_class", "BertTokenizer"},
                            {"do_lower_case", true},
                            {"strip_accents", false},
                            {"tokenize_chinese_chars", true},
                            {"model_max_length", shape.context},
                            {"pad_token", "[PAD]"},
                            {"unk_token", "[UNK]"},
                            {"cls_token", "[CLS]"},
                            {"sep_token", "[SEP]"},
                            {"mask_token", "[MASK]"}};
  return config.dump(1) + "\n";
}

/// Texts of several questions as one.
Bilingual joined(const std::vector<const HeadRole*>& roles, Bilingual HeadRole::*text, const std::string& between) {
  Bilingual all;
  for (const HeadRole* role : roles) {
    all.ru += (all.ru.empty() ? "" : between) + (role->*text).ru;
    all.en += (all.en.empty() ? "" : between) + (role->*text).en;
  }
  return all;
}

ordered_json json_of(const Bilingual& text) {
  return {{"ru", text.ru}, {"en", text.en}};
}

ordered_json head_json(HeadRef head, const std::vector<const HeadRole*>& roles) {
  std::string relations;
  for (const HeadRole* role : roles)
    relations += (relations.empty() ? "" : "+") + role->relation;
  const std::string many = "×" + std::to_string(roles.size());
  const bool alone = roles.size() == 1;
  return {{"layer", head.layer},
          {"head", head.head},
          {"relation", relations},
          {"guided", true},
          {"name", json_of(alone ? roles.front()->name : joined(roles, &HeadRole::badge, " + "))},
          {"short", json_of(alone ? roles.front()->badge : Bilingual{many, many})},
          {"asks", json_of(joined(roles, &HeadRole::asks, " "))}};
}

}  // namespace

RecordedCouncil recorded(const CouncilLearner& learner, std::span<const CouncilPoint> points) {
  RecordedCouncil council{.recipe = learner.recipe, .steps = learner.steps, .points = {points.begin(), points.end()}};
  for (std::size_t language = 0; language < council.sentences.size(); ++language)
    council.sentences[language] = learner.set->held_out[language].size();
  for (const HeadRole& role : learner.set->questions.of)
    council.questions.push_back(role.relation);
  return council;
}

std::string heads_json(const CouncilLearner& learner) {
  std::vector<HeadRef> heads = learner.places;
  std::sort(heads.begin(), heads.end());
  heads.erase(std::unique(heads.begin(), heads.end()), heads.end());
  ordered_json list = ordered_json::array();
  for (const HeadRef head : heads) {
    std::vector<const HeadRole*> roles;
    for (std::size_t question = 0; question < learner.places.size(); ++question)
      if (learner.places[question] == head) roles.push_back(&learner.set->questions.of[question]);
    list.push_back(head_json(head, roles));
  }
  return ordered_json{{"heads", std::move(list)}}.dump(1) + "\n";
}

void check_council_folder(const fs::path& folder) {
  check_folder(folder, kCouncilFile);
}

void write_council(const CouncilLearner& learner, std::span<const CouncilPoint> points, const fs::path& folder) {
  check_council_folder(folder);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw Error("file_unwritable", {.file = folder.string(), .found = error.message()});
  write_file_atomically(folder / kCouncilFile, council_json(recorded(learner, points)));
  write_file_atomically(folder / "config.json", bert_config_json(learner.pass.shape));
  write_file_atomically(folder / "vocab.txt", learner.set->vocabulary);
  write_file_atomically(folder / "tokenizer_config.json", bert_tokenizer_json(learner.pass.shape));
  write_file_atomically(folder / "heads.json", heads_json(learner));
  write_file_atomically(folder / "model.safetensors",
                        weights_file(named_slots(learner.pass.layout), learner.parameters));
}

}  // namespace regard::train
