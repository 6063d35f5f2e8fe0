// SPDX-License-Identifier: Apache-2.0
// What the shipped vision transformer is said to do: it names the program's own digits and most of a sheet of held-out ones
// (tests/reference/digits_held_out.png: a row of ten for every digit), and its named heads look at ink.
#include "core/base/image.h"
#include "core/base/mapped_file.h"
#include "core/base/text_file.h"
#include "core/engine/engine.h"
#include "core/format/png.h"
#include "core/model/image_input.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <numeric>
#include <regex>
#include <string>
#include <vector>

namespace regard {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDigits = 10;
constexpr std::size_t kPerDigit = 10;  // pictures in a row of the sheet
constexpr int kInk = 38;               // levels of grey: as far from the paper as the card calls ink

std::shared_ptr<const Model> digits() {
  static const std::shared_ptr<const Model> kModel = load_model(fs::path(REGARD_ASSETS_DIR) / "models/digits");
  return kModel;
}

std::shared_ptr<const Trace> look_at(const ImageInput& image) {
  Request request{.patches = std::make_shared<const Matrix>(image.patches)};
  request.ids.resize(digits()->config.context);
  std::iota(request.ids.begin(), request.ids.end(), 0);
  return run(digits(), std::move(request));
}

std::shared_ptr<const Trace> look_at(const fs::path& file) {
  return look_at(read_image(file, digits()->image_steps, *digits()->config.patches));
}

/// The held-out pictures, ten of every digit in the order of digits.
std::vector<RgbImage> held_out() {
  const MappedFile file(fs::path(REGARD_TESTS_DIR) / "reference/digits_held_out.png");
  const RgbImage sheet = parse_png(file.bytes(), "digits_held_out.png");
  const std::size_t side = digits()->config.patches->height;
  EXPECT_EQ(sheet.height, kDigits * side);
  EXPECT_EQ(sheet.width, kPerDigit * side);
  std::vector<RgbImage> pictures;
  for (std::size_t digit = 0; digit < kDigits; ++digit)
    for (std::size_t place = 0; place < kPerDigit; ++place) {
      RgbImage& picture = pictures.emplace_back(side, side);
      for (std::size_t y = 0; y < side; ++y)
        std::copy_n(sheet.pixel(digit * side + y, place * side), 3 * side, picture.pixels.begin() + 3 * side * y);
    }
  return pictures;
}

ImageInput prepared(const RgbImage& picture) {
  return prepare_image(picture, digits()->image_steps, *digits()->config.patches);
}

/// [patches]: is there a pixel whose neighbourhood of 3 × 3 differs from the paper (the median) by kInk?
std::vector<bool> inked(const RgbImage& picture, const PatchConfig& patches) {
  const auto grey = [&](std::size_t y, std::size_t x) { return static_cast<int>(*picture.pixel(y, x)); };
  std::vector<int> all;
  for (std::size_t y = 0; y < picture.height; ++y)
    for (std::size_t x = 0; x < picture.width; ++x)
      all.push_back(grey(y, x));
  std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2), all.end());
  const int paper = all[all.size() / 2];
  std::vector<bool> ink(patches.patches(), false);
  for (std::size_t y = 0; y < picture.height; ++y)
    for (std::size_t x = 0; x < picture.width; ++x) {
      int sum = 0, count = 0;
      for (std::size_t near_y = y - std::min<std::size_t>(y, 1); near_y <= std::min(y + 1, picture.height - 1);
           ++near_y)
        for (std::size_t near_x = x - std::min<std::size_t>(x, 1); near_x <= std::min(x + 1, picture.width - 1);
             ++near_x)
          sum += grey(near_y, near_x), ++count;
      if (std::abs(sum / count - paper) > kInk)
        ink[y / patches.patch_height * patches.cols() + x / patches.patch_width] = true;
    }
  return ink;
}

TEST(Digits, IsAnOrdinaryVitFolderOfLessThanAMegabyte) {
  const Model& model = *digits();
  EXPECT_EQ(model.config.architecture, "ViTForImageClassification");
  ASSERT_TRUE(model.config.patches);
  EXPECT_EQ(model.config.patches->patches(), 49U);
  EXPECT_EQ(model.config.labels, (std::vector<std::string>{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}));
  EXPECT_LE(model.bytes_on_disk, 1'000'000U);
  EXPECT_TRUE(fs::is_regular_file(model.folder / "example.png"));
  for (const HeadRole& role : model.roles)
    EXPECT_FALSE(role.guided) << role.relation;
}

TEST(Digits, NamesEveryDigitThatTheProgramShips) {
  for (std::size_t digit = 0; digit < kDigits; ++digit) {
    const std::string name = "digit-" + std::to_string(digit) + ".png";
    const Prediction best = predict(*look_at(fs::path(REGARD_ASSETS_DIR) / "examples" / name), 0, 1).front();
    EXPECT_EQ(digits()->tokenizer->readable(best.id), std::to_string(digit));
    EXPECT_GT(best.probability, 0.9F) << name;
  }
}

TEST(Digits, NamesAsManyHeldOutOnesAsItsCardSays) {
  const std::string card = read_file(digits()->folder / "README.md", 1U << 20U);
  std::smatch told;
  ASSERT_TRUE(std::regex_search(card, told, std::regex(R"(sheet of 100 held-out pictures[^:]*: (\d+) right)")));
  const std::vector<RgbImage> pictures = held_out();
  int right = 0, next_digit = 0;
  for (std::size_t at = 0; at < pictures.size(); ++at) {
    const auto best = static_cast<std::size_t>(predict(*look_at(prepared(pictures[at])), 0, 1).front().id);
    right += best == at / kPerDigit ? 1 : 0;
    next_digit += best == (at / kPerDigit + 1) % kDigits ? 1 : 0;
  }
  std::cout << right << " of " << pictures.size() << " named rightly\n";
  EXPECT_NEAR(right, std::stoi(told[1]), 1) << "rounding may turn one picture over, not more";
  EXPECT_LT(next_digit, 10) << "the test would pass for any answer";
}

/// Mean share of [CLS]'s weight on patches with ink: of each picture's own, and of the ink of the picture ten places on.
std::pair<double, double> weight_on_ink(HeadRef head, const std::vector<RgbImage>& pictures) {
  const PatchConfig& patches = *digits()->config.patches;
  double own = 0.0, other = 0.0;
  for (std::size_t at = 0; at < pictures.size(); at += 3) {
    const Matrix row = weights(*look_at(prepared(pictures[at])), head, {0, 1}, {0, digits()->config.context});
    const std::vector<bool> ink = inked(pictures[at], patches);
    const std::vector<bool> theirs = inked(pictures[(at + 10) % pictures.size()], patches);
    for (std::size_t patch = 0; patch < ink.size(); ++patch) {
      own += ink[patch] ? static_cast<double>(row(0, patch + patches.specials())) : 0.0;
      other += theirs[patch] ? static_cast<double>(row(0, patch + patches.specials())) : 0.0;
    }
  }
  const double count = static_cast<double>((pictures.size() + 2) / 3);
  return {own / count, other / count};
}

TEST(Digits, NamedHeadsLookAtTheInkOfThePictureThatIsThere) {
  const std::vector<RgbImage> pictures = held_out();
  int named = 0;
  for (const HeadRole& role : digits()->roles) {
    if (role.relation != "class_ink") continue;
    const auto [own, other] = weight_on_ink(role.head, pictures);
    std::cout << role.head.layer << "." << role.head.head << ": " << own << " on ink, " << other
              << " where another picture has ink\n";
    EXPECT_GT(own, 0.8);
    EXPECT_GT(own, other + 0.08) << "it looks at a place, not at the ink";
    ++named;
  }
  EXPECT_GE(named, 2);
}

}  // namespace
}  // namespace regard
