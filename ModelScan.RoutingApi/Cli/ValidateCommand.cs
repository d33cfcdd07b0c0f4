using System.CommandLine;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions.Sessions.Redis;

namespace ModelScan.RoutingApi.Cli;

/// <summary><c>validate FILE… [--strict]</c>: checks configurations without starting anything.</summary>
internal static class ValidateCommand
{
    public static Command Create(CommandOutput output)
    {
        var files = new Argument<string[]>("FILE") { Description = "Configuration files, ModelScan's or Plano's.", Arity = ArgumentArity.OneOrMore };
        var strict = new Option<bool>("--strict") { Description = "Counts warnings as errors: settings that protect, and that the gateway does not enforce." };
        var command = new Command("validate", "Checks configuration files and says everything that is wrong with them, by path and line.") { files, strict };
        command.SetAction(result =>
        {
            var code = ExitCode.Success;
            foreach (var file in result.GetRequiredValue(files))
                code = Math.Max(code, Check(file, result.GetValue(strict), output));
            return code;
        });
        return command;
    }

    private static int Check(string file, bool strict, CommandOutput output)
    {
        var report = WithStore(ConfigFile.At(file).Check());
        if (report.Loaded is { Config: var config } && report.Passes(strict))
            output.Out.WriteLine($"{report.Source}: valid ({config.Providers.Count} models, {config.Routes.Count} routes, {config.MetricsSources.Count} metrics sources)");
        else
            output.Error.WriteLine(new InvalidConfigException(report.Source, [.. report.Errors, .. strict ? report.Warnings : []]).Message);
        if (!strict)
        {
            foreach (var warning in report.Warnings)
                output.Error.WriteLine($"  warning: {warning}");
        }

        foreach (var notice in report.Notices)
            output.Out.WriteLine($"  {notice}");
        return report.Passes(strict) ? ExitCode.Success : ExitCode.Failure;
    }

    // A gateway would find this out when it opens the store.
    private static ConfigReport WithStore(ConfigReport report)
    {
        if (report.Loaded?.Config.Session is not { Store: SessionStoreKind.Redis, RedisUrl: { } url })
            return report;
        try
        {
            RedisAddress.Parse(url);
            return report;
        }
        catch (FormatException exception)
        {
            return report with { Loaded = null, Errors = [new ConfigError("routing.session_cache.url", 0, exception.Message)] };
        }
    }
}
