// SPDX-License-Identifier: Apache-2.0
// A model is found again by its fingerprint, and a run of two texts proves itself with cells of all three kinds of attention.
#include "app/jobs/fingerprints.h"

#include "app/jobs/worker.h"
#include "app/session/session.h"
#include "app/session/session_file.h"
#include "app/viewmodel/proof.h"
#include "core/base/error.h"
#include "tests/core/model/tiny_t5.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <thread>

namespace regard {
namespace {

using namespace regard::testing;

TEST(Fingerprints, AModelThatWasMovedIsFoundAmongOthers) {
  const TemporaryFolder folder;
  tiny_t5().write_to(folder / "first");
  std::filesystem::copy(folder / "first", folder / "moved");
  tiny_t5().write_to(folder / "other");
  write(folder / "other/tokenizer_config.json", "{\"model_max_length\": 5}");
  Fingerprints fingerprints;
  const Fingerprints::Known known = fingerprints.of(folder / "first");
  std::filesystem::remove_all(folder / "first");
  const std::vector<ModelEntry> among{
      {.folder = folder / "nothing"}, {.folder = folder / "other"}, {.folder = folder / "moved"}};
  EXPECT_EQ(fingerprints.find(known.digits, known.bytes, among), folder / "moved");
  EXPECT_EQ(fingerprints.find(known.digits, known.bytes + 1, among), std::nullopt) << "other sizes are not read";
  EXPECT_EQ(fingerprints.find("00", known.bytes, among), std::nullopt);
  EXPECT_THROW((void)fingerprints.of(folder / "first"), Error);
}

TEST(Fingerprints, AFileThatWasReplacedIsReadAgain) {
  const TemporaryFolder folder;
  tiny_t5().write_to(folder / "model");
  Fingerprints fingerprints;
  const std::string before = fingerprints.of(folder / "model").digits;
  EXPECT_EQ(fingerprints.of(folder / "model").digits, before);
  write(folder / "model/vocab.txt", "more");
  EXPECT_NE(fingerprints.of(folder / "model").digits, before);
}

TEST(ProofOfTwoTexts, HoldsCellsOfEveryKindAndAgreesAfterAFile) {
  const TemporaryFolder folder;
  tiny_t5().write_to(folder / "t5");
  Worker worker([&](const std::string& name) { return (folder / name).string(); }, [] {});
  RunRequest request;
  request.model = "t5";
  request.text = "a b c d e";
  request.decoder_text = "f a";
  worker.post(request);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (worker.latest()->number == 0 && std::chrono::steady_clock::now() < end)
    std::this_thread::yield();
  const std::shared_ptr<const Snapshot> snapshot = worker.latest();
  ASSERT_TRUE(snapshot->trace) << (snapshot->error ? snapshot->error->what() : "nothing ran");

  Session session;
  session.model = request.model;
  session.text = request.text;
  session.decoder_text = request.decoder_text;
  session.attention = AttentionKind::cross;
  Proof proof = make_proof(*snapshot, session);
  std::set<AttentionKind> kinds;
  for (const CheckedCell& cell : proof.cells)
    kinds.insert(cell.attention);
  EXPECT_EQ(kinds.size(), 3U);
  EXPECT_EQ(proof.cells.front().attention, AttentionKind::cross) << "the selected cell comes first";
  EXPECT_EQ(proof.encoder_ids.size(), snapshot->encoder_encoding.tokens.size());

  const SessionFile read = session_file_from_json(to_json(SessionFile{session, proof}), "x");
  EXPECT_EQ(read.proof, proof);
  const ProofCheck check = check_proof(read.proof, *snapshot, "");
  EXPECT_EQ(check.cells, proof.cells.size());
  EXPECT_EQ(check.differing, 0U);
  proof.encoder_ids.back() += 1;
  EXPECT_FALSE(check_proof(proof, *snapshot, "").same_tokens);
}

}  // namespace
}  // namespace regard
