// SPDX-License-Identifier: Apache-2.0
#include "app/cli/help.h"

#include "app/cli/columns.h"
#include "app/style/locale.h"
#include "core/text/unicode.h"

#include <CLI/CLI.hpp>

#include <sstream>

namespace regard::cli {
namespace {

constexpr std::size_t kWidth = 80;  // columns
constexpr std::size_t kLeft = 28;   // where descriptions begin

// `names` in two columns' indentation, its description beside it, or below where the names are long.
void write_row(std::ostream& out, const std::string& names, const std::string& description) {
  out << "  " << names;
  std::size_t column = 2 + count_characters(names);
  for (const std::string& line : wrapped(description, kWidth - kLeft)) {
    if (column + 2 > kLeft) {
      out << '\n';
      column = 0;
    }
    out << std::string(kLeft - column, ' ') << line;
    column = kWidth;
  }
  out << '\n';
}

void write_paragraph(std::ostream& out, const std::string& text) {
  for (const std::string& line : wrapped(text, kWidth))
    out << line << '\n';
}

std::string names_of(const CLI::Option& option) {
  std::string names;
  for (const std::string& name : option.get_snames())
    names += (names.empty() ? "-" : ", -") + name;
  for (const std::string& name : option.get_lnames())
    names += (names.empty() ? "--" : ", --") + name;
  if (names.empty()) return option.get_type_name() + (option.get_items_expected_max() > 1 ? "…" : "");  // by its place
  const bool takes_a_value = option.get_items_expected_max() > 0;
  return takes_a_value ? names + " " + option.get_type_name() : names;
}

std::string description_of(const CLI::Option& option) {
  std::string description = option.get_description();
  if (!option.get_default_str().empty())
    description = tr("cli.help.default", {{"about", description}, {"value", option.get_default_str()}});
  if (option.get_required()) description = tr("cli.help.required", {{"about", description}});
  return description;
}

void write_options(std::ostream& out, const std::string& title, const std::vector<const CLI::Option*>& options) {
  out << '\n' << title << ":\n";
  for (const CLI::Option* option : options)
    write_row(out, names_of(*option), description_of(*option));
}

// Options of which one is to be chosen, each such group under a title of its own.
void write_choices(std::ostream& out, const CLI::App& app) {
  for (const CLI::App* group : app.get_subcommands([](const CLI::App* each) { return each->get_name().empty(); }))
    write_options(out, tr("cli.help.one_of", {{"title", group->get_description()}}),
                  group->get_options([group](const CLI::Option* each) { return each != group->get_help_ptr(); }));
}

// What a command takes by its place: "FILE…".
std::string places_of(const CLI::App& app) {
  std::string places;
  for (const CLI::Option* option : app.get_options([](const CLI::Option* each) { return each->get_positional(); }))
    places += " " + names_of(*option);
  return places;
}

void write_usage(std::ostream& out, const CLI::App& app, const std::string& name, bool with_commands) {
  const std::string label = tr("cli.help.usage");
  const std::string options = tr("cli.help.options_mark") + places_of(app);
  out << '\n' << label << ' ' << name << ' ' << options << '\n';
  if (with_commands)
    out << std::string(count_characters(label), ' ') << ' ' << name << ' ' << tr("cli.help.command_mark") << ' '
        << options << '\n';
}

class Help : public CLI::FormatterBase {
public:
  Help() { label("Options", tr("cli.help.options")); }

  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode /*mode*/) const override {
    std::ostringstream out;
    write_paragraph(out, app->get_description());
    const auto commands = app->get_subcommands([](const CLI::App* each) { return !each->get_name().empty(); });
    write_usage(out, *app, name, !commands.empty());
    if (!commands.empty()) out << '\n' << tr("cli.help.commands") << ":\n";
    for (const CLI::App* command : commands)
      write_row(out, command->get_name(), command->get_description());
    write_choices(out, *app);
    for (const std::string& group : app->get_groups()) {
      const auto options = app->get_options([&group](const CLI::Option* each) { return each->get_group() == group; });
      if (!options.empty()) write_options(out, get_label(group), options);
    }
    if (!app->get_footer().empty()) {
      out << '\n';
      write_paragraph(out, app->get_footer());
    }
    return out.str();
  }
};

}  // namespace

std::shared_ptr<CLI::FormatterBase> help_formatter() {
  return std::make_shared<Help>();
}

}  // namespace regard::cli
