// SPDX-License-Identifier: Apache-2.0
// gallery FOLDER: every widget in both themes as PNG files, to be looked at; and what a frame of each costs. Not a test.
#include "app/gfx/gl.h"
#include "app/gfx/heat_map_image.h"
#include "app/gfx/objects.h"
#include "app/gfx/png.h"
#include "app/gfx/thumbnail_atlas.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/arcs.h"
#include "app/widgets/bars.h"
#include "app/widgets/heat_map.h"
#include "app/widgets/layer_chart.h"
#include "app/widgets/legend.h"
#include "app/widgets/overview.h"
#include "app/widgets/slider.h"
#include "app/widgets/splitter.h"
#include "app/widgets/token_strip.h"
#include "tests/gl/context.h"

#include <backends/imgui_impl_opengl3.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace regard;

struct Sentence {
  Axis axis;
  Matrix scores, weights;
  std::vector<bool> masked;
  StripView strip;
  ArcsView arcs;
};

/// Scores that look like those of a head: each word looks at one or two others, a little at its neighbours.
Sentence sentence(const std::vector<std::string>& words, bool causal) {
  Sentence s;
  const std::size_t count = words.size();
  s.scores = Matrix(count, count);
  s.weights = Matrix(count, count);
  s.masked.assign(count * count, false);
  std::size_t byte = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const bool special = words[i].front() == '[';
    s.axis.units.push_back({words[i], {i}, special});
    Token token{.id = static_cast<std::int32_t>(100 + 37 * i), .piece = words[i], .text = words[i], .begin = byte};
    token.end = special ? byte : byte + words[i].size();
    token.word = special ? -1 : static_cast<std::int32_t>(i);
    token.special = special;
    byte = token.end + 1;
    s.strip.chips.push_back({token, 0.0F, false});
  }
  for (std::size_t query = 0; query < count; ++query) {
    float sum = 0.0F;
    for (std::size_t key = 0; key < count; ++key) {
      const auto distance = static_cast<float>(query) - static_cast<float>(key);
      const float score =
          3.2F * std::sin(1.7F * static_cast<float>(query * 3 + key)) * std::cos(0.9F * static_cast<float>(key)) +
          3.0F * std::exp(-std::abs(distance + 1.0F)) - 0.4F;
      s.scores(query, key) = score;
      if (causal && key > query) s.masked[query * count + key] = true;
      if (!s.masked[query * count + key]) sum += s.weights(query, key) = std::exp(1.3F * score);
    }
    for (std::size_t key = 0; key < count; ++key)
      s.weights(query, key) /= sum;
  }
  return s;
}

void look_from(Sentence& s, std::size_t query, std::size_t key, bool from_all) {
  s.strip.weight_limit = 0.9F;
  s.strip.query = query;
  s.strip.key = key;
  s.arcs.rows = s.arcs.cols = s.axis;
  for (std::size_t i = 0; i < s.strip.chips.size(); ++i) {
    s.strip.chips[i].weight = s.weights(query, i);
    s.strip.chips[i].masked = s.masked[query * s.axis.size() + i];
  }
  for (std::size_t from = 0; from < s.axis.size(); ++from) {
    if (from != query && !from_all) continue;
    std::size_t best = 0;
    for (std::size_t to = 0; to < s.axis.size(); ++to)
      if (s.weights(from, to) > s.weights(from, best)) best = to;
    for (std::size_t to = 0; to < s.axis.size(); ++to)
      if (s.weights(from, to) > 0.03F) s.arcs.arcs.push_back({from, to, s.weights(from, to), 0, to == best});
  }
  std::sort(s.arcs.arcs.begin(), s.arcs.arcs.end(), [](const Arc& a, const Arc& b) { return a.weight < b.weight; });
}

class Gallery {
public:
  explicit Gallery(std::filesystem::path folder) : folder_(std::move(folder)) {
    if (test::make_current(test::Api::desktop) == nullptr)
      throw std::runtime_error("no OpenGL 3.3; run under xvfb-run");
    ImGui::CreateContext();
    ImGui::GetIO().IniFilename = nullptr;
    build_fonts(*ImGui::GetIO().Fonts, REGARD_ASSETS_DIR "/fonts", kTextPixels);
    load_locale(REGARD_ASSETS_DIR "/locale");
    ImGui_ImplOpenGL3_Init("#version 330");
  }
  ~Gallery() {
    ImGui_ImplOpenGL3_Shutdown();
    ImGui::DestroyContext();
  }
  Gallery(const Gallery&) = delete;
  Gallery& operator=(const Gallery&) = delete;

  void show(const std::string& name, int width, int height, const std::function<void()>& draw) {
    for (const ThemeChoice choice : {ThemeChoice::dark, ThemeChoice::light}) {
      choice_ = choice;
      set_theme(choice);
      apply_theme(ImGui::GetStyle(), kTextPixels);
      gfx::Framebuffer target(width, height);
      std::vector<double> milliseconds;
      for (int frame = 0; frame < 40; ++frame) {
        const auto start = std::chrono::steady_clock::now();
        one_frame(target, width, height, draw);
        glFinish();
        milliseconds.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
      }
      std::nth_element(milliseconds.begin(), milliseconds.begin() + 20, milliseconds.end());
      const std::string file = name + (choice == ThemeChoice::dark ? "-dark.png" : "-light.png");
      gfx::write_png(folder_ / file, width, height, target.read_pixels());
      std::printf("%-28s %4d × %-4d median %.2f ms\n", file.c_str(), width, height, milliseconds[20]);
    }
  }
  [[nodiscard]] ThemeChoice choice() const { return choice_; }
  void mouse(float x, float y) { ImGui::GetIO().MousePos = {x, y}; }

private:
  void one_frame(const gfx::Framebuffer& target, int width, int height, const std::function<void()>& draw) {
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = {static_cast<float>(width), static_cast<float>(height)};
    io.DeltaTime = 1.0F / 60.0F;
    ImGui_ImplOpenGL3_NewFrame();
    ImGui::NewFrame();
    ImGui::SetNextWindowPos({0.0F, 0.0F});
    ImGui::SetNextWindowSize(io.DisplaySize);
    ImGui::Begin("gallery", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground);
    draw();
    ImGui::End();
    ImGui::Render();
    target.bind();
    glClearColor(theme().panel.x, theme().panel.y, theme().panel.z, 1.0F);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    gfx::Framebuffer::unbind();
  }

  std::filesystem::path folder_;
  ThemeChoice choice_ = ThemeChoice::dark;
};

void grids(Gallery& gallery, const std::string& name, const std::vector<std::string>& words, bool causal, int side) {
  Sentence s = sentence(words, causal);
  const std::size_t query = words.size() / 2, key = 1;
  gfx::HeatMapImage score_image, weight_image;
  HeatMapView score_view, weight_view;
  const auto draw = [&](bool weights) {
    const gfx::ColourMap& map = weights ? gfx::colour_map(WeightMap::viridis, gallery.choice())
                                        : gfx::colour_map(ScoreMap::blue_orange, gallery.choice());
    const float low = weights ? 0.0F : -6.0F, high = weights ? 0.9F : 6.0F;
    ImGui::BeginGroup();
    heat_map({.id = weights ? "grid.weights" : "grid.scores",
              .size = {static_cast<float>(side), static_cast<float>(side)},
              .values = weights ? &s.weights : &s.scores,
              .masked = &s.masked,
              .revision = 1,
              .rows = &s.axis,
              .cols = &s.axis,
              .map = &map,
              .low = low,
              .high = high,
              .selected_row = query,
              .selected_col = key,
              .linked_row = 2,
              .linked_col = 5,
              .image = weights ? &weight_image : &score_image},
             weights ? weight_view : score_view);
    legend({.id = "legend",
            .width = static_cast<float>(side) * 0.8F,
            .map = &map,
            .low = low,
            .high = high,
            .current = 0.4F * high});
    ImGui::EndGroup();
  };
  gallery.show(name, 2 * side + 60, side + 70, [&] {
    draw(false);
    ImGui::SameLine();
    draw(true);
  });
}

void strips(Gallery& gallery, const std::string& name, const std::vector<std::string>& words, bool causal,
            bool editing) {
  Sentence s = sentence(words, causal);
  look_from(s, words.size() / 2, 1, false);
  TokenStripState state;
  std::size_t bytes = 0;
  for (const Chip& chip : s.strip.chips)
    bytes = std::max(bytes, chip.token.end);
  if (editing) {
    const Token& token = s.strip.chips[3].token;
    begin_editing(state, {token.begin, token.end}, std::string(bytes, 'x'));
    state.editing->buffer = "сидела";
  }
  gallery.show(name, 760, 150, [&] {
    token_strip({.view = &s.strip,
                 .map = &gfx::colour_map(WeightMap::viridis, gallery.choice()),
                 .linked = 4,
                 .text_bytes = bytes},
                state);
  });
}

void arc_pictures(Gallery& gallery, const std::string& name, const std::vector<std::string>& words, bool from_all,
                  std::size_t heads) {
  Sentence s = sentence(words, false);
  look_from(s, words.size() / 2, 1, from_all);
  const std::vector<Arc> own = s.arcs.arcs;
  for (std::size_t head = 1; head < heads; ++head)
    for (Arc arc : own) {
      arc.colour = head;
      arc.key = (arc.key + 2 * head) % words.size();
      s.arcs.arcs.push_back(arc);
    }
  gallery.show(name, 900, 300, [&] {
    arcs({.view = &s.arcs, .size = ImGui::GetContentRegionAvail(), .query = words.size() / 2, .key = 1, .linked = 4});
  });
}

void bar_pictures(Gallery& gallery, const std::string& name, const std::vector<std::string>& words) {
  Sentence s = sentence(words, false);
  const std::size_t query = words.size() / 2;
  std::vector<Bar> scores, weights, products;
  for (std::size_t key = 0; key < words.size(); ++key) {
    const bool special = s.axis.units[key].special;
    scores.push_back({words[key], s.scores(query, key), special, key == 6});
    weights.push_back({words[key], s.weights(query, key), special, key == 6});
  }
  std::vector<std::string> names;
  for (int dimension = 0; dimension < 64; ++dimension)
    names.push_back(std::to_string(dimension));
  for (std::size_t dimension = 0; dimension < 64; ++dimension)
    products.push_back({names[dimension], 0.6F * std::sin(static_cast<float>(dimension * dimension)), false, false});
  gallery.show(name, 760, 520, [&] {
    const float width = ImGui::GetContentRegionAvail().x;
    bars({.id = "a",
          .size = {width, 160.0F},
          .bars = scores,
          .low = -6.0F,
          .high = 6.0F,
          .tint = BarTint::sign,
          .decimals = 1,
          .selected = 1,
          .linked = 3});
    bars({.id = "b", .size = {width, 160.0F}, .bars = weights, .tint = BarTint::query, .selected = 1});
    bars({.id = "c",
          .size = {width, 150.0F},
          .bars = products,
          .low = -0.7F,
          .high = 0.7F,
          .tint = BarTint::sign,
          .numbers = false,
          .index_labels = true,
          .fit = true,
          .linked = 17});
  });
}

Snapshot heads_of(std::size_t layers, std::size_t heads, std::size_t side, bool roles) {
  Snapshot snapshot;
  snapshot.number = layers * 1000 + heads;
  for (std::size_t layer = 0; layer < layers; ++layer) {
    snapshot.thumbnails.emplace_back();
    for (std::size_t head = 0; head < heads; ++head) {
      Thumbnail thumbnail{.rows = side, .cols = side, .pixels = std::vector<std::uint8_t>(side * side, 6)};
      for (std::size_t query = 0; query < side; ++query) {
        const std::size_t key =
            (layer % 2 == 0) ? (query + side - head % 3 + 1) % side : (query * (head + 2) + layer) % side;
        thumbnail.pixels[query * side + key] = static_cast<std::uint8_t>(120 + 30 * (head % 5));
        thumbnail.pixels[query * side + (layer + head) % side] = 90;
      }
      snapshot.thumbnails.back().push_back(thumbnail);
    }
  }
  if (!roles) return snapshot;
  auto model = std::make_shared<Model>();
  const std::vector<std::pair<std::string, std::string>> names{
      {"подл.", "сказуемое → подлежащее"},          {"доп.", "сказуемое → дополнение"},
      {"опр.", "прилагательное → существительное"}, {"предл.", "предлог → существительное"},
      {"который", "который → к чему относится"},    {"← 1", "предыдущее слово"}};
  for (std::size_t index = 0; index < names.size(); ++index)
    model->roles.push_back({.head = {1 + index / 3, (index * 2) % heads},
                            .relation = "example",
                            .guided = index != 4,
                            .name = {names[index].second, names[index].second},
                            .badge = {names[index].first, names[index].first},
                            .asks = {"На что смотрит это слово?", "Whom does this word look at?"}});
  snapshot.model = model;
  return snapshot;
}

void overviews(Gallery& gallery, const std::string& name, const Snapshot& snapshot, int width, int height) {
  gfx::ThumbnailAtlas atlas;
  const std::vector<HeadRef> compared{{0, 1}, {3, 2}};
  OverviewView view;
  gallery.show(name, width, height, [&] {
    overview({.size = ImGui::GetContentRegionAvail(),
              .snapshot = &snapshot,
              .selected = {1, 2},
              .compared = compared,
              .map = &gfx::colour_map(WeightMap::viridis, gallery.choice()),
              .atlas = &atlas},
             view);
  });
}

/// Dots of every head with their mean, two lines, and stacked shares; over each other as in the window.
void layer_charts(Gallery& gallery, const std::string& name, std::size_t layers, std::size_t heads) {
  std::vector<LayerDot> dots;
  std::vector<float> mean(layers), uniform(layers, 4.0F), rising, falling;
  std::vector<LayerStack> stacks;
  for (std::size_t layer = 0; layer < layers; ++layer) {
    for (std::size_t head = 0; head < heads; ++head) {
      const auto value = static_cast<float>((head * head * 7 + layer * 5 + head) % 23) * 0.4F;
      dots.push_back({{layer, head}, value});
      mean[layer] += value / static_cast<float>(heads);
    }
    const float part = 0.3F + 0.4F * std::abs(std::sin(static_cast<float>(layer)));
    stacks.push_back({part, 0.0F, 1.0F - part});
  }
  for (std::size_t place = 0; place <= layers; ++place) {
    rising.push_back(static_cast<float>(place) / static_cast<float>(layers));
    falling.push_back(1.0F - 0.9F * rising.back());
  }
  const std::vector<HeadRef> compared{{0, heads - 1}};
  gallery.show(name, 420, 420, [&] {
    const float width = ImGui::GetContentRegionAvail().x;
    const std::vector<LayerLine> means{{uniform, 1, theme().text_muted, LineStyle::dashed},
                                       {mean, 1, theme().text, LineStyle::solid}};
    const std::vector<LayerLine> ways{{falling, 0, head_colour(2), LineStyle::dashed},
                                      {rising, 0, theme().accent, LineStyle::solid}};
    layer_chart({.id = "dots",
                 .size = {width, 150.0F},
                 .layers = layers,
                 .embedding = "emb",
                 .high = 9.4F,
                 .dots = dots,
                 .lines = means,
                 .selected = {layers - 1, 0},
                 .compared = compared});
    layer_chart(
        {.id = "lines", .size = {width, 120.0F}, .layers = layers, .embedding = "emb", .lines = ways, .marked = 1});
    layer_chart({.id = "stacks",
                 .size = {width, 110.0F},
                 .layers = layers,
                 .embedding = "emb",
                 .stacks = stacks,
                 .stack_colours = {theme().accent, head_colour(1), head_colour(2)}});
  });
}

std::vector<std::string> repeated(const std::vector<std::string>& words, std::size_t count) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < count; ++i)
    all.push_back(words[i % words.size()]);
  return all;
}

int run(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  Gallery gallery(folder);
  const std::vector<std::string> cat{"[CLS]", "Кошка",    ",",  "которая", "сидела", "на",   "крыше",
                                     ",",     "смотрела", "на", "птицу",   ".",      "[SEP]"};
  const std::vector<std::string> king{"[CLS]", "Старый", "король", "дал", "молодому", "принцу", "меч", ".", "[SEP]"};
  const std::vector<std::string> once{" Once", " upon",   " a",    " time",  ",",     " there", " was",
                                      " a",    " little", " girl", " named", " Lily", "."};
  grids(gallery, "grids-cat", cat, false, 420);
  grids(gallery, "grids-causal", once, true, 420);
  grids(gallery, "grids-long", repeated(cat, 90), true, 420);
  grids(gallery, "grids-huge", repeated(cat, 700), true, 420);
  grids(gallery, "grids-two", {"[CLS]", "Да"}, false, 420);
  grids(gallery, "grids-small", cat, false, 210);
  strips(gallery, "strip-cat", cat, false, false);
  strips(gallery, "strip-causal", once, true, false);
  strips(gallery, "strip-edit", cat, false, true);
  strips(gallery, "strip-long", repeated(cat, 120), false, false);
  arc_pictures(gallery, "arcs-cat", cat, false, 1);
  arc_pictures(gallery, "arcs-king-all", king, true, 1);
  arc_pictures(gallery, "arcs-heads", cat, false, 3);
  arc_pictures(gallery, "arcs-long", repeated(cat, 40), false, 1);
  bar_pictures(gallery, "bars-cat", cat);
  bar_pictures(gallery, "bars-long", repeated(cat, 60));
  overviews(gallery, "overview-council", heads_of(4, 8, 13, true), 380, 330);
  overviews(gallery, "overview-bert", heads_of(12, 12, 32, false), 380, 400);
  overviews(gallery, "overview-large", heads_of(36, 32, 64, false), 380, 400);
  layer_charts(gallery, "layers-one", 1, 1);
  layer_charts(gallery, "layers-council", 4, 8);
  layer_charts(gallery, "layers-deep", 32, 32);
  layer_charts(gallery, "layers-64", 64, 64);
  int layer = 2;
  float temperature = 1.0F;
  gallery.show("controls", 420, 140, [&] {
    slider({.id = "slider.layer", .label = "Слой", .label_width = 90.0F}, layer, 0, 11);
    slider({.id = "slider.temperature", .label = "Температура", .label_width = 90.0F}, temperature, 0.05F, 10.0F, true);
    float share = 0.5F;
    gallery.mouse(200.0F, 90.0F);
    splitter({.id = "s", .line = SplitterLine::horizontal, .length = 400.0F, .total = 100.0F}, share);
  });
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fputs("usage: gallery FOLDER\n", stderr);
    return 2;
  }
  return run(arguments[1]);
}
