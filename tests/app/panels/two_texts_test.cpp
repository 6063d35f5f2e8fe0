// SPDX-License-Identifier: Apache-2.0
// The window with a model that has an encoder and a decoder: two lines of text, the switch of kinds, clicks in both.
#include "app/export/export.h"
#include "app/panels/look/weight_kind.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "app/style/locale.h"
#include "app/viewmodel/value_grid.h"
#include "core/base/error.h"
#include "core/engine/decoder_text.h"
#include "core/text/continuation.h"
#include "tests/app/panels/window_harness.h"
#include "tests/core/model/tiny_t5.h"

#include <numeric>
#include <span>

namespace regard::test {
namespace {

class TwoTextsWindow : public WindowHarness {
protected:
  void SetUp() override {
    WindowHarness::SetUp();
    const regard::testing::TemporaryFolder folder;
    regard::testing::tiny_t5().write_to(folder / "t5");
    model_ = load_model(folder / "t5");
    read("a b c d e", "");
  }

  /// What the worker would make of the two texts.
  void read(const std::string& text, const std::string& decoder_text) {
    const Encoding encoder = model_->tokenizer->encode(text);
    Request request{.encoder_ids = ids_of(encoder)};
    Encoding decoder =
        decoder_text.empty() ? write_for_decoder(model_, request) : encode_for_decoder(*model_, decoder_text);
    request.ids = ids_of(decoder);
    snapshot = make_snapshot(model_, run(model_, request), std::move(decoder));
    snapshot->encoder_encoding = encoder;
    snapshot->decoder_written = decoder_text.empty();
    forget();
    reading().text = text;
    reading().decoder_text = decoder_text;
  }

  std::shared_ptr<const Model> model_;
};

TEST_F(TwoTextsWindow, shows_both_texts_and_the_switch) {
  window_frames(4);
  open_view_switches();
  for (const char* id : {"sentence.text", "decoder.text", "decoder.take", "switch.attention.0", "switch.attention.2",
                         "arcs.query.0", "arcs.key.0"})
    EXPECT_TRUE(has(id)) << id;
  show("one text");
  window_frames(2);
  for (const char* id : {"decoder.text", "switch.attention.0"})
    EXPECT_FALSE(has(id)) << id;
}

TEST_F(TwoTextsWindow, a_click_on_the_switch_chooses_the_kind) {
  window_frames(4);
  open_view_switches();
  click_item("switch.attention.2");
  ASSERT_NE(action<SetAttention>(), nullptr);
  EXPECT_EQ(selection().attention, AttentionKind::encoder);
  window_frames(2);
  EXPECT_TRUE(has("arcs.unit.0")) << "one line again";
}

TEST_F(TwoTextsWindow, every_kind_of_attention_has_value_weighted_grids_and_all_but_cross_attention_rollout) {
  choose("weights");
  for (const AttentionKind kind : {AttentionKind::self, AttentionKind::cross, AttentionKind::encoder}) {
    const Trace& part = attention_of(*snapshot->trace, kind);
    for (const GridWeight weight : {GridWeight::value, GridWeight::output}) {
      const auto grid = make_value_grid({snapshot->trace, kind, {0, 0}, weight});
      ASSERT_EQ(grid->weights.rows, part.tokens());
      ASSERT_EQ(grid->weights.cols, part.keys());
      const std::span<const float> row = grid->weights.row(0);
      EXPECT_NEAR(std::accumulate(row.begin(), row.end(), 0.0F), 1.0F, 1e-5F);
    }
    selection().attention = kind;
    look().grid_weight = GridWeight::rollout;
    window_frames(2);
    EXPECT_EQ(state.of<WeightKindState>().why, kind == AttentionKind::cross ? tr("grids.kind.no_cross") : "");
  }
}

TEST_F(TwoTextsWindow, rollout_of_cross_attention_is_refused_by_the_export_for_the_same_reason) {
  selection().attention = AttentionKind::cross;
  look().grid_weight = GridWeight::rollout;
  try {
    (void)prepare_export(snapshot, session, {ExportView::weights, ExportFormat::csv});
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "export_cross");
  }
}

TEST_F(TwoTextsWindow, a_click_above_chooses_the_key_and_below_the_query) {
  read("a b c d e", "f a c");
  window_frames(4);
  click_item("arcs.key.3");
  ASSERT_NE(action<SelectKey>(), nullptr);
  EXPECT_EQ(action<SelectKey>()->token, 3U);
  EXPECT_EQ(action<SelectQuery>(), nullptr);
  click_item("arcs.query.2");
  ASSERT_NE(action<SelectQuery>(), nullptr);
  EXPECT_EQ(action<SelectQuery>()->token, 2U);
  EXPECT_EQ(action<SelectKey>(), nullptr);
}

TEST_F(TwoTextsWindow, the_written_text_is_taken_over_and_given_back_by_its_button) {
  read("a b c d e", "f a");
  snapshot->decoder_written = true;  // as if the model had written just that
  reading().decoder_text.clear();
  window_frames(4);
  const std::string written = snapshot->encoding.text;
  ASSERT_EQ(written, "f a");
  click_item("decoder.take");
  ASSERT_NE(action<SetDecoderText>(), nullptr);
  EXPECT_EQ(action<SetDecoderText>()->text, written);
  read("a b", "f a");
  window_frames(4);
  click_item("decoder.release");
  ASSERT_NE(action<SetDecoderText>(), nullptr);
  EXPECT_EQ(action<SetDecoderText>()->text, "");
}

TEST_F(TwoTextsWindow, is_drawn_in_windows_of_every_size_in_both_languages_and_every_kind) {
  for (const Language language : {Language::ru, Language::en})
    for (const ImVec2 size : {ImVec2{320.0F, 240.0F}, ImVec2{900.0F, 600.0F}, ImVec2{1600.0F, 900.0F}})
      for (const AttentionKind kind : {AttentionKind::self, AttentionKind::cross, AttentionKind::encoder})
        for (const char* panel : {"scores", "arcs", "question"}) {
          set_language(language);
          ImGui::GetIO().DisplaySize = size;
          selection().attention = kind;
          choose(panel);
          window_frames(2);
          EXPECT_TRUE(has("sentence.text"));
        }
}

TEST_F(TwoTextsWindow, delete_removes_the_query_from_the_text_that_asks) {
  read("a b c d e", "f a c");
  window_frames(4);
  click_item("arcs.query.3");
  hold(GLFW_KEY_DELETE);
  ASSERT_NE(action<ReplaceToken>(), nullptr);
  EXPECT_EQ(action<ReplaceToken>()->side, TextSide::decoder);
}

}  // namespace
}  // namespace regard::test
