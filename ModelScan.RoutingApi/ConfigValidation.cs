using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi;

/// <summary><c>validate FILE</c>: checks a configuration without starting anything.</summary>
internal static class ConfigValidation
{
    /// <summary>Writes what is wrong to <paramref name="error"/>, and where nothing is, a summary to <paramref name="output"/>; warnings and notices in either case.</summary>
    /// <param name="file">Path of the file.</param>
    /// <param name="output">Where the summary and the notices go.</param>
    /// <param name="error">Where errors and warnings go.</param>
    /// <param name="strict">Whether warnings count as errors.</param>
    /// <returns>The exit code: 0 when the file is valid, 1 when it is not.</returns>
    public static int Run(string file, TextWriter output, TextWriter error, bool strict = false)
    {
        var report = ConfigFile.At(file).Check();
        if (report.Loaded is { Config: var config } && report.Passes(strict))
            output.WriteLine($"{report.Source}: valid ({config.Providers.Count} models, {config.Routes.Count} routes, {config.MetricsSources.Count} metrics sources)");
        else
            error.WriteLine(new InvalidConfigException(report.Source, [.. report.Errors, .. strict ? report.Warnings : []]).Message);
        if (!strict)
        {
            foreach (var warning in report.Warnings)
                error.WriteLine($"  warning: {warning}");
        }

        foreach (var notice in report.Notices)
            output.WriteLine($"  {notice}");
        return report.Passes(strict) ? 0 : 1;
    }
}
