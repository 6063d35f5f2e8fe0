// SPDX-License-Identifier: Apache-2.0
#include "tests/app/panels/short_corpora.h"

#include "core/base/text_file.h"
#include "tests/core/base/temporary_folder.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace regard::test {
namespace {

namespace fs = std::filesystem;

constexpr int kSentences = 6;

void link_all(const fs::path& from, const fs::path& to) {
  fs::create_directory(to);
  for (const fs::directory_entry& entry : fs::directory_iterator(from))
    fs::create_symlink(fs::canonical(entry.path()), to / entry.path().filename());
}

/// The first sentences of a CoNLL-U file, an empty line behind each.
std::string beginning_of(const fs::path& file) {
  const std::string bytes = read_file(file, std::size_t{16} << 20U);
  std::size_t end = 0;
  for (int sentence = 0; sentence < kSentences; ++sentence)
    end = bytes.find("\n\n", end) + 2;
  return bytes.substr(0, end);
}

/// A probe with every fourth of its sentences: of all kinds that alternate in it.
std::string some_of_probe(const fs::path& file) {
  std::string kept, line;
  std::ifstream lines(file);
  for (int sentences = 0; std::getline(lines, line);)
    if (line.find("=>") == std::string::npos || sentences++ % 4 == 0) kept += line + "\n";
  return kept;
}

/// A folder of the program's files with short texts, for as long as the tests run.
struct ShortCorpora {
  regard::testing::TemporaryFolder folder{};
  ShortCorpora() {
    const fs::path whole = REGARD_ASSETS_DIR, assets = folder / "assets";
    const fs::path corpora = assets / "corpora", probes = corpora / "probes";
    link_all(whole, assets);
    fs::remove(corpora);
    link_all(whole / "corpora", corpora);
    for (const char* language : {"en.conllu", "ru.conllu"}) {
      fs::remove(corpora / language);
      regard::testing::write(corpora / language, beginning_of(whole / "corpora" / language));
    }
    fs::remove(probes);
    for (const fs::directory_entry& probe : fs::directory_iterator(whole / "corpora" / "probes"))
      regard::testing::write(probes / probe.path().filename(), some_of_probe(probe.path()));
    ::setenv("REGARD_ASSETS", assets.c_str(), 1);
  }
};

}  // namespace

void use_short_corpora() {
  static const ShortCorpora once;
}

}  // namespace regard::test
