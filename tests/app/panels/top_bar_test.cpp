// SPDX-License-Identifier: Apache-2.0
// The top bar in windows of all widths: nothing overlaps, everything is reached; its menus; the model card.
#include "app/panels/common/command.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/world.h"
#include "app/panels/frame/bar_commands.h"
#include "app/panels/frame/bar_fit.h"
#include "app/panels/frame/model_card.h"
#include "app/panels/frame/model_menu.h"
#include "app/panels/frame/view_menu.h"
#include "app/session/action.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/session/reading.h"
#include "app/viewmodel/all_views.h"
#include "tests/app/panels/window_harness.h"

#include <imgui.h>
#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace regard::test {
namespace {

class TopBar : public WindowHarness {
protected:
  void set_text_scale(float scale) {
    ImGui::GetIO().FontGlobalScale = scale;
    window_frames(2);
  }
  /// What stands in the bar's line, from left to right.
  std::vector<ProbeItem> in_bar() {
    std::vector<ProbeItem> found;
    for (const ProbeItem& each : probe_items())
      if (each.id.starts_with("top.") || each.id.starts_with("workspace.") || each.id.starts_with("switch.shown."))
        found.push_back(each);
    std::sort(found.begin(), found.end(), [](const auto& one, const auto& other) { return one.min.x < other.min.x; });
    return found;
  }
  PanelContext context() {
    const Views& views = memo.update(snapshot, session);
    return {{*snapshot, views, session, hover, next_hover_, actions}, {preferences, world, state, nullptr, commands}};
  }
  Hover next_hover_{};
};

TEST(BarFit, gives_way_in_the_stated_order) {
  BarWidths widths;
  widths.whole = {4, 8, 12, 5, 5, 10, 5, 4, 6};
  widths.small = {0, 5, 6, 5, 5, 4, 0, 4, 6};
  widths.more = 2;
  widths.space = 1;
  const auto size = [&](float room, BarPart part) { return fit_bar(widths, room)[static_cast<std::size_t>(part)]; };
  EXPECT_EQ(size(67, BarPart::view), BarSize::whole) << "all fit: 59 and eight gaps";
  EXPECT_EQ(size(66, BarPart::view), BarSize::small);
  EXPECT_EQ(size(66, BarPart::mark), BarSize::whole) << "words of the view are not worth a name that comes and goes";
  EXPECT_EQ(size(60, BarPart::mark), BarSize::gone);
  EXPECT_EQ(size(60, BarPart::examples), BarSize::whole);
  EXPECT_EQ(size(55, BarPart::examples), BarSize::in_more);
  EXPECT_EQ(size(10, BarPart::model), BarSize::small) << "which model it is goes last";
  EXPECT_EQ(size(3, BarPart::model), BarSize::in_more);
}

TEST_F(TopBar, overlaps_nowhere_and_keeps_everything_reachable) {
  reading().mask = MaskMode::causal;
  reading().temperature = 0.5F;
  for (const Language each : {Language::ru, Language::en}) {
    set_language(each);
    for (const float width : {400.0F, 640.0F, 800.0F, 1024.0F, 1280.0F, 1600.0F, 3840.0F})
      for (const float scale : {1.0F, 1.5F, 2.0F, 2.5F}) {
        SCOPED_TRACE(std::to_string(width) + " at " + std::to_string(scale));
        ImGui::GetIO().DisplaySize = {width, 1100.0F};  // where the menu behind the dots need not scroll
        set_text_scale(scale);
        float right = 0.0F;
        for (const ProbeItem& each_item : in_bar()) {
          EXPECT_GE(each_item.min.x, right - 0.5F) << each_item.id;
          right = each_item.max.x;
        }
        EXPECT_LE(right, width);
        if (has("top.more")) {
          const ProbeItem dots =
              item("top.more");  // what is cut off is not in the probe: compare it with its true width
          EXPECT_NEAR(dots.max.x - dots.min.x, quiet_button_width("⋯", true), 1.0F);
        }
        const auto missing = [&] {
          std::vector<std::string> ids;
          for (const char* menu : {"model", "examples", "lessons", "view", "file", "settings"})
            if (!has(std::string("top.") + menu)) ids.push_back(std::string("more.") + menu);
          if (!has("switch.shown.2")) ids.emplace_back("menu.compare.difference");
          if (!has("workspace.look") && !has("top.workspace")) ids.emplace_back("workspace.look");
          return ids;
        }();
        if (missing.empty()) continue;
        open_menu("more");
        for (const std::string& id : missing)
          EXPECT_TRUE(has(id)) << id;
        click_item("top.more");
        window_frames(2);
      }
  }
}

TEST_F(TopBar, a_menu_behind_the_dots_opens_from_there) {
  ImGui::GetIO().DisplaySize = {400.0F, 600.0F};
  set_text_scale(2.0F);
  open_menu("more");
  ASSERT_TRUE(has("more.settings"));
  click_item("more.settings");
  window_frames(2);
  EXPECT_TRUE(has("menu.settings"));
  EXPECT_LE(item("menu.settings").max.x, 400.0F);
  EXPECT_GE(item("menu.settings").min.x, 0.0F);
}

TEST_F(TopBar, a_click_on_another_menus_button_opens_that_one) {
  open_menu("file");
  EXPECT_TRUE(has("menu.file"));
  click_item("top.settings");
  window_frames(2);
  EXPECT_FALSE(has("menu.file"));
  EXPECT_TRUE(has("menu.settings"));
  click_item("top.settings");
  window_frames(2);
  EXPECT_FALSE(has("menu.settings")) << "and on its own closes it";
}

TEST_F(TopBar, a_key_opens_each_menu) {
  window_frames(2);
  for (const auto& [key, menu] :
       {std::pair{GLFW_KEY_F, "menu.file"}, {GLFW_KEY_V, "menu.view"}, {GLFW_KEY_M, "menu.model"}}) {
    hold_alt(key);
    window_frames(2);
    EXPECT_TRUE(has(menu)) << menu;
    click_item("top" + std::string(menu).substr(4));
    window_frames(2);
    EXPECT_FALSE(has(menu)) << menu << " is closed by its button";
  }
}

TEST_F(TopBar, the_view_button_says_what_differs) {
  const auto label = [&] { return view_label(context(), false); };
  EXPECT_EQ(label(), "View");
  reading().mask = MaskMode::causal;
  reading().temperature = 0.5F;
  EXPECT_EQ(label(), "mask: causal · T 0.50");
  EXPECT_EQ(view_label(context(), true), "View · 2");
  EXPECT_TRUE(runs_otherwise(reading()));
  select();
  look().word_level = true;
  EXPECT_EQ(label(), "words");
  EXPECT_FALSE(runs_otherwise(reading()));
}

TEST_F(TopBar, workspaces_are_chosen_by_name) {
  window_frames(2);
  click_item("workspace.change");
  EXPECT_EQ(look().stage.workspace, "change");
}

TEST_F(TopBar, the_text_size_is_set_exactly) {
  open_menu("settings");
  click_item("settings.text.150");
  std::vector<float> factors;
  for (const Command& each : commands)
    if (const auto* scale = std::get_if<ScaleText>(&each)) factors.push_back(scale->factor);
  EXPECT_EQ(factors, (std::vector<float>{0.0F, 1.5F})) << "from 1, not from what it was";
  preferences.text_scale = 1.5F;
  window_frames(2);
  click_item("settings.text.larger");
  ASSERT_NE(command<ScaleText>(), nullptr);
  EXPECT_EQ(std::get<ScaleText>(commands.back()).factor, 1.6F);
}

TEST_F(TopBar, settings_reset_the_layout) {
  preferences.left_share = 0.5F;
  open_menu("settings");
  click_item("menu.view.reset_layout");
  ASSERT_NE(command<SetLeftShare>(), nullptr);
  EXPECT_EQ(command<SetLeftShare>()->share, Preferences{}.left_share);
  EXPECT_NE(command<SetGridsShare>(), nullptr);
  EXPECT_NE(command<SetQuestionShare>(), nullptr);
}

TEST_F(TopBar, recent_sessions_are_opened_from_the_file_menu) {
  preferences.recent_sessions = {"/home/me/lesson.json"};
  open_menu("file");
  click_item("menu.recent.0");
  ASSERT_NE(command<OpenSessionFrom>(), nullptr);
  EXPECT_EQ(command<OpenSessionFrom>()->path, "/home/me/lesson.json");
}

TEST_F(TopBar, the_model_menu_lists_what_was_found_and_marks_nothing_twice) {
  std::vector<ModelEntry> models(2);
  models[0] = {.folder = "/models/council", .name = "council", .place = ModelPlace::built_in, .supported = true};
  models[1] = {.folder = "/models/big.gguf",
               .name = "big",
               .place = ModelPlace::recent,
               .supported = true,
               .bytes = 4'100'000'000,
               .stored_as = "Q4_K_M"};
  world.models = &models;
  open_menu("model");
  EXPECT_TRUE(has("models.council"));
  click_item("models.big");
  ASSERT_NE(action<OpenModel>(), nullptr);
  EXPECT_EQ(action<OpenModel>()->model, "/models/big.gguf");
}

TEST_F(TopBar, the_card_tells_the_models_own_numbers) {
  window_frames(2);
  click_item("status.facts");
  window_frames(2);
  ASSERT_TRUE(has("overlay.card"));
  const Model& model = *snapshot->model;
  const std::vector<CardLine> card = model_card(model);
  const auto value = [&](const char* key) {
    const auto found =
        std::find_if(card.begin(), card.end(), [&](const CardLine& line) { return line.name == tr(key); });
    return found == card.end() ? std::string("none") : found->value;
  };
  EXPECT_EQ(value("card.layers"), std::to_string(model.config.layers));
  EXPECT_EQ(value("card.heads"), std::to_string(model.config.heads(0)));
  EXPECT_EQ(value("card.head_width"), std::to_string(model.config.head_dim(0)));
  click_item("card.copy");
  ASSERT_NE(command<CopyText>(), nullptr);
  EXPECT_EQ(command<CopyText>()->text, as_text(model, card));
  click_item("card.close");
  window_frames(2);
  EXPECT_FALSE(has("overlay.card"));
}

TEST(ModelCard, groups_digits_and_names_what_is_special) {
  Model model;
  model.config.layers = 2;
  model.config.plans.assign(
      2, {.attention = {.heads = 8, .kv_heads = 2, .head_dim = 64, .cap = 50.0F}, .positions = Rotary{.width = 64}});
  model.config.plans[1].attention.window = {4096};
  model.parameters = 6'312'448;
  std::string all = as_text(model, model_card(model));
  EXPECT_NE(all.find("6\u00A0312\u00A0448"), std::string::npos) << all;
  for (const std::string& part :
       {tr("card.shared_heads", {{"each", 4}}), tr("card.score_cap", {{"cap", std::string("50")}}),
        tr_plural("card.window", 4096, {{"window", std::string("4\u00A0096")}, {"layers", 1}})})
    EXPECT_NE(all.find(part), std::string::npos) << part << "\n" << all;
}

TEST(ModelCard, tells_what_differs_between_layers) {
  Model model;
  model.config.layers = 2;
  model.config.plans.assign(2, {.attention = {.heads = 8, .kv_heads = 8, .head_dim = 64},
                                .positions = Rotary{.width = 64},
                                .feed_forward = {.width = 8192}});
  model.config.plans[1].feed_forward.width = 16'384;
  model.config.plans[1].attention.window = {512};
  model.config.plans[1].positions = Rotary{.rope = {.base = 1000.0F}, .width = 64};
  const std::string all = as_text(model, model_card(model));
  EXPECT_NE(all.find("8\u00A0192–16\u00A0384"), std::string::npos) << all;
  const std::string far =
      tr("card.positions_rope", {{"base", std::string("10\u00A0000")}, {"turned", 64}, {"width", 64}});
  EXPECT_NE(all.find(tr("card.positions_near", {{"rope", far}, {"base", std::string("1\u00A0000")}})),
            std::string::npos)
      << all;
}

TEST(ModelCard, tells_of_the_attention_of_layers_that_have_softmax) {
  Model model;
  model.config.layers = 2;
  const LayerPlan delta{.attention = {.heads = 4, .kv_heads = 4, .head_dim = 7}, .mixer = GatedDelta{.key_heads = 2}};
  const LayerPlan full{
      .attention = {.heads = 4, .kv_heads = 2, .head_dim = 16, .qk_norm = QkNorm::each_head, .output_gate = true},
      .positions = Rotary{.width = 4}};
  model.config.plans = {delta, full};
  const std::string all = as_text(model, model_card(model));
  const std::string base =
      tr("card.positions_rope", {{"base", std::string("10\u00A0000")}, {"turned", 4}, {"width", 16}});
  for (const std::string& part : {base, std::string(tr("card.qk_norm")), std::string(tr("card.output_gate")),
                                  tr("card.gated_delta", {{"layers", 1}})})
    EXPECT_NE(all.find(part), std::string::npos) << part << "\n" << all;
  EXPECT_EQ(all.find(tr("card.unrotated")), std::string::npos) << "what has no softmax has no scores to turn for";
}

TEST(ModelCard, tells_what_a_cache_keeps_and_which_layers_are_not_read) {
  Model model;
  model.config.layers = 1;
  model.config.plans.assign(1, {.attention = {.heads = 2, .kv_heads = 2, .head_dim = 192, .value_dim = 128}});
  model.config.plans[0].attention.latent = {.rank = 512, .shared_dims = 64};
  model.config.unread_layers = 1;
  const std::string all = as_text(model, model_card(model));
  for (const std::string& part :
       {tr("card.value_width") + std::string("\t128\n"), tr("card.latent", {{"rank", 512}, {"shared", 64}}),
        tr("card.unread_layers", {{"count", 1}})})
    EXPECT_NE(all.find(part), std::string::npos) << part << "\n" << all;
}

TEST(ModelCard, tells_what_a_vision_tower_without_classes_is_made_of) {
  Model model;
  model.config.layers = 2;
  model.config.has_lm_head = false;
  model.config.vocabulary = model.config.context = 11;
  model.config.tower = Tower::vision;
  model.config.plans.assign(
      2, {.attention = {.heads = 2, .kv_heads = 2, .head_dim = 8, .bias = true, .unbiased_keys = true},
          .positions = Rotary{.rope = {.base = 100.0F}, .width = 8, .two_axes = true},
          .layer_scale = true});
  model.config.patches = {.height = 6,
                          .width = 8,
                          .patch_height = 2,
                          .patch_width = 4,
                          .special_tokens = {"[CLS]", "[REG1]", "[REG2]"},
                          .learned_side = 5};
  const std::string all = as_text(model, model_card(model));
  for (const std::string& part :
       {std::string(tr("card.no_classes")), std::string(tr("card.layer_scale")), std::string(tr("card.unbiased_keys")),
        std::string(tr("card.vision_tower")), tr_plural("card.registers", 2),
        tr("card.stretched", {{"side", 5}, {"columns", 2}, {"rows", 3}}),
        tr("card.positions_picture", {{"base", std::string("100")}})})
    EXPECT_NE(all.find(part), std::string::npos) << part << "\n" << all;
  EXPECT_EQ(all.find(tr("card.labels")), std::string::npos) << all;
  model.config.patches->special_tokens.clear();
  model.config.patches->learned_side = 0;
  model.config.tower = Tower::text;
  const std::string alone = as_text(model, model_card(model));
  EXPECT_NE(alone.find(tr("card.no_class_token")), std::string::npos) << alone;
  EXPECT_NE(alone.find(tr("card.text_tower")), std::string::npos) << alone;
  EXPECT_EQ(alone.find(tr_plural("card.registers", 2)), std::string::npos) << alone;
}

TEST(ModelCard, tells_all_experts_and_what_one_token_uses) {
  Model model;
  model.config.layers = 3;
  model.config.hidden = 10;
  model.config.plans.assign(
      3, {.attention = {.heads = 2, .kv_heads = 2, .head_dim = 5}, .feed_forward = {.width = 77, .gated = true}});
  std::string all = as_text(model, model_card(model));
  EXPECT_EQ(all.find(tr("card.experts")), std::string::npos) << all;
  EXPECT_EQ(all.find(tr("card.active_parameters")), std::string::npos) << all;
  model.config.plans[2].feed_forward = {.width = 19, .gated = true};
  model.config.plans[2].feed_forward.experts = {.count = 5, .chosen = 2, .shared_width = 23};
  model.parameters = 5'000;
  all = as_text(model, model_card(model));
  const auto line = [](const char* key, const std::string& value) {
    return std::string(tr(key)) + "\t" + value + "\n";
  };
  for (const std::string& part : {line("card.feed_forward", "77"), line("card.expert_layers", "1"),
                                  line("card.expert_width", "19"), line("card.shared_expert", "23"),
                                  line("card.experts", tr("card.experts_chosen", {{"count", 5}, {"chosen", 2}})),
                                  line("card.active_parameters", "3\u00A0290")})  // 5000 − 3 experts · 3 · 10 · 19
    EXPECT_NE(all.find(part), std::string::npos) << part << "\n" << all;
}

}  // namespace
}  // namespace regard::test
