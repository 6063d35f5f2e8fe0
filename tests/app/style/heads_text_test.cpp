// SPDX-License-Identifier: Apache-2.0
#include "app/style/heads_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

namespace regard {
namespace {

TEST(TellingNumber, is_nought_for_nought_alone) {
  EXPECT_EQ(telling_number(0.0F), "0.00");
  EXPECT_EQ(telling_number(1.0F), "1.00");
  EXPECT_EQ(telling_number(0.472F), "0.47");
  EXPECT_EQ(telling_number(0.0472F), "0.047");
  EXPECT_EQ(telling_number(0.00472F), "0.0047");
  EXPECT_EQ(telling_number(-0.00472F), "-0.0047");
  EXPECT_EQ(telling_number(0.0000472F), "4.72e-05");
  EXPECT_EQ(telling_number(12.345F), "12.35");
  for (float value = 1.0F; value > 1e-30F; value *= 0.37F)
    EXPECT_NEAR(std::strtod(telling_number(value).c_str(), nullptr) / static_cast<double>(value), 1.0, 0.06) << value;
}

TEST(TellingNumber, tells_what_lies_below_one_from_one) {
  EXPECT_EQ(telling_number(0.994F), "0.99");
  EXPECT_EQ(telling_number(0.9973F), "0.9973");
  EXPECT_EQ(telling_number(0.99987F), "0.99987");
  EXPECT_EQ(telling_number(std::nextafter(1.0F, 0.0F)), "0.9999999");
  EXPECT_EQ(telling_number(1.004F), "1.00") << "of nats";
}

TEST(EvidenceLine, says_who_looks_at_whom_and_marks_an_answer) {
  Evidence evidence{.text = "Ann met Bob.", .asks = "met", .found = "Ann"};
  EXPECT_EQ(evidence_line(evidence), "met → Ann  Ann met Bob.");
  evidence.right = true;
  EXPECT_EQ(evidence_line(evidence), "met → Ann ✓  Ann met Bob.");
  evidence.right = false;
  EXPECT_EQ(evidence_line(evidence), "met → Ann ✗  Ann met Bob.");
  EXPECT_EQ(evidence_line({.text = "Ann met Bob."}), "Ann met Bob.") << "no key counts";
}

TEST(EvidenceAbout, names_a_rule_as_its_file_does) {
  const Detector rule = parse_detectors("detector: entropy\nquery: any\nkey: any\n", "file").front();
  EXPECT_EQ(evidence_about({{0, 0}, rule.name, false, rule}), "entropy") << "whatever else is called so";
}

}  // namespace
}  // namespace regard
