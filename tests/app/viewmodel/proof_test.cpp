// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/proof.h"

#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/handmade.h"

#include <gtest/gtest.h>

#include <cmath>

namespace regard {
namespace {

using regard::testing::handmade_snapshot;
using regard::testing::session_for;

class ProofOfARun : public ::testing::Test {
protected:
  std::shared_ptr<Snapshot> snapshot_ = handmade_snapshot("кот видит белого пса");
  testing::SessionInParts session_ = session_for(*snapshot_, {1, 3}, 2, 1);
  Proof proof_ = make_proof(*snapshot_, session_);
};

TEST_F(ProofOfARun, HoldsTheSelectedCellAndCellsOfTheFirstAndTheLastLayer) {
  ASSERT_FALSE(proof_.cells.empty());
  const CheckedCell& first = proof_.cells.front();
  EXPECT_EQ(first.head, (HeadRef{1, 3}));
  EXPECT_EQ(first.query, 2U);
  EXPECT_EQ(first.key, 1U);
  EXPECT_NEAR(first.weight, testing::plain_weight(*snapshot_->trace, {1, 3}, 2, 1), 1e-5);
  EXPECT_NEAR(first.score, testing::plain_score(*snapshot_->trace, {1, 3}, 2, 1), 1e-5);
  EXPECT_EQ(proof_.ids.size(), snapshot_->encoding.tokens.size());
  EXPECT_TRUE(
      std::any_of(proof_.cells.begin(), proof_.cells.end(), [](const auto& cell) { return cell.head.layer == 0; }));
  EXPECT_LE(proof_.cells.size(), max_checked_cells);
}

TEST_F(ProofOfARun, AgreesWithItself) {
  proof_.fingerprint = "aa";
  const ProofCheck check = check_proof(proof_, *snapshot_, "aa");
  EXPECT_EQ(check.cells, proof_.cells.size());
  EXPECT_EQ(check.differing, 0U);
  EXPECT_EQ(check.largest, 0.0F);
  EXPECT_EQ(verdict_of(check).key, "hand_over.same_agree");
  EXPECT_TRUE(verdict_of(check).agrees);
  EXPECT_EQ(verdict_of(check_proof(proof_, *snapshot_, "bb")).key, "hand_over.other_agree");
  EXPECT_FALSE(verdict_of(check_proof(proof_, *snapshot_, "bb")).agrees);
}

TEST_F(ProofOfARun, ATamperedCellIsCountedWithItsDifference) {
  proof_.cells[2].weight += 0.01F;
  const ProofCheck check = check_proof(proof_, *snapshot_, proof_.fingerprint);
  EXPECT_EQ(check.differing, 1U);
  EXPECT_NEAR(check.largest, 0.01F, 1e-6F);
  proof_.fingerprint = "aa";
  EXPECT_EQ(verdict_of(check_proof(proof_, *snapshot_, "aa")).key, "hand_over.same_differ");
  EXPECT_EQ(verdict_of(check_proof(proof_, *snapshot_, "bb")).key, "hand_over.other_differ");
}

TEST_F(ProofOfARun, WhatTheToleranceAllowsIsNoDifference) {
  proof_.cells[0].weight += 0.5F * proof_tolerance;
  proof_.cells[1].score *= 1.0F + 0.5F * proof_tolerance;
  EXPECT_EQ(check_proof(proof_, *snapshot_, "").differing, 0U);
  proof_.cells[0].weight += proof_tolerance;
  EXPECT_EQ(check_proof(proof_, *snapshot_, "").differing, 1U);
}

TEST_F(ProofOfARun, CellsThatTheRunDoesNotHaveDiffer) {
  proof_.cells = {{.head = {99, 0}}, {.head = {0, 99}}, {.query = 99}, {.key = 99}, {.score = NAN}};
  const ProofCheck check = check_proof(proof_, *snapshot_, "");
  EXPECT_EQ(check.differing, 5U);
  EXPECT_TRUE(std::isinf(check.largest));
}

TEST_F(ProofOfARun, OtherTokensAreToldAndNothingElseIsCompared) {
  proof_.ids[1] += 1;
  const ProofCheck check = check_proof(proof_, *snapshot_, "");
  EXPECT_FALSE(check.same_tokens);
  EXPECT_EQ(check.cells, 0U);
  EXPECT_FALSE(verdict_of(check).agrees);
}

TEST_F(ProofOfARun, AFileWithoutOneSaysNothing) {
  EXPECT_EQ(verdict_of(check_proof({}, *snapshot_, "aa")).key, "");
}

}  // namespace
}  // namespace regard
