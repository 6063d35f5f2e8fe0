// SPDX-License-Identifier: Apache-2.0
//
// Drives a fuzz target where libFuzzer is not at hand: `fuzz_<name> CORPUS_FOLDER SECONDS`.
// Replays every file of the corpus, then feeds mutations of them for SECONDS. The random sequence is fixed,
// so a failure comes again; the input being tried is kept in `<program>.last-input` when the program dies.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {
using Bytes = std::vector<std::uint8_t>;

Bytes current;
std::string keep_path;

void keep_current_input() {
  if (std::FILE* file = std::fopen(keep_path.c_str(), "wb")) {
    std::fwrite(current.data(), 1, current.size(), file);
    std::fclose(file);
  }
}

void on_abort(int signal_number) {
  keep_current_input();
  std::signal(signal_number, SIG_DFL);
  std::raise(signal_number);
}

void try_input(Bytes input) {
  current = std::move(input);
  LLVMFuzzerTestOneInput(current.data(), current.size());
}

std::vector<Bytes> read_corpus(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (std::filesystem::is_directory(folder))
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<Bytes> corpus;
  for (const auto& path : files) {
    std::ifstream in(path, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return corpus;
}

// Flips, cuts, repeats, splices and writes extreme numbers: what broken files look like.
Bytes mutated(const std::vector<Bytes>& corpus, std::mt19937_64& random) {
  const auto below = [&](std::size_t bound) { return bound == 0 ? 0 : random() % bound; };
  Bytes input = corpus[below(corpus.size())];
  for (std::size_t steps = 1 + below(6); steps > 0; --steps) {
    const auto at = static_cast<std::ptrdiff_t>(below(input.size()));
    switch (below(6)) {
      case 0:
        if (!input.empty()) input[below(input.size())] ^= static_cast<std::uint8_t>(1u << below(8));
        break;
      case 1:
        if (!input.empty()) input[below(input.size())] = static_cast<std::uint8_t>(random());
        break;
      case 2:
        input.resize(below(input.size() + 1));
        break;
      case 3: {
        const Bytes& other = corpus[below(corpus.size())];
        const std::size_t from = below(other.size());
        const std::size_t count = below(std::min<std::size_t>(other.size() - from, 64) + 1);
        const auto first = other.begin() + static_cast<std::ptrdiff_t>(from);
        input.insert(input.begin() + at, first, first + static_cast<std::ptrdiff_t>(count));
        break;
      }
      case 4: {
        static const char* const kPieces[] = {"-1", "18446744073709551615", "1e999", "null", "[", "{", "\"", "\\u0000",
                                              ""};
        const std::string piece = kPieces[below(std::size(kPieces))];
        input.insert(input.begin() + at, piece.begin(), piece.end());
        break;
      }
      default:
        for (std::size_t offset = 0; offset < 8 && static_cast<std::size_t>(at) + offset < input.size(); ++offset)
          input[static_cast<std::size_t>(at) + offset] = 0xff;
    }
  }
  return input;
}
}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s CORPUS_FOLDER SECONDS\n", argv[0]);
    return 2;
  }
  keep_path = std::string(argv[0]) + ".last-input";
  for (const int signal_number : {SIGABRT, SIGSEGV, SIGFPE, SIGBUS, SIGILL})
    std::signal(signal_number, on_abort);

  std::vector<Bytes> corpus = read_corpus(argv[1]);
  const std::size_t kept = corpus.size();
  for (const Bytes& input : corpus)
    try_input(input);
  corpus.emplace_back();
  try_input({});

  std::mt19937_64 random(20240501);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(std::atoi(argv[2]));
  std::size_t tried = 0;
  for (; std::chrono::steady_clock::now() < end; ++tried)
    try_input(mutated(corpus, random));
  std::printf("%zu files of the corpus replayed, %zu mutations tried\n", kept, tried);
  return 0;
}
