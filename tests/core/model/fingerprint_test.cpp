// SPDX-License-Identifier: Apache-2.0
#include "core/model/fingerprint.h"

#include "core/base/error.h"
#include "tests/core/base/temporary_folder.h"

#include <gtest/gtest.h>

#include <chrono>

namespace regard {
namespace {

namespace fs = std::filesystem;

using testing::write;

/// 20 MiB that differ from place to place.
std::string large() {
  std::string bytes(std::size_t{20} << 20, '\0');
  for (std::size_t at = 0; at < bytes.size(); ++at)
    bytes[at] = static_cast<char>(at * 2654435761U >> 13U);
  return bytes;
}

std::string of(const fs::path& model) {
  return fingerprint(fingerprint_files(model));
}

class Fingerprint : public ::testing::Test {
protected:
  void SetUp() override {
    write(model() / "config.json", "{}");
    write(model() / "tokenizer.json", "{\"a\": 1}");
    write(model() / "model.safetensors", "weights");
  }
  [[nodiscard]] fs::path model() const { return folder_.path() / "model"; }
  testing::TemporaryFolder folder_{};
};

TEST_F(Fingerprint, IsTheSameForTheSameFilesInAnotherPlaceWithOtherTimes) {
  fs::copy(model(), folder_.path() / "elsewhere");
  fs::last_write_time(model() / "config.json", fs::file_time_type::clock::now() - std::chrono::hours(50));
  EXPECT_EQ(of(model()), of(folder_.path() / "elsewhere"));
  EXPECT_EQ(of(model()).size(), 64U);
}

TEST_F(Fingerprint, ChangesWithEveryFileThatDecidesNumbersAndWithNoOther) {
  const std::string before = of(model());
  write(model() / "README.md", "words");
  write(model() / "pytorch_model.bin", "the same weights in another form");
  EXPECT_EQ(of(model()), before);
  for (const char* name : {"config.json", "tokenizer.json", "model.safetensors"}) {
    write(model() / name, "wEights");
    EXPECT_NE(of(model()), before) << name;
    SetUp();
    EXPECT_EQ(of(model()), before) << name;
  }
  write(model() / "vocab.txt", "");
  EXPECT_NE(of(model()), before) << "a tokenizer's file came along";
}

TEST_F(Fingerprint, ReadsPartsOfLargeFilesAllOverThem) {
  std::string bytes = large();
  write(model() / "model.safetensors", bytes);
  const std::string before = of(model());
  for (const std::size_t at : {std::size_t{0}, bytes.size() - 1}) {
    bytes[at] = static_cast<char>(bytes[at] + 1);
    write(model() / "model.safetensors", bytes);
    EXPECT_NE(of(model()), before) << at;
    bytes[at] = static_cast<char>(bytes[at] - 1);
  }
  std::string middle = bytes;  // a tensor of 64 KiB somewhere
  for (std::size_t at = middle.size() / 3; at < middle.size() / 3 + 65536; ++at)
    middle[at] = static_cast<char>(middle[at] + 1);
  write(model() / "model.safetensors", middle);
  EXPECT_NE(of(model()), before);
  write(model() / "model.safetensors", bytes + "x");
  EXPECT_NE(of(model()), before) << "the size counts";
}

TEST_F(Fingerprint, OfAGgufFileDoesNotCareForItsNameAndCountsAllParts) {
  write(folder_.path() / "a.gguf", "GGUF weights");
  write(folder_.path() / "b.gguf", "GGUF weights");
  EXPECT_EQ(of(folder_.path() / "a.gguf"), of(folder_.path() / "b.gguf"));
  const fs::path first = folder_.path() / "m-00001-of-00002.gguf", second = folder_.path() / "m-00002-of-00002.gguf";
  write(first, "GGUF weights");
  write(second, "more");
  EXPECT_EQ(fingerprint_files(first).weights, (std::vector<fs::path>{first, second}));
  EXPECT_EQ(fingerprint_files(first).bytes, 16U);
  EXPECT_NE(of(first), of(folder_.path() / "a.gguf"));
}

TEST_F(Fingerprint, OfWhatIsNotThereIsAnErrorThatNamesIt) {
  try {
    (void)fingerprint_files(folder_.path() / "nothing");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "file_missing");
    EXPECT_EQ(error.details().file, (folder_.path() / "nothing").string());
  }
}

}  // namespace
}  // namespace regard
