// SPDX-License-Identifier: Apache-2.0
#include "app/cli/usage.h"

#include "app/style/locale.h"

#include <CLI/CLI.hpp>

namespace regard::cli {
namespace {

// "a, b, c"
std::string listed(const std::vector<std::string>& names) {
  return CLI::detail::join(names, ", ");
}

std::vector<std::string> names_of(const std::vector<const CLI::Option*>& options) {
  std::vector<std::string> names;
  names.reserve(options.size());
  for (const CLI::Option* option : options)
    names.push_back(option->get_name());
  return names;
}

// The command that was chosen, or the program itself.
const CLI::App& chosen(const CLI::App& app) {
  return app.get_subcommands().empty() ? app : chosen(*app.get_subcommands().front());
}

// What its commands are called; nothing where it has none.
std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* each : app.get_subcommands([](const CLI::App* one) { return !one->get_name().empty(); }))
    names.push_back(each->get_name());
  return names;
}

// What nobody took: an option that is not there, a command that is not there, or a word too many.
std::string left_over(const CLI::App& app) {
  const CLI::App& command = chosen(app);
  const std::vector<std::string> rest = app.remaining(true);
  const std::string found = rest.empty() ? std::string() : rest.front();
  if (found.starts_with('-')) {
    const std::string option = found.substr(0, found.find('='));
    return &command == &app
               ? tr("cli.usage.no_such_option", {{"option", option}})
               : tr("cli.usage.command_lacks_option", {{"option", option}, {"command", command.get_name()}});
  }
  const std::vector<std::string> commands = commands_of(command);
  if (commands.empty()) return tr("cli.usage.left_over", {{"found", found}});
  return tr("cli.usage.no_such_command", {{"found", found}, {"names", listed(commands)}});
}

// An option that must be there, or a choice of which none or too much was taken.
std::string missing(const CLI::App& app) {
  const CLI::App& command = chosen(app);
  for (const CLI::Option* option : command.get_options())
    if (option->get_required() && option->count() == 0)
      return tr("cli.usage.required", {{"option", option->get_name()}});
  if (const std::vector<std::string> commands = commands_of(command); &command != &app && !commands.empty())
    return tr("cli.usage.no_command", {{"command", command.get_name()}, {"names", listed(commands)}});
  for (const CLI::App* group : command.get_subcommands([](const CLI::App* each) { return each->get_name().empty(); })) {
    const auto options = group->get_options([group](const CLI::Option* each) { return each != group->get_help_ptr(); });
    const auto given =
        std::count_if(options.begin(), options.end(), [](const CLI::Option* each) { return each->count() > 0; });
    const std::string names = listed(names_of(options));
    if (given == 0) return tr("cli.usage.none_given", {{"names", names}});
    if (given > 1) return tr("cli.usage.too_many_given", {{"names", names}});
  }
  return tr("cli.usage.other");
}

// An option with no value, with two, or a switch with one. The library's message begins with its name.
std::string mismatch(const CLI::App& app, const std::string& message) {
  std::string name = message.substr(0, message.find_first_of(": "));
  if (!name.starts_with('-')) name = "--" + name;
  const CLI::Option* option = chosen(app).get_option_no_throw(name);
  if (option == nullptr) option = app.get_option_no_throw(name);
  if (option == nullptr) return tr("cli.usage.other");
  if (option->count() > 1) return tr("cli.usage.twice", {{"option", name}});
  if (option->get_items_expected_max() == 0) return tr("cli.usage.takes_no_value", {{"option", name}});
  return tr("cli.usage.no_value", {{"option", name}});
}

}  // namespace

std::string missing_choice(const CLI::App& app) {
  return missing(app);
}

std::string usage_sentence(const CLI::App& app, const CLI::ParseError& error) {
  if (dynamic_cast<const CLI::ValidationError*>(&error) != nullptr) return error.what();
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) return left_over(app);
  // A misspelt option is worth more words than the one that is missing for it.
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr)
    return app.remaining_size(true) > 0 ? left_over(app) : missing(app);
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) return mismatch(app, error.what());
  return tr("cli.usage.other");
}

}  // namespace regard::cli
