// SPDX-License-Identifier: Apache-2.0
// Every step of a tokenizer, held to the ids of the library `tokenizers` (library/steps.json, written by
// tests/reference/tokenizer_steps.js).
#include "core/base/error.h"
#include "core/format/gguf.h"
#include "core/text/tokenizer.h"
#include "tests/core/format/gguf_writer.h"
#include "tests/core/text/ids.h"
#include "tests/core/text/vocabulary_files.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <span>
#include <string>
#include <vector>

namespace regard {
namespace {

using nlohmann::json;
using testing::Ids;

/// REGARD_LIBRARY_STEPS may name a larger file of the same kind.
const json& cases() {
  static const json kCases = [] {
    const char* other = std::getenv("REGARD_LIBRARY_STEPS");
    const std::filesystem::path own = std::filesystem::path(REGARD_TESTS_DIR) / "core/text/library/steps.json";
    return json::parse(test::read_whole(other != nullptr ? std::filesystem::path(other) : own)).at("cases");
  }();
  return kCases;
}

Ids checked_ids_of(const Tokenizer& tokenizer, const std::string& text) {
  Ids ids;
  const Encoding encoding = tokenizer.encode(text, {.add_special = false});
  for (const Token& token : encoding.tokens) {
    EXPECT_LE(token.begin, token.end) << text;
    EXPECT_LE(token.end, encoding.text.size()) << text;
    ids.push_back(token.id);
  }
  return ids;
}

/// Compares every text of a case and says how many of them differ.
void compare(const json& each, const Tokenizer& tokenizer) {
  const json& texts = each.at("texts");
  const json& ids = each.at("ids");
  std::size_t wrong = 0;
  for (std::size_t index = 0; index < texts.size(); ++index) {
    const std::string text = texts[index];
    const Ids found = checked_ids_of(tokenizer, text);
    if (found == ids[index].get<Ids>()) continue;
    if (++wrong <= 3)
      ADD_FAILURE() << each.at("name") << ", text " << json(text).dump(-1, ' ', true) << "\n   library "
                    << ids[index].dump() << "\n   here    " << json(found).dump();
  }
  EXPECT_EQ(wrong, 0U) << each.at("name") << ": of " << texts.size();
}

TEST(LibrarySteps, give_the_ids_of_the_library) {
  std::size_t texts = 0;
  for (const json& each : cases()) {
    const std::string name = each.at("name");
    SCOPED_TRACE(name);
    texts += each.at("texts").size();
    try {
      compare(each, *parse_tokenizer_json(each.at("tokenizer").dump(), name));
    } catch (const Error& error) {
      ADD_FAILURE() << error.what();
    }
  }
  EXPECT_GT(cases().size(), 100U);
  std::cout << cases().size() << " tokenizers, " << texts << " texts\n";
}

/// A byte-level vocabulary as a GGUF file holds it.
std::unique_ptr<const Tokenizer> as_gguf(const json& each) {
  const json& model = each.at("tokenizer").at("model");
  std::vector<std::string> pieces(model.at("vocab").size());
  for (const auto& [piece, id] : model.at("vocab").items())
    pieces.at(id.get<std::size_t>()) = piece;
  testing::GgufWriter file;
  file.text("tokenizer.ggml.model", "gpt2");
  file.text("tokenizer.ggml.pre", each.at("pre").get<std::string>());
  file.texts("tokenizer.ggml.tokens", pieces);
  file.texts("tokenizer.ggml.merges", model.at("merges").get<std::vector<std::string>>());
  const std::string bytes = file.file();
  return parse_tokenizer_gguf(parse_gguf(std::as_bytes(std::span(bytes.data(), bytes.size())), "m.gguf"));
}

TEST(LibrarySteps, give_the_ids_of_the_library_from_a_gguf_file_that_names_the_cut) {
  std::size_t compared = 0;
  for (const json& each : cases()) {
    if (!each.contains("pre")) continue;
    SCOPED_TRACE(each.at("name").get<std::string>());
    compare(each, *as_gguf(each));
    ++compared;
  }
  EXPECT_GE(compared, 5U);
}

}  // namespace
}  // namespace regard
