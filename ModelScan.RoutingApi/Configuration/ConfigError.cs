namespace ModelScan.RoutingApi.Configuration;

/// <summary>One thing that is wrong with a configuration file.</summary>
/// <param name="Path">Where, as keys and indexes: <c>model_providers[2].base_url</c>; <c>root</c> for the file itself.</param>
/// <param name="Line">Line in the file from 1; 0 when the value did not come from the file (an environment override).</param>
/// <param name="Message">What is wrong, and what would be right.</param>
public sealed record ConfigError(string Path, int Line, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => Line > 0 ? $"line {Line}: {Path}: {Message}" : Path == "root" ? Message : $"{Path}: {Message}";
}

/// <summary>A configuration was refused. <see cref="Errors"/> holds everything that is wrong with it, not only the first thing.</summary>
public sealed class InvalidConfigException : Exception
{
    public InvalidConfigException()
        : this("(configuration)", [])
    {
    }

    public InvalidConfigException(string message)
        : base(message) => Errors = [];

    public InvalidConfigException(string message, Exception innerException)
        : base(message, innerException) => Errors = [];

    /// <summary>Makes a message of all errors: one line for a single one, else one line for each below their number.</summary>
    public InvalidConfigException(string source, IReadOnlyList<ConfigError> errors)
        : base(errors is [var only] ? $"{source}: {only}" : $"{source}: {errors.Count} errors{string.Concat(errors.Select(error => $"\n  {error}"))}") => Errors = errors;

    /// <summary>The errors in file order.</summary>
    public IReadOnlyList<ConfigError> Errors { get; }
}
