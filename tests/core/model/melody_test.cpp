// SPDX-License-Identifier: Apache-2.0
// What the shipped decoder of notes is said to do: it reads several ways of writing a note, keeps key and metre, knows a phrase when
// it comes again, and has heads that find what followed the same note (Olsson et al. 2022, as in narrator_test.cpp).
#include "core/analysis/head_measures.h"
#include "core/base/random.h"
#include "core/engine/engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr std::size_t kPlayed = 40;  // random notes, played twice

std::shared_ptr<const Model> melody() {
  static const std::shared_ptr<const Model> kModel =
      load_model(std::filesystem::path(REGARD_ASSETS_DIR) / "models/melody");
  return kModel;
}

std::vector<std::int32_t> notes_of(const std::string& text) {
  std::vector<std::int32_t> ids;
  for (const Token& token : melody()->tokenizer->encode(text).tokens)
    ids.push_back(token.id);
  return ids;
}

std::shared_ptr<const Trace> play(std::vector<std::int32_t> ids) {
  Request request;
  request.ids = std::move(ids);
  request.all_logits = true;
  return run(melody(), std::move(request));
}

/// Probability of every token after this one.
std::vector<double> chances_after(const Trace& trace, std::size_t position) {
  const auto row = trace.logits.row(position);
  const float most = *std::max_element(row.begin(), row.end());
  std::vector<double> chances;
  double sum = 0.0;
  for (const float logit : row)
    sum += chances.emplace_back(std::exp(static_cast<double>(logit - most)));
  for (double& chance : chances)
    chance /= sum;
  return chances;
}

double chance_of(const std::string& next, const std::string& text) {
  const auto trace = play(notes_of(text));
  const auto id = melody()->tokenizer->id_of(next);
  EXPECT_TRUE(id) << next;
  return chances_after(*trace, trace->tokens() - 1)[static_cast<std::size_t>(id.value_or(0))];
}

/// Probability of all notes of a pitch class, of any length and octave, right after the text.
double chance_of_letter(const std::string& letter, const std::string& text) {
  const auto trace = play(notes_of(text));
  const std::vector<double> chances = chances_after(*trace, trace->tokens() - 1);
  double sum = 0.0;
  for (std::size_t id = 0; id < chances.size(); ++id) {
    const std::string word = melody()->tokenizer->readable(static_cast<std::int32_t>(id));
    const bool is_it =
        word.size() > letter.size() && word.starts_with(letter) && std::isdigit(word[letter.size()]) != 0;
    sum += is_it ? chances[id] : 0.0;
  }
  return sum;
}

/// −ln p of the tokens [begin, end), meant.
double loss_of(const Trace& trace, std::size_t begin, std::size_t end) {
  double sum = 0.0;
  for (std::size_t at = begin; at < end; ++at)
    sum -= std::log(chances_after(trace, at - 1)[static_cast<std::size_t>(trace.request.ids[at])]);
  return sum / static_cast<double>(end - begin);
}

/// <s> and random notes, played twice.
std::vector<std::int32_t> played_twice(std::uint64_t seed) {
  Random random(seed);
  const auto first = static_cast<std::size_t>(melody()->tokenizer->id_of("R/8").value_or(0));
  std::vector<std::int32_t> ids = notes_of("");
  EXPECT_EQ(ids.size(), 1U) << "<s> alone";
  for (std::size_t note = 0; note < kPlayed; ++note)
    ids.push_back(static_cast<std::int32_t>(first + random.below(melody()->config.vocabulary - first)));
  const std::vector<std::int32_t> once(ids.begin() + 1, ids.end());
  ids.insert(ids.end(), once.begin(), once.end());
  return ids;
}

TEST(Melody, IsAnOrdinaryLlamaFolderOfLessThanAMegabyte) {
  const Model& model = *melody();
  EXPECT_EQ(model.config.architecture, "LlamaForCausalLM");
  EXPECT_TRUE(model.config.causal);
  EXPECT_TRUE(model.config.tied_embeddings);
  EXPECT_LE(model.bytes_on_disk, 1'000'000U);
  for (const HeadRole& role : model.roles)
    EXPECT_FALSE(role.guided) << role.relation;
}

TEST(Melody, ReadsSeveralWaysOfWritingANoteAsTheSame) {
  const std::map<std::string, std::string> same{
      {"C4/4", "C4"},           {"C4/4.", "C4."},   {"E♭4/8", "Eb4/8"},
      {"F♯4", "F#4"},           {"Gb4", "F#4"},     {"A♭3/2.", "G#3/2."},
      {"A#4", "Bb4"},           {"Db5/8", "C#5/8"}, {"C4 D4|E4", "C4 D4 | E4"},
      {"M:3/4 R/4", "M:3/4 R"},
  };
  for (const auto& [written, meant] : same)
    EXPECT_EQ(notes_of(written), notes_of(meant)) << written;
  const auto unknown = melody()->tokenizer->id_of("<unk>");
  for (const std::string word : {"Cb4", "B#3", "H4", "C9", "do", "C4/3"})
    EXPECT_EQ(notes_of(word), (std::vector<std::int32_t>{1, unknown.value_or(-1)})) << word;
  EXPECT_NE(notes_of("D#4"), notes_of("Eb4")) << "the two are told apart";
}

TEST(Melody, SetsTheBarLineWhereTheMetreWantsIt) {
  EXPECT_GT(chance_of("|", "K:C M:3/4 C4 E4 G4"), 0.95);
  EXPECT_LT(chance_of("|", "K:C M:4/4 C4 E4 G4"), 0.05);
  EXPECT_GT(chance_of("|", "K:C M:4/4 C4 E4 G4 E4"), 0.95);
  EXPECT_GT(chance_of("|", "K:C M:2/4 C4 E4"), 0.95);
  EXPECT_LT(chance_of("|", "K:C M:3/4 C4 E4"), 0.05);
}

TEST(Melody, ChoosesItsNotesByTheKey) {
  const std::string begun = " M:3/4 G4 A4 B4 | A4 G4";
  EXPECT_GT(chance_of_letter("F#", "K:G" + begun), 5.0 * chance_of_letter("F", "K:G" + begun));
  EXPECT_GT(chance_of_letter("F", "K:C" + begun), 5.0 * chance_of_letter("F#", "K:C" + begun));
}

TEST(Melody, KnowsAPhraseOfATuneItNeverHeardWhenItComesAgain) {
  const std::string phrase = "C4 C4 G4 G4 | A4 A4 G4/2 | F4 F4 E4 E4 | D4 D4 C4/2 | ";  // Ah! vous dirai-je, maman
  const std::string middle = "G4 G4 F4 F4 | E4 E4 D4/2 | G4 G4 F4 F4 | E4 E4 D4/2 | ";
  const auto trace = play(notes_of("K:C M:4/4 " + phrase + middle + phrase));
  const std::size_t length = notes_of(phrase).size() - 1, first = 3, second = first + 2 * length;
  const double before = loss_of(*trace, first, first + length), again = loss_of(*trace, second + 2, second + length);
  std::cout << "the phrase: " << before << " nats a token, again: " << again << "\n";
  EXPECT_LT(again, 0.6 * before);
}

TEST(Melody, HasInductionHeadsOnRandomNotesOfThreeSeeds) {
  std::map<HeadRef, double> least, uniform;
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const auto trace = play(played_twice(seed));
    EXPECT_GT(loss_of(*trace, 1, kPlayed + 1), std::log(melody()->config.vocabulary)) << "random notes were guessed";
    EXPECT_LT(loss_of(*trace, kPlayed + 2, 2 * kPlayed + 1), 0.5);
    for (std::size_t layer = 0; layer < melody()->config.layers; ++layer)
      for (std::size_t head = 0; head < melody()->config.heads(0); ++head) {
        const Measure measure = repeated_induction(*trace, {layer, head}, {.begin = 1, .period = kPlayed});
        const auto value = static_cast<double>(measure.value);
        uniform[{layer, head}] = static_cast<double>(measure.uniform);
        least[{layer, head}] = least.count({layer, head}) == 0 ? value : std::min(least[{layer, head}], value);
      }
  }
  int named = 0, found = 0;
  for (const auto& [head, value] : least)
    found += value >= 0.4 ? 1 : 0;
  for (const HeadRole& role : melody()->roles) {
    if (role.relation != "induction") continue;
    std::cout << "induction " << role.head.layer << "." << role.head.head << ": at least " << least[role.head]
              << ", all alike " << uniform[role.head] << "\n";
    EXPECT_GE(least[role.head], 0.6);
    EXPECT_LT(uniform[role.head], 0.05);
    ++named;
  }
  EXPECT_GE(named, 1);
  EXPECT_EQ(named, found) << "heads.json names these heads and no others";
}

TEST(Melody, ItsHeadForTheTokenBeforeIsTheOneThatIsNamed) {
  const auto trace =
      play(notes_of("K:G M:3/4 D5. E5/8 D5/8 C5/8 | B4 G4 G4 | A4 D4 D4 | B4 G4 G4 | A4 D4 D4 | G4/2. |"));
  std::map<HeadRef, float> previous;
  for (std::size_t layer = 0; layer < melody()->config.layers; ++layer)
    for (std::size_t head = 0; head < melody()->config.heads(0); ++head)
      previous[{layer, head}] = measure_head(*trace, {layer, head}).previous.value;
  const auto best = std::max_element(previous.begin(), previous.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  const HeadRole* role = role_of(*melody(), best->first);
  ASSERT_NE(role, nullptr);
  EXPECT_EQ(role->relation, "previous_token");
  EXPECT_GT(best->second, 0.5F);
}

TEST(Melody, ContinuesInWordsItCanReadAgainAndComesToAnEnd) {
  const std::vector<std::int32_t> given = notes_of("K:C M:4/4 C4 D4 E4 C4 | C4 D4 E4 C4 | E4 F4 G4/2 |");
  const auto made = generate(melody(), given, {.tokens = 100});
  ASSERT_FALSE(made.empty());
  EXPECT_LT(made.size(), 100U) << "it does not end";
  std::vector<std::int32_t> again{given.front()};
  for (const std::int32_t id : notes_of(melody()->tokenizer->decode(made)))
    if (id != given.front()) again.push_back(id);
  std::vector<std::int32_t> expected{given.front()};
  for (const std::int32_t id : made)
    if (id != melody()->tokenizer->end_id()) expected.push_back(id);
  EXPECT_EQ(again, expected) << melody()->tokenizer->decode(made);
}

}  // namespace
}  // namespace regard
