// SPDX-License-Identifier: Apache-2.0
// Models opened before they are asked for: what is handed over, what is let go of, what is read again.
#include "app/jobs/read_ahead.h"
#include "core/base/error.h"
#include "tests/app/jobs/eventually.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <string>
#include <vector>

namespace regard {
namespace {

namespace fs = std::filesystem;

class ReadsAhead : public ::testing::Test {
protected:
  void SetUp() override {
    for (const char* step : {"step1", "step2", "step3"})
      testing::tiny_llama().write_to(folder / step);
  }
  [[nodiscard]] std::shared_ptr<const Model> load(const std::string& step) {
    return ahead.load(folder / step, {}, {}, nullptr);
  }
  void wait_until_read() {
    EXPECT_TRUE(testing::eventually([&] { return !ahead.busy(); }));
  }
  [[nodiscard]] std::size_t times_opened(const std::string& step) {
    const std::lock_guard lock(mutex);
    return static_cast<std::size_t>(std::count(opened.begin(), opened.end(), folder / step));
  }

  testing::TemporaryFolder folder{};
  std::mutex mutex{};
  std::vector<fs::path> opened{};
  ReadAhead ahead{[this](const fs::path& path, std::span<const AdapterUse> adapters, const std::stop_token& stop,
                         Progress* progress) {
    {
      const std::lock_guard lock(mutex);
      opened.push_back(path);
    }
    return load_model(path, adapters, stop, progress);
  }};
};

TEST_F(ReadsAhead, what_is_wanted_is_there_when_it_is_asked_for) {
  ahead.want(folder / "step2", {folder / "step3", folder / "step1"});
  const auto shown = load("step2");
  wait_until_read();
  EXPECT_EQ(ahead.held(), 3U);
  EXPECT_NE(load("step3"), nullptr);
  EXPECT_EQ(load("step2"), shown) << "kept, so that going back costs nothing";
  EXPECT_EQ(times_opened("step3"), 1U);
  EXPECT_EQ(times_opened("step2"), 1U);
}

TEST_F(ReadsAhead, what_is_far_is_let_go_of) {
  ahead.want(folder / "step1", {folder / "step2"});
  std::weak_ptr<const Model> first = load("step1");
  wait_until_read();
  ahead.want(folder / "step3", {folder / "step2"});
  EXPECT_TRUE(first.expired());
  wait_until_read();
  EXPECT_EQ(ahead.held(), 1U) << "step3 has not been loaded yet";
  EXPECT_EQ(times_opened("step2"), 1U);
  ahead.want({}, {});
  EXPECT_EQ(ahead.held(), 0U);
}

TEST_F(ReadsAhead, a_file_that_was_written_anew_is_read_again) {
  ahead.want(folder / "step1", {folder / "step2"});
  wait_until_read();
  const auto before = load("step2");
  std::string bytes = testing::read(folder / "step2/model.safetensors");
  testing::write(folder / "step2/model.safetensors", bytes);
  fs::last_write_time(folder / "step2/model.safetensors",
                      fs::last_write_time(folder / "step2/model.safetensors") + std::chrono::seconds(5));
  EXPECT_NE(load("step2"), before);
}

TEST_F(ReadsAhead, what_cannot_be_opened_is_told_to_who_loads_it) {
  fs::remove(folder / "step2/config.json");
  ahead.want(folder / "step1", {folder / "step2", folder / "step3"});
  wait_until_read();
  EXPECT_EQ(ahead.held(), 1U);
  EXPECT_EQ(testing::error_of([&] { (void)load("step2"); }).code(), "not_a_model");
  EXPECT_EQ(times_opened("step2"), 2U);
}

TEST_F(ReadsAhead, whoever_waits_for_it_can_be_stopped) {
  std::atomic<bool> goes_on{false};
  ReadAhead slow{[&](const fs::path& path, std::span<const AdapterUse>, const std::stop_token& stop, Progress*) {
    while (!goes_on)
      throw_if_stopped(stop);
    return load_model(path);
  }};
  slow.want({}, {folder / "step1"});
  EXPECT_TRUE(testing::eventually([&] { return slow.busy(); }));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW((void)slow.load(folder / "step1", {}, stop.get_token(), nullptr), Cancelled);
}

TEST_F(ReadsAhead, ends_while_it_reads) {
  ReadAhead slow{[&](const fs::path&, std::span<const AdapterUse>, const std::stop_token& stop,
                     Progress*) -> std::shared_ptr<const Model> {
    while (true)
      throw_if_stopped(stop);
  }};
  slow.want({}, {folder / "step1"});
}

}  // namespace
}  // namespace regard
