// SPDX-License-Identifier: Apache-2.0
// The glossary: its file, its words in other texts, the card over a word and the list of all of them.
#include "app/panels/common/glossary.h"
#include "app/panels/common/command.h"
#include "app/panels/common/lesson_news.h"
#include "app/panels/common/window_state.h"
#include "app/panels/lesson/glossary_file.h"
#include "tests/app/panels/glfw_keys.h"
#include "tests/app/panels/window_harness.h"

#include <filesystem>
#include <memory>
#include <set>
#include <string>

namespace regard::test {
namespace {

constexpr const char* kGlossary = R"(# The terms

## head {#head}
also: heads

A head looks at words in its own way.

`weights = softmax(scores)`

## key {#key}
also: keys
show: panel=weights key="king"

What a query is compared with.

## KV cache {#kv-cache}
also: KV-cache

Keys of earlier words are kept, so that no head computes them again.
)";

std::string linked(const RichText& text) {
  std::string all;
  for (const RichBlock& block : text.blocks)
    for (const RichRun& run : block.runs)
      all += run.link == kNoLink ? run.text : "[" + run.text + "](" + text.links[run.link].target + ")";
  return all;
}

TEST(GlossaryFile, is_read_term_by_term) {
  const GlossaryFile file = parse_glossary(kGlossary, "glossary.en.md");
  EXPECT_TRUE(file.mistakes.empty());
  ASSERT_EQ(file.terms.size(), 3U);
  EXPECT_EQ(file.terms[0].id, "head");
  EXPECT_EQ(file.terms[0].forms, std::vector<std::string>{"heads"});
  EXPECT_EQ(file.terms[0].text.blocks.size(), 2U);
  EXPECT_EQ(file.terms[1].show, "panel=weights key=\"king\"");
}

TEST(GlossaryFile, a_heading_without_a_name_and_a_second_one_of_that_name_are_told_by_line) {
  const GlossaryFile file = parse_glossary("## head\n\nx\n\n## key {#key}\n\ny\n\n## again {#key}\n", "g.md");
  ASSERT_EQ(file.mistakes.size(), 2U);
  EXPECT_EQ(file.mistakes[0].line, 1U);
  EXPECT_EQ(file.mistakes[1].line, 9U);
  EXPECT_EQ(file.terms.size(), 1U) << "the rest works";
}

TEST(GlossaryWords, are_found_in_any_case_and_form_the_longest_first_and_told_once) {
  const Glossary glossary = make_glossary(parse_glossary(kGlossary, "g.md").terms);
  RichText text;
  text.blocks.push_back({.runs = {{.text = "Two heads; the KV cache holds keys. A head, an ahead, a keyboard."}}});
  link_terms(text, glossary);
  EXPECT_EQ(linked(text),
            "Two [heads](term:head); the [KV cache](term:kv-cache) holds [keys](term:key). A [head](term:head), "
            "an ahead, a keyboard.");
  EXPECT_EQ(text.links[0].kind, RichLink::Kind::term);
  EXPECT_EQ(text.links[3].kind, RichLink::Kind::quiet) << "the second time";
}

TEST(GlossaryWords, code_and_links_of_others_stay_as_they_are) {
  const Glossary glossary = make_glossary(parse_glossary(kGlossary, "g.md").terms);
  RichText text;
  text.links.push_back({RichLink::Kind::go, "show:next"});
  text.blocks.push_back({.runs = {{.text = "head", .code = true}, {.text = " "}, {.text = "key", .link = 0}}});
  link_terms(text, glossary);
  EXPECT_EQ(text.links.size(), 1U);
}

TEST(ShippedGlossary, has_every_term_that_a_label_of_the_window_names_and_both_languages_have_the_same) {
  const std::filesystem::path folder = std::filesystem::path(REGARD_ASSETS_DIR) / "lessons";
  std::vector<std::set<std::string>> ids;
  for (const char* name : {"glossary.ru.md", "glossary.en.md"}) {
    ASSERT_TRUE(std::filesystem::exists(folder / name)) << name << " is not there";
    const GlossaryFile file = load_glossary(folder / name);
    EXPECT_TRUE(file.mistakes.empty()) << name << ": " << file.mistakes.front().error.what();
    std::set<std::string>& found = ids.emplace_back();
    for (const GlossaryTerm& term : file.terms)
      found.insert(term.id);
  }
  EXPECT_EQ(ids[0], ids[1]);
  for (const LabelTerm& label : label_terms())
    EXPECT_TRUE(ids[0].contains(label.term)) << label.key << " names " << label.term;
}

class GlossaryCards : public WindowHarness {
protected:
  void SetUp() override {
    WindowHarness::SetUp();
    map_glfw_keys();
    news.glossary = std::make_shared<const Glossary>(make_glossary(parse_glossary(kGlossary, "g.md").terms));
    world.lessons = &news;
    set_term_labels(labels_of(*news.glossary));
    window_frames(2);
  }
  void TearDown() override {
    set_term_labels({});
    WindowHarness::TearDown();
  }
  LessonNews news{};
};

TEST_F(GlossaryCards, come_when_the_mouse_rests_on_a_label_that_names_a_term_and_go_with_it) {
  ImGui::GetIO().MousePos = middle("term.head");
  window_frames(3);
  EXPECT_FALSE(has("card")) << "the mouse has to rest";
  window_frames(60);
  EXPECT_TRUE(has("card"));
  ImGui::GetIO().MousePos = {1500.0F, 860.0F};
  window_frames(3);
  EXPECT_FALSE(has("card"));
}

TEST_F(GlossaryCards, do_not_come_over_what_a_click_on_the_label_has_shown) {
  click_item("term.head");
  window_frames(80);
  EXPECT_FALSE(has("card"));
}

TEST_F(GlossaryCards, go_and_stay_away_while_keys_move_what_is_under_a_mouse_that_rests) {
  ImGui::GetIO().MousePos = middle("term.head");
  window_frames(60);
  ASSERT_TRUE(has("card"));
  hold(GLFW_KEY_PAGE_DOWN);
  window_frames(80);
  EXPECT_FALSE(has("card"));
  ImGui::GetIO().MousePos = {1500.0F, 860.0F};
  window_frames(3);
  ImGui::GetIO().MousePos = middle("term.head");
  window_frames(60);
  EXPECT_TRUE(has("card")) << "it points again";
}

TEST_F(GlossaryCards, stay_while_the_mouse_goes_to_them_and_lead_to_all_terms) {
  ImGui::GetIO().MousePos = middle("term.head");
  window_frames(60);
  ASSERT_TRUE(has("card.all"));
  click_item("card.all");
  window_frames(2);
  EXPECT_EQ(state.of<WindowState>().overlay, Overlay::glossary);
  EXPECT_TRUE(has("glossary.term.kv-cache"));
}

TEST_F(GlossaryCards, all_terms_are_found_by_keys_and_enter_shows_one) {
  hold(GLFW_KEY_F1, false, true);
  window_frames(2);
  ASSERT_EQ(state.of<WindowState>().overlay, Overlay::glossary);
  ImGui::GetIO().AddInputCharactersUTF8("keys");
  window_frames(2);
  EXPECT_TRUE(has("glossary.term.key"));
  EXPECT_FALSE(has("glossary.term.head"));
  hold(GLFW_KEY_DOWN);
  hold(GLFW_KEY_UP);
  hold(GLFW_KEY_ENTER);
  const auto* show = command<ShowState>();
  ASSERT_NE(show, nullptr);
  ASSERT_EQ(show->state.size(), 2U);
  EXPECT_EQ(show->state[1].values, std::vector<std::string>{"king"});
  EXPECT_EQ(state.of<WindowState>().overlay, Overlay::none);
}

}  // namespace
}  // namespace regard::test
