// SPDX-License-Identifier: Apache-2.0
// Reports on all heads are kept on disk under the model and the text they are about.
#include "app/jobs/head_reports.h"

#include "core/base/error.h"
#include "tests/core/model/tiny_t5.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace regard {
namespace {

using namespace regard::testing;

std::size_t files_in(const std::filesystem::path& folder) {
  std::error_code error;
  const std::filesystem::directory_iterator files(folder, error);
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

class HeadReports : public ::testing::Test {
protected:
  TemporaryFolder folder{};
  std::filesystem::path kept = folder / "kept";
  std::shared_ptr<const Model> council = load_model(std::filesystem::path(REGARD_ASSETS_DIR) / "models" / "council");
  std::size_t runs = 0;

  std::filesystem::path text(const std::string& sentences) {
    write(folder / "text.txt", sentences);
    return folder / "text.txt";
  }
  HeadReport report(const std::filesystem::path& corpus) {
    return head_report_of(council, corpus, kept, {}, nullptr, [this] { ++runs; });
  }
};

TEST_F(HeadReports, TheSecondTimeTheyAreThereWithoutARun) {
  const std::filesystem::path corpus = text("Кошка сидела на крыше.\nКот спал.\n");
  const HeadReport first = report(corpus);
  EXPECT_EQ(runs, 2U);
  EXPECT_EQ(first.sentences, 2U);
  const HeadReport second = report(corpus);
  EXPECT_EQ(runs, 2U) << "nothing was run";
  EXPECT_EQ(head_report_text(second), head_report_text(first));
  EXPECT_EQ(files_in(kept), 1U);
  (void)report(text("Кошка сидела на крыше.\nКот не спал.\n"));
  EXPECT_EQ(runs, 4U) << "another text under the same name is another corpus";
  EXPECT_EQ(files_in(kept), 2U);
}

TEST_F(HeadReports, ATextUnderAnotherNameIsCalledByThatName) {
  const std::filesystem::path corpus = text("Кот спал.\n");
  EXPECT_EQ(report(corpus).corpus, corpus.filename().string());
  std::filesystem::copy_file(corpus, folder / "renamed.txt");
  EXPECT_EQ(report(folder / "renamed.txt").corpus, "renamed.txt");
  EXPECT_EQ(runs, 1U) << "it was measured already";
}

TEST_F(HeadReports, WhatWasCutOffOnDiskIsMeasuredAgain) {
  const std::filesystem::path corpus = text("Кот спал.\n");
  const HeadReport first = report(corpus);
  const std::filesystem::path file = begin(std::filesystem::directory_iterator(kept))->path();
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  EXPECT_EQ(head_report_text(report(corpus)), head_report_text(first));
  EXPECT_EQ(runs, 2U);
  (void)report(corpus);
  EXPECT_EQ(runs, 2U) << "and kept whole this time";
}

TEST_F(HeadReports, WhereNothingCanBeKeptTheyAreMeasuredAllTheSame) {
  const std::filesystem::path corpus = text("Кот спал.\n");
  write(folder / "kept", "a file in the folder's place");
  EXPECT_EQ(report(corpus).sentences, 1U);
  EXPECT_EQ(report(corpus).sentences, 1U);
  EXPECT_EQ(runs, 2U);
  EXPECT_THROW((void)report(folder / "no such.txt"), Error);
}

}  // namespace
}  // namespace regard
