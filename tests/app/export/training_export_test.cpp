// SPDX-License-Identifier: Apache-2.0
// Curves and film of the run that ships, as files.
#include "app/export/training_export.h"
#include "core/base/progress.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace regard {
namespace {

namespace fs = std::filesystem;

TrainingFiles files_in(const fs::path& folder) {
  return {.run = read_run({fs::path(REGARD_ASSETS_DIR) / "runs" / "induction"}),
          .folder = folder,
          .words = {.name = "the run",
                    .recipe = "its recipe",
                    .loss = "Loss",
                    .predictable = "predictable",
                    .unpredictable = "unpredictable",
                    .accuracy = "Accuracy",
                    .axis = "step",
                    .maps = "weight",
                    .step = "Step {step}",
                    .measures = {"previous", "induction", "contrast", "entropy"}}};
}

TEST(TrainingExport, WritesCurvesAndAFrameForEachKeptStep) {
  const testing::TemporaryFolder folder;
  const TrainingFiles files = files_in(folder / "out");
  float last = 0.0F;
  const TrainingWritten written = write_training_files(files, {}, [&](float part) { last = part; });
  EXPECT_EQ(written.files, files.run->checkpoints.size() + 3);
  EXPECT_EQ(last, 1.0F);
  const std::string csv = testing::read(files.folder / "curves.csv");
  EXPECT_EQ(static_cast<std::size_t>(std::count(csv.begin(), csv.end(), '\n')), files.run->points.size() + 1);
  const std::string svg = testing::read(files.folder / "curves.svg");
  for (const char* said : {"the run", "its recipe", "unpredictable", "induction", "L1H"})
    EXPECT_NE(svg.find(said), std::string::npos) << said;
  for (const char* file : {"curves.png", "film/0001.png", "film/0017.png"})
    EXPECT_TRUE(testing::read(files.folder / file).starts_with("\x89PNG")) << file;
  EXPECT_NE(testing::read(files.folder / "film/0001.png"), testing::read(files.folder / "film/0017.png"));
}

TEST(TrainingExport, IsStoppedAndSaysWhereItCannotWrite) {
  const testing::TemporaryFolder folder;
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW((void)write_training_files(files_in(folder / "out"), stop.get_token()), Cancelled);
  testing::write(folder / "file", "");
  EXPECT_EQ(testing::error_of([&] { (void)write_training_files(files_in(folder / "file")); }).code(),
            "file_unwritable");
}

}  // namespace
}  // namespace regard
