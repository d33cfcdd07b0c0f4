using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi;

/// <summary><c>validate FILE</c>: checks a configuration without starting anything.</summary>
internal static class ConfigValidation
{
    /// <summary>Writes what is wrong to <paramref name="error"/>, else a summary and the notices to <paramref name="output"/>.</summary>
    /// <returns>The exit code: 0 when the file is valid, 1 when it is not.</returns>
    public static int Run(string file, TextWriter output, TextWriter error)
    {
        try
        {
            var loaded = ConfigFile.At(file).Load();
            var config = loaded.Config;
            output.WriteLine($"{loaded.Source}: valid ({config.Providers.Count} models, {config.Routes.Count} routes, {config.MetricsSources.Count} metrics sources)");
            foreach (var notice in loaded.Notices)
                output.WriteLine($"  {notice}");
            return 0;
        }
        catch (InvalidConfigException exception)
        {
            error.WriteLine(exception.Message);
            return 1;
        }
    }
}
