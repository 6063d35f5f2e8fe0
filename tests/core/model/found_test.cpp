// SPDX-License-Identifier: Apache-2.0
// Files as people have them: where they lie, what they are instead, what their tensors are called.
#include "core/base/error.h"
#include "core/model/catalog.h"
#include "core/model/family.h"
#include "core/model/model.h"
#include "core/model/weight_reader.h"
#include "core/model/weights.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/format/gguf_writer.h"
#include "tests/core/model/tiny_checkpoint.h"
#include "tests/core/model/tiny_t5.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace regard {
namespace {

namespace fs = std::filesystem;
using testing::error_of;
using testing::opened;
using testing::TemporaryFolder;
using testing::TinyCheckpoint;

Error error_of_opening(const fs::path& path) {
  return error_of([&] { static_cast<void>(load_model(path)); });
}

Error error_of_opening(const TinyCheckpoint& model) {
  const TemporaryFolder folder;
  model.write_to(folder.path());
  return error_of_opening(folder.path());
}

std::vector<float> numbers(const TensorView& tensor) {
  std::vector<float> values(tensor.rows() * tensor.cols());
  copy_as_f32(tensor, 0, values);
  return values;
}

TinyCheckpoint tied_llama() {
  TinyCheckpoint model = testing::tiny_llama();
  testing::edit(model, R"("tie_word_embeddings": false)", R"("tie_word_embeddings": true)");
  model.remove("lm_head.weight");
  return model;
}

// -- places

TEST(FoundModel, is_the_current_snapshot_of_a_repository) {
  const TemporaryFolder folder;
  const fs::path repository = folder / "models--org--tiny";
  testing::tiny_bert().write_to(repository / "snapshots/abc");
  for (const fs::path& path : {repository, repository / "snapshots", repository / "snapshots/abc"}) {
    EXPECT_EQ(load_model(path)->name, "org/tiny") << path;
    EXPECT_EQ(load_tokenizer_of(path)->vocabulary_size(), 11U);
  }
}

TEST(FoundModel, of_a_store_is_the_file_that_a_snapshot_links_to) {
  const TemporaryFolder folder;
  const fs::path repository = folder / "models--org--tiny";
  testing::tiny_bert().write_to(repository / "snapshots/abc");
  fs::create_directories(repository / "blobs");
  fs::rename(repository / "snapshots/abc/model.safetensors", repository / "blobs/e3b0c442");
  fs::create_symlink("../../blobs/e3b0c442", repository / "snapshots/abc/model.safetensors");
  EXPECT_EQ(load_model(repository / "blobs/e3b0c442")->name, "org/tiny");
}

TEST(FoundModel, is_told_by_its_first_bytes_where_it_has_no_ending) {
  const TemporaryFolder folder;
  testing::tiny_bert().write_to(folder.path());
  fs::rename(folder / "model.safetensors", folder / "sha256-00");
  EXPECT_EQ(load_model(folder / "sha256-00")->weights->layers.size(), 2U);
  testing::write(folder / "blob", "GGUF");
  EXPECT_EQ(error_of_opening(folder / "blob").code(), "file_truncated") << "it is read as what it is";
}

TEST(FoundModel, that_is_missing_is_missing_for_its_tokenizer_too) {
  const Error error = error_of([] { static_cast<void>(load_tokenizer_of("/nowhere/at/all")); });
  EXPECT_EQ(error.code(), "file_missing");
  EXPECT_EQ(error.details().file, "/nowhere/at/all");
}

TEST(FoundModel, of_several_gguf_files_has_to_be_chosen) {
  const TemporaryFolder folder;
  for (const char* name : {"a-q4.gguf", "b-q8.gguf", "mmproj-model.gguf"})
    testing::write(folder / name, "GGUF");
  const Error error = error_of_opening(folder.path());
  EXPECT_EQ(error.code(), "several_gguf");
  EXPECT_EQ(error.details().expected, "a-q4.gguf, b-q8.gguf") << "a projector is no model";
  fs::remove(folder / "b-q8.gguf");
  EXPECT_EQ(error_of_opening(folder.path()).details().file, (folder / "a-q4.gguf").string()) << "the only one is meant";
}

// -- something else in its place

TEST(Placeholders, are_called_by_what_they_are_whatever_file_they_stand_for) {
  const std::string note = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n";
  const std::string page = "\n<!DOCTYPE html>\n<html><head><title>Sign in</title>";
  for (const auto& [text, code] : {std::pair(note, "is_lfs_pointer"), std::pair(page, "is_web_page")})
    for (const char* name : {"model.safetensors", "config.json", "vocab.txt", "tokenizer.json"}) {
      const TemporaryFolder folder;
      testing::tiny_bert().write_to(folder.path());
      testing::write(folder / name, text);
      const Error error = error_of_opening(folder.path());
      EXPECT_EQ(error.code(), code) << name;
      EXPECT_EQ(error.details().file, (folder / name).string());
    }
  const TemporaryFolder folder;
  testing::write(folder / "m.gguf", page);
  EXPECT_EQ(error_of_opening(folder / "m.gguf").code(), "is_web_page");
  testing::write(folder / "m.gguf", note);
  EXPECT_EQ(error_of_opening(folder / "m.gguf").code(), "is_lfs_pointer");
}

TEST(Adapters, are_no_models) {
  const TemporaryFolder folder;
  testing::write(folder / "adapter_config.json", R"({"peft_type": "LORA"})");
  testing::write(folder / "adapter_model.safetensors", "x");
  EXPECT_EQ(error_of_opening(folder.path()).code(), "is_adapter");
  testing::tiny_bert().write_side_files(folder.path());  // with the config of the model it belongs to
  EXPECT_EQ(error_of_opening(folder.path()).code(), "is_adapter");
  TinyCheckpoint unmerged = testing::tiny_llama();
  unmerged.add("model.layers.0.self_attn.q_proj.lora_A.weight", {2, 10});
  EXPECT_EQ(error_of_opening(unmerged).code(), "is_adapter");
}

// -- names of tensors

TEST(TiedWeights, are_found_under_either_name) {
  TinyCheckpoint usual = tied_llama();
  TinyCheckpoint other = usual;
  other.at("model.embed_tokens.weight").name = "lm_head.weight";
  EXPECT_EQ(numbers(opened(usual)->weights->token_embedding), numbers(opened(other)->weights->token_embedding));

  TinyCheckpoint bert = testing::tiny_bert();
  TinyCheckpoint decoder = bert;
  decoder.at("bert.embeddings.word_embeddings.weight").name = "cls.predictions.decoder.weight";
  EXPECT_EQ(numbers(opened(bert)->weights->unembedding.weight), numbers(opened(decoder)->weights->unembedding.weight));

  TinyCheckpoint t5 = testing::tiny_t5();
  TinyCheckpoint head = t5;
  head.at("shared.weight").name = "lm_head.weight";
  EXPECT_EQ(numbers(opened(t5)->weights->token_embedding), numbers(opened(head)->weights->token_embedding));
}

TEST(TiedWeights, that_differ_are_refused_and_equal_ones_are_not) {
  TinyCheckpoint model = tied_llama();
  model.tensors.push_back(model.at("model.embed_tokens.weight"));
  model.tensors.back().name = "lm_head.weight";
  EXPECT_TRUE(opened(model)->config.has_lm_head);
  model.at("lm_head.weight").bytes[5] ^= 1;
  const Error error = error_of_opening(model);
  EXPECT_EQ(error.code(), "tensor_tied");
  EXPECT_EQ(error.details().found, "lm_head.weight");
}

TEST(Wrappers, stand_before_names_that_are_known_all_the_same) {
  const auto usual = opened(testing::tiny_llama());
  for (const char* wrapper : {"_orig_mod.", "module.", "base_model.model.", "language_model.", "module._orig_mod."}) {
    TinyCheckpoint model = testing::tiny_llama();
    for (auto& tensor : model.tensors)
      tensor.name = wrapper + tensor.name;
    EXPECT_EQ(numbers(opened(model)->weights->unembedding.weight), numbers(usual->weights->unembedding.weight))
        << wrapper;
  }
  TinyCheckpoint inner = testing::tiny_llama();
  for (auto& tensor : inner.tensors)
    if (tensor.name.starts_with("model.")) tensor.name = "model.language_model." + tensor.name.substr(6);
  EXPECT_EQ(opened(inner)->parameters, usual->parameters);
  TinyCheckpoint compiled = testing::tiny_bert();
  for (auto& tensor : compiled.tensors)
    if (tensor.name.starts_with("bert.")) tensor.name = "bert._orig_mod." + tensor.name.substr(5);
  EXPECT_EQ(opened(compiled)->parameters, opened(testing::tiny_bert())->parameters);
}

TEST(MissingTensors, bring_the_names_that_are_most_like_them) {
  TinyCheckpoint model = testing::tiny_llama();
  for (auto& tensor : model.tensors)
    tensor.name = "student." + tensor.name;
  const Error error = error_of_opening(model);
  EXPECT_EQ(error.code(), "tensor_missing");
  EXPECT_EQ(error.details().item, "model.embed_tokens.weight");
  EXPECT_TRUE(error.details().found.starts_with("student.model.embed_tokens.weight")) << error.details().found;
}

TEST(UnreadTensors, of_the_model_are_refused_and_buffers_are_not) {
  TinyCheckpoint model = testing::tiny_llama();
  model.add("model.layers.0.self_attn.rotary_emb.inv_freq", {2});
  EXPECT_TRUE(opened(model)->config.has_lm_head);
  for (const char* name : {"model.layers.0.self_attn.q_proj.bias", "model.layers.0.self_attn.q_norm.weight",
                           "model.layers.2.input_layernorm.weight", "lm_head.bias", "model.norm.bias"}) {
    TinyCheckpoint more = testing::tiny_llama();
    more.add(name, {10});
    const Error error = error_of_opening(more);
    EXPECT_EQ(error.code(), "tensor_unknown") << name;
    EXPECT_EQ(error.details().item, name);
  }
  TinyCheckpoint bert = testing::tiny_bert();
  bert.add("bert.pooler.dense.weight", {12, 12});
  bert.add("cls.seq_relationship.weight", {2, 12});
  EXPECT_TRUE(opened(bert)->config.has_lm_head);
  bert.add("bert.embeddings_project.weight", {12, 12});
  EXPECT_EQ(error_of_opening(bert).details().item, "bert.embeddings_project.weight");
  TinyCheckpoint t5 = testing::tiny_t5();
  t5.add("decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight", {8, 3});
  EXPECT_TRUE(opened(t5)->config.has_lm_head) << "T5's first files have it";
}

// -- heads

TEST(BareEncoders, open_without_predictions_where_the_file_names_no_class) {
  TinyCheckpoint model = testing::tiny_bert("");
  testing::edit(model, R"("architectures": ["BertForMaskedLM"])", R"("model_type": "bert")");
  EXPECT_TRUE(opened(model)->config.has_lm_head) << "its weights have a head";
  std::erase_if(model.tensors, [](const auto& tensor) { return tensor.name.starts_with("cls."); });
  EXPECT_FALSE(opened(model)->config.has_lm_head);
}

struct Tuned {
  const char* architecture;
  const char* model_type;
  ClassHead::Of of;
};

class FineTuned : public ::testing::TestWithParam<Tuned> {};

TEST_P(FineTuned, IsKnownByTheNameOfItsClass) {
  const ModelClass found = class_named(GetParam().architecture);
  ASSERT_NE(found.architecture, nullptr);
  EXPECT_EQ(found.architecture->model_type, GetParam().model_type);
  EXPECT_EQ(found.classes, GetParam().of);
  EXPECT_FALSE(found.has_lm_head);
}

using Of = ClassHead::Of;
INSTANTIATE_TEST_SUITE_P(Heads, FineTuned,
                         ::testing::Values(Tuned{"BertForTokenClassification", "bert", Of::tokens},
                                           Tuned{"BertForQuestionAnswering", "bert", Of::spans},
                                           Tuned{"BertForNextSentencePrediction", "bert", Of::nothing},
                                           Tuned{"RobertaForSequenceClassification", "roberta", Of::text},
                                           Tuned{"XLMRobertaForTokenClassification", "xlm-roberta", Of::tokens},
                                           Tuned{"DistilBertForSequenceClassification", "distilbert", Of::text},
                                           Tuned{"ElectraForQuestionAnswering", "electra", Of::spans},
                                           Tuned{"AlbertForQuestionAnswering", "albert", Of::spans},
                                           Tuned{"MPNetForSequenceClassification", "mpnet", Of::text},
                                           Tuned{"DebertaForTokenClassification", "deberta", Of::tokens},
                                           Tuned{"DebertaV2ForSequenceClassification", "deberta-v2", Of::text},
                                           Tuned{"DebertaV2ForMultipleChoice", "deberta-v2", Of::nothing},
                                           Tuned{"ModernBertForQuestionAnswering", "modernbert", Of::spans},
                                           Tuned{"GPT2ForSequenceClassification", "gpt2", Of::text},
                                           Tuned{"LlamaForSequenceClassification", "llama", Of::text},
                                           Tuned{"Qwen2ForTokenClassification", "qwen2", Of::tokens},
                                           Tuned{"Qwen3ForSequenceClassification", "qwen3", Of::text},
                                           Tuned{"Gemma2ForSequenceClassification", "gemma2", Of::text},
                                           Tuned{"T5EncoderModel", "t5", Of::nothing},
                                           Tuned{"T5ForSequenceClassification", "t5", Of::nothing},
                                           Tuned{"MT5EncoderModel", "mt5", Of::nothing},
                                           Tuned{"BartForSequenceClassification", "bart", Of::nothing},
                                           Tuned{"MBartModel", "mbart", Of::nothing}),
                         [](const auto& instance) { return std::string(instance.param.architecture); });

TEST(FineTuned, of_a_kind_that_is_not_known_stays_unknown) {
  for (const char* name : {"BambaForCausalLM", "Gemma3ForConditionalGeneration", "BertGenerationEncoder",
                           "XLMRobertaXLForMaskedLM", "DistilBertForCausalLM", "Phi3VForCausalLM"})
    EXPECT_EQ(class_named(name).architecture, nullptr) << name;
}

TEST(FineTuned, encoder_of_a_t5_opens_alone) {
  TinyCheckpoint model = testing::tiny_t5();
  testing::edit(model, "T5ForConditionalGeneration", "T5EncoderModel");
  const auto whole = opened(model);
  EXPECT_EQ(whole->encoder, nullptr);
  EXPECT_EQ(whole->config.layers, 3U);
  EXPECT_FALSE(whole->config.causal);
  std::erase_if(model.tensors, [](const auto& tensor) { return tensor.name.starts_with("decoder."); });
  EXPECT_EQ(numbers(opened(model)->weights->layers[2].query.weight), numbers(whole->weights->layers[2].query.weight));
}

TEST(FineTuned, head_has_the_labels_of_the_file) {
  TinyCheckpoint model = testing::tiny_bert();
  testing::edit(model, "BertForMaskedLM", "BertForTokenClassification");
  testing::edit(model, R"("hidden_size")", R"("id2label": {"0": "O", "1": "B-PER", "2": "I-PER"}, "hidden_size")");
  std::erase_if(model.tensors, [](const auto& tensor) { return tensor.name.starts_with("cls."); });
  EXPECT_TRUE(opened(model)->config.class_head.empty()) << "its head was never saved";
  model.add("classifier.weight", {3, 12});
  model.add("classifier.bias", {3});
  const auto tuned = opened(model);
  EXPECT_EQ(tuned->config.class_head.of, Of::tokens);
  EXPECT_EQ(tuned->config.labels, (std::vector<std::string>{"O", "B-PER", "I-PER"}));
  EXPECT_EQ(tuned->weights->class_output.weight.rows(), 3U);
  EXPECT_FALSE(tuned->config.has_lm_head);
}

}  // namespace
}  // namespace regard
