// SPDX-License-Identifier: Apache-2.0
#include "app/shell/first_look.h"
#include "app/session/session.h"

#include "app/session/action.h"
#include "tests/app/viewmodel/handmade.h"

#include <gtest/gtest.h>

namespace regard::shell {
namespace {

TEST(FirstLook, shows_the_strongest_word_that_the_query_looks_at) {
  const auto snapshot = regard::testing::handmade_snapshot("the old king gave the prince a sword");
  const Session before = regard::testing::session_for(*snapshot, {1, 2}, 4, 0);
  const Session after = with_first_look(before, *snapshot, false);
  EXPECT_EQ(resolve(after.query, snapshot->encoding), 4U) << "the query was chosen";
  const std::size_t found = resolve(after.key, snapshot->encoding);
  EXPECT_NE(found, 4U);
  EXPECT_FALSE(snapshot->encoding.tokens[found].special);
  const Matrix rows = weights(*snapshot->trace, {1, 2});
  for (std::size_t key = 0; key < rows.cols; ++key)
    EXPECT_TRUE(key == 4 || snapshot->encoding.tokens[key].special || rows(4, key) <= rows(4, found)) << key;
}

TEST(FirstLook, can_choose_the_question_as_well) {
  const auto snapshot = regard::testing::handmade_snapshot("the old king gave the prince a sword");
  const Session after = with_first_look(regard::testing::session_for(*snapshot, {0, 1}, 0, 0), *snapshot, true);
  const std::size_t query = resolve(after.query, snapshot->encoding), key = resolve(after.key, snapshot->encoding);
  const Matrix rows = weights(*snapshot->trace, {0, 1});
  for (std::size_t row = 1; row + 1 < rows.rows; ++row)
    for (std::size_t col = 1; col + 1 < rows.cols; ++col)
      EXPECT_TRUE(row == col || rows(row, col) <= rows(query, key)) << row << " " << col;
}

TEST(FirstLook, leaves_a_session_alone_where_there_is_nothing_to_see) {
  const Session session;
  EXPECT_EQ(with_first_look(session, Snapshot{}, true), session);
  const auto single = regard::testing::handmade_snapshot("king", {.specials = false});
  EXPECT_EQ(with_first_look(session, *single, true), session);
}

}  // namespace
}  // namespace regard::shell
