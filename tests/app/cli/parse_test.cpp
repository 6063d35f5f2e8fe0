// SPDX-License-Identifier: Apache-2.0
// What the command line understands and what it refuses.
#include "app/cli/columns.h"
#include "app/cli/drift_command.h"
#include "app/panels/registry.h"
#include "app/style/locale.h"
#include "core/text/unicode.h"
#include "tests/app/cli/command_line.h"

#include <regex>

namespace regard {
namespace {

using regard::testing::expect_refusal;
using regard::testing::Said;
using regard::testing::say;

WindowOptions window(const std::vector<std::string>& arguments) {
  std::ostringstream out;
  std::ostringstream err;
  const cli::Outcome outcome = cli::parse(arguments, out, err);
  EXPECT_TRUE(std::holds_alternative<WindowOptions>(outcome)) << err.str();
  EXPECT_EQ(out.str() + err.str(), "");
  return std::holds_alternative<WindowOptions>(outcome) ? std::get<WindowOptions>(outcome) : WindowOptions{};
}

TEST(CommandLine, nothing_opens_the_window_with_nothing_chosen) {
  const WindowOptions options = window({});
  EXPECT_FALSE(options.model || options.text || options.layer || options.head || options.lang || options.theme ||
               options.window);
  EXPECT_TRUE(options.session.empty() && options.frame_file.empty() && options.probe_file.empty());
}

TEST(CommandLine, adapters_arrive_with_their_strengths) {
  const WindowOptions options = window({"--adapter", "/a", "--adapter=/b=0.5", "--adapter", "/c=d=-1", "--text", "x"});
  ASSERT_EQ(options.adapters.size(), 3U);
  EXPECT_EQ(options.adapters[0].path, "/a");
  EXPECT_EQ(options.adapters[0].strength, 1.0F);
  EXPECT_EQ(options.adapters[1].path, "/b");
  EXPECT_EQ(options.adapters[1].strength, 0.5F);
  EXPECT_EQ(options.adapters[2].path, "/c=d");
  EXPECT_EQ(options.adapters[2].strength, -1.0F);
  EXPECT_EQ(options.text, "x");
}

TEST(CommandLine, strengths_that_are_none_are_refused) {
  expect_refusal(say({"--adapter", "/a=2.5"}), 2, "from -1 to 2");
  expect_refusal(say({"--adapter", "/a=much"}), 2, "much");
  expect_refusal(say({"--adapter", "=1"}), 2, "names no adapter");
  expect_refusal(say({"drift", "--text", "x"}), 2, "--adapter");
  for (const char* alphas : {"0:1", "0:1:0", "1:0:0.1", "0:1:0.0001", "a,b", "0,,1", ""})
    expect_refusal(say({"drift", "--adapter", "/a", "--text", "x", "--alpha", alphas}), 2, "no list of strengths");
}

TEST(CommandLine, strengths_are_a_range_or_a_list) {
  EXPECT_EQ(cli::parse_alphas("0:1:0.25"), (std::vector<float>{0.0F, 0.25F, 0.5F, 0.75F, 1.0F}));
  EXPECT_EQ(cli::parse_alphas("0:1:0.1").size(), 11U);
  EXPECT_EQ(cli::parse_alphas("-1:-0.5:0.5"), (std::vector<float>{-1.0F, -0.5F}));
  EXPECT_EQ(cli::parse_alphas("2,0,-1.5"), (std::vector<float>{2.0F, 0.0F, -1.5F}));
}

TEST(CommandLine, every_window_option_arrives) {
  const WindowOptions options = window(
      {"--model",      "council", "--text",       "Кошка.", "--layer",        "2",     "--head",          "0",
       "--session",    "s.json",  "--lang",       "en",     "--theme",        "light", "--window",        "1280x800",
       "--frame-file", "f",       "--probe-file", "p",      "--session-dump", "d",     "--gl-error-file", "g"});
  EXPECT_EQ(options.model, "council");
  EXPECT_EQ(options.text, "Кошка.");
  EXPECT_EQ(options.layer, 2U);
  EXPECT_EQ(options.head, 0U);
  EXPECT_EQ(options.session, "s.json");
  EXPECT_EQ(options.lang, Language::en);
  EXPECT_EQ(options.theme, ThemeChoice::light);
  ASSERT_TRUE(options.window);
  EXPECT_EQ(options.window->width, 1280);
  EXPECT_EQ(options.window->height, 800);
  EXPECT_EQ(options.frame_file, "f");
  EXPECT_EQ(options.probe_file, "p");
  EXPECT_EQ(options.session_dump, "d");
  EXPECT_EQ(options.gl_error_file, "g");
}

TEST(CommandLine, the_language_may_stand_before_and_behind_a_command) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--lang", "ru", "models"}, {"models", "--language", "ru"}, {"models", "--lang=ru"}}) {
    const Said said = say(arguments);
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_TRUE(said.out.starts_with("имя")) << said.out;
    EXPECT_EQ(language(), Language::ru);
  }
  EXPECT_TRUE(say({"models"}).out.starts_with("name"));
  EXPECT_EQ(window({"--language", "ru"}).lang, Language::ru);
  expect_refusal(say({"models", "--lang", "ru", "--lang", "en"}), 2, "--lang may be given only once");
}

TEST(CommandLine, what_only_looks_like_the_option_of_the_language_is_a_text) {
  const Said said = say({"tokens", "--json", "--text", "--lang=ru"});
  EXPECT_EQ(said.code, 0) << said.err;
  EXPECT_EQ(language(), Language::en);
}

TEST(Columns, lines_break_at_spaces_and_count_characters) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(count_characters("вес = 1"), 7U);
  EXPECT_EQ(cli::wrapped("голова и слой", 8), (Lines{"голова и", "слой"}));
  EXPECT_EQ(cli::wrapped("голова и слой", 7), (Lines{"голова", "и слой"}));
  EXPECT_EQ(cli::wrapped("предсказание я\nвсё", 5), (Lines{"предсказание", "я", "всё"}));
  EXPECT_EQ(cli::wrapped("", 5), Lines{""});
}

TEST(CommandLine, an_empty_text_is_a_text) {
  const WindowOptions options = window({"--text", ""});
  ASSERT_TRUE(options.text);
  EXPECT_EQ(*options.text, "");
}

TEST(CommandLine, help_and_version_go_to_standard_output) {
  const Said help = say({"--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_EQ(help.err, "");
  for (const char* word : {"trace", "tokens", "generate", "models", "--window", "counted from 0"})
    EXPECT_NE(help.out.find(word), std::string::npos) << word;
  std::string names;
  for (const Workspace& workspace : workspaces())
    names += (names.empty() ? "" : "|") + std::string(workspace.id);
  EXPECT_NE(help.out.find("--workspace " + names), std::string::npos) << "every workspace of the registry: " << names;
  const Said trace = say({"trace", "--help"});
  EXPECT_EQ(trace.code, 0);
  for (const char* word : {"--text-file", "--npz", "--json", "--csv", "--mask", "counted from 0"})
    EXPECT_NE(trace.out.find(word), std::string::npos) << word;
  const Said version = say({"--version"});
  EXPECT_EQ(version.code, 0);
  EXPECT_TRUE(std::regex_match(version.out, std::regex("regard \\d+\\.\\d+\\.\\d+\n"))) << version.out;
}

TEST(CommandLine, bad_usage_ends_with_code_2) {
  const std::vector<std::vector<std::string>> wrong = {
      {"--nonsense"},
      {"sing"},
      {"--lang", "de"},
      {"--theme", "pink"},
      {"--window", "1600"},
      {"--window", "0x0"},
      {"--window", "1600x900x2"},
      {"--window", "99999999999x900"},
      {"--layer", "-1"},
      {"--head", "one"},
      {"--text"},
      {"trace"},
      {"trace", "--text", "a"},
      {"trace", "--json"},
      {"trace", "--text", "a", "--text-file", "f", "--json"},
      {"trace", "--text", "a", "--json", "--csv"},
      {"trace", "--text", "a", "--json", "--npz", "f"},
      {"trace", "--text", "a", "--json", "--layer", "-1"},
      {"trace", "--text", "a", "--json", "--layer", "99999999999999999999"},
      {"trace", "--text", "a", "--json", "--temperature", "0"},
      {"trace", "--text", "a", "--json", "--temperature", "nan"},
      {"trace", "--text", "a", "--json", "--mask", "sideways"},
      {"trace", "--text", "a", "--json", "more"},
      {"tokens"},
      {"generate", "--text", "a", "--temperature", "-1"},
      {"export", "--out", "a.csv", "--view", "arcs", "--cells", "value"},
      {"export", "--out", "a.csv", "--step", "2"},
      {"models", "trace"},
      {"--model", "council", "models"},
  };
  for (const std::vector<std::string>& arguments : wrong) {
    std::string line;
    for (const std::string& argument : arguments)
      line += " " + argument;
    SCOPED_TRACE(line);
    expect_refusal(say(arguments), 2, "regard --help");
  }
}

}  // namespace
}  // namespace regard
