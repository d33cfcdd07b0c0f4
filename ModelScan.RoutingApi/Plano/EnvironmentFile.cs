using System.Text;

namespace ModelScan.RoutingApi.Plano;

/// <summary>
/// A short-lived file through which an engine is told a container's variables: only this user can read it, from the moment that
/// it exists; it is gone when disposed.
/// </summary>
internal sealed class EnvironmentFile : IDisposable
{
    private EnvironmentFile(string path) => Path = path;

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>Writes the variables; <see langword="null"/> where there are none.</summary>
    /// <exception cref="ContainerDownException">The file cannot be written.</exception>
    public static EnvironmentFile? Write(IReadOnlyDictionary<string, string> variables)
    {
        if (variables.Count == 0)
            return null;
        var text = new StringBuilder();
        foreach (var (name, value) in variables)
            text.Append(name).Append('=').Append(value).Append('\n');
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new EnvironmentFile(System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"modelscan-plano-{Guid.NewGuid():N}.env"));
        try
        {
            using var stream = new FileStream(file.Path, options);
            stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
            return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            file.Dispose();
            throw new ContainerDownException($"the container's variables cannot be written to a temporary file: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => File.Delete(Path);
}
