// SPDX-License-Identifier: Apache-2.0
// Pins and interventions as values: what apply() and the history do to them.
#include "app/session/kept.h"
#include "app/session/history.h"
#include "app/session/session.h"
#include "tests/app/session/sentence.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

using testing::sentence;

Session kept_text(const std::string& text) {
  Session session;
  session.model = "m";
  session.text = text;
  return session;
}

PlacedIntervention mask_of(const std::string& text, std::size_t query, std::size_t key) {
  Intervention item;
  item.kind = InterventionKind::mask;
  item.scope = {1, 0};
  item.cells = {{{query, query + 1}, {key, key + 1}}};
  return placed(item, sentence(text));
}

/// The first cell of the session's first item, in words.
std::pair<std::string, std::string> words_of(const Session& session) {
  const Encoding encoding = sentence(session.text);
  const Intervention item = resolved(session.interventions.at(0), encoding);
  return {encoding.tokens[item.cells.at(0).queries.begin].text, encoding.tokens[item.cells.at(0).keys.begin].text};
}

TEST(Pins, APinKeepsTheTextWhileTheLiveOneGoesOn) {
  Session session = apply(kept_text("the cat sat"), PinText{}, {});
  ASSERT_EQ(session.pins.size(), 1U);
  EXPECT_EQ(session.baseline, "A");
  session = apply(session, SetText{"the dog sat"}, {});
  EXPECT_EQ(session.pins[0].reading.text, "the cat sat");
  EXPECT_EQ(session.text, "the dog sat");
}

TEST(Pins, NamesAreLettersWithoutTheLiveOnesAndTheirNumberIsLimited) {
  Session session = kept_text("a");
  for (std::size_t count = 0; count < max_pins + 3; ++count)
    session = apply(session, PinText{}, {});
  std::string names;
  for (const Pin& pin : session.pins)
    names += pin.name;
  EXPECT_EQ(names, "ACDEFGHI");
}

TEST(Pins, ARemovedBaselineGivesWayToTheNewestPin) {
  Session session = apply(apply(kept_text("a"), PinText{}, {}), PinText{}, {});
  session.shown = Shown::difference;
  session = apply(session, RemovePin{"C"}, {});
  EXPECT_EQ(session.baseline, "A");
  session = apply(session, RemovePin{"A"}, {});
  EXPECT_EQ(session.baseline, "");
  EXPECT_EQ(session.shown, Shown::live);
}

TEST(Pins, ANewNameReachesWhateverTakesFromThePin) {
  Session session = apply(kept_text("the cat"), PinText{}, {});
  PlacedIntervention copy = mask_of("the cat", 1, 1);
  copy.item.source_name = "A";
  session = apply(session, AddIntervention{copy}, {});
  session = apply(session, RenamePin{"A", "before"}, {});
  EXPECT_EQ(session.pins[0].name, "before");
  EXPECT_EQ(session.baseline, "before");
  EXPECT_EQ(session.interventions[0].item.source_name, "before");
  session = apply(apply(session, PinText{}, {}), RenamePin{"A", "before"}, {});
  EXPECT_EQ(session.pins[1].name, "A") << "no two pins of one name";
}

TEST(Pins, SwappingTwiceGivesBackBothTexts) {
  Session session = apply(kept_text("the cat sat"), PinText{}, {});
  session = apply(session, SetText{"the old dog sat"}, {});
  session = apply(session, AddIntervention{mask_of("the old dog sat", 3, 1)}, {});
  session = apply(session, PairTokens{"A", {{TokenAnchor::Kind::byte, 4}, {TokenAnchor::Kind::byte, 8}}}, {});
  const Session swapped = apply(session, SwapWithPin{"A"}, {});
  EXPECT_EQ(swapped.text, "the cat sat");
  EXPECT_TRUE(swapped.interventions.empty());
  EXPECT_EQ(swapped.pins[0].reading.text, "the old dog sat");
  EXPECT_EQ(swapped.pins[0].reading.interventions, session.interventions);
  EXPECT_EQ(swapped.pins[0].pairs[0].live.value, 4U);
  const Session back = apply(swapped, SwapWithPin{"A"}, {});
  EXPECT_EQ(back.text, session.text);
  EXPECT_EQ(back.pins, session.pins);
  EXPECT_EQ(back.interventions, session.interventions);
}

TEST(Pins, APersonsPairFollowsTheLiveTextAndGivesWayToAnother) {
  Session session = apply(kept_text("cat sat"), PinText{}, {});
  const TokenAnchor cat{TokenAnchor::Kind::byte, 0}, sat{TokenAnchor::Kind::byte, 4};
  session = apply(session, PairTokens{"A", {cat, sat}}, {});
  session = apply(session, SetText{"a cat sat"}, {});
  EXPECT_EQ(session.pins[0].pairs[0].pinned.value, 0U);
  EXPECT_EQ(session.pins[0].pairs[0].live.value, 6U);
  session = apply(session, PairTokens{"A", {cat, {TokenAnchor::Kind::byte, 2}}}, {});
  ASSERT_EQ(session.pins[0].pairs.size(), 1U);
  EXPECT_EQ(session.pins[0].pairs[0].live.value, 2U);
  EXPECT_TRUE(apply(session, ForgetPairs{"A"}, {}).pins[0].pairs.empty());
}

TEST(Interventions, StayOnTheirWordsWhileTheTextIsEdited) {
  const std::string text = "the cat sat on mats";
  Session session = apply(kept_text(text), AddIntervention{mask_of(text, 3, 2)}, {});
  EXPECT_EQ(words_of(session), (std::pair<std::string, std::string>{"sat", "cat"}));
  session = apply(session, SetText{"so the old cat sat on mats"}, {});
  EXPECT_EQ(words_of(session), (std::pair<std::string, std::string>{"sat", "cat"}));
  const Encoding encoding = sentence(session.text);
  session = apply(session, ReplaceToken{5, "slept"}, {&encoding});
  EXPECT_EQ(words_of(session), (std::pair<std::string, std::string>{"slept", "cat"}));
}

TEST(Interventions, AWholeRowReachesAsFarAsTheTextDoes) {
  Intervention item;
  item.kind = InterventionKind::mask;
  item.cells = {{{2, 3}, {0, kToEnd}}};
  const PlacedIntervention row = placed(item, sentence("a b"));
  const Intervention longer = resolved(row, sentence("a b c d e"));
  EXPECT_EQ(longer.cells.at(0).keys, (Range{0, kToEnd}));
  EXPECT_EQ(longer.cells.at(0).queries, (Range{2, 3}));
}

TEST(Interventions, PlacedAndResolvedOnTheSameTextAreTheSame) {
  const Encoding encoding = sentence("unhappy cats sat", 2);
  Intervention item;
  item.kind = InterventionKind::add;
  item.amount = -1.5F;
  item.scope = {2, 3};
  item.cells = {{{0, 2}, {1, 5}}, {{4, kToEnd}, {encoding.tokens.size() - 1, encoding.tokens.size()}}};
  EXPECT_EQ(resolved(placed(item, encoding), encoding), item);
}

TEST(Interventions, OneStrokeOfTheBrushIsOneStepBack) {
  const std::string text = "the cat sat";
  const Session start = kept_text(text);
  History history(start);
  const auto draw = [&](std::uint64_t stroke, std::size_t key, double seconds) {
    PlacedIntervention cell = mask_of(text, 2, key);
    cell.stroke = stroke;
    history.perform(AddIntervention{cell}, {}, seconds);
  };
  draw(1, 0, 0.0);
  draw(1, 1, 5.0);
  draw(1, 2, 10.0);
  ASSERT_EQ(history.current().interventions.size(), 1U);
  draw(2, 3, 10.1);
  ASSERT_EQ(history.current().interventions.size(), 2U);
  history.perform(Undo{}, {}, 11.0);
  EXPECT_EQ(words_of(history.current()).second, "cat");
  history.perform(Undo{}, {}, 11.0);
  EXPECT_EQ(history.current(), start);
}

TEST(Interventions, AreMovedAndRemovedByTheirPlaceInTheList) {
  Session session = kept_text("the cat sat");
  for (std::size_t key = 0; key < 3; ++key)
    session = apply(session, AddIntervention{mask_of(session.text, 2, key)}, {});
  session = apply(session, MoveIntervention{2, 0}, {});
  EXPECT_EQ(words_of(session).second, "cat");
  session = apply(session, RemoveIntervention{0}, {});
  EXPECT_EQ(words_of(session).second, "[CLS]");
  EXPECT_EQ(apply(session, RemoveIntervention{7}, {}), session);
  EXPECT_EQ(apply(session, MoveIntervention{0, 7}, {}), session);
  EXPECT_TRUE(apply(session, ClearInterventions{}, {}).interventions.empty());
}

TEST(Adapters, ComeOnceAndGoAndNoMoreThanThereIsRoomFor) {
  Session session = kept_text("a");
  for (const char* path : {"/a", "/b", "/a"})
    session = apply(session, AddAdapter{path}, {});
  EXPECT_EQ(session.adapters, (std::vector<ReadingAdapter>{{"/a", 1.0F}, {"/b", 1.0F}}));
  session = apply(session, RemoveAdapter{0}, {});
  EXPECT_EQ(session.adapters, (std::vector<ReadingAdapter>{{"/b", 1.0F}}));
  EXPECT_EQ(apply(session, RemoveAdapter{5}, {}), session);
  EXPECT_EQ(apply(session, SetStrength{5, 0.5F}, {}), session);
  for (std::size_t index = 0; index < 2 * max_adapters; ++index)
    session = apply(session, AddAdapter{"/" + std::to_string(index)}, {});
  EXPECT_EQ(session.adapters.size(), max_adapters);
}

TEST(Adapters, HaveStrengthsInTheirRange) {
  Session session = apply(kept_text("a"), AddAdapter{"/a"}, {});
  EXPECT_EQ(apply(session, SetStrength{0, 7.0F}, {}).adapters[0].strength, max_strength);
  EXPECT_EQ(apply(session, SetStrength{0, -7.0F}, {}).adapters[0].strength, min_strength);
}

TEST(Adapters, ADragIsOneStepBackAndTheNextOneAnother) {
  History history(apply(kept_text("a"), AddAdapter{"/a"}, {}));
  const auto strength = [&] { return history.current().adapters.at(0).strength; };
  for (const float moved : {0.9F, 0.5F, 0.25F})
    history.perform(SetStrength{0, moved, 1}, {}, 0.0);
  history.perform(SetStrength{0, 2.0F, 2}, {}, 0.1);
  history.perform(Undo{}, {}, 0.2);
  EXPECT_EQ(strength(), 0.25F);
  history.perform(Undo{}, {}, 0.3);
  EXPECT_EQ(strength(), 1.0F);
  history.perform(Redo{}, {}, 0.4);
  EXPECT_EQ(strength(), 0.25F);
}

TEST(Adapters, ComeBackByUndoWhenTheyWereRemoved) {
  History history(kept_text("a"));
  history.perform(AddAdapter{"/a"}, {}, 0.0);
  history.perform(AddAdapter{"/b"}, {}, 0.1);
  history.perform(RemoveAdapter{0}, {}, 0.2);
  history.perform(Undo{}, {}, 0.3);
  EXPECT_EQ(history.current().adapters.size(), 2U);
  history.perform(Undo{}, {}, 0.4);
  EXPECT_EQ(history.current().adapters.size(), 1U);
}

TEST(Adapters, BelongToTheirModel) {
  const Session session = apply(kept_text("a"), AddAdapter{"/a"}, {});
  EXPECT_EQ(apply(session, ModelOpened{"m", 2, 2}, {}).adapters.size(), 1U);
  EXPECT_TRUE(apply(session, ModelOpened{"other", 2, 2}, {}).adapters.empty());
}

TEST(Adapters, ActUnlessAllOfThemAreAtZero) {
  Reading reading;
  EXPECT_FALSE(is_adapted(reading));
  reading.adapters = {{"/a", 0.0F}, {"/b", -0.5F}};
  EXPECT_TRUE(is_adapted(reading));
  reading.adapters[1].strength = 0.0F;
  EXPECT_FALSE(is_adapted(reading));
}

}  // namespace
}  // namespace regard
