// SPDX-License-Identifier: Apache-2.0
// A saved session with a pin and interventions, exported without a window: every view of what changed, with the built-in models.
#include "app/base/assets.h"
#include "app/session/kept.h"
#include "app/session/session.h"
#include "app/session/session_file.h"
#include "core/base/text_file.h"
#include "core/format/npz.h"
#include "tests/app/cli/command_line.h"
#include "tests/app/export/assets_chosen.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>

namespace regard {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class ExportOfChanges : public ::testing::Test {
protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) / ("regard_changes_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    session_.model = "narrator";
    session_.text = "The old king gave the prince a";
    session_.head = {2, 3};
    session_.query = {TokenAnchor::Kind::byte, 13, 0};
    session_.key = {TokenAnchor::Kind::byte, 8, 0};
    Pin pin{"A", reading_of(session_), {}};
    pin.reading.text = "The young king gave the princess a";
    session_.pins = {pin};
    session_.baseline = "A";
    session_.shown = Shown::difference;
    PlacedIntervention ablated;
    ablated.item.kind = InterventionKind::ablate;
    ablated.item.scope = {1, 4};
    PlacedIntervention masked;
    masked.item.kind = InterventionKind::mask;
    masked.item.scope = {2, 3};
    masked.cells = {{{}, {TokenAnchor{TokenAnchor::Kind::byte, 4, 0}, TokenAnchor{TokenAnchor::Kind::byte, 4, 0}}}};
    session_.interventions = {ablated, masked};
    save();
  }
  void TearDown() override { fs::remove_all(folder_); }

  void save() const { save_session({session_, {}}, folder_ / "session.json"); }

  /// Exports and gives the file's bytes.
  [[nodiscard]] std::string exported(const std::string& view, const std::string& kind,
                                     const std::vector<std::string>& more = {}) const {
    const std::string out = (folder_ / (view + "." + kind)).string();
    std::vector<std::string> words{"export", "--session", (folder_ / "session.json").string(), "--view", view,
                                   "--out",  out};
    words.insert(words.end(), more.begin(), more.end());
    const testing::Said said = testing::say(words);
    EXPECT_EQ(said.code, 0) << view << ": " << said.err;
    return said.code == 0 ? read_file(out, std::size_t{64} << 20) : std::string();
  }
  [[nodiscard]] json parsed(const std::string& view, const std::vector<std::string>& more = {}) const {
    return json::parse(exported(view, "json", more));
  }

  fs::path folder_{};
  Session session_{};
};

std::map<std::string, std::vector<float>> arrays_of(const std::string& npz) {
  std::map<std::string, std::vector<float>> arrays;
  for (const auto& [name, array] : parse_npz(std::as_bytes(std::span(npz)), "x.npz"))
    arrays[name] = array.as_f32();
  return arrays;
}

TEST_F(ExportOfChanges, every_view_becomes_every_kind_of_file_and_twice_the_same) {
  for (const char* view : {"weights", "arcs", "question", "predictions", "heads", "layers", "kv_cache", "movement",
                           "interventions", "effect", "ablation", "patching", "sweep", "roles", "likeness",
                           "head_search", "flow", "attribution", "anomalies"})
    for (const char* kind : {"png", "svg", "pdf", "csv", "json", "npz"}) {
      const std::string first = exported(view, kind);
      EXPECT_GT(first.size(), 20U) << view << " " << kind;
      const bool timed = std::string(view) == "kv_cache";  // milliseconds are of this very run
      if (!timed && kind != std::string("npz")) {
        EXPECT_TRUE(first == exported(view, kind)) << view << " " << kind;
      }
    }
}

TEST_F(ExportOfChanges, weights_of_the_difference_are_those_of_b_minus_those_of_a_and_rows_of_b_add_up_to_one) {
  const json difference = parsed("weights");
  EXPECT_EQ(difference["shown"], "difference");
  EXPECT_EQ(difference["baseline"], "A");
  std::map<std::size_t, double> sums;
  std::size_t compared = 0;
  for (const json& row : difference["rows"]) {
    sums[row["query"].get<std::size_t>()] += row["weight"].get<double>();
    if (row["weight_change"].is_null()) continue;
    ++compared;
    EXPECT_EQ(row["weight_change"].get<float>(), row["weight"].get<float>() - row["baseline_weight"].get<float>());
  }
  EXPECT_GT(compared, 20U);
  for (const auto& [query, sum] : sums)
    EXPECT_NEAR(sum, 1.0, 1e-6) << "row " << query;
  const json live = parsed("weights", {"--shown", "live"}), before = parsed("weights", {"--shown", "baseline"});
  EXPECT_EQ(live["text"], session_.text);
  EXPECT_EQ(before["text"], session_.pins[0].reading.text);
  EXPECT_EQ(live["rows"].size(), difference["rows"].size());
  for (std::size_t index = 0; index < live["rows"].size(); ++index)
    EXPECT_EQ(live["rows"][index]["weight"], difference["rows"][index]["weight"]);
}

TEST_F(ExportOfChanges, what_is_masked_has_weight_zero_in_the_file) {
  std::size_t seen = 0;
  const json masked = parsed("weights", {"--shown", "live"});
  for (const json& row : masked["rows"])
    if (row["key_label"] == "old") {
      EXPECT_EQ(row["weight"].get<float>(), 0.0F);
      ++seen;
    }
  EXPECT_GT(seen, 0U);
  session_.interventions.clear();
  save();
  double sum = 0.0;
  const json plain = parsed("weights", {"--shown", "live"});
  for (const json& row : plain["rows"])
    if (row["key_label"] == "old") sum += row["weight"].get<double>();
  EXPECT_GT(sum, 0.0) << "it was the intervention";
}

TEST_F(ExportOfChanges, heads_that_moved_are_the_same_in_the_table_and_in_the_arrays) {
  const json table = parsed("movement");
  const auto arrays = arrays_of(exported("movement", "npz"));
  ASSERT_EQ(table["rows"].size(), 64U);
  float largest = 0.0F;
  for (std::size_t index = 0; index < 64; ++index) {
    const float movement = table["rows"][index]["movement"].get<float>();
    EXPECT_EQ(movement, arrays.at("movement")[index]);
    EXPECT_GE(movement, 0.0F);
    EXPECT_LE(movement, 1.0F);
    largest = std::max(largest, movement);
  }
  EXPECT_GT(largest, 0.0F);
  EXPECT_EQ(table["rows"].size(), parsed("heads")["rows"].size()) << "heads at the difference are their movement";
}

TEST_F(ExportOfChanges, the_effect_is_the_change_of_log_probability_of_each_row) {
  const json table = parsed("effect");
  EXPECT_GT(table["divergence"].get<double>(), 0.0);
  for (const json& row : table["rows"])
    EXPECT_NEAR(row["log_probability_change"].get<double>(),
                std::log(row["probability_after"].get<double>()) - std::log(row["probability_before"].get<double>()),
                1e-6);
}

TEST_F(ExportOfChanges, an_ablated_head_that_is_ablated_again_changes_nothing) {
  std::size_t others = 0;
  const json table = parsed("ablation");
  for (const json& row : table["rows"]) {
    const bool ablated = row["layer"] == 1 && row["head"] == 4;
    if (ablated) {
      EXPECT_EQ(row["divergence"].get<double>(), 0.0);
    } else if (row["divergence"].get<double>() > 0.0) {
      ++others;
    }
  }
  EXPECT_GT(others, 50U);
  EXPECT_NE(exported("ablation", "csv"), exported("ablation", "csv", {"--ablate-to", "mean"}));
}

TEST_F(ExportOfChanges, patching_the_whole_last_residual_brings_the_whole_answer_back) {
  const json table = parsed("patching");
  EXPECT_EQ(table["from"], "A");
  EXPECT_NE(table["clean_logit_difference"], table["corrupt_logit_difference"]);
  double last = 0.0;
  for (const json& row : table["rows"])
    if (row["layer"] == 8 && row["position"] == table["position"]) last = row["recovered"].get<double>();
  EXPECT_NEAR(last, 1.0, 1e-4);
  EXPECT_EQ(parsed("patching", {"--patch", "head_output", "--patch-map", "layers-heads"})["rows"].size(), 64U);
}

TEST_F(ExportOfChanges, interventions_stand_in_their_order_with_the_words_they_are_on) {
  const json rows = parsed("interventions").at("rows");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0]["kind"], "ablate");
  EXPECT_EQ(rows[0]["to"], "zero");
  EXPECT_EQ(rows[1]["kind"], "mask");
  EXPECT_EQ(rows[1]["layer"], "2");
  EXPECT_EQ(rows[1]["on"], 1);
}

TEST_F(ExportOfChanges, pairs_of_heads_are_told_with_their_distance_and_a_head_is_nearest_to_itself) {
  const json pairs = parsed("likeness");
  ASSERT_EQ(pairs["rows"].size(), 64U * 63U / 2U);
  float least = 1.0F;
  for (const json& row : pairs["rows"]) {
    EXPECT_LE(row["distance"].get<float>(), 1.0F);
    least = std::min(least, row["distance"].get<float>());
  }
  EXPECT_GT(least, 0.0F) << "no two heads are one";
  const json found = parsed("head_search", {"--shown", "live"});
  EXPECT_EQ(found["rows"][0]["layer"], 2);
  EXPECT_EQ(found["rows"][0]["head"], 3);
  EXPECT_EQ(found["rows"][0]["value"].get<float>(), 0.0F);
  const json& next = found["rows"][1];
  for (const json& row : pairs["rows"]) {
    const bool first = row["first_layer"] == 2 && row["first_head"] == 3 && row["second_layer"] == next["layer"] &&
                       row["second_head"] == next["head"];
    const bool second = row["second_layer"] == 2 && row["second_head"] == 3 && row["first_layer"] == next["layer"] &&
                        row["first_head"] == next["head"];
    if (first || second) {
      EXPECT_NEAR(row["distance"].get<float>(), next["value"].get<float>(), 1e-5);
    }
  }
}

TEST_F(ExportOfChanges, words_of_a_sweep_are_told_with_how_far_they_move_the_weight) {
  session_.interventions.clear();
  save();
  const json table = parsed("sweep", {"--replace", "key", "--words", "own", "--own", "queen, horse"});
  ASSERT_EQ(table["rows"].size(), 2U);
  for (const json& row : table["rows"]) {
    EXPECT_EQ(row["token"], table["key"]);
    EXPECT_NEAR(row["weight"].get<double>() - table["weight"].get<double>(), row["weight_change"].get<double>(), 1e-9);
  }
  EXPECT_GE(std::abs(table["rows"][0]["weight_change"].get<double>()),
            std::abs(table["rows"][1]["weight_change"].get<double>()));
  const json live = parsed("weights", {"--shown", "live"});
  std::size_t found = 0;
  for (const json& row : live["rows"]) {
    if (row["query"] != table["query"] || row["key"] != table["key"]) continue;
    EXPECT_EQ(row["weight"].get<float>(), table["weight"].get<float>());
    ++found;
  }
  EXPECT_EQ(found, 1U);
}

TEST_F(ExportOfChanges, where_nothing_is_compared_it_says_so) {
  session_.pins.clear();
  session_.interventions.clear();
  session_.baseline.clear();
  save();
  for (const char* view : {"movement", "effect", "patching", "interventions"})
    testing::expect_refusal(testing::say({"export", "--session", (folder_ / "session.json").string(), "--view", view,
                                          "--out", (folder_ / "x.csv").string()}),
                            1, "compared");
}

TEST_F(ExportOfChanges, ids_of_predicted_tokens_are_whole_numbers) {
  const std::string npz = exported("predictions", "npz", {"--shown", "live"});
  const auto arrays = parse_npz(std::as_bytes(std::span(npz)), "out.npz");
  EXPECT_EQ(arrays.at("ids").type, NpyArray::Type::i32);
  const std::vector<std::int64_t> ids = arrays.at("ids").as_i64();
  const json rows = parsed("predictions", {"--shown", "live"}).at("rows");
  ASSERT_EQ(ids.size(), rows.size());
  for (std::size_t row = 0; row < ids.size(); ++row)
    EXPECT_EQ(ids[row], rows[row].at("id").get<std::int64_t>());
  EXPECT_EQ(arrays.at("predictions").shape, (std::vector<std::size_t>{ids.size(), 2}));
}

TEST_F(ExportOfChanges, layers_have_a_row_for_each_head_and_arrays_of_the_stream) {
  EXPECT_EQ(parsed("layers")["rows"].size(), 64U);
  const auto arrays = arrays_of(exported("layers", "npz"));
  EXPECT_EQ(arrays.at("residual_path").size(), 9U * 12U);
  EXPECT_EQ(arrays.at("logit_lens").size(), 9U * 3U);
  const std::string npz = exported("layers", "npz");
  const auto whole = parse_npz(std::as_bytes(std::span(npz)), "out.npz");
  EXPECT_EQ(whole.at("logit_lens_ids").type, NpyArray::Type::i32);
  EXPECT_EQ(whole.at("logit_lens_ids").size(), 9U);
  EXPECT_FLOAT_EQ(arrays.at("residual_path")[1], 1.0F) << "the embedding lies in its own direction";
}

TEST_F(ExportOfChanges, a_session_whose_numbers_were_tampered_with_is_told) {
  Proof proof;
  proof.fingerprint = "0123456789abcdef";
  proof.ids = {};
  save_session({session_, proof}, folder_ / "session.json");
  const testing::Said said = testing::say({"export", "--session", (folder_ / "session.json").string(), "--view",
                                           "weights", "--out", (folder_ / "x.csv").string()});
  EXPECT_EQ(said.code, 0);
  EXPECT_NE(said.err.find("0123456789ab"), std::string::npos) << said.err;
}

}  // namespace
}  // namespace regard
