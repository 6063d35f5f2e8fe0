// SPDX-License-Identifier: Apache-2.0
#include "tests/app/panels/short_corpora.h"

#include "core/base/text_file.h"
#include "tests/core/base/temporary_folder.h"

#include <cstdlib>
#include <filesystem>
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

/// A folder of the program's files with short texts, for as long as the tests run.
struct ShortCorpora {
  regard::testing::TemporaryFolder folder{};
  ShortCorpora() {
    const fs::path assets = REGARD_ASSETS_DIR, short_ones = folder / "assets";
    link_all(assets, short_ones);
    fs::remove(short_ones / "corpora");
    link_all(assets / "corpora", short_ones / "corpora");
    for (const char* language : {"en.conllu", "ru.conllu"}) {
      fs::remove(short_ones / "corpora" / language);
      regard::testing::write(short_ones / "corpora" / language, beginning_of(assets / "corpora" / language));
    }
    ::setenv("REGARD_ASSETS", short_ones.c_str(), 1);
  }
};

}  // namespace

void use_short_corpora() {
  static const ShortCorpora once;
}

}  // namespace regard::test
