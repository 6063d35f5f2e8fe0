// SPDX-License-Identifier: Apache-2.0
// trace, tokens, generate and models, on checkpoints of a few numbers.
#include "core/engine/engine.h"
#include "core/format/npz.h"
#include "tests/app/cli/command_line.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace regard {
namespace {

using nlohmann::json;
using regard::testing::expect_refusal;
using regard::testing::Said;
using regard::testing::say;

// A BERT (2 layers, 3 heads, 9 tokens) and a Llama (2 layers, 6 heads, 32 tokens) that know the words a…f.
class Commands : public ::testing::Test {
protected:
  void SetUp() override {
    testing::tiny_bert().write_to(folder_ / "bert");
    testing::TinyCheckpoint llama = testing::tiny_llama();
    llama.write_to(folder_ / "llama");
    bert_ = (folder_ / "bert").string();
    llama_ = (folder_ / "llama").string();
  }
  std::string write(const std::string& name, const std::string& bytes) {
    testing::write(folder_ / name, bytes);
    return (folder_ / name).string();
  }
  Said trace(std::vector<std::string> more) {
    more.insert(more.begin(), {"trace", "--model", bert_});
    return say(more);
  }

  testing::TemporaryFolder folder_{};
  std::string bert_{};
  std::string llama_{};
};

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  return lines;
}

TEST_F(Commands, without_special_tokens_the_text_stands_alone) {
  const Said said = trace({"--text", "a b", "--no-special", "--json"});
  ASSERT_EQ(said.code, 0) << said.err;
  const json tokens = json::parse(said.out)["tokens"];
  ASSERT_EQ(tokens.size(), 2U);
  EXPECT_EQ(tokens[0]["piece"], "a");
}

TEST_F(Commands, trace_json_holds_the_numbers_of_the_trace) {
  const Said said = trace({"--text", "a, c", "--layer", "1", "--head", "2", "--json"});
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_EQ(said.err, "");
  ASSERT_EQ(lines_of(said.out).size(), 1U);
  const json object = json::parse(said.out);
  EXPECT_EQ(object["text"], "a, c");
  EXPECT_EQ(object["tokens"][1],
            json::parse(R"({"id":5,"piece":"a","text":"a","start":0,"end":1,"word":0,"special":false})"));
  EXPECT_EQ(object["tokens"][2]["piece"], "[UNK]");
  EXPECT_EQ(object["tokens"][4]["word"], -1);
  ASSERT_EQ(object["heads"].size(), 1U);
  const json& head = object["heads"][0];
  EXPECT_EQ(head["layer"], 1);
  EXPECT_EQ(head["head"], 2);

  const auto model = load_model(bert_);
  const auto expected = run(model, {.ids = {2, 5, 1, 7, 3}});
  const Matrix score = scores(*expected, {1, 2});
  const Matrix weight = weights(*expected, {1, 2});
  for (std::size_t query = 0; query < 5; ++query)
    for (std::size_t key = 0; key < 5; ++key) {
      EXPECT_EQ(head["scores"][query][key].get<float>(), score(query, key));
      EXPECT_EQ(head["weights"][query][key].get<float>(), weight(query, key));
    }
}

TEST_F(Commands, trace_writes_all_heads_unless_some_are_asked) {
  const auto heads = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"--text", "b", "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return json::parse(trace(arguments).out)["heads"].size();
  };
  EXPECT_EQ(heads({}), 6U);
  EXPECT_EQ(heads({"--layer", "0"}), 3U);
  EXPECT_EQ(heads({"--head", "2"}), 2U);
}

TEST_F(Commands, a_file_gives_a_json_line_per_text) {
  const std::string file = write("texts",
                                 "\xEF\xBB\xBF"
                                 "a b\r\n\nc");
  const Said said = trace({"--text-file", file, "--json", "--layer", "0", "--head", "0"});
  ASSERT_EQ(said.code, 0) << said.err;
  const std::vector<std::string> lines = lines_of(said.out);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(json::parse(lines[0])["text"], "a b");
  EXPECT_EQ(json::parse(lines[1])["tokens"].size(), 2U);
  EXPECT_EQ(json::parse(lines[2])["text"], "c");
}

TEST_F(Commands, csv_has_a_row_per_query_and_key) {
  const Said said = trace({"--text", "a \"", "--csv", "--layer", "0", "--head", "1"});
  ASSERT_EQ(said.code, 0) << said.err;
  const std::vector<std::string> lines = lines_of(said.out);
  ASSERT_EQ(lines.size(), 1U + 16U);
  EXPECT_EQ(lines[0], "text,layer,head,query,key,query_token,key_token,score,weight");
  EXPECT_TRUE(lines[1].starts_with("0,0,1,0,0,[CLS],[CLS],")) << lines[1];
  EXPECT_TRUE(lines[2].starts_with("0,0,1,0,1,[CLS],a,")) << lines[2];
}

TEST_F(Commands, npz_holds_every_array) {
  const std::string file = (folder_ / "out.npz").string();
  const Said said = say({"trace", "--model", llama_, "--text", "a b c", "--npz", file});
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_EQ(said.out + said.err, "");
  const std::string bytes = testing::read(file);
  const auto arrays = parse_npz(std::as_bytes(std::span(bytes)), file);
  using Shape = std::vector<std::size_t>;
  const std::vector<std::pair<const char*, Shape>> expected = {
      {"ids", {5}},        {"scores", {2, 6, 5, 5}}, {"weights", {2, 6, 5, 5}},  {"q", {2, 6, 5, 4}},
      {"k", {2, 2, 5, 4}}, {"v", {2, 2, 5, 4}},      {"head_out", {2, 6, 5, 4}}, {"residual", {3, 5, 10}},
      {"logits", {5, 11}}};
  for (const auto& [name, shape] : expected) {
    ASSERT_TRUE(arrays.contains(name)) << name;
    EXPECT_EQ(arrays.at(name).shape, shape) << name;
    EXPECT_EQ(arrays.at(name).type, std::string_view(name) == "ids" ? NpyArray::Type::i32 : NpyArray::Type::f32)
        << name;
  }
  EXPECT_EQ(arrays.at("ids").as_i64(), (std::vector<std::int64_t>{2, 5, 6, 7, 3}));
}

TEST_F(Commands, mask_and_temperature_reach_the_engine) {
  const json causal = json::parse(trace({"--text", "a b", "--mask", "causal", "--json"}).out);
  EXPECT_EQ(causal["heads"][0]["weights"][0][1], 0);
  const json sharp = json::parse(trace({"--text", "a b", "--temperature", "0.01", "--json"}).out);
  const json plain = json::parse(trace({"--text", "a b", "--json"}).out);
  EXPECT_NE(sharp["heads"][0]["weights"], plain["heads"][0]["weights"]);
  EXPECT_EQ(sharp["heads"][0]["scores"], plain["heads"][0]["scores"]);
}

TEST_F(Commands, an_empty_text_is_read_as_its_frame) {
  const Said said = trace({"--text", "", "--json"});
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_EQ(json::parse(said.out)["tokens"].size(), 2U);
}

TEST_F(Commands, a_long_text_is_cut_with_a_remark) {
  const Said said = trace({"--text", "a b c d e f a b c", "--json"});
  ASSERT_EQ(said.code, 0);
  EXPECT_NE(said.err.find("cut after 9 tokens"), std::string::npos) << said.err;
  const json object = json::parse(said.out);
  EXPECT_EQ(object["tokens"].size(), 9U);
  EXPECT_EQ(object["tokens"][8]["piece"], "[SEP]");
  EXPECT_EQ(object["dropped"], 2);
  EXPECT_EQ(object["text"], "a b c d e f a b c");
}

TEST_F(Commands, invalid_utf8_is_repaired_with_a_remark) {
  const Said said = trace({"--text", "a \xFF b", "--json"});
  ASSERT_EQ(said.code, 0);
  EXPECT_NE(said.err.find("UTF-8"), std::string::npos);
  EXPECT_EQ(json::parse(said.out)["text"], "a \uFFFD b");
}

TEST_F(Commands, bad_input_ends_with_one_sentence_and_code_1) {
  expect_refusal(trace({"--text", "a", "--json", "--layer", "2"}), 1, "--layer should be from 0 to 1, but is 2");
  expect_refusal(trace({"--text", "a", "--json", "--head", "3"}), 1, "--head should be from 0 to 2, but is 3");
  expect_refusal(trace({"--text-file", "/nowhere/texts", "--json"}), 1, "/nowhere/texts");
  expect_refusal(trace({"--text-file", write("empty", ""), "--json"}), 1, "holds no text");
  expect_refusal(trace({"--text-file", write("two", "a\nb\n"), "--npz", "/tmp/never.npz"}), 1, "holds 2 texts");
  expect_refusal(trace({"--text", "a", "--npz", "/nowhere/out.npz"}), 1, "/nowhere/out.npz");
  expect_refusal(say({"trace", "--model", "/nowhere", "--text", "a", "--json"}), 1, "/nowhere");
  expect_refusal(say({"tokens", "--model", "no such model", "--text", "a"}), 1, "no such model");
  expect_refusal(say({"generate", "--model", bert_, "--text", "a"}), 1, "bert");
}

TEST_F(Commands, tokens_are_shown_as_json_and_as_a_table) {
  const Said said = say({"tokens", "--model", bert_, "--text", "a é [MASK]", "--json"});
  ASSERT_EQ(said.code, 0) << said.err;
  const json object = json::parse(said.out);
  EXPECT_EQ(object["tokens"].size(), 5U);
  EXPECT_EQ(object["tokens"][2]["start"], 2);
  EXPECT_EQ(object["tokens"][2]["end"], 4);
  EXPECT_EQ(object["tokens"][3]["special"], true);
  const Said table = say({"tokens", "--model", bert_ + "/config.json", "--text", "a"});
  EXPECT_EQ(lines_of(table.out).size(), 4U) << table.out;
}

TEST_F(Commands, generation_continues_the_text_and_follows_its_seed) {
  const auto generate = [&](const std::string& seed) {
    return say(
        {"generate", "--model", llama_, "--text", "a  B", "--tokens", "6", "--temperature", "5", "--seed", seed});
  };
  const Said said = generate("7");
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_TRUE(said.out.starts_with("a  B")) << said.out;
  EXPECT_EQ(said.out, generate("7").out);
  bool differs = false;
  for (const char* seed : {"8", "9", "10", "11"})
    differs = differs || generate(seed).out != said.out;
  EXPECT_TRUE(differs);
  expect_refusal(say({"generate", "--model", llama_, "--text",
                      std::string(100, 'a') + " a a a a a a a a a a a a a a a a "
                                              "a a a a a a a a a a a a a a a"}),
                 1, "no room");
}

TEST_F(Commands, models_lists_the_built_in_ones) {
  const Said said = say({"models"});
  EXPECT_EQ(said.code, 0);
  EXPECT_NE(said.out.find("council"), std::string::npos) << said.out;
  EXPECT_NE(said.out.find("BertForMaskedLM"), std::string::npos);
}

}  // namespace
}  // namespace regard
