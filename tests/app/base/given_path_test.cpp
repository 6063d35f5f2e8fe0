// SPDX-License-Identifier: Apache-2.0
#include "app/base/given_path.h"

#include <gtest/gtest.h>

#include <unistd.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace regard {
namespace {

namespace fs = std::filesystem;

TEST(GivenPath, QuotesSpacesAndLineBreaksAroundAPathAreNoPartOfIt) {
  for (const std::string text :
       {"/a b/c.json", "  /a b/c.json\t", "/a b/c.json\n", "\r\n/a b/c.json\r\n", "'/a b/c.json'", "\"/a b/c.json\"",
        " '/a b/c.json' \n", "“/a b/c.json”", "«/a b/c.json»"})
    EXPECT_EQ(path_as_meant(text), "/a b/c.json") << text;
  EXPECT_EQ(path_as_meant("'it'\\''s'"), "it's");
  for (const std::string text : {"", "'", "\"", "''", "a'b", "'a", "org/name", "council", "C:\\x"})
    EXPECT_EQ(path_as_meant(text), text);
  EXPECT_EQ(path_as_meant(" \n "), "");
  EXPECT_EQ(path_as_meant("/a\\ b/\\(c\\)\\ d\\'s.json "), "/a b/(c) d's.json") << "as a terminal writes it";
  EXPECT_EQ(path_as_meant("'a\\ b'"), "a\\ b");
}

TEST(GivenPath, AnAddressOfAFileIsItsPath) {
  EXPECT_EQ(path_as_meant("file:///home/a/%D0%BA%D0%BE%D1%82%20x.json"), "/home/a/кот x.json");
  EXPECT_EQ(path_as_meant("file://localhost/x"), "/x");
  EXPECT_EQ(path_as_meant("file:/x"), "/x");
  EXPECT_EQ(path_as_meant("\"file:///x\"\n"), "/x");
  EXPECT_EQ(path_as_meant("file:///a\r\nfile:///b\r\n"), "/a") << "the first of several";
  EXPECT_EQ(path_as_meant("file:///a  file:///b "), "/a") << "as a field of one line has it";
  EXPECT_EQ(path_as_meant("file:///a%"), "/a%");
  EXPECT_EQ(path_as_meant("file:///a%2"), "/a%2");
  EXPECT_EQ(path_as_meant("file:///a%zz%00b"), "/a%zz%00b");
  EXPECT_EQ(path_as_meant("file://elsewhere/x"), "file://elsewhere/x") << "another machine's";
  EXPECT_EQ(path_as_meant("https://x/y"), "https://x/y");
}

TEST(GivenPath, WhatIsThereAsItWasWrittenStaysAsItIs) {
  const fs::path folder = fs::temp_directory_path() / ("regard-given-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  for (const char* name : {"'quoted'", " spaced ", "a b", "c\\ d"})
    std::ofstream(folder / name) << "x";
  for (const char* name : {"'quoted'", " spaced ", "a b", "c\\ d"})
    EXPECT_EQ(given_path(folder / name), folder / name);
  EXPECT_EQ(given_path("'" + (folder / "a b").string() + "'\n"), folder / "a b");
  EXPECT_EQ(given_path((folder / "a\\ b").string()), folder / "a b");
  fs::remove_all(folder);
}

TEST(GivenPath, ATildeIsTheHomeInsideQuotesToo) {
  ASSERT_NE(std::getenv("HOME"), nullptr);
  EXPECT_EQ(given_path("'~/tiny' "), fs::path(std::getenv("HOME")) / "tiny");
  EXPECT_EQ(given_path("~"), fs::path(std::getenv("HOME")) / "");
}

}  // namespace
}  // namespace regard
