// SPDX-License-Identifier: Apache-2.0
#include "app/session/action.h"
#include "app/session/session.h"
#include "tests/app/session/sentence.h"

#include <gtest/gtest.h>
#include <cmath>
#include <limits>

namespace regard {
namespace {

using testing::sentence;

Session with_text(const std::string& text) {
  Session session;
  session.text = text;
  return session;
}

/// The token the session's query stands on once the text has been read again.
std::string asked(const Session& session) {
  const Encoding encoding = sentence(session.text);
  return encoding.tokens[resolve(session.query, encoding)].text;
}

Session select_query(const Session& session, std::size_t token) {
  const Encoding encoding = sentence(session.text);
  return apply(session, SelectQuery{token}, {&encoding});
}

Session type(const Session& session, const std::string& text) {
  return apply(session, SetText{text}, {});
}

Session replace(const Session& session, std::size_t token, const std::string& text) {
  const Encoding encoding = sentence(session.text);
  return apply(session, ReplaceToken{token, text}, {&encoding});
}

TEST(Apply, AnAnchorFollowsItsWordThroughEditsBeforeAndBehindIt) {
  const Session cat = select_query(with_text("the cat sat"), 2);
  ASSERT_EQ(asked(cat), "cat");
  EXPECT_EQ(asked(type(cat, "the old cat sat")), "cat");
  EXPECT_EQ(asked(type(cat, "cat sat")), "cat");
  EXPECT_EQ(asked(type(cat, "the cat sat down")), "cat");
  EXPECT_EQ(asked(type(cat, "the cats sat")), "cats");
  EXPECT_EQ(asked(type(cat, "the scat sat")), "scat");
}

TEST(Apply, AnAnchorOnAReplacedWordStaysInItsPlace) {
  const Session cat = select_query(with_text("the cat sat"), 2);
  EXPECT_EQ(asked(type(cat, "the dog sat")), "dog");
  EXPECT_EQ(asked(type(cat, "the sat")), "sat");
}

TEST(Apply, AnotherSentenceKeepsTheQueryOnTheSameWordAtItsNearestPlace) {
  const Session cat = select_query(with_text("the cat sat on the mat"), 2);
  ASSERT_EQ(asked(cat), "cat");
  EXPECT_EQ(asked(type(cat, "my old cat ran home")), "cat");
  const Session far = type(cat, "I have a cat though I never wanted a cat at all");
  EXPECT_EQ(far.query.value, 9U);
  EXPECT_EQ(asked(type(cat, "cats are not what I mean: a cat is")), "cat") << "a whole word";
  const Session sat = select_query(with_text("кошка сидела на крыше дома"), 2);
  EXPECT_EQ(asked(type(sat, "старая собака сидела тихо")), "сидела");
}

TEST(Apply, AnotherSentenceWithoutTheWordAsksAtItsEndAndFollowsIt) {
  const Session cat = select_query(with_text("the cat sat on the mat"), 2);
  Session dog = type(cat, "a dog ran home");
  EXPECT_EQ(asked(dog), "home");
  dog = type(dog, "a dog ran home late");
  EXPECT_EQ(asked(dog), "late");
  EXPECT_EQ(asked(type(cat, "t")), "t") << "the first letter over a selection of everything";
  EXPECT_EQ(asked(type(type(cat, ""), "he ran")), "ran");
}

TEST(Apply, AnchorsFollowCyrillicLettersThatShareTheirFirstByte) {
  // «а» and «б» share their lead byte: the edit must not begin in the middle of a letter.
  const Session session = select_query(with_text("кот а дом"), 3);
  ASSERT_EQ(asked(session), "дом");
  EXPECT_EQ(asked(type(session, "кот б дом")), "дом");
  const Session letter = select_query(with_text("кот а дом"), 2);
  const Session edited = type(letter, "кот б дом");
  EXPECT_EQ(edited.query.value, std::string("кот ").size());
  EXPECT_EQ(edit_between("а", "б").begin, 0U);
  EXPECT_EQ(edit_between("а", "б").inserted, 2U);
  EXPECT_EQ(edit_between("ба", "бЀа").begin, 2U);
}

TEST(Apply, AnAnchorOnATemplateSpecialSurvivesAnyEdit) {
  const Session first = select_query(with_text("the cat"), 0);
  const Session last = select_query(with_text("the cat"), 3);
  EXPECT_EQ(asked(type(first, "quite another sentence")), "[CLS]");
  EXPECT_EQ(asked(type(last, "quite another sentence")), "[SEP]");
  EXPECT_EQ(asked(type(last, "")), "[SEP]");
}

TEST(Apply, AnAnchorOfEachTokenResolvesToThatToken) {
  const Encoding encoding = sentence("котики спят [MASK]", 4);
  ASSERT_GT(encoding.tokens.size(), 6U);
  for (std::size_t token = 0; token < encoding.tokens.size(); ++token)
    EXPECT_EQ(resolve(anchor_of(token, encoding), encoding), token);
}

TEST(Apply, TokensThatStartAtOneByteKeepTheirOwnAnchors) {
  Encoding encoding = sentence("ab cd");
  Token shadow = encoding.tokens[1];  // a second piece of the same character
  encoding.tokens.insert(encoding.tokens.begin() + 2, shadow);
  for (std::size_t token = 0; token < encoding.tokens.size(); ++token)
    EXPECT_EQ(resolve(anchor_of(token, encoding), encoding), token);
}

TEST(Apply, AnAnchorInAnEmptyEncodingResolvesToZero) {
  EXPECT_EQ(resolve({TokenAnchor::Kind::byte, 7}, Encoding{}), 0U);
  EXPECT_EQ(resolve({TokenAnchor::Kind::special_back, 7}, Encoding{}), 0U);
  EXPECT_EQ(resolve({TokenAnchor::Kind::special_back, 7}, sentence("a b", 100, false)), 1U);
}

TEST(Apply, AClickOnTokensOfAnOlderTextLandsOnTheSameWordOfTheNewOne) {
  const Encoding old = sentence("the cat sat");
  Session session = with_text("look the cat sat");
  session = apply(session, SelectQuery{2}, {&old});
  EXPECT_EQ(asked(session), "cat");
  session = apply(session, ReplaceToken{2, "dog"}, {&old});
  EXPECT_EQ(session.text, "look the dog sat");
}

TEST(Apply, AReplacementOfBytesThatWereEditedMeanwhileIsRefused) {
  const Encoding old = sentence("the cat sat");
  const Session session = with_text("the dog sat");
  EXPECT_EQ(apply(session, ReplaceToken{2, "bird"}, {&old}), session);
}

TEST(Apply, ReplacingATokenChangesOnlyItsBytes) {
  const Session session = select_query(with_text("кошка сидит  тут"), 3);
  const Session edited = replace(session, 2, "спит");
  EXPECT_EQ(edited.text, "кошка спит  тут");
  EXPECT_EQ(asked(edited), "тут");
}

TEST(Apply, DeletingAWordTakesTheSpaceBeforeItAlong) {
  EXPECT_EQ(replace(with_text("the cat sat"), 2, "").text, "the sat");
  EXPECT_EQ(replace(with_text("the cat sat"), 3, "").text, "the cat");
  EXPECT_EQ(replace(with_text("the cat sat"), 1, "").text, "cat sat");
  EXPECT_EQ(replace(with_text("cat"), 1, "").text, "");
}

TEST(Apply, DeletingAPieceInsideAWordTakesNoSpace) {
  const Encoding pieces = sentence("a kitten", 3);  // [CLS] a kit ##ten [SEP]
  const Session session = with_text("a kitten");
  EXPECT_EQ(apply(session, ReplaceToken{2, ""}, {&pieces}).text, "a ten");
  EXPECT_EQ(apply(session, ReplaceToken{3, ""}, {&pieces}).text, "a kit");
}

TEST(Apply, AByteOfACharacterIsReplacedWithTheWholeCharacter) {
  Encoding bytes;  // "a да!", each byte of а Cyrillic letter a token
  bytes.text = "a да!";
  for (const auto& [begin, end] : {std::pair{0, 1}, {1, 3}, {3, 4}, {4, 5}, {5, 6}, {6, 7}})
    bytes.tokens.push_back(
        {.begin = static_cast<std::size_t>(begin), .end = static_cast<std::size_t>(end), .word = begin > 0});
  const Session session = with_text("a да!");
  EXPECT_EQ(apply(session, ReplaceToken{1, ""}, {&bytes}).text, "aа!") << "a space and half a letter";
  EXPECT_EQ(apply(session, ReplaceToken{2, ""}, {&bytes}).text, "a а!");
  EXPECT_EQ(apply(session, ReplaceToken{3, ""}, {&bytes}).text, "a д!");
  EXPECT_EQ(apply(session, ReplaceToken{4, "у"}, {&bytes}).text, "a ду!");
}

TEST(Apply, APieceThatOwnsTheSpaceBeforeItKeepsItWhenReplaced) {
  Encoding encoding = sentence("the cat", 100, false);
  encoding.tokens[1].begin = 3;  // " cat", as byte-level BPE has it
  const Session session = with_text("the cat");
  EXPECT_EQ(apply(session, ReplaceToken{1, "dog"}, {&encoding}).text, "the dog");
  EXPECT_EQ(apply(session, ReplaceToken{1, " dog"}, {&encoding}).text, "the dog");
  EXPECT_EQ(apply(session, ReplaceToken{1, ""}, {&encoding}).text, "the");
}

TEST(Apply, ATokenIsEditedFromTheTextAsItWasEachTime) {
  const Session session = with_text("the cat sat");
  const EditToken edit{{3, 7}, session.text, "dog", TextSide::encoder, 1};
  EXPECT_EQ(apply(session, edit, {}).text, "the dog sat") << "a piece that owns the space before it keeps it";
  EXPECT_EQ(apply(apply(session, edit, {}), EditToken{{3, 7}, session.text, "cat", TextSide::encoder, 1}, {}).text,
            "the dog sat")
      << "back where it was is for the history: nothing is done";
  EXPECT_EQ(apply(session, EditToken{{3, 70}, session.text, "x", TextSide::encoder, 1}, {}), session);
}

TEST(Apply, TemplateSpecialsCannotBeReplacedButTypedOnesCan) {
  const Session session = with_text("the [MASK] sat");
  EXPECT_EQ(replace(session, 0, "x"), session);
  EXPECT_EQ(replace(session, 4, ""), session);
  EXPECT_EQ(replace(session, 99, "x"), session);
  EXPECT_EQ(replace(session, 2, "cat").text, "the cat sat");
}

TEST(Apply, HeadsOutsideTheModelAreClamped) {
  const ActionContext context{nullptr, 4, 3};
  EXPECT_EQ(apply({}, SelectHead{{9, 9}}, context).head, (HeadRef{3, 2}));
  EXPECT_EQ(apply({}, SelectHead{{2, 1}}, context).head, (HeadRef{2, 1}));
  Session session;
  session.head = {5, 7};
  session.compared_heads = {{1, 1}, {5, 1}, {3, 2}};
  const Session opened = apply(session, ModelOpened{"small", 4, 3}, {});
  EXPECT_EQ(opened.model, "small");
  EXPECT_EQ(opened.head, (HeadRef{3, 2}));
  EXPECT_EQ(opened.compared_heads, (std::vector<HeadRef>{{1, 1}}));  // {3, 2} is the selected head now
}

TEST(Apply, TokensOutsideTheSentenceAreClamped) {
  EXPECT_EQ(asked(select_query(with_text("the cat"), 99)), "[SEP]");
  const Session session = with_text("the cat");
  EXPECT_EQ(apply(session, SelectKey{3}, {}), session);
}

TEST(Apply, ComparedHeadsToggleNeverRepeatAndNeverHoldTheSelectedHead) {
  const ActionContext context{nullptr, 8, 8};
  Session session = apply({}, ToggleComparedHead{{0, 0}}, context);
  EXPECT_TRUE(session.compared_heads.empty());
  session = apply(session, ToggleComparedHead{{1, 1}}, context);
  session = apply(session, ToggleComparedHead{{2, 2}}, context);
  EXPECT_EQ(session.compared_heads, (std::vector<HeadRef>{{1, 1}, {2, 2}}));
  EXPECT_EQ(apply(session, SelectHead{{2, 2}}, context).compared_heads, (std::vector<HeadRef>{{1, 1}}));
  EXPECT_EQ(apply(session, ToggleComparedHead{{1, 1}}, context).compared_heads, (std::vector<HeadRef>{{2, 2}}));
  for (std::size_t head = 0; head < 8; ++head)
    session = apply(session, ToggleComparedHead{{3, head}}, context);
  EXPECT_EQ(session.compared_heads.size(), max_compared_heads);
}

TEST(Apply, NumbersStayInTheirRanges) {
  EXPECT_EQ(apply({}, SetTemperature{0.0F}, {}).temperature, min_temperature);
  EXPECT_EQ(apply({}, SetTemperature{1e9F}, {}).temperature, max_temperature);
  EXPECT_EQ(apply({}, SetTemperature{2.5F}, {}).temperature, 2.5F);
  EXPECT_EQ(apply({}, SetTemperature{std::numeric_limits<float>::quiet_NaN()}, {}).temperature, 1.0F);
  EXPECT_EQ(apply({}, SetArcThreshold{-1.0F}, {}).arc_threshold, 0.0F);
  EXPECT_EQ(apply({}, SetArcThreshold{2.0F}, {}).arc_threshold, 1.0F);
}

TEST(Apply, EverySwitchSetsItsOwnFieldOnly) {
  Session expected;
  expected.mask = MaskMode::causal;
  EXPECT_EQ(apply({}, SetMask{MaskMode::causal}, {}), expected);
  expected = {};
  expected.add_special = false;
  EXPECT_EQ(apply({}, SetAddSpecial{false}, {}), expected);
  expected = {};
  expected.hide_special = true;
  EXPECT_EQ(apply({}, SetHideSpecial{true}, {}), expected);
  expected = {};
  expected.word_level = true;
  EXPECT_EQ(apply({}, SetWordLevel{true}, {}), expected);
  expected = {};
  expected.sort_bars = true;
  EXPECT_EQ(apply({}, SetSortBars{true}, {}), expected);
  expected = {};
  expected.arcs_from_all = true;
  EXPECT_EQ(apply({}, SetArcsFromAll{true}, {}), expected);
  expected = {};
  expected.score_map = ScoreMap::purple_green;
  EXPECT_EQ(apply({}, SetScoreMap{ScoreMap::purple_green}, {}), expected);
  expected = {};
  expected.weight_map = WeightMap::blues;
  EXPECT_EQ(apply({}, SetWeightMap{WeightMap::blues}, {}), expected);
  expected = {};
  expected.grid_weight = GridWeight::rollout;
  EXPECT_EQ(apply({}, SetGridWeight{GridWeight::rollout}, {}), expected);
  expected = {};
  expected.score_part = ScorePartKind::position;
  EXPECT_EQ(apply({}, SetScorePart{ScorePartKind::position}, {}), expected);
  expected = {};
  expected.router_map = RouterMap::load;
  EXPECT_EQ(apply({}, SetRouterMap{RouterMap::load}, {}), expected);
  expected = {};
  expected.kinds = parse_kinds("hard,topk:7");
  EXPECT_EQ(apply({}, SetKinds{parse_kinds("hard,topk:7")}, {}), expected);
  EXPECT_EQ(apply({}, SetKinds{{{KindForm::window, 0}, {KindForm::window, 1}}}, {}).kinds, usual_kinds())
      << "two that are one, and one is too few";
  expected = {};
  expected.training.shape.heads = 8;
  TrainingChoices eight;
  eight.shape.heads = 8;
  EXPECT_EQ(apply({}, SetTraining{eight}, {}), expected);
  expected = {};
  expected.council = {.shown = true, .heads = 2, .seed = 3};
  EXPECT_EQ(apply({}, SetCouncil{expected.council}, {}), expected);
  EXPECT_EQ(apply({}, SetCouncil{{.steps = 1'000'000}}, {}).council.steps, max_training_steps);
  expected = {};
  expected.experts_by_load = true;
  EXPECT_EQ(apply({}, SetExpertsByLoad{true}, {}), expected);
  expected = {};
  expected.expert = 5;
  EXPECT_EQ(apply({}, SelectExpert{5}, {}), expected);
}

TEST(Apply, RequestsToTheShellLeaveTheSessionAlone) {
  const Session session = with_text("the cat");
  EXPECT_EQ(apply(session, OpenModel{"other"}, {}), session);
  EXPECT_EQ(apply(session, Undo{}, {}), session);
  EXPECT_EQ(apply(session, Redo{}, {}), session);
}

TEST(Apply, ALoadedSessionIsBroughtIntoItsRanges) {
  Session loaded = with_text("new");
  loaded.temperature = 1000.0F;
  loaded.compared_heads = {{1, 0}, {1, 0}, {0, 0}};
  const Session session = apply(with_text("old"), LoadSession{loaded}, {});
  EXPECT_EQ(session.text, "new");
  EXPECT_EQ(session.temperature, max_temperature);
  EXPECT_EQ(session.compared_heads, (std::vector<HeadRef>{{1, 0}}));
}

}  // namespace
}  // namespace regard
