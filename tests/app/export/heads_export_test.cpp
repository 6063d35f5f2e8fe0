// SPDX-License-Identifier: Apache-2.0
// What panels about all heads show is what is written: of both models, of the text it was measured on, or a refusal.
#include "app/base/assets.h"
#include "app/base/built_in_texts.h"
#include "app/export/export.h"
#include "app/style/locale.h"
#include "core/base/text_file.h"
#include "tests/app/cli/command_line.h"
#include "tests/app/export/assets_chosen.h"
#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/run_text.h"
#include "tests/core/model/tiny_checkpoint.h"
#include "tests/core/model/tiny_t5.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <set>
#include <string>
#include <utility>

namespace regard {
namespace {

using nlohmann::json;
using regard::testing::read_text;
using regard::testing::reading_model;

constexpr const char* kRead = "the old king saw a cat in the garden";

class ExportOfAllHeads : public ::testing::Test {
protected:
  void SetUp() override {
    load_locale(assets_folder() / "locale");
    set_language(Language::en);
    see(read_text(reading_model(false), kRead));
  }
  void see(std::shared_ptr<const Snapshot> seen) {
    snapshot_ = std::move(seen);
    session_ = testing::session_for(*snapshot_, {1, 2}, 4, 3);
  }
  /// The live text, compared with what another model has read.
  void see_two(const std::string& other_text) {
    auto live = read_text(reading_model(false), kRead);
    live->comparison =
        std::make_shared<const Comparison>(compare(read_text(reading_model(false, 2), other_text), *live, "A"));
    see(live);
  }
  [[nodiscard]] std::string written(ExportOptions options, ExportFormat format) const {
    options.format = format;
    prepare_export(snapshot_, session_, options)(folder_ / "out");
    return read_file(folder_ / "out", std::size_t{64} << 20);
  }
  [[nodiscard]] json parsed(const ExportOptions& options) const {
    return json::parse(written(options, ExportFormat::json));
  }
  /// The code of the error that says why not.
  [[nodiscard]] std::string refusal(const ExportOptions& options) const {
    try {
      (void)prepare_export(snapshot_, session_, options);
    } catch (const Error& error) {
      return error.code();
    }
    return "";
  }

  testing::TemporaryFolder folder_{};
  std::shared_ptr<const Snapshot> snapshot_{};
  testing::SessionInParts session_{};
};

TEST_F(ExportOfAllHeads, likeness_of_two_models_is_told_of_both) {
  see_two(kRead);
  const json pairs = parsed({.view = ExportView::likeness});
  ASSERT_EQ(pairs["rows"].size(), 20U * 19U / 2U) << "12 heads of the live model, 8 of the other";
  std::set<std::string> models;
  for (const json& row : pairs["rows"])
    models.insert({row["first_model"].get<std::string>(), row["second_model"].get<std::string>()});
  const std::string name = snapshot_->model->name;
  EXPECT_EQ(models, (std::set<std::string>{"A " + name, "B " + name})) << "they have one name";
  const std::string svg = written({.view = ExportView::likeness}, ExportFormat::svg);
  EXPECT_NE(svg.find(">A 1.2</text>"), std::string::npos);
  EXPECT_NE(svg.find(">B 2.3</text>"), std::string::npos);
  EXPECT_NE(svg.find("A " + name + "; B " + name), std::string::npos);
}

TEST_F(ExportOfAllHeads, likeness_of_two_models_is_refused_on_a_text_that_they_cut_apart) {
  see_two("the old king");
  EXPECT_EQ(refusal({.view = ExportView::likeness}), "likeness_tokens");
}

TEST_F(ExportOfAllHeads, likeness_of_one_model_names_no_letters) {
  const json pairs = parsed({.view = ExportView::likeness});
  ASSERT_EQ(pairs["rows"].size(), 12U * 11U / 2U);
  EXPECT_EQ(pairs["rows"][0]["first_model"], snapshot_->model->name);
}

TEST_F(ExportOfAllHeads, a_search_by_a_measure_names_it_and_its_text) {
  const Corpus corpus{"own.txt", {{.text = "the king saw a dog"}, {.text = "a cat saw the queen"}}};
  HeadSearchQuestion question{.traces = {snapshot_->trace}, .by = SearchBy::measure};
  question.report =
      std::make_shared<const HeadReport>(make_head_report(measure_corpus(snapshot_->model, corpus), corpus.name));
  const json found = parsed({.view = ExportView::head_search, .head_search = question});
  EXPECT_EQ(found["corpus"], "own.txt");
  EXPECT_EQ(found["measure"], named_measures()[0].name);
  EXPECT_NE(written({.view = ExportView::head_search, .head_search = question}, ExportFormat::svg).find("own.txt"),
            std::string::npos);
}

TEST_F(ExportOfAllHeads, a_search_that_cannot_be_answered_is_refused) {
  EXPECT_EQ(refusal({.view = ExportView::head_search, .head_search = HeadSearchQuestion{.by = SearchBy::measure}}),
            "export_search");
  EXPECT_EQ(refusal({.view = ExportView::head_search}), "") << "nothing was asked for: heads like the one on screen";
}

TEST_F(ExportOfAllHeads, evidence_that_nobody_asked_for_is_refused) {
  EXPECT_EQ(refusal({.view = ExportView::evidence, .evidence = ""}), "export_evidence");
}

TEST_F(ExportOfAllHeads, evidence_of_a_rule_is_of_its_own_text) {
  write_file_atomically(folder_ / "own.txt", "the old king saw a cat\na cat saw the garden\n");
  const Detector rule = parse_detectors("detector: entropy\nquery: not separator\nkey: offset -1\n", "rules").front();
  const ExportOptions options{.view = ExportView::evidence,
                              .corpus = (folder_ / "no such text.txt").string(),
                              .evidence = rule.name,
                              .evidence_head = HeadRef{2, 1},
                              .evidence_rule = rule,
                              .evidence_corpus = (folder_ / "own.txt").string()};
  const json table = parsed(options);
  EXPECT_EQ(table["corpus"], "own.txt");
  EXPECT_EQ(table["detector"], "entropy") << "no measure";
  ASSERT_EQ(table["rows"].size(), 2U);
  for (const json& row : table["rows"])
    EXPECT_EQ(row["key"].get<std::size_t>() + 1, row["query"].get<std::size_t>());
  EXPECT_NE(written(options, ExportFormat::svg).find("own.txt"), std::string::npos);
}

/// More sentences than are kept of both ends together.
TEST_F(ExportOfAllHeads, evidence_counts_the_sentences_that_were_not_kept) {
  constexpr std::size_t kSentences = 1700;
  std::string text;
  for (std::size_t sentence = 0; sentence < kSentences; ++sentence)
    text +=
        std::string(sentence % 2 == 0 ? "the king" : "a queen saw") + (sentence % 3 == 0 ? " the cat\n" : " a dog\n");
  write_file_atomically(folder_ / "long.txt", text);
  const ExportOptions options{.view = ExportView::evidence, .corpus = (folder_ / "long.txt").string()};
  const json table = parsed(options);
  EXPECT_EQ(table["sentences"], kSentences);
  ASSERT_LT(table["rows"].size(), kSentences);
  EXPECT_EQ(table["rows"].front()["rank"], 1);
  EXPECT_TRUE(table["rows"][600]["rank"].is_null()) << "nobody knows how many were dropped before it";
  EXPECT_EQ(table["rows"].back()["rank"], kSentences);
  const std::string svg = written(options, ExportFormat::svg);
  EXPECT_NE(svg.find(filled(tr("evidence.shown"), {{"shown", std::size_t{40}}, {"count", kSentences}})),
            std::string::npos);
}

TEST_F(ExportOfAllHeads, evidence_of_an_encoder_and_decoder_is_of_a_head_of_its_encoder) {
  testing::tiny_t5().write_to(folder_ / "t5");
  write_file_atomically(folder_ / "own.txt", "a b c d\nd c b a\n");
  const auto exported = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words{"export",
                                   "--model",
                                   (folder_ / "t5").string(),
                                   "--text",
                                   "a b c d",
                                   "--view",
                                   "evidence",
                                   "--corpus",
                                   (folder_ / "own.txt").string(),
                                   "--out",
                                   (folder_ / "evidence.json").string()};
    words.insert(words.end(), more.begin(), more.end());
    return testing::say(words);
  };
  testing::expect_refusal(exported({}), 1, "encoder");
  // The encoder has a third layer, the decoder has none.
  const testing::Said said = exported({"--attention", "encoder", "--layer", "2", "--head", "1"});
  ASSERT_EQ(said.code, 0) << said.err;
  const json table = json::parse(read_file(folder_ / "evidence.json", 1 << 20));
  EXPECT_EQ(table["layer"], 2);
  EXPECT_EQ(table["head"], 1);
}

TEST_F(ExportOfAllHeads, a_kind_of_attention_is_chosen_of_models_with_an_encoder_and_a_decoder_alone) {
  testing::expect_refusal(testing::say({"export", "--model", "council", "--text", "кот", "--attention", "encoder",
                                        "--out", (folder_ / "x.csv").string()}),
                          1, "--attention");
}

TEST_F(ExportOfAllHeads, a_built_in_text_is_named_as_the_window_names_it) {
  const ExportOptions options{.view = ExportView::evidence, .corpus = built_in_corpus("ru").string()};
  const std::string svg = written(options, ExportFormat::svg);
  EXPECT_NE(svg.find(tr("corpus.russian_text")), std::string::npos);
  EXPECT_EQ(svg.find("ru.conllu"), std::string::npos);
  EXPECT_EQ(parsed(options)["corpus"], "ru.conllu") << "tables keep the file's name";
}

TEST_F(ExportOfAllHeads, numbers_of_a_text_whose_words_the_model_does_not_know_say_so) {
  const auto seen = [&](const std::string& text) {
    write_file_atomically(folder_ / "some.txt", text);
    const ExportOptions options{.view = ExportView::evidence, .corpus = (folder_ / "some.txt").string()};
    const json table = parsed(options);
    const bool told =
        written(options, ExportFormat::svg).find("are one and the same to this model") != std::string::npos;
    EXPECT_EQ(told, table.contains("commonest_token_share"));
    return told ? table["commonest_token_share"].get<double>() : 0.0;
  };
  EXPECT_GT(seen("кошка сидит на окне и смотрит\nстарик увидел собаку в саду\n"), 0.9);
  EXPECT_EQ(seen("the old king saw a cat\nthe queen gave a dog a sword\n"), 0.0);
}

TEST_F(ExportOfAllHeads, of_special_tokens_alone_nothing_is_written) {
  see(read_text(reading_model(false), ""));
  for (const ExportView view : {ExportView::roles, ExportView::likeness, ExportView::attribution, ExportView::flow,
                                ExportView::anomalies, ExportView::head_search})
    EXPECT_EQ(refusal({.view = view}), "no_tokens") << name_of(view);
}

TEST_F(ExportOfAllHeads, a_picture_of_importance_says_what_its_numbers_rest_on) {
  const auto svg = [&](std::size_t sentences) {
    std::string text;
    for (std::size_t sentence = 0; sentence < sentences; ++sentence)
      text += sentence % 2 == 0 ? "the old king saw a cat\n" : "the queen gave a dog a sword\n";
    write_file_atomically(folder_ / "some.txt", text);
    return written({.view = ExportView::importance, .corpus = (folder_ / "some.txt").string()}, ExportFormat::svg);
  };
  EXPECT_NE(svg(4).find("predictions: 4; fewer than 20"), std::string::npos);
  const std::string enough = svg(24);
  EXPECT_NE(enough.find("predictions: 24; 95 % interval up to ±"), std::string::npos);
}

TEST_F(ExportOfAllHeads, what_is_no_measure_is_answered_with_the_names_of_all) {
  try {
    (void)prepare_export(snapshot_, session_, {.view = ExportView::evidence, .evidence = "nonsense"});
    FAIL();
  } catch (const Error& error) {
    for (const char* name : {"nonsense", "previous_token", "agreement", "predicate_subject"})
      EXPECT_NE(tr(error).find(name), std::string::npos) << name;
  }
}

TEST_F(ExportOfAllHeads, the_picture_of_roles_has_badges_rows_and_every_measure_and_few_rows_are_pale) {
  ExportOptions options{.view = ExportView::roles, .theme = ThemeChoice::light};
  const std::string few = written(options, ExportFormat::svg);
  for (const char* measure : {"entropy", "distance", "previous_token"})
    EXPECT_NE(few.find(">" + std::string(tr(("measure." + std::string(measure)).c_str())) + ", "), std::string::npos)
        << measure << " and its rows";
  std::string longer = kRead;
  for (int again = 0; again < 4; ++again)
    longer += " " + std::string(kRead);
  see(read_text(reading_model(false), longer));
  options.badges = {0.0F, 0.0F};  // everything that rests on enough rows
  const std::string many = written(options, ExportFormat::svg);
  EXPECT_NE(many.find(">0.0 · "), std::string::npos) << "badges beside the head's number";
  EXPECT_EQ(few.find(">0.0 · "), std::string::npos) << "too few rows for a badge";
  const auto has_full_ink = [](const std::string& svg) {  // of numbers in cells
    for (std::size_t at = svg.find("</text>"); at != std::string::npos; at = svg.find("</text>", at + 1)) {
      const std::string text = svg.substr(svg.rfind("<text", at), at - svg.rfind("<text", at));
      if (text.find(">0.") != std::string::npos && text.find("middle") != std::string::npos &&
          (text.find("#000000") != std::string::npos || text.find("#ffffff") != std::string::npos))
        return true;
    }
    return false;
  };
  EXPECT_TRUE(has_full_ink(many));
  EXPECT_FALSE(has_full_ink(few));
}

}  // namespace
}  // namespace regard
