// SPDX-License-Identifier: Apache-2.0
#include "core/capture/names.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

using Kind = CapturedKind;

TEST(CapturedNames, are_known_alone_with_a_number_or_in_a_path) {
  EXPECT_EQ(captured_name("weights"), (CapturedName{Kind::weights, {}, false}));
  EXPECT_EQ(captured_name("attn"), (CapturedName{Kind::weights, {}, false}));
  EXPECT_EQ(captured_name("weights_12"), (CapturedName{Kind::weights, 12, false}));
  EXPECT_EQ(captured_name("head_out_3"), (CapturedName{Kind::head_outputs, 3, false}));
  EXPECT_EQ(captured_name("head_out"), (CapturedName{Kind::head_outputs, {}, false}));
  EXPECT_EQ(captured_name("layers.3.q"), (CapturedName{Kind::queries, 3, false}));
  EXPECT_EQ(captured_name("layer_7.attentions"), (CapturedName{Kind::weights, 7, false}));
  EXPECT_EQ(captured_name("3/attn"), (CapturedName{Kind::weights, 3, false}));
  EXPECT_EQ(captured_name("k.0"), (CapturedName{Kind::keys, 0, false}));
  EXPECT_EQ(captured_name("input_ids"), (CapturedName{Kind::ids, {}, false}));
  EXPECT_EQ(captured_name(""), (CapturedName{Kind::weights, {}, false})) << "the array of an .npy file";
}

TEST(CapturedNames, of_TransformerLens_have_the_tokens_first) {
  EXPECT_EQ(captured_name("blocks.3.attn.hook_pattern"), (CapturedName{Kind::weights, 3, true}));
  EXPECT_EQ(captured_name("blocks.0.attn.hook_rot_k"), (CapturedName{Kind::turned_keys, 0, true}));
  EXPECT_EQ(captured_name("blocks.11.hook_resid_post"), (CapturedName{Kind::residual_after, 11, true}));
  EXPECT_FALSE(captured_name("blocks.3.mlp.hook_post"));
  EXPECT_FALSE(captured_name("blocks.x.attn.hook_pattern"));
  EXPECT_FALSE(captured_name("blocks.3.ln1.hook_q"));
}

TEST(CapturedNames, of_weights_of_models_are_none) {
  for (const char* name :
       {"model.layers.3.self_attn.q_proj.weight", "encoder.layer.0.attention.self.query.weight",
        "h.0.attn.c_attn.weight", "transformer.h.0.attn.bias", "lm_head.weight", "q_proj", "wte", "cross_weights",
        "encoder_k", "weights_1_2", "layers.1.2.q", "weights_99999", "mean_weights"})
    EXPECT_FALSE(captured_name(name)) << name;
}

}  // namespace
}  // namespace regard
