// SPDX-License-Identifier: Apache-2.0
// Which picture is read where a session names one by its plain name, by a path, or none.
#include "app/jobs/picture_source.h"
#include "app/jobs/run_request.h"
#include "app/session/session.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

TEST(PictureNames, a_plain_name_is_one_of_our_own_a_path_is_a_path_and_none_stays_none) {
  const std::filesystem::path assets = "/program/assets";
  Session session;
  session.image = "digit-2.png";
  EXPECT_EQ(run_request(session, assets).image, "/program/assets/examples/digit-2.png");
  session.image = "/home/me/digit-2.png";
  EXPECT_EQ(run_request(session, assets).image, "/home/me/digit-2.png");
  session.image.clear();
  EXPECT_EQ(run_request(session, assets).image, "");
}

TEST(PictureNames, pins_name_theirs_in_the_same_way) {
  Session session;
  session.pins = {{"A", {.image = "digit-7.png"}, {}}};
  session.baseline = "A";
  EXPECT_EQ(run_request(session, "/program/assets").pins.front().reading.image, "/program/assets/examples/digit-7.png");
}

TEST(PictureNames, a_model_s_own_example_comes_before_the_program_s) {
  const testing::TemporaryFolder folder;
  EXPECT_EQ(example_picture(folder / "", "/assets").string(), "/assets/examples/picture.png");
  testing::write(folder / "example.png", "a picture");
  EXPECT_EQ(example_picture(folder / "", "/assets").string(), (folder / "example.png").string());
}

}  // namespace
}  // namespace regard
