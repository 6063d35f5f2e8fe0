// SPDX-License-Identifier: Apache-2.0
// What stands beside a vocabulary, from a stranger: tokenizer_config.json, config.json, added_tokens.json, vocab.json or
// vocab.txt, and merges.txt, each ended by a zero byte; an empty one is not there. The first byte chooses the kind of folder.
#include "core/base/error.h"
#include "core/text/tokenizer.h"
#include "tests/core/format/sentencepiece_writer.h"
#include "tests/fuzz/tokenizer_promises.h"

#include <unistd.h>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace {

namespace fs = std::filesystem;

/// Which sound SentencePiece files a kind of folder has, and how its vocabulary is called.
struct Kind {
  std::array<const char*, 2> models{};
  const char* vocabulary = "vocab.json";
  std::uint64_t model_type = 1;  // 1 Unigram, 2 BPE
};
constexpr std::array<Kind, 8> kKinds{{{{"spiece.model", nullptr}},
                                      {{"sentencepiece.bpe.model", nullptr}},
                                      {{"tokenizer.model", nullptr}, "vocab.json", 2},
                                      {{"source.spm", "target.spm"}},
                                      {{"sentencepiece.model", nullptr}},
                                      {{}, "vocab.txt"},
                                      {{}},
                                      {{"tokenizer.model", nullptr}}}};

void write(const fs::path& file, std::string_view bytes) {
  std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// The folders of all kinds with their SentencePiece files; removed at the end.
class Folders {
public:
  Folders() {
    for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
      fs::create_directories(of(kind));
      auto pieces = regard::testing::tiny_pieces();
      pieces.piece("мур", -6, 4).piece("<0x41>", 0, 6).model_type(kKinds[kind].model_type);
      for (const char* name : kKinds[kind].models)
        if (name != nullptr) write(of(kind) / name, pieces.file());
    }
  }
  ~Folders() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  Folders(const Folders&) = delete;
  Folders& operator=(const Folders&) = delete;
  [[nodiscard]] fs::path of(std::size_t kind) const { return root_ / std::to_string(kind); }

private:
  fs::path root_ = fs::temp_directory_path() / ("regard-fuzz-" + std::to_string(::getpid()));
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Folders folders;
  if (size == 0) return 0;
  const std::size_t kind = data[0] % kKinds.size();
  const std::string_view all(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::string_view rest = all;
  for (const char* name :
       {"tokenizer_config.json", "config.json", "added_tokens.json", kKinds[kind].vocabulary, "merges.txt"}) {
    const std::string_view text = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(text.size() + 1, rest.size()));
    std::error_code ignored;
    fs::remove(folders.of(kind) / name, ignored);
    if (!text.empty()) write(folders.of(kind) / name, text);
  }
  for (const auto load : {regard::load_tokenizer, regard::load_target_tokenizer}) {
    try {
      const auto tokenizer = load(folders.of(kind));
      if (tokenizer == nullptr) continue;
      if (tokenizer->vocabulary_size() > 8 * size + 200'000)
        std::abort();  // a small file must not ask for a huge table
      check_promises(*tokenizer, all);
    } catch (const regard::Error&) {}
  }
  return 0;
}
