// SPDX-License-Identifier: Apache-2.0
// Where a model learns beside the window, and where its runs are kept unless somebody says otherwise. The shell puts it there; null
// where nothing is trained (tests).
#pragma once

#include "app/jobs/council_trainer.h"
#include "app/jobs/trainer.h"

#include <filesystem>
#include <memory>

namespace regard {

struct TrainerDesk {
  std::unique_ptr<Trainer> trainer{};
  std::filesystem::path runs{};
  std::unique_ptr<CouncilTrainer> council{};  ///< null where nothing is trained
};

}  // namespace regard
