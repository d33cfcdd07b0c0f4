using System.CommandLine;
using System.Globalization;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Configuration.Reading;
using ModelScan.RoutingApi.Governance.Keys;

namespace ModelScan.RoutingApi.Cli;

/// <summary><c>key new|list|revoke</c>: keys by which clients use the gateway. They are written to <c>governance.keys_file</c>, or where there is none printed for the configuration.</summary>
internal static class KeyCommand
{
    private const string Nothing = "-";

    public static Command Create(CommandOutput output) =>
        new("key", "Makes, lists and ends the keys by which clients use the gateway. Only their hashes are kept.") { New(output), List(output), Revoke(output) };

    private static Command New(CommandOutput output)
    {
        var config = new ConfigOption();
        var id = new Argument<string>("ID") { Description = "Names the key: letters, digits, dots and dashes." };
        var models = new Option<string[]>("--model") { Description = "A model that it opens: provider/model, provider/* or route:NAME; may be repeated. All without it.", HelpName = "MODEL" };
        var limits = new Option<string[]>("--limit") { Description = "A limit that is its own, by its id; may be repeated.", HelpName = "LIMIT" };
        var tags = new Option<string[]>("--tag") { Description = "A label, such as team=search; may be repeated.", HelpName = "NAME=VALUE" };
        var expires = new Option<string?>("--expires") { Description = "When it ends, such as 2027-01-31.", HelpName = "DATE" };
        var command = new Command("new", "Makes a key and prints it, once.") { id, models, limits, tags, expires, config };
        command.SetAction(async (result, cancellationToken) =>
        {
            var name = result.GetValue(id)!;
            if (!GatewayKeyReader.IsId(name))
                return await FailAsync(output, "the id must have 1 to 64 letters, digits, dots and dashes, and begin with a letter or digit");
            DateTimeOffset? end = null;
            if (result.GetValue(expires) is { } text)
            {
                if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date))
                    return await FailAsync(output, $"--expires: '{text}' is no date such as 2027-01-31");
                end = date;
            }

            var labels = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var tag in result.GetValue(tags) ?? [])
            {
                var at = tag.IndexOf('=', StringComparison.Ordinal);
                if (at <= 0)
                    return await FailAsync(output, $"--tag: '{tag}' must be NAME=VALUE");
                labels[tag[..at]] = tag[(at + 1)..];
            }

            var governance = GovernanceOf(config, result);
            if (governance.Keys.Any(key => key.Id == name))
                return await FailAsync(output, $"there is a key '{name}' already");
            var secret = KeySecret.Create(name);
            var made = new GatewayKeyConfig(name, KeySecret.HashOf(secret)["sha256:".Length..])
            {
                Models = result.GetValue(models) ?? [],
                Limits = result.GetValue(limits) ?? [],
                Tags = labels,
                Expires = end,
                IsFromFile = true,
            };
            if (governance.KeysFile is { } file)
                await new KeyFile(file, governance).ChangeAsync(keys => keys.Any(key => key.Id == name) ? throw new InvalidConfigException($"there is a key '{name}' already") : [.. keys, made], TimeProvider.System, cancellationToken);
            await output.Out.WriteLineAsync(secret);
            await output.Error.WriteLineAsync(governance.KeysFile is { } written
                ? $"The key is shown this once. Its hash is in {written}; gateways that read it take it within a second."
                : $"The key is shown this once. Put this under governance.keys of the configuration, or set governance.keys_file for 'modelscan key' to write there:\n  - {KeyFile.Write(made)}");
            return ExitCode.Success;
        });
        return command;
    }

    private static Command List(CommandOutput output)
    {
        var config = new ConfigOption();
        var command = new Command("list", "Lists the keys, without their secrets.") { config };
        command.SetAction((result, _) =>
        {
            output.Table(["id", "state", "models", "limits", "tags", "expires", "from"], GovernanceOf(config, result).Keys.Select(Row));
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static Command Revoke(CommandOutput output)
    {
        var config = new ConfigOption();
        var id = new Argument<string>("ID") { Description = "The key." };
        var command = new Command("revoke", "Ends a key: gateways refuse it within a second.") { id, config };
        command.SetAction(async (result, cancellationToken) =>
        {
            var governance = GovernanceOf(config, result);
            var name = result.GetValue(id)!;
            if (governance.Keys.FirstOrDefault(key => key.Id == name) is not { } found)
                return await FailAsync(output, $"there is no key '{name}'");
            if (!found.IsFromFile)
                return await FailAsync(output, $"the key '{name}' stands in the configuration: take it out of governance.keys there, or write disabled: true");
            await new KeyFile(governance.KeysFile!, governance).ChangeAsync(keys => [.. keys.Where(key => key.Id != name)], TimeProvider.System, cancellationToken);
            output.Line($"revoked {name}");
            return ExitCode.Success;
        });
        return command;
    }

    private static GovernanceConfig GovernanceOf(ConfigOption config, ParseResult result) => ConfigFile.Locate(config.Settings(result)).Load().Config.Governance;

    private static string[] Row(GatewayKeyConfig key) =>
    [
        key.Id,
        GatewayKeys.Problem(key, TimeProvider.System.GetUtcNow()) ?? "open",
        key.Models.Count == 0 ? "all" : string.Join(", ", key.Models),
        key.Limits.Count == 0 ? Nothing : string.Join(", ", key.Limits),
        key.Tags.Count == 0 ? Nothing : string.Join(", ", key.Tags.Select(tag => $"{tag.Key}={tag.Value}")),
        key.Expires?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "never",
        key.IsFromFile ? "file" : "configuration",
    ];

    private static async Task<int> FailAsync(CommandOutput output, string message)
    {
        await output.Error.WriteLineAsync(message);
        return ExitCode.Failure;
    }
}
