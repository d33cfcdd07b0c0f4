using ModelScan.RoutingApi.Configuration;

namespace ModelScan.InProcess;

/// <summary>One thing that is wrong with a configuration.</summary>
/// <param name="Path">Where, as keys and indexes: <c>model_providers[2].base_url</c>; <c>root</c> for the file itself.</param>
/// <param name="Line">Line in the file from 1; 0 when the value did not come from a file.</param>
/// <param name="Message">What is wrong, and what would be right.</param>
public sealed record ConfigurationError(string Path, int Line, string Message);

/// <summary>A configuration was refused. <see cref="Errors"/> holds everything that is wrong with it, not only the first thing.</summary>
public sealed class InvalidConfigurationException : Exception
{
    public InvalidConfigurationException()
    {
    }

    public InvalidConfigurationException(string message)
        : base(message)
    {
    }

    public InvalidConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal InvalidConfigurationException(InvalidConfigException exception)
        : base(exception.Message, exception) => Errors = [.. exception.Errors.Select(error => new ConfigurationError(error.Path, error.Line, error.Message))];

    /// <summary>The errors in the order of the file.</summary>
    public IReadOnlyList<ConfigurationError> Errors { get; } = [];
}
