// SPDX-License-Identifier: Apache-2.0
// What heads are asked about a tree, and how their answers are counted, on trees and weights with known answers.
#include "core/analysis/relations.h"
#include "core/analysis/relation_scores.h"
#include "core/analysis/tree_words.h"

#include <gtest/gtest.h>

#include <cmath>

namespace regard {
namespace {

struct Given {
  const char* form;
  const char* tag;
  std::size_t head;  ///< from 1; 0: none
  const char* relation;
  const char* lemma = "";
};

TreeSentence tree(const std::vector<Given>& given) {
  TreeSentence sentence;
  for (const Given& one : given) {
    TreeWord word{.form = one.form, .lemma = *one.lemma != 0 ? one.lemma : one.form, .tag = one.tag};
    word.relation = one.relation;
    word.head = one.head == 0 ? TreeWord::none : one.head - 1;
    word.begin = sentence.text.size();
    sentence.text += word.form;
    word.end = sentence.text.size();
    sentence.text += ' ';
    sentence.words.push_back(std::move(word));
  }
  return sentence;
}

using Pairs = std::vector<std::pair<std::size_t, std::vector<std::size_t>>>;

Pairs pairs(const RelationQuestions& questions, const std::string& relation) {
  Pairs list;
  if (const auto found = questions.find(relation); found != questions.end())
    for (const RelationQuestion& question : found->second)
      list.emplace_back(question.asks, question.answers);
  return list;
}

//   0 Кошка  1 ,  2 которая  3 сидела  4 на  5 крыше  6 ,  7 смотрела  8 на  9 птицу  10 .
TreeSentence cat() {
  return tree({{"Кошка", "NOUN", 8, "nsubj"},
               {",", "PUNCT", 4, "punct"},
               {"которая", "PRON", 4, "nsubj", "Который"},
               {"сидела", "VERB", 1, "acl:relcl"},
               {"на", "ADP", 6, "case"},
               {"крыше", "NOUN", 4, "obl"},
               {",", "PUNCT", 4, "punct"},
               {"смотрела", "VERB", 0, "root"},
               {"на", "ADP", 10, "case"},
               {"птицу", "NOUN", 8, "obl"},
               {".", "PUNCT", 8, "punct"}});
}

TEST(Relations, OfTheCatSentence) {
  const RelationQuestions asked = relation_questions(cat());
  EXPECT_EQ(pairs(asked, "subject_predicate"), (Pairs{{0, {7}}, {2, {3}}}));
  EXPECT_EQ(pairs(asked, "predicate_subject"), (Pairs{{3, {2}}, {7, {0}}}));
  EXPECT_EQ(pairs(asked, "predicate_oblique"), (Pairs{{3, {5}}, {7, {9}}}));
  EXPECT_EQ(pairs(asked, "relative_antecedent"), (Pairs{{2, {0}}, {3, {0}}}));
  EXPECT_EQ(pairs(asked, "case_noun"), (Pairs{{4, {5}}, {8, {9}}}));
  EXPECT_EQ(pairs(asked, "clause_predicate"), (Pairs{{0, {7}}, {2, {3}}, {4, {3}}, {5, {3}}, {8, {7}}, {9, {7}}}));
  EXPECT_EQ(pairs(asked, "nsubj:up"), (Pairs{{0, {7}}, {2, {3}}}));
  EXPECT_EQ(pairs(asked, "obl:down"), (Pairs{{3, {5}}, {7, {9}}}));
  EXPECT_EQ(pairs(asked, "punct:up"), Pairs{}) << "punctuation asks nothing";
}

TEST(Relations, GiversRecipientsAndTwoAttributesOfOneNoun) {
  //  0 Старый 1 король 2 дал 3 юному 4 смелому 5 принцу 6 меч
  const RelationQuestions asked = relation_questions(tree({{"Старый", "ADJ", 2, "amod"},
                                                           {"король", "NOUN", 3, "nsubj"},
                                                           {"дал", "VERB", 0, "root"},
                                                           {"юному", "ADJ", 6, "amod"},
                                                           {"смелому", "ADJ", 6, "amod"},
                                                           {"принцу", "NOUN", 3, "iobj"},
                                                           {"меч", "NOUN", 3, "obj"}}));
  EXPECT_EQ(pairs(asked, "subject_recipient"), (Pairs{{1, {5}}, {5, {1}}}));
  EXPECT_EQ(pairs(asked, "predicate_recipient"), (Pairs{{2, {5}}}));
  EXPECT_EQ(pairs(asked, "predicate_object"), (Pairs{{2, {6}}}));
  EXPECT_EQ(pairs(asked, "noun_attr"), (Pairs{{1, {0}}, {5, {3, 4}}}));
  EXPECT_EQ(pairs(asked, "attr_noun"), (Pairs{{0, {1}}, {3, {5}}, {4, {5}}}));
}

TEST(Relations, AnArticleAsksForItsNounAndIsNoAnswerToWhich) {
  //  0 She 1 wore 2 a 3 green 4 hat
  TreeSentence hat = tree({{"She", "PRON", 2, "nsubj"},
                           {"wore", "VERB", 0, "root"},
                           {"a", "DET", 5, "det"},
                           {"green", "ADJ", 5, "amod"},
                           {"hat", "NOUN", 2, "obj"}});
  EXPECT_EQ(pairs(relation_questions(hat), "noun_attr"), (Pairs{{4, {2, 3}}})) << "a determiner: this, every";
  hat.words[2].features = "Definite=Ind|PronType=Art";
  EXPECT_EQ(pairs(relation_questions(hat), "noun_attr"), (Pairs{{4, {3}}}));
  EXPECT_EQ(pairs(relation_questions(hat), "attr_noun"), (Pairs{{2, {4}}, {3, {4}}}));
}

TEST(Relations, WhatIsBrokenIsAskedNothingButWhatTheTreeSays) {
  const RelationQuestions asked = relation_questions(tree({{"под", "X", 0, "root"}, {"ход", "X", 1, "goeswith"}}));
  EXPECT_EQ(pairs(asked, "governor"), Pairs{});
  EXPECT_EQ(pairs(asked, "goeswith:up"), (Pairs{{1, {0}}}));
}

std::vector<Token> tokens_of(const std::vector<std::pair<std::size_t, std::size_t>>& spans) {
  std::vector<Token> tokens;
  for (const auto& [begin, end] : spans)
    tokens.push_back({.begin = begin, .end = end, .special = begin == end});
  return tokens;
}

TEST(TreeWords, GatherTheirTokensAndLeaveTheRestApart) {
  const TreeSentence sentence =
      tree({{"don't", "X", 0, "root"}, {"go", "X", 1, "x"}, {"!", "X", 1, "x"}});  // 0–5 6–8 9–10
  const TreeTokens tokens = tree_tokens(sentence, tokens_of({{0, 0}, {0, 3}, {3, 5}, {5, 7}, {7, 8}, {8, 9}, {0, 0}}));
  EXPECT_EQ(tokens.groups, (std::vector<TokenGroup>{{0}, {1, 2}, {3, 4}, {5}, {6}}));
  const std::size_t none = TreeWord::none;
  EXPECT_EQ(tokens.words, (std::vector<std::size_t>{none, 0, 1, none, none}));
  EXPECT_EQ(tokens.group_of, (std::vector<std::size_t>{1, 2, none})) << "nobody read the exclamation mark";
}

/// Three words, one token each, and [SEP]: who looks where.
class Scores : public ::testing::Test {
protected:
  TreeSentence sentence = tree({{"a", "X", 2, "x"}, {"b", "X", 0, "root"}, {"c", "X", 2, "x"}});
  TreeTokens tokens = tree_tokens(sentence, tokens_of({{0, 1}, {2, 3}, {4, 5}, {0, 0}}));
  RelationTallies tallies{.heads = 2};

  static Matrix rows(const std::vector<float>& values) {
    Matrix matrix(4, 4);
    matrix.values = values;
    return matrix;
  }
  void add(bool causal = false) {
    const std::vector<Matrix> looks{rows({0.1F, 0.6F, 0.1F, 0.2F, 1, 0, 0, 0, 0.2F, 0.3F, 0.1F, 0.4F, 0, 0, 0, 1}),
                                    rows({1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0})};
    add_sentence(
        tallies, relation_questions(sentence), tokens, [&](std::size_t head) { return looks[head]; }, causal);
  }
};

TEST_F(Scores, RightIsAmongWordsStrictAmongAll) {
  add();
  const RelationTally& up = tallies.of.at("x:up");  // a → b, c → b
  EXPECT_EQ(up.rows, 2U);
  const RelationScore score = relation_score(up, 0);
  EXPECT_FLOAT_EQ(score.right, 1.0F);
  EXPECT_FLOAT_EQ(score.strict, 0.5F) << "c looks more at [SEP] than at b";
  EXPECT_NEAR(score.weight, (0.6 / 0.8 + 0.3 / 0.6) / 2.0, 1e-6);
  EXPECT_FLOAT_EQ(relation_score(up, 1).right, 0.0F);
  EXPECT_FLOAT_EQ(relation_score(tallies.of.at("x:down"), 1).right, 1.0F) << "a is one of b's two";
  const OffsetBaseline baseline = offset_baseline(up);
  EXPECT_FLOAT_EQ(baseline.right, 0.5F);
  EXPECT_EQ(std::abs(baseline.offset), 1);
}

TEST_F(Scores, AsksForTheLookOfOneHeadAtATimeAndOnce) {
  std::vector<std::size_t> asked;
  const auto look = [&](std::size_t head) {
    asked.push_back(head);
    return Matrix(4, 4);
  };
  add_sentence(tallies, relation_questions(sentence), tokens, look, false);
  EXPECT_EQ(asked, (std::vector<std::size_t>{0, 1})) << "however many relations there are";
  add_sentence(tallies, {}, tokens, look, false);
  EXPECT_EQ(asked.size(), 2U) << "nothing is asked";
  EXPECT_EQ(tallies.sentences, 2U);
}

TEST_F(Scores, ACausalRunIsAskedOnlyWhatItCanSee) {
  add(true);
  EXPECT_EQ(tallies.of.at("x:up").rows, 1U) << "a cannot see b";
  EXPECT_EQ(tallies.of.at("x:down").rows, 1U);
  EXPECT_FLOAT_EQ(relation_score(tallies.of.at("x:down"), 0).right, 1.0F);
}

TEST_F(Scores, TheIntervalHoldsTheShareAndShrinks) {
  // Of sentences that are right or wrong as a whole, half and half.
  const auto width = [this](std::size_t sentences) {
    tallies = {.heads = 1};
    const TreeSentence one = tree({{"a", "X", 2, "x"}, {"b", "X", 0, "root"}});
    const TreeTokens two = tree_tokens(one, tokens_of({{0, 1}, {2, 3}}));
    for (std::size_t at = 0; at < sentences; ++at) {
      Matrix look(2, 2);
      look.values = at % 2 == 0 ? std::vector<float>{0, 1, 0, 1} : std::vector<float>{1, 0, 0, 1};
      add_sentence(
          tallies, relation_questions(one), two, [&](std::size_t) { return look; }, false);
    }
    const RelationScore score = relation_score(tallies.of.at("x:up"), 0);
    EXPECT_FLOAT_EQ(score.right, 0.5F);
    if (!score.interval) return 0.0F;
    EXPECT_LT(score.interval->low, 0.5F);
    EXPECT_GT(score.interval->high, 0.5F);
    return score.interval->high - score.interval->low;
  };
  const float few = width(40), many = width(1000);
  EXPECT_NEAR(few, 2 * 1.96 * 0.5 / std::sqrt(40.0), 0.1);
  EXPECT_NEAR(many, 2 * 1.96 * 0.5 / std::sqrt(1000.0), 0.02);
}

TEST_F(Scores, OneSentenceTellsNoInterval) {
  add();
  EXPECT_EQ(relation_score(tallies.of.at("x:up"), 0).interval, std::nullopt);
  add();
  EXPECT_NE(relation_score(tallies.of.at("x:up"), 0).interval, std::nullopt);
}

}  // namespace
}  // namespace regard
