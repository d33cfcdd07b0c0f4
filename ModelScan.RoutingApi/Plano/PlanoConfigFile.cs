using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Configuration.Reading;

namespace ModelScan.RoutingApi.Plano;

/// <summary>The configuration that the container is given, checked before it is.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="ModelPort">Port of the model listener, inside the container.</param>
/// <param name="TakesClientCredentials">Whether a provider in it is called with the client's own credential.</param>
/// <param name="MissingVariables">What the container should know: variables that the file names and the container is not given.</param>
internal sealed record PlanoConfigFile(string Path, int ModelPort, bool TakesClientCredentials, IReadOnlyList<ConfigError> MissingVariables)
{
    /// <summary>Reads and checks a file with the variables that the container will have.</summary>
    /// <exception cref="ContainerDownException">The file is not there, or something in it is wrong; every error is named with its line.</exception>
    public static PlanoConfigFile Read(string path, IReadOnlyDictionary<string, string> variables)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            var file = ConfigFile.At(path);
            var loaded = RoutingConfigReader.Read(file.ReadText(), file.Source, new VariableExpansion([], name => variables.GetValueOrDefault(name)), []);
            var listener = loaded.Config.Listener;
            if (listener.Address is "localhost" or "::1" || listener.Address?.StartsWith("127.", StringComparison.Ordinal) == true)
                throw Invalid($"{path}: the model listener's address is {listener.Address}, which cannot be reached from outside the container; leave it out, or write 0.0.0.0");

            // It stands in a list that is separated by commas.
            if (path.Contains(',', StringComparison.Ordinal))
                throw Invalid($"{path}: a path with a comma cannot be mounted; move the file");
            return new PlanoConfigFile(
                path, listener.Port, loaded.Config.Providers.Any(provider => provider.PassthroughAuth),
                [.. loaded.Notices.Where(notice => notice.Message.StartsWith("environment variable", StringComparison.Ordinal))]);
        }
        catch (InvalidConfigException exception)
        {
            throw Invalid($"Plano's configuration is refused: {exception.Message}", exception);
        }
    }

    private static ContainerDownException Invalid(string message, Exception? cause = null) => new(message, cause!) { IsLasting = true };
}
