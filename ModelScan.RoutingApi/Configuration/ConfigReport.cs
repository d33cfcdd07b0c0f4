namespace ModelScan.RoutingApi.Configuration;

/// <summary>Everything that checking a configuration found, whether or not it can be put in force.</summary>
/// <param name="Source">The file's path, or a name for what is built in.</param>
/// <param name="Loaded">What the configuration says; <see langword="null"/> when there are <paramref name="Errors"/>.</param>
/// <param name="Errors">What is wrong, in file order.</param>
/// <param name="Warnings">What would not do what whoever wrote it relies on: settings that protect and are not enforced, above all. In file order.</param>
/// <param name="Notices">What a person should know: keys without effect, variables that are not set. In file order.</param>
public sealed record ConfigReport(
    string Source, LoadedConfig? Loaded, IReadOnlyList<ConfigError> Errors, IReadOnlyList<ConfigError> Warnings, IReadOnlyList<ConfigError> Notices)
{
    /// <summary>A configuration that cannot even be read.</summary>
    internal ConfigReport(InvalidConfigException exception, string source)
        : this(source, null, exception.Errors, [], [])
    {
    }

    /// <summary>Whether the configuration passes.</summary>
    /// <param name="strict">Whether warnings count as errors.</param>
    public bool Passes(bool strict) => Errors.Count == 0 && (!strict || Warnings.Count == 0);

    /// <summary>The configuration.</summary>
    /// <exception cref="InvalidConfigException">There are <see cref="Errors"/>.</exception>
    public LoadedConfig OrThrow() => Loaded ?? throw new InvalidConfigException(Source, Errors);
}
