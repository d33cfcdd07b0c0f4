using System.CommandLine;
using System.CommandLine.Parsing;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Cli;

/// <summary>What is wrong with a command line, in one line that says what was probably meant.</summary>
internal static class UsageError
{
    /// <summary>The first thing that is wrong; <see langword="null"/> when nothing is.</summary>
    public static string? Find(ParseResult result, IReadOnlyList<string> args)
    {
        var command = result.CommandResult.Command;
        if (UnknownOption(result) is { } option)
            return Unknown($"option '{option}'", option, OptionsOf(command), command);
        if (result.UnmatchedTokens is [var word, ..])
            return command is RootCommand ? UnknownCommand(word, command) : Unknown($"argument '{word}'", word, [], command);
        return result.Errors is [var error, ..] ? $"{error.Message} {HelpOf(command)}" : null;
    }

    /// <summary>The line for a word where a command should stand.</summary>
    private static string UnknownCommand(string word, Command root) =>
        Unknown($"command '{word}'", word, root.Subcommands.Select(command => command.Name), root);

    private static string Unknown(string what, string name, IEnumerable<string> known, Command command)
    {
        var nearest = NearestName.Find(name, known);
        return $"unknown {what}{(nearest is null ? "." : $"; did you mean '{nearest}'?")} {HelpOf(command)}";
    }

    // Where any word is welcome (a file, a prompt), the parser would take a misspelt option for one. What follows "--" is none.
    private static string? UnknownOption(ParseResult result)
    {
        foreach (var token in result.Tokens)
        {
            if (token.Type == TokenType.DoubleDash)
                return null;
            if (token.Type == TokenType.Argument && token.Value.Length > 1 && token.Value[0] == '-' && !IsValueOfAnOption(result, token))
                return token.Value;
        }

        return null;
    }

    private static bool IsValueOfAnOption(ParseResult result, Token token) =>
        result.CommandResult.Command.Options.Any(option => result.GetResult(option) is { } found && found.Tokens.Any(value => ReferenceEquals(value, token)));

    private static IEnumerable<string> OptionsOf(Command command) => command.Options.SelectMany(option => option.Aliases.Append(option.Name)).Append("--help");

    private static string HelpOf(Command command) => command is RootCommand ? "'modelscan --help' lists all." : $"See 'modelscan {command.Name} --help'.";
}
