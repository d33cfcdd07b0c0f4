using ModelScan.RoutingApi.Configuration.Reading;

namespace ModelScan.RoutingApi.Configuration;

/// <summary>
/// Where the configuration comes from: <c>--config</c>, else <c>MODELSCAN_CONFIG</c>, else <c>modelscan.yaml</c> beside the
/// program or in the working directory, else the sample built into the program.
/// </summary>
public sealed class ConfigFile
{
    private const string BuiltInName = "(built-in sample)";
    private const int MaxEnvironmentBytes = 1 << 20;
    private readonly IReadOnlyList<(string[] Path, string Value)> _overrides;
    private readonly Func<string, string?> _environment;

    private readonly string? _cache;
    private readonly string? _text;
    private readonly Func<ModelListenerConfig, OwnListeners>? _listens;

    private ConfigFile(
        string? path, IReadOnlyList<(string[] Path, string Value)> overrides, Func<string, string?> environment, string? cache = null, string? text = null,
        Func<ModelListenerConfig, OwnListeners>? listens = null) =>
        (Path, _overrides, _environment, _cache, _text, _listens) = (path, overrides, environment, cache, text, listens);

    /// <summary>The file; <see langword="null"/> for the built-in sample.</summary>
    public string? Path { get; }

    /// <summary>What errors call it.</summary>
    public string Source => Path ?? (_text is null ? BuiltInName : "(text)");

    /// <summary>Finds the file that <paramref name="configuration"/> asks for, and the overrides of its <see cref="RoutingOverrides.Sections"/>.</summary>
    public static ConfigFile Locate(IConfiguration configuration)
    {
        var asked = configuration["config"] ?? configuration["MODELSCAN_CONFIG"];
        var path = string.IsNullOrEmpty(asked)
            ? new[] { System.IO.Path.Combine(AppContext.BaseDirectory, "modelscan.yaml"), System.IO.Path.GetFullPath("modelscan.yaml") }.FirstOrDefault(File.Exists)
            : System.IO.Path.GetFullPath(asked);
        return new ConfigFile(path, RoutingOverrides.From([.. RoutingOverrides.Sections.Select(configuration.GetSection)]), name => configuration[name], configuration.GetConnectionString("cache"),
            listens: listener => OwnListeners.Of(configuration, listener));
    }

    /// <summary>A file without overrides, its variables taken from the process environment.</summary>
    public static ConfigFile At(string path) => new(System.IO.Path.GetFullPath(path), [], Environment.GetEnvironmentVariable);

    /// <summary>What a file would hold, without overrides, its variables taken from the process environment.</summary>
    public static ConfigFile OfText(string yaml) => new(null, [], Environment.GetEnvironmentVariable, text: yaml);

    /// <summary>Reads the text as it is now.</summary>
    /// <exception cref="InvalidConfigException">The file cannot be read.</exception>
    public string ReadText()
    {
        try
        {
            if (Path is null)
                return _text ?? BuiltInSample();
            if (Directory.Exists(Path))
                throw new InvalidConfigException(Source, [new ConfigError("root", 0, "is a directory, not a file")]);
            return BoundedFile.ReadText(Path, 4 * YamlDocumentReader.MaxLength) is { Length: > 0 } text
                ? text
                : throw new InvalidConfigException(Source, [new ConfigError("root", 0, "is empty, or not a regular file")]);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidConfigException(Source, [new ConfigError("root", 0, "there is no such file")]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidConfigException(Source, [new ConfigError("root", 0, $"cannot be read: {exception.Message}")]);
        }
    }

    /// <summary>Reads the <c>.env</c> beside the file as it is now; empty where there is none.</summary>
    /// <exception cref="InvalidConfigException">It is there and cannot be read.</exception>
    public string ReadEnvironment() => string.Join('\n', DotEnvLines());

    /// <summary>Reads the file of keys that a configuration names, as it is now; empty where there is none, or it cannot be read, which <see cref="Parse"/> then says.</summary>
    public static string ReadKeys(RoutingConfig config)
    {
        try
        {
            return config.Governance.KeysFile is { } path ? KeysFileReader.ReadText(path) : "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>Reads and validates.</summary>
    /// <exception cref="InvalidConfigException">The file cannot be read, or something in it is wrong.</exception>
    public LoadedConfig Load() => Parse(ReadText());

    /// <summary>Validates text that <see cref="ReadText"/> gave.</summary>
    /// <exception cref="InvalidConfigException">Something in it is wrong.</exception>
    public LoadedConfig Parse(string text) => CheckText(text, _listens).OrThrow();

    /// <summary>Reads as a gateway would that starts with this file, and says everything that there is to say: errors, warnings and notices.</summary>
    public ConfigReport Check()
    {
        try
        {
            return CheckText(ReadText(), _listens ?? OwnListeners.Of);
        }
        catch (InvalidConfigException exception)
        {
            return new ConfigReport(exception, Source);
        }
    }

    private ConfigReport CheckText(string text, Func<ModelListenerConfig, OwnListeners>? listens)
    {
        var report = RoutingConfigReader.Check(text, Source, new VariableExpansion(DotEnvLines(), _environment), _overrides, _cache, listens);
        if (report.Loaded is { Config.RequestLog: { Path: { } log } requestLog } withLog)
        {
            // Written relative to this file, wherever the gateway is started.
            var folder = Path is null ? Environment.CurrentDirectory : System.IO.Path.GetDirectoryName(Path)!;
            report = report with { Loaded = withLog with { Config = withLog.Config with { RequestLog = requestLog with { Path = System.IO.Path.GetFullPath(log, folder) } } } };
        }

        if (report.Loaded?.Config.Governance.KeysFile is { } keys)
            report = KeysFileReader.Apply(report, System.IO.Path.GetFullPath(keys, Path is null ? Environment.CurrentDirectory : System.IO.Path.GetDirectoryName(Path)!));

        if (Path is null || report.Loaded is not { Config: { Embedded: { } embedded } config } loaded)
            return report;

        // Written relative to this file, wherever the gateway is started.
        var path = System.IO.Path.GetFullPath(embedded.ConfigPath, System.IO.Path.GetDirectoryName(Path)!);
        if (config.Mode == RoutingMode.PlanoEmbedded && embedded.Address is null && !File.Exists(path))
            return report with { Loaded = null, Errors = [new ConfigError("routing.embedded.config_path", 0, $"Plano's configuration {path} does not exist")] };
        return report with { Loaded = loaded with { Config = config with { Embedded = embedded with { ConfigPath = path } } } };
    }

    private string[] DotEnvLines()
    {
        if (Path is null)
            return [];
        var file = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, ".env");
        try
        {
            return File.Exists(file) ? BoundedFile.ReadText(file, MaxEnvironmentBytes).Split('\n') : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidConfigException(Source, [new ConfigError("root", 0, $"the .env file beside it cannot be read: {exception.Message}")]);
        }
    }

    private static string BuiltInSample()
    {
        using var stream = typeof(ConfigFile).Assembly.GetManifestResourceStream("modelscan.yaml")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
