// SPDX-License-Identifier: Apache-2.0
#include "core/format/conllu.h"

#include "tests/core/base/expect_error.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

using testing::error_of;

/// A line of a word: its number, form, head, relation; what else it has is of no interest.
std::string line(const std::string& number, const std::string& form, const std::string& head,
                 const std::string& relation = "dep", const std::string& misc = "_") {
  return number + "\t" + form + "\t" + form + "\tX\t_\t_\t" + head + "\t" + relation + "\t_\t" + misc + "\n";
}

std::vector<std::string> parts(const TreeSentence& sentence) {
  std::vector<std::string> list;
  for (const TreeWord& word : sentence.words)
    list.push_back(sentence.text.substr(word.begin, word.end - word.begin));
  return list;
}

TEST(Conllu, ReadsWordsHeadsAndPlacesInTheText) {
  const auto sentences = parse_conllu(
      "\xEF\xBB\xBF# sent_id = one\r\n# text = Кошка  спит.\r\n"
      "1\tКошка\tкошка\tNOUN\t_\tCase=Nom|Number=Sing\t2\tnsubj:x\t_\t_\r\n"
      "2\tспит\tспать\tVERB\t_\t_\t0\troot\t_\tSpaceAfter=No\r\n3\t.\t.\tPUNCT\t_\t_\t2\tpunct\t_\t_\r\n\r\n" +
          line("1", "Да", "0", "root"),
      "file");
  ASSERT_EQ(sentences.size(), 2U);
  EXPECT_EQ(sentences[0].id, "one");
  EXPECT_EQ(sentences[0].text, "Кошка  спит.");
  EXPECT_EQ(parts(sentences[0]), (std::vector<std::string>{"Кошка", "спит", "."}));
  const TreeWord& cat = sentences[0].words[0];
  EXPECT_EQ(cat.lemma, "кошка");
  EXPECT_EQ(cat.tag, "NOUN");
  EXPECT_EQ(cat.head, 1U);
  EXPECT_EQ(cat.base(), "nsubj");
  EXPECT_EQ(cat.feature("Number"), "Sing");
  EXPECT_EQ(cat.feature("Numb"), "");
  EXPECT_EQ(sentences[0].words[1].head, TreeWord::none);
  EXPECT_EQ(sentences[1].text, "Да");
}

TEST(Conllu, WordsThatAreWrittenAsOneShareItsPlace) {
  const std::string text = line("1-2", "don't", "_") + line("1", "do", "0") + line("2", "n't", "1") +
                           line("3-4", "du", "_", "_", "SpaceAfter=No") + line("4.1", "x", "_");
  EXPECT_EQ(error_of([&] { (void)parse_conllu(text, "f"); }).code(), "conllu_number") << "words 3 and 4 are missing";
  const auto sentences = parse_conllu("# text = don't du!\n" + line("1-2", "don't", "_") + line("1", "do", "0") +
                                          line("2", "n't", "1") + line("3-4", "du", "_") + line("3", "de", "4") +
                                          line("4", "le", "1") + line("4.1", "gone", "_") + line("5", "!", "1"),
                                      "f");
  EXPECT_EQ(parts(sentences[0]), (std::vector<std::string>{"do", "n't", "du", "", "!"}));
}

TEST(Conllu, ATextThatDoesNotFitItsWordsIsMadeOfThem) {
  const auto sentences = parse_conllu("# text = something else\n" + line("1", "a", "0") +
                                          line("2", "b", "1", "x", "SpaceAfter=No") + line("3", "c", "1"),
                                      "f");
  EXPECT_EQ(sentences[0].text, "a bc");
  EXPECT_EQ(parts(sentences[0]), (std::vector<std::string>{"a", "b", "c"}));
}

TEST(Conllu, NamesTheLineOfWhatIsWrong) {
  const auto refused = [](const std::string& text, const char* code, const char* item, const char* found) {
    const Error error = error_of([&] { (void)parse_conllu(text, "trees.conllu"); });
    EXPECT_EQ(error.code(), code) << text;
    EXPECT_EQ(error.details().file, "trees.conllu");
    EXPECT_EQ(error.details().item, item) << text;
    EXPECT_EQ(error.details().found, found) << text;
  };
  refused("# text = a\n1\ta\tb\n", "conllu_columns", "2", "3");
  refused(line("1", "a", "0") + line("3", "b", "1"), "conllu_number", "2", "3");
  refused(line("1", "a", "0") + line("2", "b", "7"), "conllu_head", "2", "7");
  refused(line("1", "a", "0") + line("2", "b", "-1"), "conllu_head", "2", "-1");
  refused(line("1", "a", "0") + line("2", "b", "_"), "conllu_head", "2", "_");
  refused(line("1", "a", "0") + line("2", "b", "3") + line("3", "c", "4") + line("4", "d", "2"), "conllu_cycle", "2",
          "b");
  refused(line("1", "a", "1"), "conllu_cycle", "1", "a");
  EXPECT_EQ(error_of([] { (void)parse_conllu("# nothing\n\n\n", "f"); }).code(), "corpus_empty");
}

}  // namespace
}  // namespace regard
