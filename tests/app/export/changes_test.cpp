// SPDX-License-Identifier: Apache-2.0
// A saved session with a pin and interventions, exported without a window: every view of what changed, with the built-in models.
#include "app/base/assets.h"
#include "app/session/kept.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "app/session/session_file.h"
#include "core/base/text_file.h"
#include "core/format/npz.h"
#include "tests/app/cli/command_line.h"
#include "tests/app/export/assets_chosen.h"
#include "tests/app/session/session_in_parts.h"

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
    session_.reading().model = "narrator";
    session_.reading().text = "The old king gave the prince a";
    session_.selection().head = {2, 3};
    session_.selection().query = {TokenAnchor::Kind::byte, 13, 0};
    session_.selection().key = {TokenAnchor::Kind::byte, 8, 0};
    Pin pin{"A", reading_of(session_), {}};
    pin.reading.text = "The young king gave the princess a";
    session_.kept().pins = {pin};
    session_.kept().baseline = "A";
    session_.look().shown = Shown::difference;
    PlacedIntervention ablated;
    ablated.item.kind = InterventionKind::ablate;
    ablated.item.scope = {1, 4};
    PlacedIntervention masked;
    masked.item.kind = InterventionKind::mask;
    masked.item.scope = {2, 3};
    masked.cells = {{{}, {TokenAnchor{TokenAnchor::Kind::byte, 4, 0}, TokenAnchor{TokenAnchor::Kind::byte, 4, 0}}}};
    session_.reading().interventions = {ablated, masked};
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
  testing::SessionInParts session_{};
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

/// Four sentences with trees, and rules about them.
class ExportOfHeads : public ExportOfChanges {
protected:
  void SetUp() override {
    ExportOfChanges::SetUp();
    const std::string tree =
        "1\tThe\tthe\tDET\t_\t_\t3\tdet\t_\t_\n2\told\told\tADJ\t_\t_\t3\tamod\t_\t_\n"
        "3\tking\tking\tNOUN\t_\t_\t4\tnsubj\t_\t_\n4\tsaw\tsee\tVERB\t_\t_\t0\troot\t_\t_\n"
        "5\ta\ta\tDET\t_\t_\t6\tdet\t_\t_\n6\tcat\tcat\tNOUN\t_\t_\t4\tobj\t_\t_\n\n";
    write_file_atomically(folder_ / "own.conllu", tree + tree + tree + tree);
    write_file_atomically(folder_ / "rules.txt",
                          "detector: before\nquery: not separator\nkey: offset -1\n"
                          "detector: never\nquery: token \"nowhere\"\nkey: any\n");
  }
  [[nodiscard]] std::vector<std::string> about(const std::string& view) const {
    std::vector<std::string> words{"--corpus", (folder_ / "own.conllu").string()};
    if (view == "detectors") words.insert(words.end(), {"--detectors", (folder_ / "rules.txt").string()});
    return words;
  }
};

TEST_F(ExportOfHeads, every_view_of_sentences_becomes_every_kind_of_file) {
  for (const std::string view : {"evidence", "detectors", "ensembles", "relations"})
    for (const char* kind : {"png", "svg", "pdf", "csv", "json", "npz"})
      EXPECT_GT(exported(view, kind, about(view)).size(), 20U) << view << " " << kind;
}

TEST_F(ExportOfHeads, the_sentences_behind_a_number_add_up_to_it) {
  const json roles = parsed("roles", about("roles")), evidence = parsed("evidence", about("evidence"));
  ASSERT_EQ(evidence["rows"].size(), 4U);
  EXPECT_EQ(evidence["measure"], "previous_token");
  double sum = 0.0, rows = 0.0;
  for (const json& row : evidence["rows"]) {
    sum += row["value"].get<double>() * row["rows"].get<double>();
    rows += row["rows"].get<double>();
    EXPECT_TRUE(row["right"].is_null()) << "a measure asks no question";
    EXPECT_NE(row["asks"], "");
    EXPECT_NE(row["found"], "");
    EXPECT_EQ(row["key"].get<std::size_t>() + 1, row["query"].get<std::size_t>()) << "the pair that counts";
  }
  std::size_t found = 0;
  for (const json& row : roles["rows"])
    if (row["measure"] == "previous_token" && row["layer"] == evidence["layer"] && row["head"] == evidence["head"]) {
      EXPECT_NEAR(row["value"].get<double>(), sum / rows, 1e-6);
      ++found;
    }
  EXPECT_EQ(found, 1U);
}

TEST_F(ExportOfHeads, probes_and_relations_have_sentences_with_answers) {
  for (const char* what : {"agreement", "predicate_subject"}) {
    const json most = parsed("evidence", {"--corpus", (folder_ / "own.conllu").string(), "--evidence", what});
    ASSERT_FALSE(most["rows"].empty()) << what;
    EXPECT_FALSE(most["rows"][0]["right"].is_null()) << what;
    EXPECT_NE(most["rows"][0]["found"], "") << what;
    EXPECT_GE(most["rows"].front()["value"].get<double>(), most["rows"].back()["value"].get<double>()) << what;
    const json least =
        parsed("evidence", {"--corpus", (folder_ / "own.conllu").string(), "--evidence", what, "--least"});
    EXPECT_EQ(least["rows"].front()["sentence"], most["rows"].back()["sentence"]) << what;
  }
  testing::expect_refusal(testing::say({"export", "--session", (folder_ / "session.json").string(), "--view",
                                        "evidence", "--evidence", "sorcery", "--out", (folder_ / "x.csv").string()}),
                          1, "sorcery");
}

TEST_F(ExportOfHeads, rules_and_teams_are_told_head_by_head) {
  const json rules = parsed("detectors", about("detectors"));
  EXPECT_EQ(rules["rules"], "rules.txt");
  ASSERT_EQ(rules["rows"].size(), 64U) << "nothing fits the second rule";
  const json roles = parsed("roles", about("roles"));
  for (const json& row : roles["rows"])
    if (row["measure"] == "previous_token") {
      const std::size_t head = row["layer"].get<std::size_t>() * 8 + row["head"].get<std::size_t>();
      EXPECT_EQ(rules["rows"][head]["layer"], row["layer"]);
      EXPECT_GE(rules["rows"][head]["rows"].get<std::size_t>(), 4U);
    }
  const json teams = parsed("ensembles", about("ensembles"));
  std::map<std::string, double> last;
  for (const json& row : teams["rows"]) {
    const std::string relation = row["relation"];
    const double chosen = row["chosen_right"].get<double>();
    if (row["place"].get<std::size_t>() > 1) {
      EXPECT_GT(chosen, last[relation]) << relation << ": a head that adds nothing is left out";
    }
    last[relation] = chosen;
  }
  EXPECT_FALSE(last.empty());
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
  EXPECT_EQ(live["text"], session_.reading().text);
  EXPECT_EQ(before["text"], session_.kept().pins[0].reading.text);
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
  session_.reading().interventions.clear();
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
  session_.reading().interventions.clear();
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
  session_.kept().pins.clear();
  session_.reading().interventions.clear();
  session_.kept().baseline.clear();
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
