// SPDX-License-Identifier: Apache-2.0
#include "app/style/anomalies_text.h"

#include "app/base/assets.h"
#include "app/style/locale.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace regard {
namespace {

class AnomaliesText : public ::testing::Test {
protected:
  void SetUp() override { load_locale(assets_folder() / "locale"); }
  void TearDown() override { set_language(Language::en); }

  /// A report in which nothing is odd, and token 1 is looked at least.
  static std::vector<AnomalySection> sections_of_nothing_odd() {
    Anomalies found{.heads = 4, .rows = 6};
    found.any_seen = true;
    found.least_seen = {1, 0.98F, {0, 1}, 3};
    const AnomalyNames names{{"a", "b", "c", "d"}, {"a", "b", "c", "d"}, {{"0.0", "0.1"}}};
    return anomaly_sections(found, names, AnomalyWords(), false);
  }
};

TEST_F(AnomaliesText, WhereEveryTokenIsLookedAtSaysSoOfTheOneThatIsLookedAtLeast) {
  const auto line_in = [](Language spoken) {
    set_language(spoken);
    const std::vector<AnomalySection> sections = sections_of_nothing_odd();
    const auto unseen =
        std::find_if(sections.begin(), sections.end(), [](const AnomalySection& one) { return one.id == "unseen"; });
    EXPECT_EQ(unseen->count, tr("anomalies.none"));
    return unseen->lines.at(0).text;
  };
  EXPECT_EQ(line_in(Language::en), "even “b”, which is looked at least, gets up to 98 %, from “d”");
  EXPECT_EQ(line_in(Language::ru), "даже самый незаметный, «b», получает до 98 %, от «d»");
}

TEST_F(AnomaliesText, SaysFromWhereOnATokenIsASink) {
  set_language(Language::en);
  const std::string about = sections_of_nothing_odd().front().about;
  EXPECT_NE(about.find("30 %"), std::string::npos) << about;
  EXPECT_NE(about.find("2 times"), std::string::npos) << about;
  EXPECT_NE(about.find("1.5 times its even share"), std::string::npos) << about;
}

TEST_F(AnomaliesText, APictureIsNoSentence) {
  for (const Language spoken : {Language::en, Language::ru}) {
    set_language(spoken);
    const Anomalies found{.heads = 4, .rows = 17};
    const std::string text = anomalies_about(found, AnomalyWords(), false),
                      picture = anomalies_about(found, AnomalyWords(), true);
    EXPECT_NE(text.find(spoken == Language::en ? "sentence" : "предложение"), std::string::npos) << text;
    EXPECT_EQ(picture.find(spoken == Language::en ? "sentence" : "предложение"), std::string::npos) << picture;
    EXPECT_NE(picture.find("17"), std::string::npos) << picture;
  }
}

}  // namespace
}  // namespace regard
