// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/relatives.h"

#include "app/base/assets.h"
#include "app/viewmodel/figures_place.h"
#include "core/base/text_file.h"

namespace regard {
namespace {

constexpr std::size_t kMostRelatives = 64, kMostRelativesTexts = 64;
constexpr double kMostNats = 1000.0;

/// A number for each model.
std::vector<double> of_each(const FiguresPlace& place, std::size_t models, double most) {
  std::vector<double> list;
  for (std::size_t at = 0, count = place.list_of(models, models); at < count; ++at)
    list.push_back(place.at(at).amount(most));
  return list;
}

Relative relative_from(const FiguresPlace& place, std::string_view language) {
  const FiguresPlace model = place.at("model");
  const std::string folder = model.text();
  if (folder.empty() || folder.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos)
    model.fail("a-z, 0-9, -");
  return {std::string(relatives_folder) + "/" + folder, place.at("name").at(std::string(language)).text()};
}

RelativesText relatives_text(const FiguresPlace& place, std::size_t models, std::string_view language) {
  return {.name = place.at("name").at(std::string(language)).text(),
          .language = place.at("language").text(),
          .pieces = place.at("pieces").count(),
          .nats = of_each(place.at("nats"), models, kMostNats),
          .bits = of_each(place.at("bits"), models, kMostNats),
          .right = of_each(place.at("right"), models, 1.0)};
}

}  // namespace

Relatives parse_relatives(std::string_view text, const std::string& file, std::string_view language) {
  const nlohmann::json document = parse_json(text, file);
  const FiguresPlace whole{file, "", document};
  Relatives relatives{.width = whole.at("width").count(),
                      .layers = whole.at("layers").count(),
                      .parameters = whole.at("parameters").count(),
                      .pieces = whole.at("pieces").count()};
  const FiguresPlace list = whole.at("models");
  for (std::size_t at = 0, count = list.list_of(1, kMostRelatives); at < count; ++at)
    relatives.models.push_back(relative_from(list.at(at), language));
  const std::size_t models = relatives.models.size();
  const FiguresPlace texts = whole.at("texts");
  for (std::size_t at = 0, count = texts.list_of(1, kMostRelativesTexts); at < count; ++at)
    relatives.texts.push_back(relatives_text(texts.at(at), models, language));
  const FiguresPlace repeats = whole.at("repeats");
  for (std::size_t at = 0, count = repeats.list_of(0, kMostRelativesTexts); at < count; ++at)
    relatives.repeats.push_back(
        {repeats.at(at).at("period").count(), of_each(repeats.at(at).at("right"), models, 1.0)});
  const FiguresPlace samples = whole.at("sample");
  for (std::size_t at = 0, count = samples.list_of(0, kMostRelativesTexts); at < count; ++at)
    relatives.samples.push_back(
        {samples.at(at).at("text").text(), of_each(samples.at(at).at("nats"), models, kMostNats)});
  return relatives;
}

Relatives load_relatives(std::string_view language) {
  const std::filesystem::path file = assets_folder() / "models" / relatives_folder / "figures.json";
  return parse_relatives(read_file(file, max_relatives_bytes), file.string(), language);
}

}  // namespace regard
